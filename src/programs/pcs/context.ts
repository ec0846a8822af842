import { FileError, readFile, writeFile } from '../../machine/files';
import type { Process } from '../../shell/process';
import type { Element } from '../../world/xml';
import type { AgentSource } from './agents';
import type { CibStore } from './cib/store';
import { CommandFailure, LibraryFailure } from './failure';
import type { Options } from './options';
import { type Report, reportLine } from './reports';

/** What of pcs depends on the installation, so that conformance runs can put test doubles in its place. */
export interface Installation {
  readonly agents: AgentSource;
  readonly corosyncConf: string;
  readonly knownHosts: string;
  readonly uidgidDirectory: string;
}

/** One call of pcs: its process, options, output and reports. */
export class Pcs {
  #pending: { stream: 'stdout' | 'stderr'; text: string }[] = [];
  #errors = 0;

  constructor(
    readonly process: Process,
    readonly options: Options,
    readonly installation: Installation,
    readonly store: CibStore,
  ) {}

  /** A line of requested data: stdout. Written at the next `flush`. */
  print(line: string): void {
    this.#pending.push({ stream: 'stdout', text: `${line}\n` });
  }

  /** Text for stdout as it is. */
  raw(text: string): void {
    if (text !== '') this.#pending.push({ stream: 'stdout', text });
  }

  /** A line of progress, warning or error: stderr. */
  note(line: string): void {
    this.#pending.push({ stream: 'stderr', text: `${line}\n` });
  }

  rawNote(text: string): void {
    if (text !== '') this.#pending.push({ stream: 'stderr', text });
  }

  warn(message: string): void {
    this.note(`Warning: ${message}`);
  }

  deprecated(message: string): void {
    this.note(`Deprecation Warning: ${message}`);
  }

  /** Prints a report and remembers whether it was an error. */
  report(...reports: readonly Report[]): void {
    for (const report of reports) {
      this.note(reportLine(report));
      if (report.severity === 'error') this.#errors++;
    }
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Ends the command when an error was reported. */
  stopOnErrors(): void {
    if (this.#errors > 0) throw new LibraryFailure();
  }

  /** Prints what is pending. Called before anything that takes time, and at the end. */
  async flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    for (const { stream, text } of pending) await this.process[stream].write(text);
  }

  async sleep(ms: number): Promise<void> {
    await this.flush();
    await this.process.sleep(ms);
  }

  /** Unix milliseconds of the machine's clock. */
  get now(): number {
    return this.process.world.epoch + this.process.world.now;
  }

  get isRoot(): boolean {
    return this.process.credentials.uid === 0;
  }

  /** A file of this machine with this user's permissions. Throws FileError. */
  readFile(path: string): string {
    return readFile(this.process.machine, this.absolute(path), this.process.credentials);
  }

  readFileIfThere(path: string): string | undefined {
    try {
      return this.readFile(path);
    } catch (failure) {
      if (failure instanceof FileError && failure.code === 'ENOENT') return undefined;
      throw failure;
    }
  }

  /** Writes a file of this machine. Throws FileError. */
  writeFile(path: string, content: string, mode = 0o644): void {
    const { credentials } = this.process;
    this.process.transact((world, machine) => {
      writeFile(machine, this.absolute(path), content, {
        mode,
        as: credentials,
        uid: credentials.uid,
        gid: credentials.gid,
        time: world.epoch + world.now,
      });
    });
  }

  absolute(path: string): string {
    return path.startsWith('/') ? path : `${this.process.cwd}/${path}`;
  }

  /** The CIB to work on: a private copy. */
  async cib(): Promise<Element> {
    await this.flush();
    return this.store.load();
  }

  /** Puts the changed CIB in place. */
  async push(cib: Element): Promise<void> {
    await this.flush();
    await this.store.save(cib);
  }

  /** The same for commands of the older kind: what they say about a refusal is a line shorter. */
  async pushOld(cib: Element): Promise<void> {
    try {
      await this.push(cib);
    } catch (failure) {
      if (!(failure instanceof CommandFailure)) throw failure;
      throw new CommandFailure(failure.message.replace(/\n$/, ''), failure.status);
    }
  }
}
