import { findSignal, isSignalName, signalNumbers } from '../../signals';
import type { SimProcess } from '../../simprocess';
import { runPendingTraps } from '../execute';
import type { BuiltinTable } from '../interpreter';
import { type Job, jobLine, stateOf } from '../joblist';
import { reportWaited, waitForeground } from '../pipeline';
import type { Shell } from '../shell';
import { listSignals } from '../signallist';

/** Finds a job for `fg`, `bg`, … and says what is wrong with the specification. */
async function jobOf(shell: Shell, name: string, specification: string | undefined): Promise<Job | null> {
  const found = shell.jobs.find(specification ?? '%+');
  if (found === 'ambiguous') {
    await shell.error(`${name}: ${specification}: ambiguous job spec`);
    return null;
  }
  if (found) return found;
  const byPid = /^\d+$/.test(specification ?? '') ? shell.jobs.ofPid(Number(specification)) : undefined;
  if (byPid) return byPid;
  await shell.error(`${name}: ${specification ?? 'current'}: no such job`);
  return null;
}

async function jobs(shell: Shell, args: readonly string[]): Promise<number> {
  const letters = args.filter((arg) => /^-[lnprs]+$/.test(arg)).join('');
  const wanted = args.filter((arg) => !arg.startsWith('-'));
  let list = [...shell.jobs.all];
  if (wanted.length > 0) {
    list = [];
    for (const text of wanted) {
      const job = await jobOf(shell, 'jobs', text);
      if (!job) return 1;
      list.push(job);
    }
  }
  for (const job of list) {
    const state = stateOf(job);
    if (letters.includes('r') && state.kind !== 'running') continue;
    if (letters.includes('s') && state.kind !== 'stopped') continue;
    if (letters.includes('p')) await shell.print(`${job.processes[0]?.pid}\n`);
    else await shell.print(jobLine(shell.jobs, job, { pids: letters.includes('l'), directory: shell.view.cwd }));
    if (state.kind === 'done') shell.jobs.remove(job);
  }
  return 0;
}

async function fg(shell: Shell, args: readonly string[]): Promise<number> {
  if (!shell.options.has('monitor')) {
    await shell.error('fg: no job control');
    return 1;
  }
  const job = await jobOf(shell, 'fg', args[0]);
  if (!job) return 1;
  if (stateOf(job).kind === 'done') {
    await shell.error('fg: job has terminated');
    shell.jobs.remove(job);
    return 1;
  }
  await shell.print(`${job.command}\n`);
  job.told = 'running';
  shell.jobs.use(job);
  job.group.signal('CONT');
  const status = await waitForeground(shell, job.processes, job.command);
  if (stateOf(job).kind === 'done') shell.jobs.remove(job);
  return status;
}

async function bg(shell: Shell, args: readonly string[]): Promise<number> {
  if (!shell.options.has('monitor')) {
    await shell.error('bg: no job control');
    return 1;
  }
  const job = await jobOf(shell, 'bg', args[0]);
  if (!job) return 1;
  if (stateOf(job).kind === 'running') {
    await shell.error(`bg: job ${job.number} already in background`);
    return 0;
  }
  job.told = 'running';
  await shell.print(`[${job.number}]${shell.jobs.mark(job)} ${job.command} &\n`);
  job.group.signal('CONT');
  return 0;
}

async function waitProcesses(shell: Shell, processes: readonly SimProcess[]): Promise<number | null> {
  while (processes.some((process) => process.status === null)) {
    await shell.view.wait(shell.core.childChanged);
    const [signal] = shell.traps.pending;
    if (signal) {
      await runPendingTraps(shell);
      return 128 + signalNumbers[signal];
    }
    await runPendingTraps(shell);
  }
  return null;
}

/** `wait`. */
async function wait(shell: Shell, args: readonly string[]): Promise<number> {
  const any = args.includes('-n');
  const wanted = args.filter((arg) => !/^-[fn]+$/.test(arg));
  if (any) return waitAny(shell);
  if (wanted.length === 0) {
    for (const job of [...shell.jobs.all]) {
      if (stateOf(job).kind === 'stopped') continue;
      const interrupted = await waitProcesses(shell, job.processes);
      if (interrupted !== null) return interrupted;
      if (!shell.interactive) shell.jobs.remove(job);
    }
    return 0;
  }
  let status = 0;
  for (const text of wanted) {
    if (text.startsWith('%')) {
      const job = await jobOf(shell, 'wait', text);
      if (!job) {
        status = 127;
        continue;
      }
      const interrupted = await waitProcesses(shell, job.processes);
      if (interrupted !== null) return interrupted;
      status = job.processes[job.processes.length - 1]?.status ?? 0;
      shell.jobs.remove(job);
      continue;
    }
    if (!/^\d+$/.test(text)) {
      await shell.error(`wait: \`${text}': not a pid or valid job spec`);
      return 1;
    }
    const job = shell.jobs.ofPid(Number(text));
    const known = shell.jobs.statuses.get(Number(text));
    if (job) {
      const process = job.processes.find((candidate) => candidate.pid === Number(text));
      const interrupted = process ? await waitProcesses(shell, [process]) : null;
      if (interrupted !== null) return interrupted;
      status = process?.status ?? 0;
      if (process) await reportWaited(shell, process, job.command);
      if (stateOf(job).kind === 'done') shell.jobs.remove(job);
    } else if (known !== undefined) status = known;
    else {
      await shell.error(`wait: pid ${text} is not a child of this shell`);
      status = 127;
    }
  }
  return status;
}

