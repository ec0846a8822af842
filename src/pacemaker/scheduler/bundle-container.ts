/** The container of a bundle's replica: what its agent is told to run, and how that is reached. */
import type { Element } from '../../world/xml';
import type { BundleData } from './bundle-data';
import { isTrue } from './interval';
import type { Resource } from './resource';

/** Port of pacemaker-remoted. */
export const REMOTE_PORT = '3121';

const LOGS = '/var/log/pacemaker/bundles';
const KEY = '/etc/pacemaker/authkey';

/** The addresses of all replicas: one after the other, the last byte within 1 to 254. Empty without a range. */
export function replicaAddresses(start: string | undefined, count: number): string[] {
  if (start === undefined) return [];
  const bytes = start.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => Number.isNaN(byte))) return [start];
  const addresses: string[] = [];
  let [a = 0, b = 0, c = 0, d = 0] = bytes;
  for (let i = 0; i < count; i++) {
    addresses.push(`${a}.${b}.${c}.${d}`);
    if (d < 254) d++;
    else {
      if (c > 253) break;
      c++;
      d = 1;
    }
  }
  return addresses;
}

interface Mount {
  source: string;
  target: string;
  options: string | undefined;
  /** Each replica has a directory of its own under the source. */
  own: boolean;
}

interface Port {
  outside: string;
  inside: string;
}

const childNamed = (element: Element, name: string): Element | undefined =>
  element.children.find((child) => child.name === name);

/** The storage mappings; with something to run inside, the cluster's key and a place for its logs too. */
function mountsOf(bundle: Element): Mount[] {
  const mounts: Mount[] = [];
  for (const { attributes } of childNamed(bundle, 'storage')?.children ?? []) {
    const source = attributes['source-dir'] ?? attributes['source-dir-root'];
    const target = attributes['target-dir'];
    if (source === undefined || target === undefined) continue;
    mounts.push({ source, target, options: attributes.options, own: attributes['source-dir'] === undefined });
  }
  if (childNamed(bundle, 'primitive')) {
    mounts.push({ source: KEY, target: KEY, options: undefined, own: false });
    mounts.push({ source: LOGS, target: '/var/log', options: undefined, own: true });
  }
  return mounts;
}

function portsOf(bundle: Element): Port[] {
  const network = childNamed(bundle, 'network');
  const ports: Port[] = [];
  for (const { attributes } of network?.children ?? []) {
    const { port, range } = attributes;
    if (port !== undefined) ports.push({ outside: port, inside: attributes['internal-port'] ?? port });
    else if (range !== undefined) ports.push({ outside: range, inside: range });
  }
  if (childNamed(bundle, 'primitive')) {
    const control = network?.attributes['control-port'] ?? REMOTE_PORT;
    ports.push({ outside: control, inside: control });
  }
  return ports;
}

/** Options of `docker run`, `podman run` or `rkt run`. */
function runOptions(bundle: Resource, data: BundleData, offset: number, addresses: readonly string[]): string {
  const rkt = data.agent === 'rkt';
  const name = `${bundle.id}-${offset}`;
  const ip = addresses[offset];
  const environment = (text: string): string => (rkt ? ` --environment=${text}` : ` -e ${text}`);
  let text = data.agent === 'docker' ? ' --restart=no' : '';
  // Who binds to an address may want a host name that fits it.
  if (ip !== undefined) text += rkt ? ` --hostname=${name}` : ` -h ${name}`;
  text += environment('PCMK_stderr=1');
  const net = data.xml.attributes.network;
  if (net !== undefined) text += ` --net=${net}`;
  const network = childNamed(bundle.xml, 'network');
  text += environment(`PCMK_remote_port=${network?.attributes['control-port'] ?? REMOTE_PORT}`);
  mountsOf(bundle.xml).forEach((mount, index) => {
    const source = mount.own ? `${mount.source}/${name}` : mount.source;
    if (rkt) {
      const options = mount.options === undefined ? '' : `,${mount.options}`;
      text += ` --volume vol${index},kind=host,source=${source}${options} --mount volume=vol${index},target=${mount.target}`;
    } else {
      text += ` -v ${source}:${mount.target}${mount.options === undefined ? '' : `:${mount.options}`}`;
    }
  });
  for (const { outside, inside } of portsOf(bundle.xml)) {
    if (rkt) text += ip === undefined ? ` --port=${inside}:${outside}` : ` --port=${inside}:${ip}:${outside}`;
    else if (ip !== undefined) text += ` -p ${ip}:${outside}:${inside}`;
    else if (net !== 'host') text += ` -p ${outside}:${inside}`;
  }
  const given = data.xml.attributes.options;
  if (given !== undefined) text += ` ${given}`;
  return `${text} ${knownHosts(bundle, data, network, addresses)}`;
}

/** Replicas know each other by name. */
function knownHosts(
  bundle: Resource,
  data: BundleData,
  network: Element | undefined,
  addresses: readonly string[],
): string {
  const addHost = network?.attributes['add-host'] === undefined || isTrue(network.attributes['add-host']);
  return addresses
    .map((address, index) =>
      data.agent !== 'rkt' && addHost
        ? ` --add-host=${bundle.id}-${index}:${address}`
        : ` --hosts-entry=${address}=${bundle.id}-${index}`,
    )
    .join('');
}

export function containerXml(
  bundle: Resource,
  data: BundleData,
  offset: number,
  addresses: readonly string[],
): Element {
  const id = `${bundle.id}-${data.agent}-${offset}`;
  const parameters: Record<string, string> = {
    image: data.image,
    allow_pull: 'true',
    force_kill: 'false',
    reuse: 'false',
    run_opts: runOptions(bundle, data, offset, addresses),
    mount_points: mountsOf(bundle.xml)
      .filter((mount) => mount.own)
      .map((mount) => `${mount.source}/${bundle.id}-${offset}`)
      .join(','),
  };
  const inside = childNamed(bundle.xml, 'primitive') !== undefined;
  const command = data.xml.attributes['run-command'] ?? (inside ? '/usr/sbin/pacemaker-remoted' : undefined);
  if (command !== undefined) parameters.run_cmd = command;
  // It is enough to know that the container lives: what is inside has a monitor of its own.
  parameters.monitor_cmd = '/bin/true';
  return {
    name: 'primitive',
    attributes: { id, class: 'ocf', provider: 'heartbeat', type: data.agent },
    children: [nvpairs('instance_attributes', `${id}-attributes`, parameters), operations(id)],
  };
}

export function nvpairs(kind: string, id: string, values: Record<string, string>): Element {
  return {
    name: kind,
    attributes: { id },
    children: Object.entries(values).map(([name, value]) => ({
      name: 'nvpair',
      attributes: { id: `${id}-${name}`, name, value },
      children: [],
    })),
  };
}

export function operations(id: string): Element {
  return {
    name: 'operations',
    attributes: {},
    children: [{ name: 'op', attributes: { id: `${id}-monitor-60s`, name: 'monitor', interval: '60s' }, children: [] }],
  };
}
