import { completions as pcs } from '../programs/pcs';
import type { CompletionTable } from '../shell/completion';

type Family = () => Promise<{ readonly completions: CompletionTable }>;

/**
 * Completers by family, each fetched when Tab is first pressed behind one of its commands. Their names stand here
 * because the table must be whole before anything is loaded; a test compares.
 */
export const families: readonly { readonly names: readonly string[]; readonly load: Family }[] = [
  {
    names: ['chronyc', 'hostnamectl', 'journalctl', 'localectl', 'loginctl', 'systemctl', 'timedatectl'],
    load: () => import('../programs/systemd/completion'),
  },
  { names: ['dnf', 'rpm', 'yum'], load: () => import('../programs/packages/completion') },
  { names: ['virsh'], load: () => import('../programs/hypervisor/completion') },
  { names: ['firewall-cmd'], load: () => import('../programs/firewall/completion') },
  {
    names: ['arping', 'dig', 'host', 'ip', 'nc', 'ncat', 'nmcli', 'nslookup', 'ping', 'tracepath'],
    load: () => import('../programs/network/completion'),
  },
  {
    names: ['scp', 'sftp', 'ssh', 'ssh-copy-id', 'ssh-keyscan'],
    load: () => import('../programs/ssh/completion'),
  },
  {
    names: [
      'cd',
      'chage',
      'chgrp',
      'chown',
      'id',
      'kill',
      'killall',
      'mkdir',
      'passwd',
      'pgrep',
      'pidof',
      'pkill',
      'pushd',
      'rmdir',
      'su',
      'userdel',
      'usermod',
    ],
    load: () => import('../programs/shell/completion'),
  },
];

function lazily({ names, load }: (typeof families)[number]): CompletionTable {
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        load: async () => {
          const entry = (await load()).completions[name];
          if (entry === undefined) throw new Error(`no completer for ${name} in its family`);
          return typeof entry === 'function' ? entry : entry.load();
        },
      },
    ]),
  );
}

/** What Tab knows of every command's arguments. */
export const completions: CompletionTable = {
  ...pcs,
  ...Object.assign({}, ...families.map(lazily)),
};
