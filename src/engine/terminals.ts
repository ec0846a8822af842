import { OutputBuffer } from './output';
import type { EditorPort, SimulationPort, TerminalPort, TerminalState } from './ports';
import type { EngineNotice } from './protocol';

interface OpenTerminal {
  readonly port: TerminalPort;
  readonly output: OutputBuffer;
  editor: EditorPort | null;
}

const INTERRUPT = '\x03';

/** The terminals that the page has open, by the numbers the page gave them. */
export class Terminals {
  readonly #open = new Map<number, OpenTerminal>();
  readonly #emit: (notice: EngineNotice) => void;

  constructor(emit: (notice: EngineNotice) => void) {
    this.#emit = emit;
  }

  open(simulation: SimulationPort, terminal: number, machine: string, columns: number, rows: number): void {
    this.close(terminal);
    let entry: OpenTerminal | null = null;
    const early: string[] = [];
    const port = simulation.openTerminal(machine, columns, rows, {
      output: (data) => (entry ? entry.output.write(data) : early.push(data)),
      edit: (request) => this.#openEditor(terminal, request),
      offer: (line) => this.#emit({ kind: 'terminal.offer', terminal, line }),
    });
    const output = new OutputBuffer(
      (data) => this.#emit({ kind: 'terminal.output', terminal, data }),
      (paused) => port.pauseOutput(paused),
    );
    entry = { port, output, editor: null };
    this.#open.set(terminal, entry);
    for (const data of early) output.write(data);
  }

  close(terminal: number): void {
    const entry = this.#open.get(terminal);
    if (!entry) return;
    this.#open.delete(terminal);
    entry.port.close();
  }

  /** The world is being replaced: every shell is gone; the page opens new ones. */
  dropAll(): void {
    for (const [terminal, entry] of this.#open) {
      entry.output.discard();
      entry.output.flush();
      if (entry.editor) this.#emit({ kind: 'editor.closed', terminal });
      this.#emit({ kind: 'terminal.closed', terminal, why: 'replaced' });
    }
    this.#open.clear();
  }

  /** Whether this input would run a command: Enter at a prompt. */
  startsCommand(terminal: number, data: string): string | null {
    const entry = this.#open.get(terminal);
    if (entry?.port.state !== 'prompt') return null;
    return /[\r\n]/.test(data) ? entry.port.machine : null;
  }

  input(terminal: number, data: string): void {
    const entry = this.#open.get(terminal);
    if (!entry) return;
    if (data.includes(INTERRUPT)) entry.output.discard();
    entry.port.input(data);
  }

  resize(terminal: number, columns: number, rows: number): void {
    this.#open.get(terminal)?.port.resize(columns, rows);
  }

  ack(terminal: number, characters: number): void {
    this.#open.get(terminal)?.output.ack(characters);
  }

  saveEditor(terminal: number, content: string): string | null {
    const editor = this.#open.get(terminal)?.editor;
    return editor ? editor.save(content) : 'the editor has been closed';
  }

  closeEditor(terminal: number): void {
    const entry = this.#open.get(terminal);
    const editor = entry?.editor;
    if (!entry || !editor) return;
    entry.editor = null;
    editor.close();
  }

  /** Sends what has gathered, and tells of shells that have ended. */
  flush(isRunning: (machine: string) => boolean): void {
    for (const [terminal, entry] of this.#open) {
      entry.output.flush();
      if (entry.port.state !== 'closed') continue;
      this.#open.delete(terminal);
      if (entry.editor) this.#emit({ kind: 'editor.closed', terminal });
      this.#emit({ kind: 'terminal.closed', terminal, why: isRunning(entry.port.machine) ? 'exit' : 'power' });
    }
  }

  get states(): TerminalState[] {
    // An open editor waits for the user, whatever the program thinks.
    return [...this.#open.values()].map((entry) => (entry.editor ? 'prompt' : entry.port.state));
  }

  /** The commands that the clock hurries for. */
  get working(): { machine: string; command: string }[] {
    return [...this.#open.values()]
      .filter((entry) => entry.port.state === 'work' && !entry.editor && !entry.output.paused)
      .map((entry) => ({ machine: entry.port.machine, command: entry.port.command }));
  }

  #openEditor(terminal: number, request: EditorPort): void {
    const entry = this.#open.get(terminal);
    if (!entry) {
      request.close();
      return;
    }
    entry.editor = request;
    entry.output.flush();
    const { editor, path, content, readOnly } = request;
    this.#emit({ kind: 'editor.open', terminal, editor, path, content, readOnly });
  }
}
