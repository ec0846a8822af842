import { primitivesOf, type Resource } from '../pacemaker/scheduler/resource';
import { Role } from '../pacemaker/scheduler/role';
import { unpack } from '../pacemaker/scheduler/unpack';
import type { Element } from '../world/xml';

/** What the CIB says of one primitive; a clone's instances are taken together under the primitive's own id. */
export interface ResourceFacts {
  /** `ocf:heartbeat:IPaddr2`. */
  readonly agent: string;
  /** Names of the nodes where it is active, sorted. */
  readonly running: readonly string[];
  /** Of these, where it is promoted. */
  readonly promoted: readonly string[];
  readonly failed: boolean;
  readonly managed: boolean;
  /** Meta attributes in force, defaults of the cluster included: `meta['resource-stickiness']`. */
  readonly meta: Readonly<Record<string, string>>;
}

const known = new WeakMap<Element, Readonly<Record<string, ResourceFacts>>>();

/** Every primitive of a CIB by its id. Made once for each CIB value; `now` is in unix milliseconds. */
export function resourceFacts(cib: Element, now: number): Readonly<Record<string, ResourceFacts>> {
  let facts = known.get(cib);
  if (!facts) {
    const instances = new Map<string, Resource[]>();
    for (const resource of unpack(cib, now).resources)
      for (const primitive of primitivesOf(resource)) {
        const id = primitive.xml.attributes.id ?? primitive.id;
        instances.set(id, [...(instances.get(id) ?? []), primitive]);
      }
    facts = Object.fromEntries([...instances].map(([id, each]) => [id, factsOf(each)]));
    known.set(cib, facts);
  }
  return facts;
}

function factsOf(instances: readonly Resource[]): ResourceFacts {
  const [first] = instances as [Resource, ...Resource[]];
  const nodesOf = (chosen: readonly Resource[]) =>
    [...new Set(chosen.flatMap((instance) => instance.running.map((node) => node.name)))].sort();
  return {
    agent: [first.class, first.provider, first.type].filter((part) => part !== null && part !== '').join(':'),
    running: nodesOf(instances),
    promoted: nodesOf(instances.filter((instance) => instance.role === Role.Promoted)),
    failed: instances.some((instance) => instance.failed),
    managed: instances.every((instance) => instance.managed),
    meta: Object.fromEntries([...first.meta].sort()),
  };
}
