import type { World } from '../../world/world';
import { ATTRIBUTE_MANAGER, CONTROLLER } from '../cib/live';
import { say } from '../journal';
import { partitionDc } from '../peers';
import { requestDecision } from './decide';
import { note } from './state';

/** A changed configuration is looked at so soon. */
const CHANGE_DECISION = 60;

/** A client changed the CIB: the designated controller decides anew. */
export function hearCibChange(
  world: World,
  payload: { machine: string; configuration: boolean; client: string },
): void {
  if (payload.client === CONTROLLER.client || payload.client === ATTRIBUTE_MANAGER.client) return;
  const dc = partitionDc(world, payload.machine);
  if (!dc) return;
  dc.pacemaker.controller.work += 0;
  const { transition } = dc.pacemaker.controller;
  if (transition && !transition.aborted && payload.configuration)
    say(world, dc, 'controld', 'notice', `Transition ${transition.id} aborted: Configuration change`);
  if (payload.configuration) note(world, dc, 'pacemaker.configured', { client: payload.client });
  requestDecision(world, dc, CHANGE_DECISION, 'Configuration change');
}

/** A transient attribute changed: fail counts, promotion scores and a wish to shut down all matter. */
export function hearAttributeChange(
  world: World,
  payload: { machine: string; node: string; name: string; value: string | null },
): void {
  const dc = partitionDc(world, payload.machine);
  if (!dc || payload.name === '#feature-set') return;
  requestDecision(world, dc, 20, 'Transient attribute change');
}
