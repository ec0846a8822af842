import {
  disableLinks,
  type EnableResult,
  enableLinks,
  type LinkChange,
  maskUnits,
  presetOf,
  unmaskUnits,
} from '../../machine/enablement';
import { lookup, makeSymlink, normalizePath, removeDirectory } from '../../machine/files';
import { realUnitName } from '../../machine/systemd/state';
import { mangleUnitName } from '../../machine/unitfile';
import { reloadDaemon, requestJob } from '../../machine/units';
import type { Process } from '../../shell/process';
import type { Machine } from '../../world/machine';
import { authorized, type Call, unitNames } from './call';
import { finish, refusal } from './jobs';

const NO_INSTALL = `The unit files have no installation config (WantedBy=, RequiredBy=, Also=,
Alias= settings in the [Install] section, and DefaultInstance= for template
units). This means they are not meant to be enabled using systemctl.
 
Possible reasons for having this kind of units are:
• A unit may be statically enabled by being symlinked from another unit's
  .wants/ or .requires/ directory.
• A unit's purpose may be to act as a helper for some other unit which has
  a requirement dependency on it.
• A unit may be started when needed via activation (socket, path, timer,
  D-Bus, udev, scripted systemctl call, ...).
• In case of template units, the unit is meant to be enabled with some
  instance name specified.
`;

/** `enable`, `disable`, `mask` and their like. */
export async function changeFiles(call: Call): Promise<number> {
  const { process, verb, options } = call;
  const units = unitNames(call);
  if (!(await authorized(call, FAILURES[verb] ?? `${verb} unit`))) return 1;
  const runtime = options.has('runtime');
  const quiet = options.has('quiet');
  const time = process.world.epoch + process.world.now;
  if (verb === 'mask' || verb === 'unmask') {
    const status = await changeMasks(process, verb, units, time, runtime, quiet);
    if (status !== 0) return status;
  } else {
    const result = process.transact((_, machine) => apply(machine, verb, call, units, time, runtime));
    if (!quiet) await process.stderr.write(changeText(result.changes));
    if (result.error) {
      await process.stderr.write(`Failed to ${FAILURES[verb] ?? `${verb} unit`}: ${errorText(result)}\n`);
      return 1;
    }
    const useless = verb !== 'disable' && result.withoutInstall.length === units.length && result.changes.length === 0;
    if (useless && verb !== 'preset' && verb !== 'link' && !quiet) await process.stderr.write(NO_INSTALL);
  }
  process.transact((world) => reloadDaemon(world, process.machineName));
  return options.has('now') ? startOrStop(process, verb, units) : 0;
}

const FAILURES: Readonly<Record<string, string>> = {
  enable: 'enable unit',
  disable: 'disable unit',
  reenable: 'reenable unit',
  mask: 'mask unit',
  unmask: 'unmask unit',
  preset: 'preset unit',
  link: 'link unit',
  revert: 'revert unit',
};

function errorText({ error }: EnableResult): string {
  switch (error?.kind) {
    case 'missing':
      return `Unit file ${error.unit} does not exist.`;
    case 'masked':
      return `Unit file ${error.path} is masked.`;
    case 'exists':
      return `File ${error.path} already exists.`;
    default:
      return '';
  }
}

function apply(
  machine: Machine,
  verb: string,
  call: Call,
  units: readonly string[],
  time: number,
  runtime: boolean,
): EnableResult {
  switch (verb) {
    case 'enable':
      return enableLinks(machine, units, time, runtime);
    case 'reenable': {
      const before = disableLinks(machine, units, time, runtime);
      const after = enableLinks(machine, units, time, runtime);
      return { ...after, changes: [...before.changes, ...after.changes] };
    }
    case 'preset': {
      const on = units.filter((unit) => presetOf(machine, unit) === 'enabled');
      const first = disableLinks(
        machine,
        units.filter((unit) => !on.includes(unit)),
        time,
        runtime,
      );
      if (first.error) return first;
      const second = enableLinks(machine, on, time, runtime);
      return { ...second, changes: [...first.changes, ...second.changes] };
    }
    case 'link':
      return linkFiles(machine, call, time);
    case 'revert':
      return revert(machine, units, time);
    default:
      return disableLinks(machine, units, time, runtime);
  }
}

function linkFiles(machine: Machine, call: Call, time: number): EnableResult {
  const changes: LinkChange[] = [];
  for (const operand of call.operands) {
    const target = normalizePath(operand, call.process.cwd);
    const unit = target.slice(target.lastIndexOf('/') + 1);
    if (!lookup(machine, target)) return { changes, withoutInstall: [], error: { kind: 'missing', unit } };
    const path = `/etc/systemd/system/${unit}`;
    if (lookup(machine, path, { follow: false })) continue;
    makeSymlink(machine, target, path, { time });
    changes.push({ kind: 'created', path, target });
  }
  return { changes, withoutInstall: [], error: null };
}

function revert(machine: Machine, units: readonly string[], time: number): EnableResult {
  const changes: LinkChange[] = [];
  for (const unit of units) {
    const folder = `/etc/systemd/system/${unit}.d`;
    if (lookup(machine, folder)?.kind !== 'directory') continue;
    removeDirectory(machine, folder, { time, recursive: true });
    changes.push({ kind: 'removed', path: folder });
  }
  return { changes, withoutInstall: [], error: null };
}

async function changeMasks(
  process: Process,
  verb: 'mask' | 'unmask',
  units: readonly string[],
  time: number,
  runtime: boolean,
  quiet: boolean,
): Promise<number> {
  if (verb === 'unmask') {
    const changes = process.transact((_, machine) => unmaskUnits(machine, units, time, runtime));
    if (!quiet) await process.stderr.write(changeText(changes));
    return 0;
  }
  const result = process.transact((_, machine) => maskUnits(machine, units, time, runtime));
  for (const unit of result.missing) await process.stderr.write(`Unit ${unit} does not exist, proceeding anyway.\n`);
  if (!quiet) await process.stderr.write(changeText(result.changes));
  if (!result.error) return 0;
  await process.stderr.write(`Failed to mask unit: File ${result.error.path} already exists.\n`);
  return 1;
}

function changeText(changes: readonly LinkChange[]): string {
  return changes
    .map((change) =>
      change.kind === 'created'
        ? `Created symlink ${change.path} → ${change.target}.\n`
        : `Removed "${change.path}".\n`,
    )
    .join('');
}

/** `--now`: starts what was enabled, stops what was disabled or masked. */
async function startOrStop(process: Process, verb: string, units: readonly string[]): Promise<number> {
  const type = verb === 'enable' || verb === 'reenable' || verb === 'unmask' ? 'start' : 'stop';
  const pending: { unit: string; job: number }[] = [];
  for (const name of units) {
    const unit = realUnitName(process.machine, mangleUnitName(name));
    const answer = process.transact((world) => requestJob(world, process.machineName, unit, type));
    if (answer.kind === 'job') pending.push({ unit, job: answer.id });
    if (answer.kind === 'error') {
      const { text, status } = refusal(answer.error, type);
      await process.stderr.write(`Failed to ${type} ${name}: ${text}\n`);
      return status;
    }
  }
  return finish(process, pending);
}
