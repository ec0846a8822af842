import { FitAddon } from '@xterm/addon-fit';
import type { SerializeAddon } from '@xterm/addon-serialize';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import type { EngineNotice } from '../../engine/protocol';
import { messages } from '../messages';
import { engine, FIRST_TERMINAL, takeFirstTerminal } from '../state/engine';
import { afterPaint, firstPromptIsPast } from '../state/first-prompt';
import { useSession } from '../state/session';
import { useSettings } from '../state/settings';
import { copyText } from './clipboard';
import { graphicsAreFast } from './graphics';
import { TERMINAL_FONT, TERMINAL_THEME } from './theme';

const SCROLLBACK_LINES = 2_000;
/**
 * Half of an even size is a whole pixel, which is the width of a cell; a hair more, because WebGL rounds it down and
 * 6.999 would become 6.
 */
const SIZE_MARGIN = 0.02;
/** Making a WebGL context takes a while; the first prompt doesn't wait for it. */
const WEBGL_AFTER_MS = 3_000;
/** Lines kept over a reload. */
const KEPT_LINES = 200;

export type Connection = 'none' | 'opening' | 'open' | 'ended';

/**
 * The terminal of one machine. It lives as long as the page, outside of React: panels adopt its DOM node, and a panel
 * that moves takes the node along with the screen and the scrollback.
 */
export class MachineTerminal {
  readonly element: HTMLDivElement;
  readonly xterm: Terminal;
  readonly #id: number;
  readonly #machine: string;
  readonly #fit = new FitAddon();
  #connection: Connection = 'none';
  #opened = false;
  #focusWanted = false;
  #visible = false;
  #webgl: { dispose(): void } | null = null;
  #serializer: SerializeAddon | null = null;
  /** Asked before several lines are pasted. */
  confirmPaste: (text: string) => void = (text) => this.xterm.paste(text);
  /** Told of the line that was meant by one typed in Hangul; null when something else is typed. */
  offer: (line: string | null) => void = () => {};

