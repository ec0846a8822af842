import { isPending, schedule } from '../../kernel/events';
import type { World } from '../../world/world';
import { isDc, type PacemakerMachine } from '../peers';
import { eventOf } from './startup';
import { setState } from './state';

declare module '../../kernel/events' {
  interface EventMap {
    /** The designated controller asks the scheduler what is to be done. */
    'pacemaker.scheduler': { machine: string };
  }
}

/** Asks for a decision; one that is due already isn't put off. While a transition runs, it is aborted first. */
export function requestDecision(world: World, dc: PacemakerMachine, delay: number, reason = 'requested'): void {
  if (!isDc(dc)) return;
  const { controller } = dc.pacemaker;
  if (controller.state === 'S_INTEGRATION' || controller.state === 'S_FINALIZE_JOIN') return;
  if (controller.transition) {
    controller.transition.aborted = true;
    controller.abortReason = reason;
    if (controller.transition.synapses.some((synapse) => synapse.state === 'fired')) return;
    controller.transition = null;
  }
  setState(world, dc, 'S_POLICY_ENGINE');
  const event = eventOf(dc, 'scheduler');
  if (isPending(world, event.key)) return;
  schedule(world, delay, 'pacemaker.scheduler', { machine: dc.name }, event);
}
