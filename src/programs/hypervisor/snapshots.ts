import { deleteSnapshot, revertSnapshot, takeSnapshot } from '../../machine/snapshots';
import type { Process } from '../../shell/process';
import type { Machine, MachineSnapshot } from '../../world/machine';
import { formatDate } from '../coreutils/dates';
import { Failure, type VirshCommand } from './command';
import { domainUuid, findDomain } from './domains';
import { virshTable } from './table';

const stateOf = (snapshot: MachineSnapshot) =>
  snapshot.state.power === 'off' ? 'shutoff' : snapshot.state.power === 'paused' ? 'paused' : 'running';

function findSnapshot(machine: Machine, name: string): MachineSnapshot {
  const found = machine.snapshots.find((entry) => entry.name === name);
  if (!found) throw new Failure(`Domain snapshot not found: no domain snapshot with matching name '${name}'`);
  return found;
}

/** The snapshot that an operand, or `--current`, means. */
function chosen(machine: Machine, name: string | undefined, current: boolean): MachineSnapshot {
  if (name !== undefined) return findSnapshot(machine, name);
  const own = machine.snapshots.find((entry) => entry.current);
  if (current && own) return own;
  throw new Failure(
    current
      ? 'Domain snapshot not found: the domain does not have a current snapshot'
      : '--snapshotname or --current is required',
  );
}

function unixSeconds(process: Process): number {
  return Math.floor((process.world.epoch + process.world.now) / 1000);
}

async function create(
  process: Process,
  domain: string,
  name: string | undefined,
  description: string,
): Promise<string> {
  const machine = findDomain(process.world, domain);
  const snapshot = name ?? String(unixSeconds(process));
  if (machine.snapshots.some((entry) => entry.name === snapshot))
    throw new Failure(`operation failed: domain moment ${snapshot} already exists`);
  await process.sleep(machine.power === 'off' ? 300 : 1800);
  process.transact((world) => takeSnapshot(world, machine.name, snapshot, description));
  return `Domain snapshot ${snapshot} created\n`;
}

const createAs: VirshCommand = {
  spec: {
    data: ['domain', 'name', 'description', 'memspec', 'diskspec'],
    required: 1,
    flags: ['print-xml', 'no-metadata', 'halt', 'disk-only', 'reuse-external', 'quiesce', 'atomic', 'live', 'validate'],
  },
  run: (process, args) =>
    create(process, args.value('domain') ?? '', args.value('name'), args.value('description') ?? ''),
};

const createPlain: VirshCommand = {
  spec: {
    data: ['domain', 'xmlfile'],
    required: 1,
    flags: [
      'redefine',
      'current',
      'no-metadata',
      'halt',
      'disk-only',
      'reuse-external',
      'quiesce',
      'atomic',
      'live',
      'validate',
    ],
  },
  run: (process, args) => create(process, args.value('domain') ?? '', undefined, ''),
};

const list: VirshCommand = {
  spec: {
    data: ['domain', 'from', 'snapshot'],
    required: 1,
    flags: [
      'parent',
      'roots',
      'leaves',
      'metadata',
      'inactive',
      'active',
      'tree',
      'current',
      'descendants',
      'name',
      'internal',
      'external',
      'topological',
    ],
  },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const shown = [...machine.snapshots].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (args.has('name')) return `${shown.map(({ name }) => `${name}\n`).join('')}\n`;
    if (args.has('tree'))
      return `${shown
        .filter(({ parent }) => parent === null)
        .map((root) => tree(machine, root, ''))
        .join('')}\n`;
    const head = ['Name', 'Creation Time', 'State', ...(args.has('parent') ? ['Parent'] : [])];
    const rows = shown.map((snapshot) => [
      snapshot.name,
      formatDate(process, process.world.epoch + snapshot.createdAt, '%Y-%m-%d %H:%M:%S %z'),
      stateOf(snapshot),
      ...(args.has('parent') ? [snapshot.parent ?? ''] : []),
    ]);
    return `${virshTable(head, rows)}\n`;
  },
};

function tree(machine: Machine, root: MachineSnapshot, indent: string): string {
  let text = `${root.name}\n`;
  const children = machine.snapshots.filter(({ parent }) => parent === root.name);
  for (const child of children) text += `${indent}  |\n${indent}  +- ${tree(machine, child, `${indent}    `)}`;
  return `${text}${children.length === 0 ? `${indent}\n` : ''}`;
}

