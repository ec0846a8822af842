import { changeMode, changeOwner, FileError, lookup } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import { type ParsedOptions, programName, withOptions } from '../options';
import { groupId, groupName, userId, userName } from './accounts';
import { absolute, changing, complain, missingOperand, quoted, shellQuoted } from './common';
import { applyMode, modeString } from './modes';

/** Calls `use` for a path and, when asked, for everything below it. */
async function walkTree(
  process: Process,
  path: string,
  recursive: boolean,
  use: (path: string) => Promise<boolean>,
): Promise<boolean> {
  let good = await use(path);
  const inode = lookup(process.machine, absolute(process, path), { follow: false });
  if (recursive && inode?.kind === 'directory') {
    for (const name of Object.keys(inode.entries).sort()) {
      good = (await walkTree(process, `${path.replace(/\/$/, '')}/${name}`, true, use)) && good;
    }
  }
  return good;
}

export const chmod: Program = async (process) => {
  // A mode such as -x looks like an option: hide it behind --.
  const argv = process.argv.map((argument, i) =>
    i > 0 && /^-[rwxXstugo]+$/.test(argument) && !/^-R$/.test(argument) ? `\u0000${argument}` : argument,
  );
  return withOptions(
    process,
    [
      { key: 'recursive', short: 'R', long: ['recursive'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'changes', short: 'c', long: ['changes'] },
      { key: 'quiet', short: 'f', long: ['silent', 'quiet'] },
      { key: 'reference', long: ['reference'], value: 'required' },
    ],
    async (options) => {
      const operands = options.operands.map((operand) => operand.replace('\u0000', ''));
      const reference = options.value('reference');
      const expression = reference ? undefined : operands.shift();
      if (!reference && expression === undefined) return missingOperand(process);
      if (operands.length === 0) {
        await complain(process, `missing operand after ${quoted(expression ?? '')}`);
        await process.stderr.write(`Try 'chmod --help' for more information.\n`);
        return 1;
      }
      if (expression !== undefined && applyMode(expression, 0, false) === undefined) {
        await complain(process, `invalid mode: ${quoted(expression)}`);
        await process.stderr.write(`Try 'chmod --help' for more information.\n`);
        return 1;
      }
      let good = true;
      for (const operand of operands) {
        good =
          (await walkTree(process, operand, options.has('recursive'), (path) =>
            chmodOne(process, path, expression, reference ?? null, options),
          )) && good;
      }
      return good ? 0 : 1;
    },
    { argv },
  );
};

async function chmodOne(
  process: Process,
  path: string,
  expression: string | undefined,
  reference: string | null,
  options: ParsedOptions,
): Promise<boolean> {
  const inode = lookup(process.machine, absolute(process, path), { as: process.credentials });
  if (!inode) {
    await complain(process, `cannot access ${shellQuoted(path)}: No such file or directory`);
    return false;
  }
  const wanted = reference
    ? (lookup(process.machine, absolute(process, reference))?.mode ?? inode.mode)
    : applyMode(expression as string, inode.mode, inode.kind === 'directory');
  try {
    process.transact((_, machine) => changeMode(machine, absolute(process, path), wanted as number, changing(process)));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await complain(process, `changing permissions of ${shellQuoted(path)}: ${error.text}`);
    return false;
  }
  const octal = (mode: number) => `${mode.toString(8).padStart(4, '0')} (${modeString({ ...inode, mode }).slice(1)})`;
  const changed = wanted !== inode.mode;
  if (options.has('verbose') || (options.has('changes') && changed)) {
    await process.stdout.write(
      changed
        ? `mode of ${shellQuoted(path)} changed from ${octal(inode.mode)} to ${octal(wanted as number)}\n`
        : `mode of ${shellQuoted(path)} retained as ${octal(inode.mode)}\n`,
    );
  }
  return true;
}

/** Uid and gid of an `owner:group` expression (-1 keeps); a string is what chown says of a wrong one. */
function ownership(process: Process, expression: string, groupOnly: boolean): { uid: number; gid: number } | string {
  const match = /^([^:.]*)(?:[:.](.*))?$/.exec(expression);
  const user = groupOnly ? '' : (match?.[1] ?? '');
  const group = groupOnly ? expression : match?.[2];
  const uid = user === '' ? -1 : userId(process.machine, user);
  const gid = group === undefined || group === '' ? -1 : groupId(process.machine, group);
  if (uid === undefined) return `invalid user: ${quoted(expression)}`;
  if (gid === undefined) return `invalid group: ${quoted(groupOnly ? expression : expression)}`;
  return { uid, gid };
}

const changeOwnership: (groupOnly: boolean) => Program = (groupOnly) => (process) =>
  withOptions(
    process,
    [
      { key: 'recursive', short: 'R', long: ['recursive'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'changes', short: 'c', long: ['changes'] },
      { key: 'quiet', short: 'f', long: ['silent', 'quiet'] },
      { key: 'noDereference', short: 'h', long: ['no-dereference'] },
      { key: 'reference', long: ['reference'], value: 'required' },
    ],
    async (options) => {
      const operands = [...options.operands];
      const reference = options.value('reference');
      const expression = reference ? '' : operands.shift();
      if (expression === undefined) return missingOperand(process);
      if (operands.length === 0) {
        await complain(process, `missing operand after ${quoted(expression)}`);
        await process.stderr.write(`Try '${programName(process)} --help' for more information.\n`);
        return 1;
      }
      const like = reference ? lookup(process.machine, absolute(process, reference)) : undefined;
      const owner = like
        ? { uid: groupOnly ? -1 : like.uid, gid: like.gid }
        : ownership(process, expression, groupOnly);
      if (typeof owner === 'string') {
        await complain(process, owner);
        return 1;
      }
      let good = true;
      for (const operand of operands) {
        good =
          (await walkTree(process, operand, options.has('recursive'), (path) =>
            chownOne(process, path, owner, groupOnly, options),
          )) && good;
      }
      return good ? 0 : 1;
    },
  );

async function chownOne(
  process: Process,
  path: string,
  owner: { uid: number; gid: number },
  groupOnly: boolean,
  options: ParsedOptions,
): Promise<boolean> {
  const follow = !options.has('noDereference');
  const inode = lookup(process.machine, absolute(process, path), { as: process.credentials, follow });
  if (!inode) {
    await complain(process, `cannot access ${shellQuoted(path)}: No such file or directory`);
    return false;
  }
  try {
    process.transact((_, machine) =>
      changeOwner(machine, absolute(process, path), owner.uid, owner.gid, { ...changing(process), follow }),
    );
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await complain(process, `changing ${groupOnly ? 'group' : 'ownership'} of ${shellQuoted(path)}: ${error.text}`);
    return false;
  }
  const { machine } = process;
  const both = owner.uid >= 0 && owner.gid >= 0;
  const shown = (uid: number, gid: number) =>
    groupOnly || owner.uid < 0
      ? groupName(machine, gid)
      : both
        ? `${userName(machine, uid)}:${groupName(machine, gid)}`
        : userName(machine, uid);
  const before = shown(inode.uid, inode.gid);
  const after = shown(owner.uid < 0 ? inode.uid : owner.uid, owner.gid < 0 ? inode.gid : owner.gid);
  const what = groupOnly ? 'group' : 'ownership';
  if (before !== after && (options.has('verbose') || options.has('changes'))) {
    await process.stdout.write(`changed ${what} of ${shellQuoted(path)} from ${before} to ${after}\n`);
  } else if (options.has('verbose')) {
    await process.stdout.write(`${what} of ${shellQuoted(path)} retained as ${before}\n`);
  }
  return true;
}

export const chown = changeOwnership(false);
export const chgrp = changeOwnership(true);
