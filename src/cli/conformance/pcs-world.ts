import { writeFile } from '../../machine/files';
import { knownPackage, placePackage } from '../../machine/packages/install';
import type { Program, ProgramTable } from '../../shell/process';
import { testWorld } from '../../shell/testing';
import { programs } from '../../simulation/programs';
import type { World } from '../../world/world';

/** The moment at which the recordings' clock stood still. */
const RECORDED_AT = Date.UTC(2024, 2, 1, 12, 0, 0);

/** The machine of the recordings: `node1`, as root, no cluster daemon running. */
export function recordingWorld(table: ProgramTable): World {
  const world = testWorld(table);
  world.epoch = RECORDED_AT;
  const { node1 } = world.machines;
  if (!node1) return world;
  // The recording machine's own name wasn't in its /etc/hosts.
  node1.hostname = 'recorder';
  const time = RECORDED_AT;
  writeFile(node1, '/etc/hosts', '127.0.0.1 localhost\n', { time });
  // Agents that were asked to look at their own parameters ran there; a web server was installed.
  for (const name of ['resource-agents', 'httpd-core']) {
    const entry = knownPackage(node1, name);
    if (entry) placePackage(node1, entry, { time });
  }
  const noHosts = JSON.stringify({ format_version: 1, data_version: 0, known_hosts: {} });
  writeFile(node1, '/var/lib/pcsd/known-hosts', noHosts, { time, mode: 0o600, makeParents: true });
  return world;
}

/** The program of a name, loaded; undefined where the simulator has none. */
export async function programOf(name: string): Promise<Program | undefined> {
  const entry = Object.hasOwn(programs, name) ? programs[name] : undefined;
  return entry !== undefined && typeof entry === 'object' ? entry.load() : entry;
}
