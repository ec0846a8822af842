import type { Node } from './node';
import type { Resource } from './resource';

/**
 * A node attribute as a resource sees it. With container-attribute-target=host, agents inside a guest keep theirs on the
 * guest's host: there it is looked for, while the guest runs.
 */
export function attributeFor(resource: Resource, node: Node, name: string): string | undefined {
  if (!node.isGuest || resource.meta.get('container-attribute-target') !== 'host') return node.attributes.get(name);
  return node.connection?.container?.running[0]?.attributes.get(name);
}
