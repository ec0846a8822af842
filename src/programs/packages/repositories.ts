import { lookup, readFileIfThere } from '../../machine/files';
import { connect } from '../../network/reach';
import { lookup as resolveName } from '../../network/resolve';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';

/** A repository as a .repo file describes it. */
export interface Repository {
  id: string;
  name: string;
  enabled: boolean;
  url: string;
  file: string;
}

const FOLDER = '/etc/yum.repos.d';

/** Variables of .repo files. */
function expand(text: string): string {
  return text.replaceAll('$releasever', '9').replaceAll('$basearch', 'x86_64').replaceAll('$stream', '9-stream');
}

/** All repositories of a machine, in the order of their files. */
export function repositories(machine: Machine): Repository[] {
  const folder = lookup(machine, FOLDER);
  if (folder?.kind !== 'directory') return [];
  const found: Repository[] = [];
  const stems = Object.keys(folder.entries)
    .filter((file) => file.endsWith('.repo'))
    .map((file) => file.slice(0, -5));
  for (const file of stems.sort().map((stem) => `${stem}.repo`)) {
    let current: Repository | null = null;
    for (const line of (readFileIfThere(machine, `${FOLDER}/${file}`) ?? '').split('\n')) {
      const header = /^\[(.+)\]\s*$/.exec(line);
      const setting = /^(\w+)\s*=\s*(.*?)\s*$/.exec(line);
      if (header) {
        current = { id: header[1] ?? '', name: header[1] ?? '', enabled: true, url: '', file: `${FOLDER}/${file}` };
        found.push(current);
      } else if (current && setting) {
        const [, key, value = ''] = setting;
        if (key === 'name') current.name = expand(value);
        else if (key === 'enabled') current.enabled = /^(1|yes|true)$/i.test(value);
        else if (key === 'metalink' || key === 'baseurl' || key === 'mirrorlist') current.url = expand(value);
      }
    }
  }
  return found;
}

/** Applies `--enablerepo` and `--disablerepo`. Gives the repositories in force, or the id that none has. */
export function selectRepositories(
  machine: Machine,
  enable: readonly string[],
  disable: readonly string[],
  only: readonly string[] = [],
): { repositories: Repository[] } | { unknown: string } {
  const all = repositories(machine);
  const matching = (pattern: string) => {
    const expression = new RegExp(
      `^${pattern
        .replace(/[.+^${}()|\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    return all.filter(({ id }) => expression.test(id));
  };
  for (const [patterns, enabled] of [
    [only.length > 0 ? ['*'] : [], false],
    [disable, false],
    [[...enable, ...only], true],
  ] as const) {
    for (const pattern of patterns) {
      const hits = matching(pattern);
      if (hits.length === 0 && enabled) return { unknown: pattern };
      for (const hit of hits) hit.enabled = enabled;
    }
  }
  return { repositories: all.filter(({ enabled }) => enabled) };
}

/** Why a download can't be had, in curl's words; null when it can. */
export function downloadProblem(world: World, machine: Machine, url: string): string | null {
  const host = /^[a-z]+:\/\/([^/:]+)/.exec(url)?.[1];
  if (host === undefined) return null;
  const found = resolveName(world, machine.name, host);
  if (found.kind !== 'found')
    return `Curl error (6): Couldn't resolve host name for ${url} [Could not resolve host: ${host}]`;
  const address = found.addresses[0] ?? '';
  const port = url.startsWith('http:') ? 80 : 443;
  const answer = connect(world, machine.name, address, port, 'tcp');
  switch (answer.kind) {
    case 'connected':
      return null;
    case 'timeout':
      return `Curl error (28): Timeout was reached for ${url} [Connection timed out after 30000 milliseconds]`;
    case 'refused':
      return `Curl error (7): Couldn't connect to server for ${url} [Failed to connect to ${host} port ${port}: Connection refused]`;
    case 'network-unreachable':
      return `Curl error (7): Couldn't connect to server for ${url} [Failed to connect to ${host} port ${port}: Network is unreachable]`;
    default:
      return `Curl error (7): Couldn't connect to server for ${url} [Failed to connect to ${host} port ${port}: No route to host]`;
  }
}

/** Size of a repository's metadata in KiB. */
export function metadataSize(id: string): number {
  return (
    {
      baseos: 6550,
      appstream: 17_400,
      crb: 6300,
      highavailability: 250,
      resilientstorage: 265,
      'extras-common': 12,
      nfv: 270,
      rt: 250,
    }[id] ?? 100
  );
}
