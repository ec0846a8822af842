import { normalizePath } from '../../machine/files';
import type { Program } from '../../shell/process';
import { withOptions } from '../options';
import { parseSize, readImage, writeImage } from './images';

/** qemu-img: makes empty images and tells of images. */
export const qemuImg: Program = async (process) => {
  const [verb] = process.argv.slice(1);
  if (verb === 'create') return create(process);
  if (verb === 'info') return info(process);
  if (verb === '--version' || verb === '-V') {
    await process.stdout.write('qemu-img version 7.2.0 (qemu-kvm-7.2.0-11.el9)\n');
    return 0;
  }
  await process.stderr.write(
    verb === undefined
      ? "qemu-img: Not enough arguments\nTry 'qemu-img --help' for more information\n"
      : `qemu-img: Command not found: ${verb}\nTry 'qemu-img --help' for more information\n`,
  );
  return 1;
};

const create: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'format', short: 'f', value: 'required' },
      { key: 'options', short: 'o', value: 'required' },
      { key: 'quiet', short: 'q' },
    ],
    async (options) => {
      const [, path, sizeText] = options.operands;
      const format = options.value('format') ?? 'raw';
      const fail = async (message: string) => {
        await process.stderr.write(`qemu-img: ${message}\n`);
        return 1;
      };
      if (path === undefined) return fail("Expecting image file name\nTry 'qemu-img --help' for more information");
      if (format !== 'raw' && format !== 'qcow2') return fail(`${path}: Unknown file format '${format}'`);
      if (sizeText === undefined) return fail(`${path}: Image creation needs a size parameter`);
      const size = parseSize(sizeText);
      if (size === undefined) return fail(`Invalid image size specified! You may use k, M, G, T, P or E suffixes for `);
      const full = normalizePath(path, process.cwd);
      const written = process.transact((world, machine) =>
        writeImage(machine, full, { template: '', size, rootPassword: null, hostname: null }, world.epoch + world.now),
      );
      const more =
        format === 'raw'
          ? `size=${size}`
          : `cluster_size=65536 extended_l2=off compression_type=zlib size=${size} lazy_refcounts=off refcount_bits=16`;
      if (!options.has('quiet')) await process.stdout.write(`Formatting '${path}', fmt=${format} ${more}\n`);
      return written ? 0 : fail(`${path}: Could not create '${path}': No such file or directory`);
    },
    { status: 1 },
  );

const info: Program = async (process) => {
  const path = process.argv.slice(2).find((word) => !word.startsWith('-')) ?? '';
  const image = readImage(process.machine, normalizePath(path, process.cwd));
  if (!image) {
    await process.stderr.write(
      `qemu-img: Could not open '${path}': Could not open '${path}': No such file or directory\n`,
    );
    return 1;
  }
  const gib = image.size / 2 ** 30;
  await process.stdout.write(
    `image: ${path}\nfile format: qcow2\nvirtual size: ${Number.isInteger(gib) ? gib : gib.toFixed(2)} GiB (${image.size} bytes)\ndisk size: 196 KiB\ncluster_size: 65536\n`,
  );
  return 0;
};
