import { type Caller, OpenFile, type ReadLimit, Waiters } from '../../shell/openfile';
import { DeviceTty, type TerminalDevice } from '../../shell/tty';

/** How often a side of a cut connection looks whether it is whole again, in simulated ms. */
const LOOK_AGAIN_MS = 200;

/** Whether packets get through now, and the time. */
export interface Path {
  isOpen(): boolean;
  now(): number;
}

/** A terminal at the other end of a connection: keys and output wait while the connection is cut. */
class RemoteFile extends OpenFile {
  override readonly isTerminal = true;

  constructor(
    private readonly inner: OpenFile,
    private readonly path: Path,
    name: string,
  ) {
    super(name);
  }

  async read(by: Caller, limit?: ReadLimit): Promise<string | null> {
    const text = await this.inner.read(by, limit);
    await this.#open(by);
    return text;
  }

  async write(by: Caller, text: string): Promise<void> {
    await this.#open(by);
    await this.inner.write(by, text);
  }

  override readable(): boolean {
    return this.path.isOpen() && this.inner.readable();
  }

  async #open(by: Caller): Promise<void> {
    const never = new Waiters();
    while (!this.path.isOpen()) await by.wait(never, this.path.now() + LOOK_AGAIN_MS);
  }
}

/** The local terminal as the remote side has it. */
export class RemoteTty extends DeviceTty {
  readonly #file: OpenFile;
  readonly #connection: Path;

  constructor(device: TerminalDevice, path: string, connection: Path, inner: OpenFile) {
    super(device, path);
    this.#connection = connection;
    this.#file = new RemoteFile(inner, connection, path);
  }

  override get file(): OpenFile {
    return this.#file;
  }

  override named(path: string): RemoteTty {
    return new RemoteTty(this.device, path, this.#connection, this.#file);
  }
}

/** Puts a connection between a terminal and what runs at its other end. */
export function overConnection(tty: DeviceTty, connection: Path): RemoteTty {
  return new RemoteTty(tty.device, tty.path, connection, tty.file);
}
