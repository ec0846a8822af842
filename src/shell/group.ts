import type { SignalName } from './process';

/** A process group: what a terminal's ^C reaches, and what the shell calls a job. */
export class ProcessGroup {
  readonly #members = new Set<{ signal(name: SignalName): void }>();

  /** `id` is the pid of the first member. */
  constructor(readonly id: number) {}

  get size(): number {
    return this.#members.size;
  }

  add(member: { signal(name: SignalName): void }): void {
    this.#members.add(member);
  }

  remove(member: { signal(name: SignalName): void }): void {
    this.#members.delete(member);
  }

  signal(name: SignalName): void {
    for (const member of [...this.#members]) member.signal(name);
  }
}
