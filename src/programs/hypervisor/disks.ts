import { lookup } from '../../machine/files';
import { plugDisk, unplugDisk } from '../../storage/disks';
import { mountTable } from '../../storage/mounts';
import type { World } from '../../world/world';
import { Failure, type VirshCommand } from './command';
import { diskPath, domains, findDomain } from './domains';
import { readImage, writeImage } from './images';

const ATTACH = 'Failed to attach disk';

/** The domain that has an image open. */
function holderOf(world: World, path: string): string | undefined {
  return domains(world).find(
    (machine) =>
      diskPath(machine).path === path || Object.values(machine.disks ?? {}).some((disk) => disk.source === path),
  )?.name;
}

/** `attach-disk DOMAIN SOURCE TARGET`: an image becomes a disk of a guest, which finds what was made on it before. */
const attachDisk: VirshCommand = {
  spec: {
    data: ['domain', 'source', 'target', 'targetbus', 'driver', 'subdriver', 'cache', 'type', 'mode', 'serial'],
    required: 3,
    flags: ['persistent', 'config', 'live', 'current', 'print-xml'],
  },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const source = args.value('source') ?? '';
    const target = args.value('target') ?? '';
    const used = target === diskPath(machine).target ? diskPath(machine).path : machine.disks?.[target]?.source;
    if (used !== undefined)
      throw new Failure(ATTACH, `XML error: target '${target}' duplicated for disk sources '${used}' and '${source}'`);
    const file = lookup(process.machine, source);
    if (file?.kind !== 'file')
      throw new Failure(ATTACH, `Cannot access storage file '${source}': No such file or directory`);
    if (holderOf(process.world, source) !== undefined)
      throw new Failure(
        ATTACH,
        `internal error: unable to execute QEMU command 'device_add': Failed to get "write" lock`,
      );
    process.transact((world, host) => {
      const image = readImage(host, source);
      const inode = lookup(host, source);
      const size = image?.size ?? (inode?.kind === 'file' ? (inode.size ?? inode.content.length) : 0);
      const guest = world.machines[machine.name];
      if (guest)
        plugDisk(guest, target, { size, source, filesystem: image?.filesystem ?? null }, world.epoch + world.now);
    });
    return 'Disk attached successfully\n\n';
  },
};

/** `detach-disk DOMAIN TARGET`: what the guest has written stays in the image. */
const detachDisk: VirshCommand = {
  spec: {
    data: ['domain', 'target'],
    required: 2,
    flags: ['persistent', 'config', 'live', 'current', 'print-xml'],
  },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const key = args.value('target') ?? '';
    const found = Object.entries(machine.disks ?? {}).find(([name, disk]) => name === key || disk.source === key);
    if (!found) throw new Failure(`No disk found whose source path or target is ${key}`);
    const [name] = found;
    if (mountTable(machine).some((mount) => mount.source === `/dev/${name}`))
      throw new Failure('Failed to detach disk', `internal error: unable to detach disk '${name}': it is in use`);
    process.transact((world, host) => {
      const guest = world.machines[machine.name];
      const disk = guest?.disks?.[name];
      if (!guest || !disk) return;
      const time = world.epoch + world.now;
      const { size, source, filesystem } = disk;
      writeImage(host, source, { template: '', size, rootPassword: null, hostname: null, filesystem }, time);
      unplugDisk(guest, name, time);
    });
    return 'Disk detached successfully\n\n';
  },
};

export const diskCommands: Readonly<Record<string, VirshCommand>> = {
  'attach-disk': attachDisk,
  'detach-disk': detachDisk,
};
