import { isActive } from '../scheduler/actions';
import type { Node } from '../scheduler/node';
import type { Resource } from '../scheduler/resource';
import { Role } from '../scheduler/role';
import { agentName } from './agent-name';

/** Which of the primitives are counted. */
interface BriefOptions {
  /** Agents without anything active too, and of how many. */
  inactive: boolean;
  /**
   * Below a node: no line says which node it is about, though what is active on several (a failure, an orphaned
   * clone's history) is counted for each of them, as the real tool has it.
   */
  unnamed?: boolean;
  only?: (node: Node) => boolean;
}

/** Primitives counted by agent and node: `1/2	(ocf:pacemaker:Dummy):	Active node1`. */
export function briefLines(resources: readonly Resource[], options: BriefOptions): string[] {
  const agents = new Map<string, { total: number; nodes: Map<string, number> }>();
  for (const resource of resources) {
    if (resource.variant !== 'primitive') continue;
    if (resource.orphan && resource.role === Role.Stopped) continue;
    const agent = agentName(resource);
    const counts = agents.get(agent) ?? { total: 0, nodes: new Map<string, number>() };
    agents.set(agent, counts);
    counts.total++;
    if (!isActive(resource, true)) continue;
    for (const node of resource.running) {
      if (options.only && !options.only(node)) continue;
      counts.nodes.set(node.name, (counts.nodes.get(node.name) ?? 0) + 1);
    }
  }
  const lines: string[] = [];
  for (const agent of [...agents.keys()].sort()) {
    const { total, nodes } = agents.get(agent) as { total: number; nodes: Map<string, number> };
    const of = options.inactive ? `/${total}` : '';
    for (const name of [...nodes.keys()].sort())
      lines.push(`${nodes.get(name)}${of}\t(${agent}):\tActive ${options.unnamed ? '' : name}`);
    if (nodes.size === 0 && options.inactive) lines.push(`0${of}\t(${agent}):\tActive`);
  }
  return lines;
}
