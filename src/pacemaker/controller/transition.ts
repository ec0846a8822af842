import { schedule } from '../../kernel/events';
import type { ActiveAction, ActiveSynapse, ActiveTransition, ControllerState } from '../../world/pacemaker';
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { liveCib } from '../cib/live';
import { say } from '../journal';
import { hasPacemaker, isDc, type PacemakerMachine } from '../peers';
import type { Transition } from '../scheduler/transition';
import { fireAction } from './action';
import { logCalculation } from './calculation';
import { requestDecision } from './decide';
import { timeOption } from './options';
import type { ControllerParts } from './parts';
import { eventOf } from './startup';
import { note, setState } from './state';

declare module '../../kernel/events' {
  interface EventMap {
    /** cluster-recheck-interval is over, or a rule or a failure's expiry asks for a new decision. */
    'pacemaker.recheck': { machine: string };
    /** The designated controller looks which actions can begin. */
    'pacemaker.advance': { machine: string };
  }
}

const RECHECK_INTERVAL = 15 * 60_000;
/** From an aborted transition's end to the next decision. */
const NEXT_STEP = 10;

/** The scheduler's turn. */
export function decide(world: World, payload: { machine: string }, parts: ControllerParts): void {
  const dc = world.machines[payload.machine];
  if (!hasPacemaker(dc) || dc.pacemaker.controller.state !== 'S_POLICY_ENGINE') return;
  const cib = liveCib(dc);
  if (!cib) return;
  const { controller } = dc.pacemaker;
  controller.abortReason = null;
  controller.work += 1;
  const decision = parts.schedule(cib, world.epoch + world.now);
  const source = logCalculation(world, dc, cib, decision, controller.nextTransition);
  begin(world, dc, decision.transition, source, decision.changes ?? []);
  scheduleRecheck(world, dc, cib, decision.recheckAt ?? 0);
  advance(world, dc, parts);
}

function begin(
  world: World,
  dc: PacemakerMachine,
  transition: Transition,
  source: string,
  changes: readonly string[],
): void {
  const { controller } = dc.pacemaker;
  const id = controller.nextTransition++;
  const hasWork = transition.synapses.length > 0;
  setState(world, dc, 'S_TRANSITION_ENGINE');
  controller.transition = {
    id,
    source,
    batchLimit: Number.parseInt(transition.attributes['batch-limit'] ?? '0', 10) || 0,
    synapses: transition.synapses.map((synapse) => ({
      id: synapse.id,
      priority: synapse.priority ?? 0,
      state: 'waiting',
      actions: synapse.actions.map((action) => ({
        id: action.id,
        kind: action.kind,
        operation: action.operation,
        operationKey: action.operationKey,
        node: action.node,
        nodeUuid: action.nodeUuid,
        primitive: action.primitive ? { ...action.primitive } : null,
        attributes: { ...action.attributes },
        extra: { ...action.extra },
        state: 'waiting',
      })),
      inputs: synapse.inputs.map((input) => input.id),
    })),
    aborted: false,
    fired: 0,
    completed: 0,
    incomplete: 0,
    skipped: 0,
    startedAt: world.now,
  };
  if (hasWork) note(world, dc, 'pacemaker.transition', { id, actions: transition.synapses.length, changes });
}

/** Begins all actions whose inputs are there, and ends the transition when nothing is left to wait for. */
export function advance(world: World, dc: PacemakerMachine, parts: ControllerParts): void {
  const { controller } = dc.pacemaker;
  const transition = controller.transition;
  if (!transition || !isDc(dc)) return;
  let progress = true;
  while (progress && controller.transition) {
    progress = false;
    if (!transition.aborted) {
      const done = doneActions(transition);
      for (const synapse of transition.synapses) {
        if (synapse.state !== 'waiting' || !isReady(synapse, done)) continue;
        if (transition.batchLimit > 0 && inFlight(transition) >= transition.batchLimit && !isPseudo(synapse)) continue;
        fire(world, dc, transition, synapse, parts);
        progress = true;
      }
    }
  }
  if (controller.transition && inFlight(transition) === 0) finish(world, dc, controller, transition);
}

