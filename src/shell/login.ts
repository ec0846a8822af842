import { readFileIfThere } from '../machine/files';
import type { Machine } from '../world/machine';
import type { Credentials } from './process';

/** A user's line of /etc/passwd. */
export interface Account {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** An account by name, from the machine's /etc/passwd. */
export function findAccount(machine: Machine, user: string): Account | undefined {
  for (const line of (readFileIfThere(machine, '/etc/passwd') ?? '').split('\n')) {
    const [name, , uid, gid, , home, shell] = line.split(':');
    if (name !== user || uid === undefined) continue;
    return { user, uid: Number(uid), gid: Number(gid ?? 0), home: home || '/', shell: shell || '/bin/sh' };
  }
  // A machine without user database still has its superuser.
  if (user === 'root') return { user, uid: 0, gid: 0, home: '/root', shell: '/bin/bash' };
  return undefined;
}

/** Who a login as `account` acts as: groups from the machine's /etc/group. */
export function accountCredentials(machine: Machine, account: Account): Credentials {
  const groups: number[] = [account.gid];
  for (const line of (readFileIfThere(machine, '/etc/group') ?? '').split('\n')) {
    const [, , gid, members] = line.split(':');
    if (members === undefined || !members.split(',').includes(account.user)) continue;
    if (!groups.includes(Number(gid))) groups.push(Number(gid));
  }
  return { user: account.user, uid: account.uid, gid: account.gid, groups, home: account.home };
}

/** PATH of a login on CentOS: root's has the sbin directories first. */
export function loginPath(account: Account): string {
  return account.uid === 0
    ? '/root/.local/bin:/root/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'
    : `${account.home}/.local/bin:${account.home}/bin:/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin`;
}

/** The environment that login, sshd and su start a shell with. */
export function loginEnvironment(account: Account, terminal: string | null): Record<string, string> {
  const env: Record<string, string> = {
    SHELL: account.shell,
    HOME: account.home,
    LANG: 'en_US.UTF-8',
    USER: account.user,
    LOGNAME: account.user,
    PATH: loginPath(account),
    MAIL: `/var/spool/mail/${account.user}`,
  };
  if (terminal !== null) env.TERM = terminal;
  return env;
}
