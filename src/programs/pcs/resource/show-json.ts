import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { pythonJson } from '../cluster/config';
import { isTrue } from '../text';
import { idOf, innerResources, isClone } from './find';

function nvsets(owner: Element, tag: string): unknown[] {
  return owner.children
    .filter((child) => child.name === tag)
    .map((set) => ({
      id: idOf(set),
      options: set.attributes.score === undefined ? {} : { score: set.attributes.score },
      rule: null,
      nvpairs: set.children
        .filter((child) => child.name === 'nvpair')
        .map((nvpair) => ({
          id: idOf(nvpair),
          name: nvpair.attributes.name ?? '',
          value: nvpair.attributes.value ?? '',
        })),
    }));
}

const flag = (value: string | undefined) => (value === undefined ? null : isTrue(value));

function operation(op: Element): unknown {
  const { attributes } = op;
  return {
    id: idOf(op),
    name: attributes.name ?? '',
    interval: attributes.interval ?? '',
    description: attributes.description ?? null,
    start_delay: attributes['start-delay'] ?? null,
    interval_origin: attributes['interval-origin'] ?? null,
    timeout: attributes.timeout ?? null,
    enabled: flag(attributes.enabled),
    record_pending: flag(attributes['record-pending']),
    role: attributes.role ?? null,
    on_fail: attributes['on-fail'] ?? null,
    meta_attributes: nvsets(op, 'meta_attributes'),
    instance_attributes: nvsets(op, 'instance_attributes'),
  };
}

function primitive(resource: Element): unknown {
  const { attributes } = resource;
  return {
    id: idOf(resource),
    agent_name: {
      standard: attributes.class ?? '',
      provider: attributes.provider ?? null,
      type: attributes.type ?? '',
    },
    description: attributes.description ?? null,
    operations: (childNamed(resource, 'operations')?.children ?? []).filter((op) => op.name === 'op').map(operation),
    meta_attributes: nvsets(resource, 'meta_attributes'),
    instance_attributes: nvsets(resource, 'instance_attributes'),
    utilization: nvsets(resource, 'utilization'),
  };
}

function clone(resource: Element): unknown {
  const [inner] = innerResources(resource);
  return {
    id: idOf(resource),
    description: resource.attributes.description ?? null,
    member_id: inner ? idOf(inner) : '',
    meta_attributes: nvsets(resource, 'meta_attributes'),
    instance_attributes: nvsets(resource, 'instance_attributes'),
  };
}

function group(resource: Element): unknown {
  return {
    id: idOf(resource),
    description: resource.attributes.description ?? null,
    member_ids: innerResources(resource).map(idOf),
    meta_attributes: nvsets(resource, 'meta_attributes'),
    instance_attributes: nvsets(resource, 'instance_attributes'),
  };
}

const number = (value: string | undefined) => (value === undefined ? null : Number(value));

function bundle(resource: Element): unknown {
  const container = resource.children.find((child) => ['docker', 'podman', 'rkt'].includes(child.name));
  const network = childNamed(resource, 'network');
  const [inner] = innerResources(resource);
  const c = container?.attributes ?? {};
  const n = network?.attributes ?? {};
  return {
    id: idOf(resource),
    description: resource.attributes.description ?? null,
    member_id: inner ? idOf(inner) : null,
    container_type: container?.name ?? null,
    container_options: container
      ? {
          image: c.image ?? '',
          replicas: number(c.replicas),
          replicas_per_host: number(c['replicas-per-host']),
          promoted_max: number(c['promoted-max'] ?? c.masters),
          run_command: c['run-command'] ?? null,
          network: c.network ?? null,
          options: c.options ?? null,
        }
      : null,
    network: network
      ? {
          ip_range_start: n['ip-range-start'] ?? null,
          control_port: number(n['control-port']),
          host_interface: n['host-interface'] ?? null,
          host_netmask: number(n['host-netmask']),
          add_host: flag(n['add-host']),
        }
      : null,
    port_mappings: (network?.children ?? []).map((map) => ({
      id: idOf(map),
      port: number(map.attributes.port),
      internal_port: number(map.attributes['internal-port']),
      range: map.attributes.range ?? null,
    })),
    storage_mappings: (childNamed(resource, 'storage')?.children ?? []).map((map) => ({
      id: idOf(map),
      source_dir: map.attributes['source-dir'] ?? null,
      source_dir_root: map.attributes['source-dir-root'] ?? null,
      target_dir: map.attributes['target-dir'] ?? '',
      options: map.attributes.options ?? null,
    })),
    meta_attributes: nvsets(resource, 'meta_attributes'),
    instance_attributes: nvsets(resource, 'instance_attributes'),
  };
}

/** Resources by kind, in the order given. */
export function jsonText(all: readonly Element[]): string {
  return pythonJson({
    primitives: all.filter((element) => element.name === 'primitive').map(primitive),
    clones: all.filter(isClone).map(clone),
    groups: all.filter((element) => element.name === 'group').map(group),
    bundles: all.filter((element) => element.name === 'bundle').map(bundle),
  });
}
