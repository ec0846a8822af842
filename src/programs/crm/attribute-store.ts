import { element } from '../../pacemaker/cib/new';
import { sanitizeId } from '../../pacemaker/cib/status';
import { descendant, walk } from '../../pacemaker/cib/xml';
import type { Element } from '../../world/xml';
import type { Tool } from './tool';

/** Where an attribute lives: `scope` as the tools print it. */
export interface AttributeScope {
  scope: string;
  /** The node's id, for scopes that have one. */
  uuid: string | null;
  utilization: boolean;
}

/** One attribute that was found. */
export interface FoundAttribute {
  name: string;
  value: string;
  id: string;
}

/** Names of elements from the root to the holder of the attribute sets, with the id that the last one has. */
function holderPath({ scope, uuid }: AttributeScope): { section: string; wrap: (sets: Element) => Element } {
  switch (scope) {
    case 'crm_config':
    case 'rsc_defaults':
    case 'op_defaults':
      return { section: scope, wrap: (set) => element(scope, {}, [set]) };
    case 'tickets':
      return { section: 'tickets', wrap: (set) => element('tickets', {}, [set]) };
    case 'status':
      return {
        section: 'status',
        wrap: (set) =>
          element('status', {}, [
            element('node_state', { id: uuid ?? '' }, [element('transient_attributes', { id: uuid ?? '' }, [set])]),
          ]),
      };
    default:
      return { section: 'nodes', wrap: (set) => element('nodes', {}, [element('node', { id: uuid ?? '' }, [set])]) };
  }
}

/** The elements whose nvpairs belong to a scope. */
function holder(cib: Element, { scope, uuid }: AttributeScope): Element | undefined {
  switch (scope) {
    case 'status': {
      const state = descendant(cib, 'status')?.children.find((child) => child.attributes.id === uuid);
      return state?.children.find((child) => child.name === 'transient_attributes');
    }
    case 'tickets':
      return descendant(cib, 'status', 'tickets');
    case 'nodes':
      return descendant(cib, 'configuration', 'nodes')?.children.find((child) => child.attributes.id === uuid);
    default:
      return descendant(cib, 'configuration', scope);
  }
}

function setName(where: AttributeScope): string {
  if (where.utilization) return 'utilization';
  if (where.scope === 'crm_config') return 'cluster_property_set';
  return where.scope === 'rsc_defaults' || where.scope === 'op_defaults' ? 'meta_attributes' : 'instance_attributes';
}

/** Id of the set that a new attribute goes into. */
function defaultSet(where: AttributeScope): string {
  if (where.scope === 'crm_config') return 'cib-bootstrap-options';
  const base = where.scope === 'status' || where.scope === 'tickets' ? 'status' : where.scope;
  const id = `${base}-${where.uuid ?? where.scope}`;
  return where.utilization ? `${id}-utilization` : id;
}

/** What narrows a search. */
export interface AttributeFilter {
  name?: string;
  id?: string;
  set?: string;
}

/** All attributes of a scope that fit. */
export function findAttributes(cib: Element, where: AttributeScope, filter: AttributeFilter): FoundAttribute[] {
  const base = holder(cib, where);
  if (!base) return [];
  const found: FoundAttribute[] = [];
  for (const set of walk(base)) {
    if (set.name !== setName(where) || (filter.set !== undefined && set.attributes.id !== filter.set)) continue;
    for (const pair of set.children) {
      const { id = '', name, value } = pair.attributes;
      if (name === undefined || (filter.name !== undefined && name !== filter.name)) continue;
      if (filter.id !== undefined && id !== filter.id) continue;
      found.push({ name, value: value ?? '', id });
    }
  }
  return found;
}

/** Sets an attribute: the one found, or a new one in the given or usual set. Throws CibError. */
export function storeAttribute(
  tool: Tool,
  where: AttributeScope,
  name: string,
  value: string,
  filter: { id?: string; set?: string },
  present: FoundAttribute | undefined,
): void {
  const { section, wrap } = holderPath(where);
  if (present) {
    const input = element('nvpair', { id: present.id, name, value });
    tool.change({ kind: 'modify', section, input, allowCreate: true });
    return;
  }
  const set = filter.set ?? defaultSet(where);
  const pair = element('nvpair', { id: filter.id ?? `${set}-${sanitizeId(name)}`, name, value });
  const input = wrap(element(setName(where), { id: set }, [pair]));
  tool.change({ kind: 'modify', section, input, allowCreate: true });
}

/** Removes the attribute with that id. Throws CibError. */
export function dropAttribute(tool: Tool, where: AttributeScope, attribute: FoundAttribute): void {
  const { section } = holderPath(where);
  const input = element('nvpair', { id: attribute.id, name: attribute.name });
  tool.change({ kind: 'delete', section, input });
}
