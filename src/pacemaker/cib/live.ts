import { isDraft, original } from 'mutative';
import { isPending, schedule } from '../../kernel/events';
import { findGroup } from '../../machine/accounts';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { type PacemakerMachine, partition, partitionDc } from '../peers';
import { ctime, unixMs } from '../time';
import { storeCib } from './disk';
import { CibError } from './errors';
import { firstChange } from './first-change';
import { applyOperation, type CibOperation } from './operations';
import { checkCib } from './schema';
import { withAttributes } from './tree';
import { configurationChanged, countChange } from './write';

declare module '../../kernel/events' {
  interface EventMap {
    /** A machine's CIB manager writes the configuration to its disk. */
    'pacemaker.cib-store': { machine: string };
    /** A partition's CIB changed: its designated controller looks at it. `machine` is where the change came from. */
    'pacemaker.cib-changed': { machine: string; configuration: boolean; client: string; by: string | null };
  }
}

/** Who changes a live CIB: goes into `update-client` and `update-user`. */
export interface CibWriter {
  readonly user: string;
  readonly client: string;
}

export const CONTROLLER: CibWriter = { user: 'hacluster', client: 'crmd' };
export const ATTRIBUTE_MANAGER: CibWriter = { user: 'hacluster', client: 'attrd' };

/** A machine's copy of the CIB as a plain value; null while its CIB manager doesn't answer. */
export function liveCib(machine: Machine): Element | null {
  const cib = machine.pacemaker?.cib ?? null;
  return cib !== null && isDraft(cib) ? (original(cib) as Element) : cib;
}

/** Root, hacluster and the group haclient may talk to the daemons. */
export function mayUseCluster(
  machine: Machine,
  who: { readonly user: string; readonly uid: number; readonly gid: number; readonly groups: readonly number[] },
): boolean {
  if (who.uid === 0 || who.user === 'hacluster') return true;
  const haclient = findGroup(machine, 'haclient')?.gid;
  return haclient !== undefined && (who.gid === haclient || who.groups.includes(haclient));
}

/** A write of the configuration takes so long; what changes meanwhile is written together after it. */
const WRITE_TIME = 12;

/** The write that was waited for. */
export function writeCib(world: World, payload: { machine: string }): void {
  const machine = world.machines[payload.machine];
  const cib = machine ? liveCib(machine) : null;
  if (!machine?.pacemaker || !cib) return;
  machine.pacemaker.storedAt = world.now;
  storeCib(world, machine, cib);
}

/** Puts a CIB in place on one machine; stores it when the configuration is another. */
export function installCib(world: World, machine: PacemakerMachine, cib: Element): void {
  const before = liveCib(machine);
  machine.pacemaker.cib = cib;
  if (before && !configurationChanged(before, cib)) return;
  const { name } = machine;
  const wait = (machine.pacemaker.storedAt ?? -WRITE_TIME) + WRITE_TIME - world.now;
  const key = `pacemaker.cib-store:${name}`;
  if (wait <= 0) writeCib(world, { machine: name });
  else if (!isPending(world, key))
    schedule(world, wait, 'pacemaker.cib-store', { machine: name }, { machine: name, key });
}

/**
 * Applies an operation in a machine's whole partition and gives the machine's CIB after it. Members whose copies are
 * equal share the result; one whose copy differs (nobody has synchronized them yet) applies the operation to its own.
 * Throws CibError.
 */
export function changeLiveCib(world: World, machineName: string, operation: CibOperation, writer: CibWriter): Element {
  const machine = world.machines[machineName];
  const before = machine ? liveCib(machine) : null;
  if (!before) throw new CibError('ENOTCONN');
  const origin = machine?.pacemaker?.nodeName ?? machineName;
  const change = (cib: Element): Element => {
    const after = countChange(cib, applyOperation(cib, operation), operation);
    if (after === cib || !configurationChanged(cib, after)) return after;
    return withAttributes(after, stamp(world, origin, writer));
  };
  const after = change(before);
  if (after === before) return before;
  const configuration = configurationChanged(before, after);
  if (configuration && writer.client !== CONTROLLER.client) checkCib(after, before);
  for (const member of partition(world, machineName)) {
    const present = liveCib(member);
    if (present === before || !present) installCib(world, member, after);
    else
      installCib(
        world,
        member,
        tolerant(() => change(present), present),
      );
  }
  const running = partitionDc(world, machineName)?.pacemaker.controller.transition;
  const by = configuration && running ? firstChange(before, after) : null;
  schedule(world, 0, 'pacemaker.cib-changed', { machine: machineName, configuration, client: writer.client, by });
  return after;
}

/** Result of a change on a copy that differs: one that can't be made there is left out. */
function tolerant(change: () => Element, otherwise: Element): Element {
  try {
    return change();
  } catch (error) {
    if (error instanceof CibError) return otherwise;
    throw error;
  }
}

/** The attributes that tell who changed the configuration last. */
export function stamp(world: World, origin: string, writer: CibWriter): Record<string, string> {
  return {
    'cib-last-written': ctime(unixMs(world)),
    'update-origin': origin,
    'update-client': writer.client,
    'update-user': writer.user,
  };
}
