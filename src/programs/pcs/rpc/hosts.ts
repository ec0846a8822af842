import type { Pcs } from '../context';

/** A host that this machine may command through its pcsd. */
export interface KnownHost {
  readonly name: string;
  readonly addresses: readonly { readonly addr: string; readonly port: number }[];
  readonly token: string;
}

/** The known-hosts file: the hosts and a number that grows with each change. */
export interface KnownHosts {
  readonly version: number;
  readonly hosts: ReadonlyMap<string, KnownHost>;
}

interface FileHost {
  dest_list?: { addr?: string; port?: number }[];
  token?: string;
}
interface KnownHostsFile {
  data_version?: number;
  known_hosts?: Record<string, FileHost>;
}

export const NO_HOSTS: KnownHosts = { version: 0, hosts: new Map() };

/** Reads the file's text; null when it isn't what it should be. */
export function parseKnownHosts(text: string): KnownHosts | null {
  let data: KnownHostsFile;
  try {
    data = JSON.parse(text) as KnownHostsFile;
  } catch {
    return null;
  }
  if (data === null || typeof data !== 'object') return null;
  const hosts = new Map<string, KnownHost>();
  for (const [name, host] of Object.entries(data.known_hosts ?? {})) {
    const addresses = (host.dest_list ?? []).map((at) => ({ addr: at.addr ?? name, port: at.port ?? 2224 }));
    hosts.set(name, { name, addresses, token: host.token ?? '' });
  }
  return { version: data.data_version ?? 0, hosts };
}

/** The file's text. Hosts stand in alphabetical order. */
export function formatKnownHosts(known: KnownHosts): string {
  const hosts: Record<string, unknown> = {};
  for (const name of [...known.hosts.keys()].sort()) {
    const host = known.hosts.get(name) as KnownHost;
    hosts[name] = { dest_list: host.addresses.map(({ addr, port }) => ({ addr, port })), token: host.token };
  }
  return JSON.stringify({ format_version: 1, data_version: known.version, known_hosts: hosts }, null, 2);
}

/** Where the known hosts of the present user are. */
export function knownHostsPath(pcs: Pcs): string {
  return pcs.isRoot ? pcs.installation.knownHosts : `${pcs.process.env.HOME ?? '/'}/.pcs/known-hosts`;
}

/** The known hosts of the present user. A file that can't be read is a warning and no hosts. */
export function readKnownHosts(pcs: Pcs): KnownHosts {
  const path = knownHostsPath(pcs);
  let text: string | undefined;
  try {
    text = pcs.readFileIfThere(path);
  } catch {
    pcs.warn(`Unable to read the known-hosts file: Permission denied: '${path}'`);
    return NO_HOSTS;
  }
  if (text === undefined) {
    pcs.warn(`Unable to read the known-hosts file: No such file or directory: '${path}'`);
    return NO_HOSTS;
  }
  const known = parseKnownHosts(text);
  if (known) return known;
  pcs.warn(`Unable to parse the known-hosts file: No JSON object could be decoded: '${path}'`);
  return NO_HOSTS;
}

/** The token by which this user is known to the local pcsd. */
export function localToken(pcs: Pcs): string | null {
  return readKnownHosts(pcs).hosts.get('localhost')?.token ?? null;
}
