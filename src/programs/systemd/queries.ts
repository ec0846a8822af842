import { enablementOf } from '../../machine/enablement';
import { lookup, makeSymlink, readFileIfThere, removeFileIfThere } from '../../machine/files';
import { unitProcesses } from '../../machine/systemd/processes';
import { forgetUnit } from '../../machine/systemd/service';
import { realUnitName } from '../../machine/systemd/state';
import { dropInPaths, findUnitFile, vendorUnitPath } from '../../machine/unitload';
import { killProcess, reloadDaemon } from '../../machine/units';
import { authorized, unitNames, type Verb, type VerbEntry } from './call';
import { unitProperties } from './show';
import { dot, neededBy, needs } from './status';
import { systemState } from './statusverb';

/** `is-active`, `is-failed`: prints each state; 0 when one matches. */
function stateVerb(good: readonly string[], bad: number): Verb {
  return async (call) => {
    let found = false;
    for (const name of unitNames(call)) {
      const unit = realUnitName(call.process.machine, name);
      const state = call.process.machine.units[unit]?.active ?? 'inactive';
      found ||= good.includes(state);
      if (!call.options.has('quiet')) await call.process.stdout.write(`${state}\n`);
    }
    return found ? 0 : bad;
  };
}

const isEnabled: Verb = async (call) => {
  const { process, options } = call;
  let enabled = false;
  for (const unit of unitNames(call)) {
    const state = enablementOf(process.machine, unit);
    if (state === 'not-found') {
      await process.stderr.write(`Failed to get unit file state for ${unit}: No such file or directory\n`);
      return 1;
    }
    enabled ||= ['enabled', 'enabled-runtime', 'static', 'alias', 'indirect', 'generated'].includes(state);
    if (!options.has('quiet')) await process.stdout.write(`${state}\n`);
  }
  return enabled ? 0 : 1;
};

const cat: Verb = async (call) => {
  const { process } = call;
  let status = 0;
  let first = true;
  for (const name of unitNames(call)) {
    const found = findUnitFile(process.machine, name);
    if (found.kind === 'missing') {
      await process.stderr.write(`No files found for ${name}.\n`);
      status = 1;
      continue;
    }
    let text = first ? '' : '\n';
    first = false;
    if (found.kind === 'masked') text += `# Unit ${name} is masked.\n`;
    else {
      text += `# ${found.path}\n${found.text}`;
      for (const path of dropInPaths(process.machine, found.name)) {
        text += `\n# ${path}\n${readFileIfThere(process.machine, path) ?? ''}`;
      }
    }
    await process.stdout.write(text);
  }
  return status;
};

const show: Verb = async (call) => {
  const { process, options } = call;
  const wanted = options.values('property').flatMap((value) => value.split(','));
  const units = call.operands.length === 0 ? [] : unitNames(call);
  if (units.length === 0) {
    await process.stdout.write(`Version=252\nArchitecture=x86-64\nSystemState=${systemState(process)}\n`);
    return 0;
  }
  for (const [at, name] of units.entries()) {
    const properties = unitProperties(process, realUnitName(process.machine, name));
    const shown = properties.filter(([key, value]) => (wanted.length === 0 ? value !== '' : wanted.includes(key)));
    const text = shown.map(([key, value]) => (options.has('value') ? `${value}\n` : `${key}=${value}\n`)).join('');
    await process.stdout.write(at > 0 ? `\n${text}` : text);
  }
  return 0;
};

const listDependencies: Verb = async (call) => {
  const { process, options } = call;
  const { machine } = process;
  const step = options.has('reverse') ? neededBy : needs;
  const root = call.operands.length > 0 ? (unitNames(call)[0] ?? '') : realUnitName(machine, 'default.target');
  let text = `${root}\n`;
  const draw = (unit: string, prefix: string, path: readonly string[]) => {
    const children = step(machine, unit).filter((child) => !path.includes(child));
    for (const [at, child] of children.entries()) {
      const last = at === children.length - 1;
      text += `${dot(process, machine.units[child])} ${prefix}${last ? '└─' : '├─'}${child}\n`;
      if (child.endsWith('.target') || options.has('all'))
        draw(child, `${prefix}${last ? '  ' : '│ '}`, [...path, child]);
    }
  };
  draw(realUnitName(machine, root), '', [root]);
  await process.stdout.write(text);
  return 0;
};

const daemonReload: Verb = async (call) => {
  if (!(await authorized(call, 'reload daemon'))) return 1;
  call.process.transact((world) => reloadDaemon(world, call.process.machineName));
  return 0;
};