async function waitAny(shell: Shell): Promise<number> {
  for (;;) {
    const done = shell.jobs.all.find((job) => stateOf(job).kind === 'done');
    if (done) {
      const state = stateOf(done);
      shell.jobs.remove(done);
      return state.kind === 'done' ? state.status : 0;
    }
    if (shell.jobs.all.length === 0) return 127;
    await shell.view.wait(shell.core.childChanged);
    await runPendingTraps(shell);
  }
}

async function disown(shell: Shell, args: readonly string[]): Promise<number> {
  const wanted = args.filter((arg) => !arg.startsWith('-'));
  const letters = args.filter((arg) => arg.startsWith('-')).join('');
  const targets: Job[] = [];
  if (wanted.length > 0) {
    for (const text of wanted) {
      const job = await jobOf(shell, 'disown', text);
      if (!job) return 1;
      targets.push(job);
    }
  } else if (letters.includes('a') || letters.includes('r')) targets.push(...shell.jobs.all);
  else {
    const job = await jobOf(shell, 'disown', undefined);
    if (!job) return 1;
    targets.push(job);
  }
  for (const job of targets) {
    if (letters.includes('h')) job.keep = true;
    else shell.jobs.remove(job);
  }
  return 0;
}

const KILL_USAGE = 'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n';

async function kill(shell: Shell, args: readonly string[]): Promise<number> {
  const rest = [...args];
  if (rest.length === 0) {
    await shell.writeError(KILL_USAGE);
    return 2;
  }
  if (rest[0] === '-l' || rest[0] === '-L') return killList(shell, rest.slice(1));
  let signal = 'TERM';
  if (rest[0] === '-s' || rest[0] === '-n') {
    rest.shift();
    const text = rest.shift();
    if (text === undefined) {
      await shell.error(`kill: ${args[0]}: option requires an argument`);
      return 1;
    }
    const found = findSignal(text);
    if (!found) {
      await shell.error(`kill: ${text}: invalid signal specification`);
      return 1;
    }
    signal = found.name;
  } else if (rest[0]?.startsWith('-') && rest[0] !== '--') {
    const text = (rest.shift() as string).slice(1);
    const found = findSignal(text);
    if (!found) {
      await shell.error(`kill: ${text}: invalid signal specification`);
      return 1;
    }
    signal = found.name;
  }
  if (rest[0] === '--') rest.shift();
  if (rest.length === 0) {
    await shell.writeError(KILL_USAGE);
    return 2;
  }
  let status = 0;
  for (const target of rest) if (!(await killOne(shell, target, signal))) status = 1;
  return status;
}

async function killOne(shell: Shell, target: string, signal: string): Promise<boolean> {
  if (target.startsWith('%')) {
    const job = await jobOf(shell, 'kill', target);
    if (!job) return false;
    const name = isSignalName(signal) ? signal : signal === 'EXIT' ? null : 'TERM';
    if (!name) return true;
    if (shell.options.has('monitor')) job.group.signal(name);
    else for (const process of job.processes) process.signal(name);
    if (stateOf(job).kind === 'stopped' && (name === 'TERM' || name === 'HUP')) job.group.signal('CONT');
    return true;
  }
  if (!/^-?\d+$/.test(target)) {
    await shell.error(`kill: ${target}: arguments must be process or job IDs`);
    return false;
  }
  const problem = shell.core.table.kill(shell.core, Number(target), signal);
  if (!problem) return true;
  await shell.error(`kill: (${target}) - ${problem}`);
  return false;
}

async function killList(shell: Shell, args: readonly string[]): Promise<number> {
  if (args.length === 0) return listSignals(shell);
  let status = 0;
  for (const text of args) {
    const number = /^\d+$/.test(text) ? Number(text) : null;
    const found = findSignal(number !== null && number > 128 ? String(number - 128) : text);
    if (!found) {
      await shell.error(`kill: ${text}: invalid signal specification`);
      status = 1;
    } else await shell.print(`${number === null ? found.number : found.name}\n`);
  }
  return status;
}

export const jobBuiltins: BuiltinTable = {
  jobs,
  fg,
  bg,
  disown,
  kill,
  wait: async (shell, args) => {
    const status = await wait(shell, args);
    await runPendingTraps(shell);
    return status;
  },
  suspend: async (shell) => {
    if (shell.login) {
      await shell.error('suspend: cannot suspend a login shell');
      return 1;
    }
    shell.core.signal('STOP');
    await shell.view.pass();
    return 0;
  },
};
