import {
  addUser,
  findGroup,
  findShadow,
  findUser,
  freeId,
  type Group,
  listGroups,
  listUsers,
  makeHome,
  removeGroup,
  removeUser,
  type User,
  writeGroup,
  writeShadow,
  writeUser,
} from '../../machine/accounts';
import { lookup, removeDirectory, removeFileIfThere, rename, writeFile } from '../../machine/files';
import { logTo } from '../../machine/log';
import type { Process, Program } from '../../shell/process';
import type { Machine } from '../../world/machine';
import { type OptionSpec, type ParsedOptions, parseOptions, programName, UsageError } from '../options';

/** A refusal with shadow's exit status. */
class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Runs one of shadow's tools: options, root only, its messages on stderr. */
function tool(
  specs: readonly OptionSpec[],
  usage: string,
  body: (process: Process, options: ParsedOptions, name: string) => Promise<number>,
): Program {
  return async (process) => {
    const program = programName(process) === 'adduser' ? 'useradd' : programName(process);
    let options: ParsedOptions;
    try {
      options = parseOptions(program, process.argv, specs);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      await process.stderr.write(`${error.message}\n${usage}`);
      return 2;
    }
    const name = options.operands[0];
    if (name === undefined || options.operands.length > 1) {
      await process.stderr.write(usage);
      return 2;
    }
    if (process.credentials.uid !== 0) {
      const file = program.startsWith('group') ? '/etc/group' : '/etc/passwd';
      await process.stderr.write(`${program}: Permission denied.\n${program}: cannot lock ${file}; try again later.\n`);
      return program.startsWith('group') ? 10 : 1;
    }
    try {
      return await body(process, options, name);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await process.stderr.write(`${program}: ${error.message}\n`);
      return error.status;
    }
  };
}

function groupOf(machine: Machine, key: string): Group {
  const group = findGroup(machine, key) ?? (/^\d+$/.test(key) ? findGroup(machine, Number(key)) : undefined);
  if (!group) throw new Refused(`group '${key}' does not exist`, 6);
  return group;
}

function number(text: string, what: string): number {
  if (!/^\d+$/.test(text)) throw new Refused(`invalid ${what} '${text}'`, 3);
  return Number(text);
}

const userOptions: readonly OptionSpec[] = [
  { key: 'base', short: 'b', long: ['base-dir'], value: 'required' },
  { key: 'comment', short: 'c', long: ['comment'], value: 'required' },
  { key: 'home', short: 'd', long: ['home-dir', 'home'], value: 'required' },
  { key: 'expire', short: 'e', long: ['expiredate'], value: 'required' },
  { key: 'inactive', short: 'f', long: ['inactive'], value: 'required' },
  { key: 'gid', short: 'g', long: ['gid'], value: 'required' },
  { key: 'groups', short: 'G', long: ['groups'], value: 'required' },
  { key: 'skel', short: 'k', long: ['skel'], value: 'required' },
  { key: 'create', short: 'm', long: ['create-home'] },
  { key: 'nocreate', short: 'M', long: ['no-create-home'] },
  { key: 'nogroup', short: 'N', long: ['no-user-group'] },
  { key: 'nonunique', short: 'o', long: ['non-unique'] },
  { key: 'password', short: 'p', long: ['password'], value: 'required' },
  { key: 'system', short: 'r', long: ['system'] },
  { key: 'shell', short: 's', long: ['shell'], value: 'required' },
  { key: 'uid', short: 'u', long: ['uid'], value: 'required' },
  { key: 'usergroup', short: 'U', long: ['user-group'] },
  { key: 'badname', long: ['badname'] },
  { key: 'nolog', short: 'l', long: ['no-log-init'] },
];

const USER_USAGE = 'Usage: useradd [options] LOGIN\n       useradd -D\n       useradd -D [options]\n';
const NAME = /^[a-zA-Z_][a-zA-Z0-9_.-]*\$?$/;

function checkName(process: Process, name: string, badAllowed: boolean): void {
  const debian = process.machine.distribution === 'debian-12';
  const fine = debian ? !/[\s:/,]/.test(name) && !/^[-+~]/.test(name) : NAME.test(name);
  if (!fine && !badAllowed) throw new Refused(`invalid user name '${name}': use --badname to ignore`, 3);
}

