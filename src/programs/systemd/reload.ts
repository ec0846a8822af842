import { readUnit } from '../../machine/unitload';
import type { Machine } from '../../world/machine';

/** Whether a loaded unit's files were changed since systemd read them. */
export function needsReload(machine: Machine, unit: string): boolean {
  const loaded = machine.units[unit]?.loaded;
  if (!loaded || loaded.path === '') return false;
  const now = readUnit(machine, unit)?.loaded;
  return now === undefined ? false : now.texts.join('\n') !== loaded.texts.join('\n');
}

/** systemctl's warning about such a unit. */
export function reloadWarning(unit: string): string {
  return `Warning: The unit file, source configuration file or drop-ins of ${unit} changed on disk. Run 'systemctl daemon-reload' to reload units.\n`;
}
