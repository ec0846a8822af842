import { enablementOf, presetOf } from '../../machine/enablement';
import { type DependencyKind, dependents, graphOf } from '../../machine/systemd/dependencies';
import { descriptionOf, loadedUnit, loadStateOf, serviceType, unitDefinition } from '../../machine/systemd/state';
import { unitType } from '../../machine/unitfile';
import type { Process } from '../../shell/process';
import { timestamp, unixTime } from './format';
import { needsReload } from './reload';
import { controlGroup } from './status';

/** Properties of a unit in the order in which `systemctl show` prints them. */
export function unitProperties(process: Process, unit: string): [string, string][] {
  const { machine } = process;
  const state = machine.units[unit];
  const definition = unitDefinition(machine, unit);
  const load = loadStateOf(machine, unit);
  const graph = graphOf(machine);
  const at = (time: number | null | undefined) =>
    time === null || time === undefined ? '' : timestamp(process, unixTime(process, time));
  const list = (kind: DependencyKind) => graph.dependencies(machine, unit, kind).join(' ');
  const properties: [string, string][] = [];
  if (unitType(unit) === 'service') {
    const main = state?.commands.find((command) => command.setting === 'ExecStart');
    properties.push(
      ['Type', serviceType(definition)],
      ['Restart', definition.last('Service', 'Restart') ?? 'no'],
      ['RemainAfterExit', definition.flag('Service', 'RemainAfterExit', false) ? 'yes' : 'no'],
      ['MainPID', String(state?.mainPid ?? 0)],
      ['ControlPID', String(state?.controlPid ?? 0)],
      ['Result', state?.result ?? 'success'],
      ['NRestarts', String(state?.restarts ?? 0)],
      ['ExecMainStartTimestamp', state?.startedAt ? timestamp(process, state.startedAt) : ''],
      ['ExecMainPID', String(main?.pid ?? 0)],
      ['ExecMainCode', main?.code ? '1' : '0'],
      ['ExecMainStatus', String(state?.exitStatus ?? 0)],
      ['ControlGroup', state && state.mainPid > 0 ? controlGroup(unit) : ''],
    );
  }
  properties.push(
    ['Id', unit],
    ['Names', unit],
    ['Requires', list('Requires')],
    ['Wants', list('Wants')],
    ['WantedBy', dependents(machine, unit, ['Wants']).join(' ')],
    ['RequiredBy', dependents(machine, unit, ['Requires']).join(' ')],
    ['Conflicts', list('Conflicts')],
    ['Before', list('Before')],
    ['After', list('After')],
    ['Documentation', definition.words('Unit', 'Documentation').join(' ')],
    ['Description', load === 'loaded' ? descriptionOf(machine, unit) : unit],
    ['LoadState', load],
    ['ActiveState', state?.active ?? 'inactive'],
    ['SubState', state?.sub ?? 'dead'],
    ['FragmentPath', load === 'masked' ? '' : (loadedUnit(machine, unit)?.path ?? '')],
    ['UnitFileState', load === 'not-found' ? '' : enablementOf(machine, unit)],
    ['UnitFilePreset', load === 'loaded' ? presetOf(machine, unit) : ''],
    ['StateChangeTimestamp', at(state?.since)],
    ['ActiveEnterTimestamp', at(state?.activeSince)],
    ['ActiveExitTimestamp', at(state?.activeUntil)],
    ['CanStart', load === 'loaded' ? 'yes' : 'no'],
    ['CanStop', load === 'loaded' ? 'yes' : 'no'],
    ['NeedDaemonReload', needsReload(machine, unit) ? 'yes' : 'no'],
    ['ConditionResult', state?.conditionMet ? 'yes' : 'no'],
  );
  return properties;
}
