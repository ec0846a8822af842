import { record } from '../kernel/history';
import type { Fault } from '../world/fault';
import type { World } from '../world/world';

/** Whether a fault concerns packets from one machine to another on a network. */
function matches(fault: Fault, network: string, from: string, to: string): boolean {
  if (fault.network !== null && fault.network !== network) return false;
  const oneWay = (a: string, b: string) =>
    (fault.from === null || fault.from === a) && (fault.to === null || fault.to === b);
  return oneWay(from, to) || (fault.bothWays && oneWay(to, from));
}

/** Verdict on packets in one direction: the first fault that matches wins. */
export function verdictOf(world: World, network: string, from: string, to: string): Fault | null {
  for (const fault of world.faults) if (matches(fault, network, from, to)) return fault;
  return null;
}

/** Whether packets in one direction are lost. */
export function isDropped(world: World, network: string, from: string, to: string): boolean {
  return world.faults.length > 0 && verdictOf(world, network, from, to)?.verdict === 'drop';
}

/** Whether a question and its answer don't both get through. */
export function isCut(world: World, network: string, from: string, to: string): boolean {
  return isDropped(world, network, from, to) || isDropped(world, network, to, from);
}

/** What faults add to a round trip, in ms. */
export function delayOf(world: World, network: string, from: string, to: string): number {
  if (world.faults.length === 0) return 0;
  const there = verdictOf(world, network, from, to);
  const back = verdictOf(world, network, to, from);
  return (there?.verdict === 'delay' ? there.delayMs : 0) + (back?.verdict === 'delay' ? back.delayMs : 0);
}

/** What a fault is made of; what isn't given matches everything, and it drops both ways. */
export type FaultRequest = Partial<Omit<Fault, 'id'>>;

/** Injects a fault. Returns its id. */
export function addFault(world: World, request: FaultRequest): string {
  const facts: Fault = {
    id: `fault-${world.sequence}`,
    network: request.network ?? null,
    from: request.from ?? null,
    to: request.to ?? null,
    verdict: request.verdict ?? 'drop',
    delayMs: request.delayMs ?? 0,
    bothWays: request.bothWays ?? true,
  };
  const { id, network, from, to, verdict, delayMs, bothWays } = facts;
  record(world, 'fault.injected', from, {
    id,
    verdict,
    bothWays,
    ...(network === null ? {} : { network }),
    ...(to === null ? {} : { to }),
    ...(delayMs === 0 ? {} : { delayMs }),
  });
  world.faults.push(facts);
  return id;
}

/** Takes a fault away. Returns whether it was there. */
export function removeFault(world: World, id: string): boolean {
  const at = world.faults.findIndex((fault) => fault.id === id);
  if (at < 0) return false;
  const from = world.faults[at]?.from ?? null;
  world.faults.splice(at, 1);
  record(world, 'fault.removed', from, { id });
  return true;
}

/** Takes all faults away, or those of one network. Returns how many there were. */
export function removeFaults(world: World, network?: string): number {
  const ids = world.faults.filter((fault) => network === undefined || fault.network === network).map(({ id }) => id);
  for (const id of ids) removeFault(world, id);
  return ids.length;
}

/**
 * A partition: cuts every link between machines of different groups on one network (null: on all). Machines in no
 * group keep all their links. Returns the ids of the faults.
 */
export function cutBetween(world: World, groups: readonly (readonly string[])[], network: string | null): string[] {
  const ids: string[] = [];
  for (const [index, group] of groups.entries()) {
    for (const other of groups.slice(index + 1)) {
      for (const from of group) for (const to of other) ids.push(addFault(world, { network, from, to }));
    }
  }
  return ids;
}
