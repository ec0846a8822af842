import { seedRandom } from '../kernel/random';
import type { Directory, Inode } from '../world/file';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import type { ProgramTable } from './process';

/** Spring 2023: the time of all test worlds of this room. */
export const TEST_EPOCH = Date.UTC(2023, 3, 3, 9, 0, 0);

function directory(entries: Record<string, Inode>, mode = 0o755): Directory {
  return { kind: 'directory', mode, uid: 0, gid: 0, mtime: TEST_EPOCH, entries };
}

function file(content: string, mode = 0o644): Inode {
  return { kind: 'file', mode, uid: 0, gid: 0, mtime: TEST_EPOCH, content };
}

/** A small running machine whose /usr/bin has a file for each program: for tests of the shell alone. */
export function testMachine(name: string, programs: ProgramTable): Machine {
  const bin: Record<string, Inode> = {};
  for (const key of Object.keys(programs)) {
    bin[key] = { kind: 'file', mode: 0o755, uid: 0, gid: 0, mtime: TEST_EPOCH, content: '', program: key };
  }
  const link = (target: string): Inode => ({ kind: 'symlink', mode: 0o777, uid: 0, gid: 0, mtime: TEST_EPOCH, target });
  return {
    name,
    kind: 'guest',
    distribution: 'centos-stream-9',
    virtualization: 'kvm',
    kernel: '5.14.0-295.el9.x86_64',
    bootMs: 1000,
    jobs: [],
    nextJob: 1,
    jobResults: {},
    logins: [],
    power: 'running',
    boot: 1,
    bootedAt: 0,
    bootId: '0',
    machineId: '0',
    hostname: name,
    root: directory({
      bin: link('usr/bin'),
      sbin: link('usr/sbin'),
      dev: directory({}),
      etc: directory({
        hosts: file('127.0.0.1 localhost\n192.168.90.11 node1\n192.168.90.12 node2\n'),
        hostname: file(`${name}\n`),
        passwd: file('root:x:0:0:root:/root:/bin/bash\nstudent:x:1000:1000::/home/student:/bin/bash\n'),
        group: file('root:x:0:\nwheel:x:10:student\nstudent:x:1000:\n'),
        shadow: file('root:*:::::::\n', 0),
      }),
      home: directory({ student: { ...directory({}, 0o700), uid: 1000, gid: 1000 } }),
      root: directory({}, 0o550),
      tmp: directory({}, 0o1777),
      usr: directory({ bin: directory(bin), sbin: directory({}) }),
    }),
    network: { nics: [], routes: [], sockets: [], firewall: null, activeConnections: {} },
    units: {},
    processes: {},
    nextPid: 1000,
    log: [],
    packages: {},
    cpus: 2,
    memoryMib: 2048,
    snapshots: [],
    autostart: false,
    corosync: null,
    pacemaker: null,
  };
}

/** A world of `node1` and `node2` with nothing running but what a test starts. */
export function testWorld(programs: ProgramTable): World {
  return {
    format: 2,
    name: 'shell-test',
    now: 0,
    epoch: TEST_EPOCH,
    random: seedRandom(1),
    sequence: 1,
    queue: [],
    cause: null,
    history: [],
    machines: { node1: testMachine('node1', programs), node2: testMachine('node2', programs) },
    networks: {},
    faults: [],
  };
}
