import type { Machine } from '../../world/machine';
import { dayNumber } from '../accounts';
import { cryptPassword, saltFrom } from '../crypt';
import { writeFile } from '../files';

/** name, uid, gid, comment, home, shell */
type UserRow = readonly [string, number, number, string, string, string];

const NOLOGIN = '/sbin/nologin';

const centosUsers: readonly UserRow[] = [
  ['root', 0, 0, 'root', '/root', '/bin/bash'],
  ['bin', 1, 1, 'bin', '/bin', NOLOGIN],
  ['daemon', 2, 2, 'daemon', '/sbin', NOLOGIN],
  ['adm', 3, 4, 'adm', '/var/adm', NOLOGIN],
  ['lp', 4, 7, 'lp', '/var/spool/lpd', NOLOGIN],
  ['sync', 5, 0, 'sync', '/sbin', '/bin/sync'],
  ['shutdown', 6, 0, 'shutdown', '/sbin', '/sbin/shutdown'],
  ['halt', 7, 0, 'halt', '/sbin', '/sbin/halt'],
  ['mail', 8, 12, 'mail', '/var/spool/mail', NOLOGIN],
  ['operator', 11, 0, 'operator', '/root', NOLOGIN],
  ['games', 12, 100, 'games', '/usr/games', NOLOGIN],
  ['ftp', 14, 50, 'FTP User', '/var/ftp', NOLOGIN],
  ['nobody', 65_534, 65_534, 'Kernel Overflow User', '/', NOLOGIN],
];

const centosGroups: readonly (readonly [string, number])[] = [
  ['root', 0],
  ['bin', 1],
  ['daemon', 2],
  ['sys', 3],
  ['adm', 4],
  ['tty', 5],
  ['disk', 6],
  ['lp', 7],
  ['mem', 8],
  ['kmem', 9],
  ['wheel', 10],
  ['cdrom', 11],
  ['mail', 12],
  ['man', 15],
  ['dialout', 18],
  ['floppy', 19],
  ['games', 20],
  ['utmp', 22],
  ['tape', 33],
  ['video', 39],
  ['ftp', 50],
  ['lock', 54],
  ['audio', 63],
  ['users', 100],
  ['nobody', 65_534],
];

const debianUsers: readonly UserRow[] = [
  ['root', 0, 0, 'root', '/root', '/bin/bash'],
  ['daemon', 1, 1, 'daemon', '/usr/sbin', '/usr/sbin/nologin'],
  ['bin', 2, 2, 'bin', '/bin', '/usr/sbin/nologin'],
  ['sys', 3, 3, 'sys', '/dev', '/usr/sbin/nologin'],
  ['sync', 4, 65_534, 'sync', '/bin', '/bin/sync'],
  ['games', 5, 60, 'games', '/usr/games', '/usr/sbin/nologin'],
  ['man', 6, 12, 'man', '/var/cache/man', '/usr/sbin/nologin'],
  ['lp', 7, 7, 'lp', '/var/spool/lpd', '/usr/sbin/nologin'],
  ['mail', 8, 8, 'mail', '/var/mail', '/usr/sbin/nologin'],
  ['www-data', 33, 33, 'www-data', '/var/www', '/usr/sbin/nologin'],
  ['backup', 34, 34, 'backup', '/var/backups', '/usr/sbin/nologin'],
  ['nobody', 65_534, 65_534, 'nobody', '/nonexistent', '/usr/sbin/nologin'],
];

const debianGroups: readonly (readonly [string, number])[] = [
  ['root', 0],
  ['daemon', 1],
  ['bin', 2],
  ['sys', 3],
  ['adm', 4],
  ['tty', 5],
  ['disk', 6],
  ['lp', 7],
  ['mail', 8],
  ['man', 12],
  ['sudo', 27],
  ['www-data', 33],
  ['backup', 34],
  ['shadow', 42],
  ['utmp', 43],
  ['video', 44],
  ['staff', 50],
  ['games', 60],
  ['users', 100],
  ['nogroup', 65_534],
];

/** Writes passwd, shadow, group and gshadow with the accounts that every installation has. */
export function writeBaseAccounts(machine: Machine, rootPassword: string, time: number): void {
  const debian = machine.distribution === 'debian-12';
  const users = debian ? debianUsers : centosUsers;
  const groups = debian ? debianGroups : centosGroups;
  const day = dayNumber(time);
  const file = (path: string, rows: readonly string[], mode: number) =>
    writeFile(machine, path, rows.map((row) => `${row}\n`).join(''), { time, mode });
  const hash = cryptPassword(rootPassword, saltFrom(`${machine.name}:root`));
  file(
    '/etc/passwd',
    users.map(([name, uid, gid, comment, home, shell]) => `${name}:x:${uid}:${gid}:${comment}:${home}:${shell}`),
    0o644,
  );
  file(
    '/etc/shadow',
    users.map(([name]) => `${name}:${name === 'root' ? hash : '*'}:${name === 'root' ? day : 19_347}:0:99999:7:::`),
    debian ? 0o640 : 0o000,
  );
  file(
    '/etc/group',
    groups.map(([name, gid]) => `${name}:x:${gid}:`),
    0o644,
  );
  file(
    '/etc/gshadow',
    groups.map(([name]) => `${name}:::`),
    debian ? 0o640 : 0o000,
  );
}
