import type { Machine } from '../../world/machine';
import type { LoadedUnit, UnitState } from '../../world/unit';
import type { World } from '../../world/world';
import { systemdLog } from '../log';
import { UnitDefinition, unitType } from '../unitfile';
import { definitionOf, findUnitFile, readUnit } from '../unitload';

/** Units that systemd makes itself; no file stands for them. */
const BUILTIN: Readonly<Record<string, string>> = {
  '-.mount': '[Unit]\nDescription=Root Mount\n',
  '-.slice': '[Unit]\nDescription=Root Slice\n',
  'system.slice': '[Unit]\nDescription=System Slice\n',
  'user.slice': '[Unit]\nDescription=User and Session Slice\n',
  'init.scope': '[Unit]\nDescription=System and Service Manager\n',
};

/** Names of the units that exist without a file. */
export const builtinUnits: readonly string[] = Object.keys(BUILTIN);

/** A unit at rest. */
export function idleState(world: World): UnitState {
  return {
    active: 'inactive',
    sub: 'dead',
    result: 'success',
    mainPid: 0,
    exitStatus: null,
    since: world.now,
    startedAt: null,
    restarts: 0,
    loaded: null,
    commands: [],
    controlPid: 0,
    activeSince: null,
    activeUntil: null,
    starts: [],
    phase: null,
    conditionMet: null,
  };
}

/** The real name of a unit: aliases resolved. */
export function realUnitName(machine: Machine, unit: string): string {
  if (machine.units[unit] || BUILTIN[unit]) return unit;
  return findUnitFile(machine, unit).name;
}

/** What systemd can say about whether a unit is there. */
export type LoadState = 'loaded' | 'not-found' | 'masked';

export function loadStateOf(machine: Machine, unit: string): LoadState {
  if (BUILTIN[unit]) return 'loaded';
  const found = findUnitFile(machine, unit);
  if (found.kind === 'masked') return 'masked';
  if (found.kind === 'file') return 'loaded';
  return machine.units[unit]?.loaded ? 'loaded' : 'not-found';
}

/** The unit's text that counts now: as it was loaded, else as it lies on the disk. */
export function loadedUnit(machine: Machine, unit: string): LoadedUnit | undefined {
  const kept = machine.units[unit]?.loaded;
  if (kept) return kept;
  const builtin = BUILTIN[unit];
  if (builtin) return { path: '', mtime: 0, texts: [builtin], dropIns: [] };
  return readUnit(machine, unit)?.loaded;
}

const EMPTY = new UnitDefinition([]);

/** Parsed settings of a unit; empty when there is no such unit. */
export function unitDefinition(machine: Machine, unit: string): UnitDefinition {
  const loaded = loadedUnit(machine, unit);
  return loaded ? definitionOf(loaded) : EMPTY;
}

/** The state of a unit, made and loaded when it isn't there yet. */
export function ensureState(world: World, machine: Machine, unit: string): UnitState {
  let state = machine.units[unit];
  if (!state) {
    machine.units[unit] = idleState(world);
    state = machine.units[unit] as UnitState;
  }
  if (!state.loaded) state.loaded = loadedUnit(machine, unit) ?? null;
  return state;
}

/** `Description=`, else the unit's name. */
export function descriptionOf(machine: Machine, unit: string): string {
  const text = unitDefinition(machine, unit).last('Unit', 'Description');
  return text === undefined ? unit : expandName(text, unit);
}

function expandName(text: string, unit: string): string {
  const at = unit.indexOf('@');
  const instance = at < 0 ? '' : unit.slice(at + 1, unit.lastIndexOf('.'));
  return text.replace(/%[iI]/g, instance).replace(/%n/g, unit).replace(/%%/g, '%');
}

/** How messages name a unit: by its description on CentOS, by both on Debian. */
export function statusName(machine: Machine, unit: string): string {
  const description = descriptionOf(machine, unit);
  if (machine.distribution !== 'debian-12' || description === unit) return description;
  return `${unit} - ${description}`;
}

/** Moves a unit to a state, with the times that follow from it. */
export function setActive(
  world: World,
  machine: Machine,
  unit: string,
  active: UnitState['active'],
  sub: string,
): void {
  const state = ensureState(world, machine, unit);
  if (state.active !== active) {
    state.since = world.now;
    if (active === 'active' && state.active !== 'reloading') {
      state.activeSince = world.now;
      state.activeUntil = null;
    }
    if (state.active === 'active' && active !== 'reloading') state.activeUntil = world.now;
  }
  state.active = active;
  state.sub = sub;
}

/** Whether a unit counts as up for its dependents. */
export function isUp(state: UnitState | undefined): boolean {
  return state !== undefined && (state.active === 'active' || state.active === 'reloading');
}

/** A journal line of systemd about a unit. */
export function unitLog(world: World, machine: Machine, unit: string, message: string, priority = 6): void {
  systemdLog(world, machine, unit, message, priority);
}

export type ServiceType = 'simple' | 'exec' | 'forking' | 'oneshot' | 'dbus' | 'notify' | 'idle';

/** `Type=` of a service, with systemd's default. */
export function serviceType(definition: UnitDefinition): ServiceType {
  const type = definition.last('Service', 'Type');
  if (type !== undefined) return type as ServiceType;
  return definition.all('Service', 'ExecStart').length === 0 ? 'oneshot' : 'simple';
}

/** The sub-state that a unit type shows when it is up. */
export function upSubState(unit: string): string {
  switch (unitType(unit)) {
    case 'socket':
      return 'listening';
    case 'timer':
    case 'path':
      return 'waiting';
    case 'mount':
      return 'mounted';
    case 'device':
      return 'plugged';
    case 'scope':
      return 'running';
    default:
      return 'active';
  }
}
