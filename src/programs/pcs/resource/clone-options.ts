import type { Element } from '../../../world/xml';
import { agentName, followsOcf11 } from '../agents';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { error, overridable, type Report, reportLine } from '../reports';
import { isTrue } from '../text';
import { type AgentId, missingAgent } from './agent';
import { idOf, primitivesOf } from './find';

type Options = ReadonlyMap<string, string>;

/**
 * Why an agent can't be cloned so. Only OCF agents have numbered instances or roles; whether one can be promoted is
 * known of those that follow OCF 1.1 alone. `whose` names the resource behind the agent.
 */
export function checkCloneOptions(pcs: Pcs, id: AgentId, options: Options, force: boolean, whose = ''): Report[] {
  const complaint = (option: string) =>
    `Clone option '${option}' is not compatible with '${agentName(id)}' resource agent${whose}`;
  if (id.standard !== 'ocf') {
    const bad = ['globally-unique', 'promotable'].find((option) => isTrue(options.get(option)));
    return bad === undefined ? [] : [error(complaint(bad))];
  }
  if (!isTrue(options.get('promotable'))) return [];
  const agent = pcs.installation.agents.agent(id.standard, id.provider, id.type);
  if (!agent) return [overridable(missingAgent(pcs, id), force)];
  const able = ['promote', 'demote'].every((name) => agent.actions.some((action) => action.name === name));
  return able || !followsOcf11(agent) ? [] : [overridable(complaint('promotable'), force)];
}

/** Ends the command where the primitives of what is cloned don't allow the options; warns where that is overridden. */
export function requireCloneable(pcs: Pcs, element: Element, options: Options, force: boolean): void {
  const reports = primitivesOf(element).flatMap((primitive) => {
    const { class: standard = '', provider = null, type = '' } = primitive.attributes;
    const where = element.name === 'group' ? ` in group '${idOf(element)}'` : '';
    const whose = ` of resource '${idOf(primitive)}'${where}`;
    return checkCloneOptions(pcs, { standard, provider, type }, options, force, whose);
  });
  const bad = reports.filter(({ severity }) => severity === 'error');
  if (bad.length > 0)
    throw new CommandFailure(
      bad
        .map(reportLine)
        .join('\n')
        .replace(/^Error: /, ''),
    );
  pcs.report(...reports);
}