const info: VirshCommand = {
  spec: { data: ['domain', 'snapshotname'], required: 1, flags: ['current'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const snapshot = chosen(machine, args.value('snapshotname'), args.has('current'));
    const below = (name: string): MachineSnapshot[] =>
      machine.snapshots.filter(({ parent }) => parent === name).flatMap((child) => [child, ...below(child.name)]);
    const children = machine.snapshots.filter(({ parent }) => parent === snapshot.name).length;
    const rows: [string, string][] = [
      ['Name', snapshot.name],
      ['Domain', machine.name],
      ['Current', snapshot.current ? 'yes' : 'no'],
      ['State', stateOf(snapshot)],
      ['Location', 'internal'],
      ['Parent', snapshot.parent ?? '-'],
      ['Children', String(children)],
      ['Descendants', String(below(snapshot.name).length)],
      ['Metadata', 'yes'],
    ];
    return `${rows.map(([label, value]) => `${`${label}:`.padEnd(16)}${value}\n`).join('')}\n`;
  },
};

const current: VirshCommand = {
  spec: { data: ['domain', 'snapshotname'], required: 1, flags: ['name', 'security-info'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const own = chosen(machine, args.value('snapshotname'), true);
    if (args.has('name')) return `${own.name}\n`;
    return xml(process, machine, own);
  },
};

function xml(process: Process, machine: Machine, snapshot: MachineSnapshot): string {
  const seconds = Math.floor((process.world.epoch + snapshot.createdAt) / 1000);
  const parent = snapshot.parent === null ? '' : `  <parent>\n    <name>${snapshot.parent}</name>\n  </parent>\n`;
  const description = snapshot.description === '' ? '' : `  <description>${snapshot.description}</description>\n`;
  return `<domainsnapshot>\n  <name>${snapshot.name}</name>\n${description}  <state>${stateOf(snapshot)}</state>\n${parent}  <creationTime>${seconds}</creationTime>\n  <domain>\n    <uuid>${domainUuid(machine)}</uuid>\n  </domain>\n</domainsnapshot>\n\n`;
}

const dumpxml: VirshCommand = {
  spec: { data: ['domain', 'snapshotname'], required: 2, flags: ['security-info'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    return xml(process, machine, findSnapshot(machine, args.value('snapshotname') ?? ''));
  },
};

const revert: VirshCommand = {
  spec: {
    data: ['domain', 'snapshotname'],
    required: 1,
    flags: ['current', 'running', 'paused', 'force', 'reset-nvram'],
  },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const snapshot = chosen(machine, args.value('snapshotname'), args.has('current'));
    await process.sleep(1500);
    const start = args.has('running') ? 'running' : args.has('paused') ? 'paused' : 'as saved';
    process.transact((world) => revertSnapshot(world, machine.name, snapshot.name, start));
    return `Domain snapshot ${snapshot.name} reverted\n\n`;
  },
};

const remove: VirshCommand = {
  spec: { data: ['domain', 'snapshotname'], required: 1, flags: ['current', 'children', 'children-only', 'metadata'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const snapshot = chosen(machine, args.value('snapshotname'), args.has('current'));
    const below = (name: string): string[] =>
      machine.snapshots.filter(({ parent }) => parent === name).flatMap((child) => [...below(child.name), child.name]);
    const names = [
      ...(args.has('children') || args.has('children-only') ? below(snapshot.name) : []),
      ...(args.has('children-only') ? [] : [snapshot.name]),
    ];
    await process.sleep(300);
    process.transact((world) => {
      for (const name of names) deleteSnapshot(world, machine.name, name);
    });
    return `Domain snapshot ${snapshot.name} ${args.has('children-only') ? 'children deleted' : 'deleted'}\n\n`;
  },
};

const parent: VirshCommand = {
  spec: { data: ['domain', 'snapshotname'], required: 1, flags: ['current'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const snapshot = chosen(machine, args.value('snapshotname'), args.has('current'));
    if (snapshot.parent === null) throw new Failure(`snapshot '${snapshot.name}' has no parent`);
    return `${snapshot.parent}\n`;
  },
};

/** Commands about snapshots. */
export const snapshotCommands: Readonly<Record<string, VirshCommand>> = {
  'snapshot-create': createPlain,
  'snapshot-create-as': createAs,
  'snapshot-list': list,
  'snapshot-info': info,
  'snapshot-current': current,
  'snapshot-dumpxml': dumpxml,
  'snapshot-revert': revert,
  'snapshot-delete': remove,
  'snapshot-parent': parent,
};
