import { schedule } from '../../kernel/events';
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { partition } from '../peers';
import { type CibWriter, CONTROLLER, installCib, liveCib, stamp } from './live';
import { withAttributes } from './tree';
import { configurationChanged, countChange } from './write';

/**
 * A daemon's change of the CIB in a machine's whole partition, as a function of CIB values. Counted and stamped like
 * any other change, but not checked against the schema.
 */
export function editLiveCib(
  world: World,
  machineName: string,
  edit: (cib: Element) => Element,
  writer: CibWriter = CONTROLLER,
): void {
  const machine = world.machines[machineName];
  const before = machine ? liveCib(machine) : null;
  if (!before) return;
  const origin = machine?.pacemaker?.nodeName ?? machineName;
  const change = (cib: Element): Element => {
    const after = countChange(cib, edit(cib), { kind: 'modify', input: cib });
    if (after === cib || !configurationChanged(cib, after)) return after;
    return withAttributes(after, stamp(world, origin, writer));
  };
  const after = change(before);
  for (const member of partition(world, machineName)) {
    const present = liveCib(member);
    if (!present) continue;
    const next = present === before ? after : change(present);
    if (next !== present) installCib(world, member, next);
  }
  if (after !== before) {
    const configuration = configurationChanged(before, after);
    const { client } = writer;
    schedule(world, 0, 'pacemaker.cib-changed', { machine: machineName, configuration, client, by: null });
  }
}