function doneActions(transition: ActiveTransition): Set<number> {
  const done = new Set<number>();
  for (const synapse of transition.synapses)
    for (const action of synapse.actions) if (action.state === 'done') done.add(action.id);
  return done;
}

function isReady(synapse: ActiveSynapse, done: ReadonlySet<number>): boolean {
  return synapse.inputs.every((input) => done.has(input));
}

function isPseudo(synapse: ActiveSynapse): boolean {
  return synapse.actions.every((action) => action.kind === 'pseudo_event');
}

function inFlight(transition: ActiveTransition): number {
  let count = 0;
  for (const synapse of transition.synapses) if (synapse.state === 'fired') count++;
  return count;
}

function fire(
  world: World,
  dc: PacemakerMachine,
  transition: ActiveTransition,
  synapse: ActiveSynapse,
  parts: ControllerParts,
): void {
  synapse.state = 'fired';
  transition.fired++;
  for (const action of synapse.actions) {
    action.state = 'fired';
    const outcome = action.kind === 'pseudo_event' ? 'done' : fireAction(world, dc, transition, action, parts);
    if (outcome !== 'running') action.state = outcome;
  }
  settle(transition, synapse);
}

/** A synapse whose actions have all ended is done or failed. */
function settle(transition: ActiveTransition, synapse: ActiveSynapse): void {
  if (synapse.state !== 'fired') return;
  if (synapse.actions.some((action) => action.state === 'fired' || action.state === 'waiting')) return;
  const failed = synapse.actions.some((action) => action.state === 'failed');
  synapse.state = failed ? 'failed' : 'done';
  if (failed) transition.incomplete++;
  else transition.completed++;
}

/** An action that was running has ended. Gives whether it belonged to the present transition. */
export function settleAction(
  transition: ActiveTransition,
  fits: (action: ActiveAction) => boolean,
  outcome: 'done' | 'failed',
): boolean {
  for (const synapse of transition.synapses) {
    for (const action of synapse.actions) {
      if (action.state !== 'fired' || !fits(action)) continue;
      action.state = outcome;
      settle(transition, synapse);
      return true;
    }
  }
  return false;
}

function finish(world: World, dc: PacemakerMachine, controller: ControllerState, transition: ActiveTransition): void {
  const left = transition.synapses.filter((synapse) => synapse.state === 'waiting').length;
  const skipped = transition.aborted ? left : 0;
  const incomplete = transition.incomplete + (transition.aborted ? 0 : left);
  const how = transition.aborted && left > 0 ? 'Stopped' : 'Complete';
  say(
    world,
    dc,
    'controld',
    'notice',
    `Transition ${transition.id} (Complete=${transition.completed}, Pending=0, Fired=0, Skipped=${skipped}, Incomplete=${incomplete}, Source=${transition.source}): ${how}`,
  );
  const again = transition.aborted || controller.abortReason !== null;
  controller.transition = null;
  if (again) {
    requestDecision(world, dc, NEXT_STEP, 'Restart');
    return;
  }
  setState(world, dc, 'S_IDLE');
}

function scheduleRecheck(world: World, dc: PacemakerMachine, cib: Element, recheckAt: number): void {
  let delay = timeOption(cib, 'cluster-recheck-interval', RECHECK_INTERVAL);
  if (recheckAt > 0) {
    // A moment that has begun isn't over yet: a second more.
    const until = (recheckAt + 1) * 1000 - (world.epoch + world.now);
    if (until > 0 && (delay === 0 || until < delay)) delay = until;
  }
  if (delay > 0) schedule(world, Math.ceil(delay), 'pacemaker.recheck', { machine: dc.name }, eventOf(dc, 'recheck'));
}

/** The periodic look at a cluster in which nothing happened. */
export function recheck(world: World, payload: { machine: string }): void {
  const dc = world.machines[payload.machine];
  if (!hasPacemaker(dc) || !isDc(dc)) return;
  requestDecision(world, dc, 0, 'Recheck');
}
