import { FIRST_TERMINAL } from '../state/engine';
import { afterFirstPrompt } from '../state/first-prompt';
import { useSession } from '../state/session';
import { useSettings } from '../state/settings';
import { MachineTerminal } from './machine-terminal';

const terminals = new Map<string, MachineTerminal>();

/** The terminal of a machine; made when first asked for. */
export function terminalOf(machine: string): MachineTerminal {
  let terminal = terminals.get(machine);
  if (!terminal) {
    const id = machine === FIRST_TERMINAL.machine ? FIRST_TERMINAL.id : terminals.size + 2;
    terminal = new MachineTerminal(id, machine);
    terminals.set(machine, terminal);
  }
  return terminal;
}

/** The machine that a terminal's number belongs to. */
export function machineOfTerminal(id: number): string | null {
  for (const [machine, terminal] of terminals) if (terminal.id === id) return machine;
  return null;
}

/** What a machine's terminal shows, scrollback included, as text: the canvas has none for tests and scripts to read. */
export function screenText(machine: string): string {
  const buffer = terminals.get(machine)?.xterm.buffer.active;
  if (!buffer) return '';
  const lines: string[] = [];
  for (let row = 0; row < buffer.length; row++) {
    const line = buffer.getLine(row);
    const text = line?.translateToString(true) ?? '';
    if (line?.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines.join('\n').trimEnd();
}

/** Keeps all terminals in step with the settings, and with the power of their machines. */
export function tendTerminals(): void {
  useSettings.subscribe((now, before) => {
    for (const terminal of terminals.values()) {
      if (now.fontSize !== before.fontSize) terminal.setFontSize(now.fontSize);
      if (now.screenReader !== before.screenReader) terminal.setScreenReader(now.screenReader);
    }
  });
  useSession.subscribe((now, before) => {
    if (now.view.machines === before.view.machines) return;
    for (const terminal of terminals.values()) terminal.connect();
  });
  // It shows what its shell says while the page that is to hold it is still being drawn.
  terminalOf(FIRST_TERMINAL.machine);
  loadFont('A');
  // A Hangul face is sixteen times as big.
  afterFirstPrompt(() => loadFont('가'));
}

function loadFont(text: string): void {
  void document.fonts.load('14px "Quorate Mono"', text).then(() => {
    for (const terminal of terminals.values()) terminal.remeasure();
  });
}
