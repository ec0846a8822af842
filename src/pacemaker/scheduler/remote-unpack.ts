import type { Element } from '../../world/xml';
import { descendant } from '../cib/xml';
import { createNode } from './node-unpack';
import { unpackSets } from './nvpair';
import { isRemoteConnection } from './remote-connection';
import type { WorkingSet } from './working-set';

/** Nodes that resources bring: remote connections, and guests (meta attribute remote-node). */
export function makeRemoteNodes(ws: WorkingSet): void {
  const walk = (element: Element): void => {
    for (const xml of element.children) {
      if (xml.name === 'primitive') {
        if (isRemoteConnection(xml) && xml.attributes.id !== undefined)
          createNode(ws, xml.attributes.id, xml.attributes.id, 'remote');
        else {
          const guest = guestConnection(ws, xml);
          if (guest?.attributes.id !== undefined) createNode(ws, guest.attributes.id, guest.attributes.id, 'remote');
        }
      } else if (xml.name === 'group' || xml.name === 'clone' || xml.name === 'master') walk(xml);
    }
  };
  const resources = descendant(ws.cib, 'configuration', 'resources');
  if (resources) walk(resources);
}

/** The implied connection resource of a primitive that is a guest node; null: it isn't one. */
export function guestConnection(ws: WorkingSet, xml: Element): Element | null {
  const meta = new Map<string, string>();
  unpackSets(ws, xml, 'meta_attributes', { now: ws.now }, meta);
  const name = meta.get('remote-node');
  const container = xml.attributes.id;
  if (name === undefined || container === undefined) return null;
  return connectionXml(name, container, {
    managed: meta.get('is-managed'),
    migratable: meta.get('remote-allow-migrate'),
    startTimeout: meta.get('remote-connect-timeout') ?? '60s',
    address: meta.get('remote-addr'),
    port: meta.get('remote-port'),
  });
}

export interface ConnectionOptions {
  managed?: string;
  migratable?: string;
  startTimeout?: string;
  address?: string;
  port?: string;
}

/** The configuration of an implied ocf:pacemaker:remote resource. */
export function connectionXml(name: string, container: string | null, options: ConnectionOptions): Element {
  const meta: Element[] = [pair(name, 'meta', 'internal_rsc', 'true')];
  if (container !== null) meta.push(pair(name, 'meta', 'container', container));
  if (options.migratable !== undefined) meta.push(pair(name, 'meta', 'allow-migrate', options.migratable));
  if (options.managed !== undefined) meta.push(pair(name, 'meta', 'is-managed', options.managed));
  const operations: Element[] = [op(name, 'monitor', { interval: '30s', timeout: '30s' })];
  if (options.startTimeout !== undefined)
    operations.push(op(name, 'start', { interval: '0', timeout: options.startTimeout }));
  const parameters: Element[] = [];
  if (options.address !== undefined) parameters.push(pair(name, 'params', 'addr', options.address));
  if (options.port !== undefined) parameters.push(pair(name, 'params', 'port', options.port));
  const children: Element[] = [
    { name: 'meta_attributes', attributes: { id: `${name}-meta_attributes` }, children: meta },
    { name: 'operations', attributes: {}, children: operations },
  ];
  if (parameters.length > 0) {
    children.push({
      name: 'instance_attributes',
      attributes: { id: `${name}-instance_attributes` },
      children: parameters,
    });
  }
  return { name: 'primitive', attributes: { id: name, class: 'ocf', provider: 'pacemaker', type: 'remote' }, children };
}

function pair(resource: string, set: string, name: string, value: string): Element {
  return { name: 'nvpair', attributes: { id: `${resource}-${set}-${name}`, name, value }, children: [] };
}

function op(resource: string, name: string, attributes: Record<string, string>): Element {
  return { name: 'op', attributes: { id: `${resource}-${name}`, name, ...attributes }, children: [] };
}
