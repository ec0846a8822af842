import type { Machine } from '../../world/machine';
import { listDirectory, lookup, readFileIfThere } from '../files';
import { expandSpecifiers } from '../unitfile';
import { unitDefinition } from './state';

/** Checks of conditions that a unit file can name, by setting. `value` is without `!` and `|`. */
const CHECKS: Readonly<Record<string, (machine: Machine, value: string) => boolean>> = {
  ConditionPathExists: (machine, value) => lookup(machine, value) !== undefined,
  ConditionPathIsDirectory: (machine, value) => lookup(machine, value)?.kind === 'directory',
  ConditionPathIsSymbolicLink: (machine, value) => lookup(machine, value, { follow: false })?.kind === 'symlink',
  ConditionFileNotEmpty: (machine, value) => (readFileIfThere(machine, value) ?? '') !== '',
  ConditionFileIsExecutable: (machine, value) => {
    const inode = lookup(machine, value);
    return inode?.kind === 'file' && (inode.mode & 0o111) !== 0;
  },
  ConditionDirectoryNotEmpty: (machine, value) =>
    lookup(machine, value)?.kind === 'directory' && listDirectory(machine, value).length > 0,
  ConditionKernelCommandLine: (machine, value) =>
    (readFileIfThere(machine, '/proc/cmdline') ?? '')
      .trim()
      .split(/\s+/)
      .some((word) => word === value || word.startsWith(`${value}=`)),
  ConditionHost: (machine, value) => machine.hostname === value || machine.machineId === value,
  ConditionVirtualization: (machine, value) => {
    if (value === 'container') return machine.virtualization === 'container';
    if (value === 'vm' || value === 'kvm') return machine.virtualization === 'kvm';
    return value === 'yes' || value === 'true' ? machine.virtualization !== 'none' : machine.virtualization === 'none';
  },
  // A container may not set the clock that it shares with its host.
  ConditionCapability: (machine, value) => value !== 'CAP_SYS_TIME' || machine.virtualization !== 'container',
};

/** The condition that isn't met, as systemd prints it; null when the unit may start. */
export function unmetCondition(machine: Machine, unit: string): string | null {
  const definition = unitDefinition(machine, unit);
  let triggers = 0;
  let triggered = false;
  let lastTrigger = '';
  for (const [name, raw] of definition.sections.Unit ?? []) {
    const check = CHECKS[name];
    if (!check) continue;
    const isTrigger = raw.startsWith('|');
    const text = isTrigger ? raw.slice(1) : raw;
    const negated = text.startsWith('!');
    const value = expandSpecifiers(negated ? text.slice(1) : text, unit, machine.hostname);
    const met = check(machine, value) !== negated;
    const shown = `${name}=${isTrigger ? '|' : ''}${negated ? '!' : ''}${value}`;
    if (isTrigger) {
      triggers++;
      triggered ||= met;
      lastTrigger = shown;
    } else if (!met) return shown;
  }
  return triggers > 0 && !triggered ? lastTrigger : null;
}
