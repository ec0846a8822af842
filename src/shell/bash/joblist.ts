import type { ProcessGroup } from '../group';
import { signalTexts } from '../signals';
import type { SimProcess } from '../simprocess';

/** A pipeline that runs in the background or was stopped. */
export interface Job {
  readonly number: number;
  readonly processes: readonly SimProcess[];
  readonly group: ProcessGroup;
  readonly command: string;
  /** Directory it was started in. */
  readonly directory: string;
  /** What was last told about it. */
  told: 'running' | 'stopped' | 'done';
  /** `disown -h`: no hangup at logout. */
  keep: boolean;
}

export type JobState =
  | { readonly kind: 'running' }
  | { readonly kind: 'stopped'; readonly signal: string }
  | { readonly kind: 'done'; readonly status: number; readonly text: string };

/** The jobs of a shell, and which of them are `%+` and `%-`. */
export class JobList {
  readonly #jobs: Job[] = [];
  /** Statuses of background processes that have been reaped, for `wait PID`. */
  readonly statuses = new Map<number, number>();
  /** Numbers from oldest to latest use. */
  #recent: number[] = [];

  /** What a subshell sees: no jobs of its own, but the known statuses. */
  inherited(): JobList {
    return new JobList();
  }

  get all(): readonly Job[] {
    return this.#jobs;
  }

  add(processes: readonly SimProcess[], group: ProcessGroup, command: string, directory: string): Job {
    const number = Math.max(0, ...this.#jobs.map((job) => job.number)) + 1;
    const job: Job = { number, processes, group, command, directory, told: 'running', keep: false };
    this.#jobs.push(job);
    this.use(job);
    return job;
  }

  remove(job: Job): void {
    const at = this.#jobs.indexOf(job);
    if (at >= 0) this.#jobs.splice(at, 1);
    this.#recent = this.#recent.filter((number) => number !== job.number);
    const last = job.processes[job.processes.length - 1];
    for (const process of job.processes) {
      if (process.status !== null) this.statuses.set(process.pid, process.status);
    }
    if (last?.status != null) this.statuses.set(last.pid, last.status);
  }

  /** Makes a job the current one. */
  use(job: Job): void {
    this.#recent = [...this.#recent.filter((number) => number !== job.number), job.number];
  }

  /** `%+`: the job last stopped, else last started. */
  get current(): Job | undefined {
    return this.#ranked()[0];
  }

  get previous(): Job | undefined {
    return this.#ranked()[1];
  }

  #ranked(): Job[] {
    const byUse = [...this.#recent].reverse().flatMap((number) => this.#jobs.filter((job) => job.number === number));
    const stopped = byUse.filter((job) => stateOf(job).kind === 'stopped');
    return [...stopped, ...byUse.filter((job) => !stopped.includes(job))];
  }

  mark(job: Job): string {
    if (this.current === job) return '+';
    return this.previous === job ? '-' : ' ';
  }

  /** A job by specification (`%1`, `%vim`, `%?x`, `%+`, `1` where numbers count). */
  find(specification: string): Job | 'ambiguous' | undefined {
    const text = specification.replace(/^%/, '');
    if (text === '' || text === '+' || text === '%') return this.current;
    if (text === '-') return this.previous ?? this.current;
    if (/^\d+$/.test(text)) return this.#jobs.find((job) => job.number === Number(text));
    const matches = text.startsWith('?')
      ? this.#jobs.filter((job) => job.command.includes(text.slice(1)))
      : this.#jobs.filter((job) => job.command.startsWith(text));
    return matches.length > 1 ? 'ambiguous' : matches[0];
  }

  ofPid(pid: number): Job | undefined {
    return this.#jobs.find((job) => job.processes.some((process) => process.pid === pid));
  }
}

/** What a job is doing now. */
export function stateOf(job: Job): JobState {
  const living = job.processes.filter((process) => process.status === null);
  const stopped = living.find((process) => process.stopped !== null);
  if (living.length > 0) {
    return stopped && living.every((process) => process.stopped !== null)
      ? { kind: 'stopped', signal: stopped.stopped ?? 'TSTP' }
      : { kind: 'running' };
  }
  const last = job.processes[job.processes.length - 1];
  const status = last?.status ?? 0;
  const text = last?.endedBy ? (signalTexts[last.endedBy] ?? (last.endedBy === 'INT' ? 'Interrupt' : '')) : '';
  return { kind: 'done', status, text: text || (status === 0 ? 'Done' : `Exit ${status}`) };
}

/** A job's line as `jobs` prints it. */
export function jobLine(
  list: JobList,
  job: Job,
  options: { pids?: boolean; ampersand?: boolean; directory?: string },
): string {
  const state = stateOf(job);
  const text = state.kind === 'running' ? 'Running' : state.kind === 'stopped' ? stoppedText(state.signal) : state.text;
  const tail = state.kind === 'running' ? ' &' : '';
  const elsewhere =
    options.directory !== undefined && options.directory !== job.directory ? `  (wd: ${job.directory})` : '';
  const head = `[${job.number}]${list.mark(job)}`;
  const pid = options.pids ? ` ${String(job.processes[0]?.pid ?? 0)}` : ' ';
  return `${head} ${pid.trimStart()}${options.pids ? ' ' : ' '}${text.padEnd(options.pids ? 24 : 23)} ${job.command}${tail}${elsewhere}\n`;
}

function stoppedText(signal: string): string {
  switch (signal) {
    case 'STOP':
      return 'Stopped (signal)';
    case 'TTIN':
      return 'Stopped (tty input)';
    case 'TTOU':
      return 'Stopped (tty output)';
    default:
      return 'Stopped';
  }
}
