import type { World } from '../../world/world';
import { ATTRIBUTE_MANAGER, CONTROLLER } from '../cib/live';
import { partitionDc } from '../peers';
import { requestDecision } from './decide';
import { note } from './state';

/** A changed configuration is looked at so soon. */
const CHANGE_DECISION = 60;
/** A changed transient attribute. */
const ATTRIBUTE_DECISION = 20;

/** A client changed the CIB: the designated controller decides anew. */
export function hearCibChange(
  world: World,
  payload: { machine: string; configuration: boolean; client: string; by: string | null },
): void {
  if (payload.client === CONTROLLER.client || payload.client === ATTRIBUTE_MANAGER.client) return;
  const dc = partitionDc(world, payload.machine);
  if (!dc) return;
  if (payload.configuration) note(world, dc, 'pacemaker.configured', { client: payload.client });
  requestDecision(world, dc, CHANGE_DECISION, 'Configuration change', payload.by);
}

/** A transient attribute changed: fail counts, promotion scores and a wish to shut down all matter. */
export function hearAttributeChange(world: World, payload: { machine: string; name: string; by: string }): void {
  const dc = partitionDc(world, payload.machine);
  if (!dc || payload.name === '#feature-set') return;
  requestDecision(world, dc, ATTRIBUTE_DECISION, 'Transient attribute change', payload.by);
}
