import { listDirectory, lookup, readFileIfThere, writeFile } from '../../machine/files';
import { PACKAGED_SERVICES } from '../../network/firewall-services';
import {
  formatService,
  formatZone,
  packagedZones,
  parseService,
  parseZone,
  type ZoneFile,
} from '../../network/firewall-xml';
import type { Machine } from '../../world/machine';
import type { FirewallService, FirewallState } from '../../world/network';
import type { World } from '../../world/world';

export const CONFIG_DIRECTORY = '/etc/firewalld';
const PACKAGED_DIRECTORY = '/usr/lib/firewalld';
const CONFIG_FILE = `${CONFIG_DIRECTORY}/firewalld.conf`;

function filesIn(machine: Machine, directory: string): { name: string; content: string }[] {
  const inode = lookup(machine, directory);
  if (inode?.kind !== 'directory') return [];
  return listDirectory(machine, directory)
    .filter((name) => name.endsWith('.xml'))
    .map((name) => ({ name: name.slice(0, -4), content: readFileIfThere(machine, `${directory}/${name}`) ?? '' }));
}

/** The permanent zones: the administrator's files before the packaged ones. */
export function permanentZones(machine: Machine): Record<string, ZoneFile> {
  const zones = packagedZones(machine.distribution);
  for (const directory of [PACKAGED_DIRECTORY, CONFIG_DIRECTORY]) {
    for (const { name, content } of filesIn(machine, `${directory}/zones`)) {
      const file = parseZone(content);
      if (file) zones[name] = file;
    }
  }
  return Object.fromEntries(Object.entries(zones).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Services that the administrator has defined, or that other packages bring along. */
export function ownServices(machine: Machine): Record<string, FirewallService> {
  const services: Record<string, FirewallService> = {};
  for (const { name, content } of filesIn(machine, `${PACKAGED_DIRECTORY}/services`)) {
    const service = PACKAGED_SERVICES.has(name) ? null : parseService(content);
    if (service) services[name] = service;
  }
  for (const { name, content } of filesIn(machine, `${CONFIG_DIRECTORY}/services`)) {
    const service = parseService(content);
    if (service) services[name] = service;
  }
  return services;
}

export function permanentDefaultZone(machine: Machine): string {
  return /^\s*DefaultZone\s*=\s*(\S+)/m.exec(readFileIfThere(machine, CONFIG_FILE) ?? '')?.[1] ?? 'public';
}

/** What firewalld has in memory after it has read its files. */
export function loadState(machine: Machine): FirewallState {
  const files = permanentZones(machine);
  const zones = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, structuredCopy(file.zone)]));
  const wanted = permanentDefaultZone(machine);
  return { defaultZone: zones[wanted] ? wanted : 'public', zones, services: ownServices(machine) };
}

/** A copy of plain data that shares nothing with its origin. */
export function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Writes a zone's permanent file and keeps the one before as `.old`. */
export function writeZone(world: World, machine: Machine, name: string, file: ZoneFile): void {
  const path = `${CONFIG_DIRECTORY}/zones/${name}.xml`;
  const time = world.epoch + world.now;
  const before = readFileIfThere(machine, path);
  const content = formatZone(file);
  if (before !== undefined) writeFile(machine, `${path}.old`, before, { time, makeParents: true });
  writeFile(machine, path, content, { time, makeParents: true });
}

export function writeService(world: World, machine: Machine, name: string, service: FirewallService): void {
  const path = `${CONFIG_DIRECTORY}/services/${name}.xml`;
  writeFile(machine, path, formatService(service), { time: world.epoch + world.now, makeParents: true });
}

export function writeDefaultZone(world: World, machine: Machine, name: string): void {
  const before = readFileIfThere(machine, CONFIG_FILE) ?? '';
  const line = `DefaultZone=${name}`;
  const content = /^\s*DefaultZone\s*=.*$/m.test(before)
    ? before.replace(/^\s*DefaultZone\s*=.*$/m, line)
    : `${before}${line}\n`;
  writeFile(machine, CONFIG_FILE, content, { time: world.epoch + world.now, makeParents: true });
}
