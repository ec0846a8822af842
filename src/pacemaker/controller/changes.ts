import { localMembership } from '../../corosync/membership';
import type { World } from '../../world/world';
import { editLiveCib } from '../cib/edit';
import { ATTRIBUTE_MANAGER, CONTROLLER, liveCib } from '../cib/live';
import { withAttributes } from '../cib/tree';
import { type PacemakerMachine, partitionDc } from '../peers';
import { requestDecision } from './decide';
import { describeCluster, rulerFacts } from './election';
import { clusterOption, setOption } from './options';
import { addNodes } from './startup';
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
  if (payload.configuration) restoreFacts(world, dc);
  if (payload.configuration) note(world, dc, 'pacemaker.configured', { client: payload.client });
  requestDecision(world, dc, CHANGE_DECISION, 'Configuration change', payload.by);
}

/**
 * A configuration put in place of the one before (a checkpoint, a file pushed) may lack what the controllers keep in it.
 * The designated controller then writes nodes and options again, as after the election that a replaced CIB brings.
 */
function restoreFacts(world: World, dc: PacemakerMachine): void {
  const cib = liveCib(dc);
  if (!cib || clusterOption(cib, 'dc-version') !== undefined) return;
  addNodes(world, dc, localMembership(world, dc.name)?.nodelist ?? []);
  editLiveCib(world, dc.name, (root) => withAttributes(root, rulerFacts(dc)));
  setOption(world, dc, 'have-watchdog', 'false');
  describeCluster(world, { machine: dc.name });
}

/** A transient attribute changed: fail counts, promotion scores and a wish to shut down all matter. */
export function hearAttributeChange(world: World, payload: { machine: string; name: string; by: string }): void {
  const dc = partitionDc(world, payload.machine);
  if (!dc || payload.name === '#feature-set') return;
  requestDecision(world, dc, ATTRIBUTE_DECISION, 'Transient attribute change', payload.by);
}