const resetFailed: Verb = async (call) => {
  const { process } = call;
  if (!(await authorized(call, 'reset failed state'))) return 1;
  const names = call.operands.length === 0 ? Object.keys(process.machine.units) : unitNames(call);
  let status = 0;
  for (const name of names) {
    if (
      call.operands.length > 0 &&
      !process.machine.units[realUnitName(process.machine, name)] &&
      findUnitFile(process.machine, name).kind === 'missing'
    ) {
      await process.stderr.write(`Failed to reset failed state of unit ${name}: Unit ${name} not loaded.\n`);
      status = 1;
      continue;
    }
    process.transact((world, machine) => {
      const unit = realUnitName(machine, name);
      const state = machine.units[unit];
      if (!state) return;
      state.starts = [];
      if (state.active !== 'failed') return;
      state.active = 'inactive';
      state.sub = 'dead';
      state.result = 'success';
      state.since = world.now;
      forgetUnit(world, machine, unit);
    });
  }
  return status;
};

const getDefault: Verb = async ({ process }) => {
  await process.stdout.write(`${realUnitName(process.machine, 'default.target')}\n`);
  return 0;
};

const setDefault: Verb = async (call) => {
  const { process } = call;
  if (!(await authorized(call, 'set default target'))) return 1;
  const operand = call.operands[0] ?? '';
  const target = operand.includes('.') ? operand : `${operand}.target`;
  if (findUnitFile(process.machine, target).kind !== 'file') {
    await process.stderr.write(`Failed to set default target: Unit file ${target} does not exist.\n`);
    return 1;
  }
  const link = '/etc/systemd/system/default.target';
  const file = `${vendorUnitPath(process.machine)}/${target}`;
  const removed = process.transact((world, machine) => {
    const time = world.epoch + world.now;
    const there = removeFileIfThere(machine, link, time) || lookup(machine, link, { follow: false }) !== undefined;
    makeSymlink(machine, file, link, { time });
    reloadDaemon(world, machine.name);
    return there;
  });
  await process.stderr.write(`${removed ? `Removed "${link}".\n` : ''}Created symlink ${link} → ${file}.\n`);
  return 0;
};

const isSystemRunning: Verb = async ({ process }) => {
  const state = systemState(process);
  await process.stdout.write(`${state}\n`);
  return state === 'running' ? 0 : 1;
};

const kill: Verb = async (call) => {
  const { process, options } = call;
  const signal = (options.value('signal') ?? 'SIGTERM').replace(/^SIG/, '');
  for (const name of unitNames(call)) {
    if (!(await authorized(call, `kill unit ${name}`))) return 1;
    const unit = realUnitName(process.machine, name);
    if (!process.machine.units[unit]) {
      await process.stderr.write(`Failed to kill unit ${name}: Unit ${name} not loaded.\n`);
      return 1;
    }
    const mainOnly = options.value('kill-whom') === 'main';
    const pids = unitProcesses(process.machine, unit).map(({ pid }) => pid);
    const main = process.machine.units[unit]?.mainPid ?? 0;
    const victims = mainOnly ? [main] : [...pids.filter((pid) => pid !== main), main];
    process.transact((world) => {
      for (const pid of victims) killProcess(world, process.machineName, pid, signal);
    });
  }
  return 0;
};

const edit: Verb = async ({ process }) => {
  await process.stderr.write('Cannot edit units if not on a tty.\n');
  return 1;
};

const listJobs: Verb = async ({ process }) => {
  const { jobs } = process.machine;
  if (jobs.length === 0) {
    await process.stdout.write('No jobs running.\n');
    return 0;
  }
  const rows = jobs.map(
    (job) => `${String(job.id).padStart(3)} ${job.unit.padEnd(30)} ${job.type.padEnd(7)} ${job.state}\n`,
  );
  await process.stdout.write(
    `JOB ${'UNIT'.padEnd(30)} ${'TYPE'.padEnd(7)} STATE\n${rows.join('')}\n${jobs.length} jobs listed.\n`,
  );
  return 0;
};

/** Verbs that ask, and small changes of the manager. */
export const queryVerbs: Readonly<Record<string, VerbEntry>> = {
  'is-active': { run: stateVerb(['active', 'reloading'], 3), min: 1 },
  'is-failed': { run: stateVerb(['failed'], 1), min: 1 },
  'is-enabled': { run: isEnabled, min: 1 },
  'is-system-running': { run: isSystemRunning },
  cat: { run: cat, min: 1 },
  show: { run: show },
  'list-dependencies': { run: listDependencies },
  'list-jobs': { run: listJobs },
  'daemon-reload': { run: daemonReload, max: 0 },
  'daemon-reexec': { run: daemonReload, max: 0 },
  'reset-failed': { run: resetFailed },
  'get-default': { run: getDefault, max: 0 },
  'set-default': { run: setDefault, min: 1, max: 1 },
  kill: { run: kill, min: 1 },
  edit: { run: edit, min: 1 },
};
