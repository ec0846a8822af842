import { describe, expect, it } from 'vitest';
import { Kernel } from '../../kernel/kernel';
import { Runtime } from '../../kernel/runtime';
import { makeMachine } from '../../machine/image';
import { runCommand } from '../../shell/command';
import { ProcessTable } from '../../shell/processes';
import { TEST_EPOCH, testWorld } from '../../shell/testing';
import { programs as coreutils } from '../coreutils';
import { programs as storage } from '.';

const table = { ...coreutils, ...storage };

/** What commands print on a freshly installed guest. */
async function run(command: string) {
  const world = testWorld(table);
  const machine = makeMachine({ name: 'node1', nics: [], time: TEST_EPOCH });
  machine.power = 'running';
  world.machines.node1 = machine;
  const runtime = new Runtime(new Kernel(world, {}));
  const answer = runCommand(new ProcessTable(runtime, table), { machine: 'node1', user: 'root', command, stdin: '' });
  await runtime.run(60_000);
  return answer;
}

describe('file systems of a fresh guest', () => {
  it('are told alike by lsblk, mount, findmnt, df and /proc/mounts', async () => {
    expect((await run('lsblk')).stdout).toBe(
      [
        'NAME   MAJ:MIN RM SIZE RO TYPE MOUNTPOINTS',
        'sda      8:0    0  30G  0 disk ',
        '├─sda1   8:1    0   1M  0 part ',
        '├─sda2   8:2    0   1G  0 part /boot',
        '└─sda3   8:3    0  29G  0 part /',
        '',
      ].join('\n'),
    );
    expect((await run('mount -t xfs')).stdout).toContain('/dev/sda3 on / type xfs (rw,seclabel,relatime,');
    expect((await run('findmnt -n -o SOURCE /boot')).stdout).toBe('/dev/sda2\n');
    expect((await run('df -hT /boot')).stdout).toMatch(
      /^Filesystem {5}Type {2}Size {2}Used Avail Use% Mounted on\n\/dev\/sda2 {6}xfs {2}1014M {3}33M {2}982M {3}4% \/boot\n$/,
    );
    expect((await run('grep -c xfs /proc/mounts')).stdout).toBe('2\n');
    expect((await run('blkid -s TYPE /dev/sda3')).stdout).toBe('/dev/sda3: TYPE="xfs"\n');
  });

  it('follow umount and mount', async () => {
    expect((await run('umount /boot && findmnt /boot || mount -a && findmnt -n -o TARGET /boot')).stdout).toBe(
      '/boot\n',
    );
    expect(await run('umount /')).toMatchObject({ stderr: 'umount: /: target is busy.\n', status: 32 });
    expect(await run('mount /dev/sdb1 /mnt')).toMatchObject({
      stderr: 'mount: /mnt: special device /dev/sdb1 does not exist.\n',
      status: 32,
    });
    expect(await run('mount /mnt')).toMatchObject({ stderr: "mount: /mnt: can't find in /etc/fstab.\n", status: 1 });
  });

  it('fill as files are written', async () => {
    const used = async (command: string) => Number((await run(`${command}; df /`)).stdout.split(/\s+/).at(-5));
    const before = await used(':');
    expect((await used('seq 100000 >/root/numbers')) - before).toBe(576);
  });

  it('are not where there is no such path', async () => {
    expect(await run('df /nosuch')).toMatchObject({ stderr: 'df: /nosuch: No such file or directory\n', status: 1 });
  });
});
