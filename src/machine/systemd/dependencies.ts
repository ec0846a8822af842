import { current, isDraft } from 'mutative';
import type { Machine } from '../../world/machine';
import { lookup } from '../files';
import { expandSpecifiers, templateOf, UnitDefinition, unitType } from '../unitfile';
import { definitionOf, findUnitFile, linkedUnits, readUnit } from '../unitload';

/** Kinds of dependency that a unit file names. */
export type DependencyKind =
  | 'Requires'
  | 'Requisite'
  | 'Wants'
  | 'BindsTo'
  | 'PartOf'
  | 'Upholds'
  | 'Conflicts'
  | 'Before'
  | 'After'
  | 'OnFailure'
  | 'OnSuccess'
  | 'PropagatesReloadTo';

/**
 * The dependencies that the unit files of a machine make, remembered as long as the unit directories don't change.
 * Dependencies are read from the disk, whatever systemd has loaded: enabling a unit reloads anyway.
 */
export class UnitGraph {
  readonly #known = new Map<string, readonly string[]>();

  /** Units that a unit depends on in one way, in order: as written, linked, and implied by its type. */
  dependencies(machine: Machine, unit: string, kind: DependencyKind): readonly string[] {
    const key = `${kind} ${unit}`;
    const known = this.#known.get(key);
    if (known) return known;
    const definition = diskDefinition(machine, unit);
    const names = definition.words('Unit', kind).map((word) => expandSpecifiers(word, unit, machine.hostname));
    if (kind === 'Wants') names.push(...links(machine, unit, 'wants'));
    if (kind === 'Requires') names.push(...links(machine, unit, 'requires'));
    names.push(...this.#implied(machine, unit, kind));
    const real = names.map((name) => findUnitFile(machine, name).name);
    const result = [...new Set(real)].filter((name) => name !== unit);
    this.#known.set(key, result);
    return result;
  }

  /** Whether `first` is ordered before `second`. */
  isBefore(machine: Machine, first: string, second: string): boolean {
    return (
      this.dependencies(machine, second, 'After').includes(first) ||
      this.dependencies(machine, first, 'Before').includes(second)
    );
  }

  /** What follows from a unit's type while DefaultDependencies= is on. */
  #implied(machine: Machine, unit: string, kind: DependencyKind): readonly string[] {
    const definition = diskDefinition(machine, unit);
    const type = unitType(unit);
    if (type === 'target' && kind === 'After') {
      const before = new Set(definition.words('Unit', 'Before'));
      const pulled = (['Requires', 'Wants', 'Requisite', 'BindsTo'] as const).flatMap((other) =>
        this.dependencies(machine, unit, other),
      );
      return pulled.filter((name) => !before.has(name));
    }
    if (!definition.flag('Unit', 'DefaultDependencies', true)) return [];
    if (kind === 'Conflicts')
      return CONFLICTING.includes(type) && unit !== 'shutdown.target' ? ['shutdown.target'] : [];
    if (type === 'service' && kind === 'Requires') return ['sysinit.target'];
    if (type === 'service' && kind === 'After') return ['sysinit.target', 'basic.target'];
    if ((type === 'socket' || type === 'timer') && kind === 'After') return ['sysinit.target'];
    if ((type === 'socket' || type === 'timer') && kind === 'Before') return [`${type}s.target`];
    return [];
  }
}

const CONFLICTING: readonly string[] = ['service', 'socket', 'timer', 'target'];

function diskDefinition(machine: Machine, unit: string): UnitDefinition {
  const read = readUnit(machine, unit);
  return read ? definitionOf(read.loaded) : NOTHING;
}

const NOTHING = new UnitDefinition([]);

function links(machine: Machine, unit: string, suffix: 'wants' | 'requires'): string[] {
  const parts = templateOf(unit);
  const ofTemplate = parts && parts.instance !== '' ? linkedUnits(machine, parts.template, suffix) : [];
  return [...linkedUnits(machine, unit, suffix), ...ofTemplate];
}

/** Graphs by the vendor's unit directory, with the other two directories they hold for. */
const graphs = new WeakMap<object, { etc: unknown; run: unknown; hostname: string; graph: UnitGraph }>();

/** An object that stays the same as long as what it stands for isn't changed, draft or not. */
function identity(value: object | undefined): object | undefined {
  return value !== undefined && isDraft(value) ? current(value) : value;
}

/** The dependency graph of a machine's unit files as they are now. */
export function graphOf(machine: Machine): UnitGraph {
  const etc = identity(lookup(machine, '/etc/systemd/system'));
  const run = identity(lookup(machine, '/run/systemd/system'));
  const vendor = identity(lookup(machine, '/usr/lib/systemd/system'));
  if (!vendor) return new UnitGraph();
  const known = graphs.get(vendor);
  if (known && known.etc === etc && known.run === run && known.hostname === machine.hostname) return known.graph;
  const graph = new UnitGraph();
  graphs.set(vendor, { etc, run, hostname: machine.hostname, graph });
  return graph;
}

/** Loaded units that name `unit` in one of these ways. */
export function dependents(machine: Machine, unit: string, kinds: readonly DependencyKind[]): string[] {
  const graph = graphOf(machine);
  return Object.keys(machine.units).filter(
    (other) => other !== unit && kinds.some((kind) => graph.dependencies(machine, other, kind).includes(unit)),
  );
}

const MENTIONS: readonly DependencyKind[] = [
  'Requires',
  'Requisite',
  'Wants',
  'BindsTo',
  'PartOf',
  'Upholds',
  'Conflicts',
  'Before',
  'After',
  'OnFailure',
  'OnSuccess',
  'PropagatesReloadTo',
];

/** Whether a loaded unit names this one, so that systemd keeps it in memory. */
export function isMentioned(machine: Machine, unit: string): boolean {
  return dependents(machine, unit, MENTIONS).length > 0;
}