/** `useradd`, and CentOS's `adduser`. */
export const useradd = tool(userOptions, USER_USAGE, async (process, options, name) => {
  const { machine } = process;
  checkName(process, name, options.has('badname'));
  if (findUser(machine, name)) throw new Refused(`user '${name}' already exists`, 9);
  const users = listUsers(machine).map((user) => user.uid);
  const system = options.has('system');
  const uidText = options.value('uid');
  const uid = uidText ? number(uidText, 'user ID') : freeId(users, system);
  if (uidText && users.includes(uid) && !options.has('nonunique')) throw new Refused(`UID ${uid} is not unique`, 4);
  const gidText = options.value('gid');
  const extra = (options.value('groups') ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map((part) => groupOf(machine, part));
  if (!gidText && !options.has('nogroup') && findGroup(machine, name)) {
    throw new Refused(`group ${name} exists - if you want to add this user to that group, use -g.`, 9);
  }
  const groups = listGroups(machine).map((group) => group.gid);
  const ownGid = groups.includes(uid) ? freeId(groups, system) : uid;
  const gid = gidText ? groupOf(machine, gidText).gid : options.has('nogroup') ? 100 : ownGid;
  const debian = machine.distribution === 'debian-12';
  const shell = options.value('shell') ?? (debian ? '/bin/sh' : '/bin/bash');
  const home = options.value('home') ?? `${options.value('base') ?? '/home'}/${name}`;
  const user: User = { name, uid, gid, comment: options.value('comment') ?? '', home, shell };
  const wantsHome = options.has('create') || (!debian && !system && !options.has('nocreate'));
  const homeExists = lookup(machine, home) !== undefined;
  process.transact((world, draft) => {
    const time = world.epoch + world.now;
    if (!gidText && !options.has('nogroup')) writeGroup(draft, { name, gid, members: [] }, time);
    const aging = system ? { minDays: null, maxDays: null, warnDays: null } : {};
    addUser(draft, user, time, {
      ...(debian ? { hash: '!' } : {}),
      ...aging,
      ...(options.value('password') ? { hash: options.value('password') ?? '' } : {}),
    });
    for (const group of extra) writeGroup(draft, { ...group, members: [...group.members, name] }, time);
    if (wantsHome) makeHome(draft, user, time, debian ? 0o755 : 0o700);
    if (wantsHome && !debian) {
      writeFile(draft, `/var/spool/mail/${name}`, '', {
        time,
        mode: 0o660,
        uid,
        gid: findGroup(draft, 'mail')?.gid ?? 0,
        makeParents: true,
      });
    }
    logTo(world, draft, {
      identifier: 'useradd',
      pid: process.pid,
      message: `new user: name=${name}, UID=${uid}, GID=${gid}, home=${home}, shell=${shell}, from=${process.tty?.path ?? 'none'}`,
    });
  });
  if (wantsHome && homeExists) {
    await process.stderr.write(
      `useradd: warning: the home directory ${home} already exists.\nuseradd: Not copying any file from skel directory into it.\n`,
    );
  }
  return 0;
});

const modOptions: readonly OptionSpec[] = [
  ...userOptions.filter(({ key }) =>
    ['comment', 'home', 'expire', 'gid', 'groups', 'nonunique', 'password', 'shell', 'uid'].includes(key),
  ),
  { key: 'append', short: 'a', long: ['append'] },
  { key: 'remove', short: 'r', long: ['remove'] },
  { key: 'login', short: 'l', long: ['login'], value: 'required' },
  { key: 'lock', short: 'L', long: ['lock'] },
  { key: 'unlock', short: 'U', long: ['unlock'] },
  { key: 'move', short: 'm', long: ['move-home'] },
];

/** `usermod`. */
export const usermod = tool(modOptions, 'Usage: usermod [options] LOGIN\n', async (process, options, name) => {
  const { machine } = process;
  const user = findUser(machine, name);
  if (!user) throw new Refused(`user '${name}' does not exist`, 6);
  const shadow = findShadow(machine, name);
  const list = (options.value('groups') ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map((part) => groupOf(machine, part));
  const gidText = options.value('gid');
  const newName = options.value('login') ?? name;
  if (newName !== name && findUser(machine, newName)) throw new Refused(`user '${newName}' already exists`, 9);
  const uidText = options.value('uid');
  const uid = uidText ? number(uidText, 'user ID') : user.uid;
  if (uidText && uid !== user.uid && findUser(machine, uid) && !options.has('nonunique'))
    throw new Refused(`UID '${uid}' already exists`, 4);
  const shell = options.value('shell') ?? user.shell;
  const changed: User = {
    name: newName,
    uid,
    gid: gidText ? groupOf(machine, gidText).gid : user.gid,
    comment: options.value('comment') ?? user.comment,
    home: options.value('home') ?? user.home,
    shell,
  };
  if (options.has('shell') && lookup(machine, shell)?.kind !== 'file') {
    await process.stderr.write(`usermod: Warning: missing or non-executable shell '${shell}'\n`);
  }
  let hash = shadow?.hash ?? '!!';
  if (options.has('lock') && !hash.startsWith('!')) hash = `!${hash}`;
  if (options.has('unlock')) {
    if (hash.replace(/^!+/, '') === '') {
      await process.stderr.write(
        "usermod: unlocking the user's password would result in a passwordless account.\nYou should set a password with usermod -p to unlock this user's password.\n",
      );
    } else hash = hash.replace(/^!/, '');
  }
  if (options.value('password')) hash = options.value('password') ?? hash;
  process.transact((world, draft) => {
    const time = world.epoch + world.now;
    writeUser(draft, changed, time, name);
    if (shadow) {
      if (newName !== name) removeShadow(draft, name, time);
      writeShadow(draft, { ...shadow, name: newName, hash }, time);
    }
    if (options.has('groups')) changeGroups(draft, newName, list, options.has('append'), time);
    if (options.has('move') && changed.home !== user.home && lookup(draft, user.home)) {
      rename(draft, user.home, changed.home, { time });
    }
  });
  return 0;
});

function removeShadow(machine: Machine, name: string, time: number): void {
  const text = lookup(machine, '/etc/shadow');
  if (text?.kind !== 'file') return;
  const kept = text.content.split('\n').filter((line) => !line.startsWith(`${name}:`));
  writeFile(machine, '/etc/shadow', kept.join('\n'), { time });
}

function changeGroups(machine: Machine, name: string, list: readonly Group[], append: boolean, time: number): void {
  for (const group of listGroups(machine)) {
    const wanted = list.some((other) => other.name === group.name);
    const member = group.members.includes(name);
    if (wanted && !member) writeGroup(machine, { ...group, members: [...group.members, name] }, time);
    if (!wanted && member && !append) {
      writeGroup(machine, { ...group, members: group.members.filter((other) => other !== name) }, time);
    }
  }
}

/** `userdel`. */
export const userdel = tool(
  [
    { key: 'remove', short: 'r', long: ['remove'] },
    { key: 'force', short: 'f', long: ['force'] },
  ],
  'Usage: userdel [options] LOGIN\n',
  async (process, options, name) => {
    const { machine } = process;
    const user = findUser(machine, name);
    if (!user) throw new Refused(`user '${name}' does not exist`, 6);
    const busy = Object.values(machine.processes).find((record) => record.uid === user.uid);
    if (busy && !options.has('force')) throw new Refused(`user ${name} is currently used by process ${busy.pid}`, 8);
    const group = findGroup(machine, name);
    process.transact((world, draft) => {
      const time = world.epoch + world.now;
      removeUser(draft, name, time);
      if (group && group.gid === user.gid && group.members.every((member) => member === name))
        removeGroup(draft, name, time);
      if (!options.has('remove')) return;
      if (lookup(draft, user.home)?.kind === 'directory') removeDirectory(draft, user.home, { time, recursive: true });
      removeFileIfThere(draft, `/var/spool/mail/${name}`, time);
    });
    return 0;
  },
);

/** `groupadd`. */
export const groupadd = tool(
  [
    { key: 'gid', short: 'g', long: ['gid'], value: 'required' },
    { key: 'system', short: 'r', long: ['system'] },
    { key: 'force', short: 'f', long: ['force'] },
    { key: 'nonunique', short: 'o', long: ['non-unique'] },
  ],
  'Usage: groupadd [options] GROUP\n',
  async (process, options, name) => {
    const { machine } = process;
    if (!NAME.test(name)) throw new Refused(`'${name}' is not a valid group name`, 3);
    if (findGroup(machine, name)) {
      if (options.has('force')) return 0;
      throw new Refused(`group '${name}' already exists`, 9);
    }
    const used = listGroups(machine).map((group) => group.gid);
    const text = options.value('gid');
    const gid = text ? number(text, 'group ID') : freeId(used, options.has('system'));
    if (text && used.includes(gid) && !options.has('nonunique')) throw new Refused(`GID '${gid}' already exists`, 4);
    process.transact((world, draft) => writeGroup(draft, { name, gid, members: [] }, world.epoch + world.now));
    return 0;
  },
);

/** `groupmod`. */
export const groupmod = tool(
  [
    { key: 'gid', short: 'g', long: ['gid'], value: 'required' },
    { key: 'new', short: 'n', long: ['new-name'], value: 'required' },
  ],
  'Usage: groupmod [options] GROUP\n',
  async (process, options, name) => {
    const group = findGroup(process.machine, name);
    if (!group) throw new Refused(`group '${name}' does not exist`, 6);
    const gidText = options.value('gid');
    const changed = {
      ...group,
      name: options.value('new') ?? name,
      gid: gidText ? number(gidText, 'group ID') : group.gid,
    };
    if (changed.name !== name && findGroup(process.machine, changed.name))
      throw new Refused(`group '${changed.name}' already exists`, 9);
    process.transact((world, draft) => writeGroup(draft, changed, world.epoch + world.now, name));
    return 0;
  },
);

/** `groupdel`. */
export const groupdel = tool(
  [{ key: 'force', short: 'f', long: ['force'] }],
  'Usage: groupdel [options] GROUP\n',
  async (process, _, name) => {
    const group = findGroup(process.machine, name);
    if (!group) throw new Refused(`group '${name}' does not exist`, 6);
    const owner = listUsers(process.machine).find((user) => user.gid === group.gid);
    if (owner) throw new Refused(`cannot remove the primary group of user '${owner.name}'`, 8);
    process.transact((world, draft) => removeGroup(draft, name, world.epoch + world.now));
    return 0;
  },
);

/** `gpasswd -a|-d USER GROUP`, `-M USER,... GROUP`. */
export const gpasswd: Program = async (process) => {
  const options = parseOptions('gpasswd', process.argv, [
    { key: 'add', short: 'a', long: ['add'], value: 'required' },
    { key: 'delete', short: 'd', long: ['delete'], value: 'required' },
    { key: 'members', short: 'M', long: ['members'], value: 'required' },
  ]);
  const name = options.operands[0] ?? '';
  const group = findGroup(process.machine, name);
  if (!group) {
    await process.stderr.write(`gpasswd: group '${name}' does not exist in /etc/group\n`);
    return 3;
  }
  if (process.credentials.uid !== 0) {
    await process.stderr.write('gpasswd: Permission denied.\n');
    return 1;
  }
  const adding = options.value('add');
  const removing = options.value('delete');
  const user = adding ?? removing ?? '';
  if (adding !== undefined && !findUser(process.machine, user)) {
    await process.stderr.write(`gpasswd: user '${user}' does not exist\n`);
    return 3;
  }
  let members = group.members;
  if (adding !== undefined) {
    await process.stdout.write(`Adding user ${user} to group ${name}\n`);
    if (!members.includes(user)) members = [...members, user];
  } else if (removing !== undefined) {
    await process.stdout.write(`Removing user ${user} from group ${name}\n`);
    if (!members.includes(user)) {
      await process.stderr.write(`gpasswd: user '${user}' is not a member of '${name}'\n`);
      return 3;
    }
    members = members.filter((member) => member !== user);
  } else if (options.value('members') !== undefined)
    members = (options.value('members') ?? '').split(',').filter((member) => member !== '');
  process.transact((world, draft) => writeGroup(draft, { ...group, members }, world.epoch + world.now));
  return 0;
};