  constructor(id: number, machine: string) {
    this.#id = id;
    this.#machine = machine;
    this.element = document.createElement('div');
    this.element.className = 'terminal-host';
    const { fontSize, screenReader } = useSettings.getState();
    this.xterm = new Terminal({
      allowProposedApi: true,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      fontFamily: TERMINAL_FONT,
      fontSize: fontSize + SIZE_MARGIN,
      lineHeight: 1.15,
      scrollback: SCROLLBACK_LINES,
      screenReaderMode: screenReader,
      theme: TERMINAL_THEME,
      minimumContrastRatio: 4.5,
      macOptionIsMeta: true,
      rightClickSelectsWord: false,
    });
    this.xterm.loadAddon(this.#fit);
    this.xterm.loadAddon(new Unicode11Addon());
    this.xterm.unicode.activeVersion = '11';
    this.xterm.onData((data) => this.#keys(data));
    this.xterm.onResize(() => {
      if (this.#connection === 'open') this.#tellSize();
    });
    this.xterm.attachCustomKeyEventHandler((event) => this.#mayPass(event));
    this.element.addEventListener('paste', (event) => this.#pasted(event), { capture: true });
    this.element.addEventListener('focusin', () => this.#focused());
    engine().listen((notice) => this.#receive(notice));
    // Its shell is open already: what it says comes behind what was on the screen.
    if (id === FIRST_TERMINAL.id) this.#restoreScreen();
  }

  get id(): number {
    return this.#id;
  }

  get connection(): Connection {
    return this.#connection;
  }

  get selection(): string {
    return this.xterm.getSelection();
  }

  /** Puts the terminal into a panel and fits it there. */
  attach(panel: HTMLElement): void {
    const focused = this.element.contains(document.activeElement);
    const former = this.element.parentElement;
    if (former !== panel) panel.append(this.element);
    // Its place before the page was there.
    if (former !== panel && former?.className === 'first-terminal') former.remove();
    if (!this.#opened) {
      this.xterm.open(this.element);
      this.xterm.textarea?.setAttribute('aria-label', messages().terminal.title(this.#machine));
      this.#opened = true;
    }
    // Who typed while it stood elsewhere goes on typing.
    if (focused || this.#focusWanted) this.focus();
    this.fit();
    this.connect();
  }

  /** Whether the panel can be seen: WebGL contexts are few, so only visible terminals hold one. */
  show(visible: boolean): void {
    if (this.#visible === visible) return;
    this.#visible = visible;
    if (visible) {
      this.fit();
      if (this.#focusWanted) this.focus();
      setTimeout(() => void this.#startWebgl(), performance.now() < WEBGL_AFTER_MS ? WEBGL_AFTER_MS : 0);
      const { unseen } = useSession.getState();
      if (unseen.has(this.#machine)) {
        useSession.setState({ unseen: new Set([...unseen].filter((name) => name !== this.#machine)) });
      }
    } else {
      this.#focusWanted = false;
      this.#webgl?.dispose();
      this.#webgl = null;
    }
  }

  fit(): void {
    if (!this.#opened || this.element.clientWidth < 40 || this.element.clientHeight < 20) return;
    this.#fit.fit();
  }

  /** Opens a shell when the machine runs and none is open. */
  connect(): void {
    if (this.#connection !== 'none' || !this.#opened) return;
    if (useSession.getState().view.machines[this.#machine]?.power !== 'running') return;
    this.#connection = 'opening';
    this.#restoreScreen();
    const { cols, rows } = this.xterm;
    this.#openShell(cols, rows).then(
      (opened) => {
        this.#connection = 'open';
        void this.#keepScreen();
        if (this.xterm.cols !== opened.columns || this.xterm.rows !== opened.rows) this.#tellSize();
      },
      () => {
        this.#connection = 'none';
      },
    );
  }

  /** Gives the size that the shell believes in. */
  async #openShell(columns: number, rows: number): Promise<{ columns: number; rows: number }> {
    if (this.#id === FIRST_TERMINAL.id && (await takeFirstTerminal())) return FIRST_TERMINAL;
    await engine().ask('terminal.open', { terminal: this.#id, machine: this.#machine, columns, rows });
    return { columns, rows };
  }

  #tellSize(): void {
    const { cols, rows } = this.xterm;
    engine().tell({ kind: 'terminal.resize', terminal: this.#id, columns: cols, rows });
  }

  /** Takes the keyboard; where the terminal isn't on the page yet, or not to be seen, as soon as it is. */
  focus(): void {
    this.xterm.focus();
    this.#focusWanted = !this.element.contains(document.activeElement);
  }

  /** Puts text on the command line without running it. */
  type(text: string): void {
    if (this.#connection === 'ended') this.#again();
    this.xterm.paste(text.replace(/\n+$/, ''));
    this.focus();
  }

  /** A shell that marks pasted text runs nothing before Enter, so that only other readers need the question. */
  paste(text: string): void {
    if (!this.xterm.modes.bracketedPasteMode && /[\r\n]/.test(text.replace(/[\r\n]+$/, ''))) this.confirmPaste(text);
    else this.xterm.paste(text);
  }

  setFontSize(size: number): void {
    this.xterm.options.fontSize = size + SIZE_MARGIN;
    this.fit();
  }

  /** The font has arrived: cells are measured anew. */
  remeasure(): void {
    this.xterm.options.fontFamily = `${TERMINAL_FONT}, monospace`;
    this.xterm.options.fontFamily = TERMINAL_FONT;
    this.fit();
  }

  setScreenReader(on: boolean): void {
    this.xterm.options.screenReaderMode = on;
  }

  /** Keeps what is on the screen for the time of a reload. */
  async #keepScreen(): Promise<void> {
    if (this.#serializer || !this.#opened) return;
    const { SerializeAddon } = await import('@xterm/addon-serialize');
    this.#serializer = new SerializeAddon();
    this.xterm.loadAddon(this.#serializer);
    addEventListener('pagehide', () => {
      const screen = this.#serializer?.serialize({
        scrollback: KEPT_LINES,
        excludeAltBuffer: true,
        excludeModes: true,
      });
      try {
        if (screen) sessionStorage.setItem(this.#screenKey, screen);
      } catch {
        // No room: the next visit begins with an empty screen.
      }
    });
  }

  get #screenKey(): string {
    return `quorate.screen.${this.#machine}`;
  }

  #restoreScreen(): void {
    const screen = sessionStorage.getItem(this.#screenKey);
    if (screen === null) return;
    sessionStorage.removeItem(this.#screenKey);
    this.xterm.write(`${screen}\x1b[0m\r\n\x1b[90m${messages().terminal.reloaded}\x1b[0m\r\n`);
  }

  #keys(data: string): void {
    this.offer(null);
    if (this.#connection === 'ended') {
      if (data === '\r') this.#again();
      return;
    }
    engine().tell({ kind: 'terminal.input', terminal: this.#id, data });
  }

  #again(): void {
    this.#connection = 'none';
    this.connect();
  }

  #receive(notice: EngineNotice): void {
    if (notice.kind === 'terminal.offer' && notice.terminal === this.#id) this.offer(notice.line);
    if (notice.kind === 'terminal.output' && notice.terminal === this.#id) this.#write(notice.data);
    if (notice.kind === 'terminal.closed' && notice.terminal === this.#id) this.#closed(notice.why);
  }

  #write(data: string): void {
    this.xterm.write(data, () => {
      engine().tell({ kind: 'terminal.ack', terminal: this.#id, characters: data.length });
      if (this.#id === FIRST_TERMINAL.id) afterPaint(firstPromptIsPast);
    });
    if (!this.#visible) {
      const { unseen } = useSession.getState();
      if (!unseen.has(this.#machine)) useSession.setState({ unseen: new Set([...unseen, this.#machine]) });
    }
  }

  #closed(why: 'exit' | 'replaced' | 'power'): void {
    this.offer(null);
    const words = messages().terminal;
    const text = why === 'exit' ? words.ended : why === 'power' ? words.lostPower : words.replaced;
    // Leaves full-screen and raw modes of a program that is gone, then says in grey what happened. Leaving a screen that
    // isn't there would bring back a cursor of long ago, and the words would cover the text.
    const leave = this.xterm.buffer.active.type === 'alternate' ? '\x1b[?1049l' : '';
    this.xterm.write(`${leave}\x1b[?2004l\x1b[?25h\x1b[0m\r\n\x1b[90m${text}\x1b[0m\r\n`);
    this.#connection = why === 'exit' ? 'ended' : 'none';
    if (why === 'replaced') this.connect();
  }

  #focused(): void {
    if (useSession.getState().activeMachine !== this.#machine) useSession.setState({ activeMachine: this.#machine });
  }

  /** Keys that the page keeps from the terminal. */
  #mayPass(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown' || event.isComposing) return true;
    const control = event.ctrlKey && !event.altKey && !event.metaKey;
    const key = event.key.toLowerCase();
    if (control && !event.shiftKey && key === 'c' && this.xterm.hasSelection()) return this.#copy(event);
    if (control && event.shiftKey && key === 'c') return this.#copy(event);
    if (event.metaKey && key === 'c' && this.xterm.hasSelection()) return this.#copy(event);
    // The browser's own paste event follows; xterm must not send ^V.
    if ((control && key === 'v') || (event.shiftKey && event.key === 'Insert')) return false;
    // The page's keys; Ctrl+K belongs to readline inside a terminal, so the palette has Ctrl+Shift+K there.
    if (control && event.shiftKey && (key === 'k' || key === 'z')) return false;
    if (event.altKey && !event.ctrlKey && /^(Digit[0-9]|Key[PLW])$/.test(event.code)) return false;
    if (control && event.key === 'F6') return false;
    return true;
  }

  #copy(event: KeyboardEvent): false {
    event.preventDefault();
    const { selection } = this;
    if (selection !== '') {
      void copyText(selection);
      this.xterm.clearSelection();
    }
    return false;
  }

  #pasted(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text !== '') this.paste(text);
  }

  async #startWebgl(): Promise<void> {
    if (this.#webgl || !this.#visible || !graphicsAreFast()) return;
    try {
      const { WebglAddon } = await import('@xterm/addon-webgl');
      if (!this.#visible || this.#webgl) return;
      const addon = new WebglAddon();
      addon.onContextLoss(() => {
        addon.dispose();
        this.#webgl = null;
        this.fit();
      });
      this.xterm.loadAddon(addon);
      this.#webgl = addon;
      this.fit();
    } catch {
      this.#webgl = null; // no WebGL 2 here: the DOM renderer stays
    }
  }
}
