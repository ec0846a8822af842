import { isPending, schedule } from '../../kernel/events';
import type { World } from '../../world/world';
import { say } from '../journal';
import { isDc, type PacemakerMachine } from '../peers';
import { eventOf } from './startup';
import { setState } from './state';

declare module '../../kernel/events' {
  interface EventMap {
    /** The designated controller asks the scheduler what is to be done. */
    'pacemaker.scheduler': { machine: string };
  }
}

/**
 * Asks for a decision; one that is due already isn't put off. While a transition runs, it is aborted first. `by`: what
 * the journal says did that.
 */
export function requestDecision(
  world: World,
  dc: PacemakerMachine,
  delay: number,
  reason: string,
  by: string | null = null,
): void {
  if (!isDc(dc)) return;
  const { controller } = dc.pacemaker;
  if (controller.state === 'S_INTEGRATION' || controller.state === 'S_FINALIZE_JOIN') return;
  if (controller.transition) {
    abortTransition(world, dc, reason, by);
    if (controller.transition.synapses.some((synapse) => synapse.state === 'fired')) return;
    controller.transition = null;
  }
  setState(world, dc, 'S_POLICY_ENGINE');
  const event = eventOf(dc, 'scheduler');
  if (isPending(world, event.key)) return;
  schedule(world, delay, 'pacemaker.scheduler', { machine: dc.name }, event);
}

/** Nothing more of the running transition is begun. */
export function abortTransition(world: World, dc: PacemakerMachine, reason: string, by: string | null): void {
  const { controller } = dc.pacemaker;
  const { transition } = controller;
  if (!transition) return;
  const done = transition.synapses.every((synapse) => synapse.state !== 'waiting' && synapse.state !== 'fired');
  if (!transition.aborted && !done) {
    const text = `Transition ${transition.id} aborted${by === null ? '' : ` by ${by}`}: ${reason}`;
    say(world, dc, 'controld', 'notice', text);
  }
  transition.aborted = true;
  controller.abortReason = reason;
}
