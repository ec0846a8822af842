/**
 * The token of a ring. It isn't passed on in the simulation: what counts is whether it could be, all the way round, and
 * when each member had it last once it couldn't.
 */
import { cancelEvent, schedule } from '../kernel/events';
import { randomInteger } from '../kernel/random';
import type { Millis, World } from '../world/world';
import { say } from './journal';
import { carries } from './links';
import { type CorosyncMachine, liveDaemons } from './nodes';

declare module '../kernel/events' {
  interface EventMap {
    /** A member misses the token: for some time (a warning), or for too long. */
    'corosync.token': { machine: string; stage: 'warning' | 'lost' };
    /** Rings are looked at again: all members had time to enter them. */
    'corosync.watch': Record<string, never>;
  }
}

const STAGES = ['warning', 'lost'] as const;

function tokenKey(machine: CorosyncMachine, stage: (typeof STAGES)[number]): string {
  return `corosync.token.${stage}/${machine.name}`;
}

/** Finds the rings whose token can't come round (any more) and starts or stops their members' timers. */
export function watchTokens(world: World): void {
  const rings = new Map<string, CorosyncMachine[]>();
  for (const machine of liveDaemons(world)) {
    const { totem } = machine.corosync;
    if (totem.state !== 'operational') continue;
    const ring = `${totem.ring.representative}.${totem.ring.sequence}`;
    rings.set(ring, [...(rings.get(ring) ?? []), machine]);
  }
  for (const machines of rings.values()) watchRing(world, machines);
}

/** Looks again when the commit token of a new ring has reached everybody. */
export function watchLater(world: World, delay: Millis): void {
  schedule(world, delay, 'corosync.watch', {}, { key: 'corosync.watch' });
}

function watchRing(world: World, machines: readonly CorosyncMachine[]): void {
  const first = machines[0] as CorosyncMachine;
  const members = first.corosync.totem.members;
  const order = members.map((nodeId) => machines.find((each) => each.corosync.nodeId === nodeId));
  const broken = brokenHop(order);
  if (broken === null) {
    for (const machine of machines) forgetToken(world, machine);
    return;
  }
  const { hold } = first.corosync.settings.totem;
  // The representative holds an idle token; when the way broke it had held it for some part of that time.
  const lastRound = world.now - randomInteger(world, 0, Math.max(0, hold));
  for (const [position, machine] of order.entries()) {
    if (!machine || machine.corosync.totem.tokenMissingSince !== null) continue;
    const gotItOnceMore = order[0] !== undefined && position > 0 && position <= broken;
    missToken(world, machine, gotItOnceMore ? lastRound + hold : lastRound);
  }
}

/** Position of the first member whose successor doesn't get the token; null when it comes all the way round. */
function brokenHop(order: readonly (CorosyncMachine | undefined)[]): number | null {
  if (order.length === 1) return null;
  for (const [position, machine] of order.entries()) {
    const next = order[(position + 1) % order.length];
    if (!machine || !next || !carries(machine, next)) return position;
  }
  return null;
}

function missToken(world: World, machine: CorosyncMachine, since: Millis): void {
  const { totem, settings } = machine.corosync;
  totem.tokenMissingSince = since;
  const { token, tokenWarning } = settings.totem;
  for (const stage of STAGES) {
    if (stage === 'warning' && tokenWarning === 0) continue;
    const after = stage === 'lost' ? token : Math.floor((token * tokenWarning) / 100);
    schedule(
      world,
      Math.max(0, since + after - world.now),
      'corosync.token',
      { machine: machine.name, stage },
      { key: tokenKey(machine, stage), machine: machine.name },
    );
  }
}

/** The token came, or nobody waits for it any more. */
export function forgetToken(world: World, machine: CorosyncMachine): void {
  if (machine.corosync.totem.tokenMissingSince === null) return;
  machine.corosync.totem.tokenMissingSince = null;
  for (const stage of STAGES) cancelEvent(world, tokenKey(machine, stage));
}

/** Three quarters of the token timeout are over. */
export function warnOfToken(world: World, machine: CorosyncMachine): void {
  const { token, tokenWarning } = machine.corosync.settings.totem;
  const text = `Token has not been received in ${Math.floor((token * tokenWarning) / 100)} ms`;
  say(world, machine, 'TOTEM', text, 'info');
}
