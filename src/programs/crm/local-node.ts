import { descendant, walk } from '../../pacemaker/cib/xml';
import { hasPacemaker } from '../../pacemaker/peers';
import type { Element } from '../../world/xml';
import { EX, type Tool, ToolError } from './tool';

/** The node that a tool is about when none is named: the cluster's name of this one, else the host's. */
export function localNode(tool: Tool): string {
  const { machine, env } = tool.process;
  if (env.OCF_RESKEY_CRM_meta_on_node) return env.OCF_RESKEY_CRM_meta_on_node;
  if (tool.isLive && hasPacemaker(machine)) return machine.pacemaker.nodeName;
  return machine.hostname;
}

/** A node's id by its name. Throws ToolError where the cluster doesn't know it. */
export function nodeUuid(cib: Element, name: string): string {
  const nodes = descendant(cib, 'configuration', 'nodes')?.children ?? [];
  const found = nodes.find((node) => node.attributes.uname?.toLowerCase() === name.toLowerCase());
  if (found?.attributes.id !== undefined) return found.attributes.id;
  const remote = remoteNodes(cib).find((each) => each === name);
  if (remote !== undefined) return remote;
  throw new ToolError(`Could not map name=${name} to a UUID`, EX.noSuch);
}

/** Names of guests: values of `remote-node`. */
function remoteNodes(cib: Element): string[] {
  const resources = descendant(cib, 'configuration', 'resources');
  if (!resources) return [];
  return [...walk(resources)].flatMap((each) =>
    each.name === 'nvpair' && each.attributes.name === 'remote-node' && each.attributes.value
      ? [each.attributes.value]
      : [],
  );
}
