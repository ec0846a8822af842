import { programs as accounts } from '../programs/accounts';
import { programs as agents } from '../programs/agents';
import { programs as firewall } from '../programs/firewall';
import { programs as httpd } from '../programs/httpd';
import { programs as hypervisor } from '../programs/hypervisor';
import { programs as network } from '../programs/network';
import { programs as pcs } from '../programs/pcs';
import { programs as ssh } from '../programs/ssh';
import type { ProgramTable } from '../shell/process';

type Family = () => Promise<{ readonly programs: ProgramTable }>;

/**
 * Families that come in chunks of their own, when one of their programs is first run: the page's first prompt doesn't
 * wait for them. Their names stand here because a table must be whole before anything is loaded; a test compares.
 */
export const lazyFamilies: readonly { readonly names: readonly string[]; readonly load: Family }[] = [
  {
    names: [
      'corosync',
      'corosync-cfgtool',
      'corosync-cmapctl',
      'corosync-cpgtool',
      'corosync-keygen',
      'corosync-quorumtool',
    ],
    load: () => import('../programs/corosync'),
  },
  {
    names: [
      'attrd_updater',
      'cibadmin',
      'crm_attribute',
      'crm_diff',
      'crm_error',
      'crm_failcount',
      'crm_mon',
      'crm_node',
      'crm_resource',
      'crm_rule',
      'crm_shadow',
      'crm_standby',
      'crm_ticket',
      'crm_verify',
      'crmadmin',
      'iso8601',
      'stonith_admin',
    ],
    load: () => import('../programs/crm'),
  },
  {
    names: ['crm_simulate'],
    load: () => import('../programs/crm_simulate'),
  },
  {
    names: ['blkid', 'df', 'findmnt', 'lsblk', 'mkfs', 'mkfs.ext4', 'mkfs.xfs', 'mount', 'swapon', 'umount'],
    load: () => import('../programs/storage'),
  },
  {
    names: ['dnf', 'rpm', 'dpkg', 'dpkg-query'],
    load: () => import('../programs/packages'),
  },
  {
    names: [
      'chronyc',
      'dmesg',
      'free',
      'getenforce',
      'hostnamectl',
      'journalctl',
      'last',
      'localectl',
      'logger',
      'loginctl',
      'lscpu',
      'lsmod',
      'modprobe',
      'selinuxenabled',
      'sestatus',
      'setenforce',
      'sysctl',
      'systemctl',
      'systemd-detect-virt',
      'timedatectl',
      'uptime',
      'w',
      'who',
    ],
    load: () => import('../programs/systemd'),
  },
  {
    names: [
      'arch',
      'basename',
      'cat',
      'chgrp',
      'chmod',
      'chown',
      'cp',
      'cut',
      'date',
      'dirname',
      'du',
      'echo',
      'false',
      'find',
      'grep',
      'egrep',
      'fgrep',
      'head',
      'install',
      'ln',
      'logname',
      'ls',
      'mkdir',
      'mktemp',
      'mv',
      'nl',
      'nproc',
      'paste',
      'printenv',
      'pwd',
      'readlink',
      'realpath',
      'rev',
      'rm',
      'rmdir',
      'seq',
      'sort',
      'stat',
      'sync',
      'tac',
      'tail',
      'tee',
      'touch',
      'tr',
      'true',
      'truncate',
      'uname',
      'uniq',
      'users',
      'wc',
      'yes',
      'awk',
      'sed',
      'jq',
      'diff',
      'column',
      'comm',
      'join',
      'fold',
      'expand',
      'unexpand',
      'od',
      'base64',
      'md5sum',
      'sha1sum',
      'sha256sum',
      'split',
      'strings',
      'file',
      'tree',
      'expr',
      'gawk',
    ],
    load: () => import('../programs/coreutils'),
  },
  {
    names: [
      'clear',
      'env',
      'kill',
      'killall',
      'less',
      'more',
      'nano',
      'nice',
      'nohup',
      'pgrep',
      'pidof',
      'pkill',
      'ps',
      'reset',
      'setsid',
      'sleep',
      'stty',
      'su',
      'sudo',
      'timeout',
      'top',
      'tput',
      'tty',
      'vi',
      'vim',
      'watch',
      'which',
      'xargs',
    ],
    load: () => import('../programs/shell'),
  },
];

function lazily({ names, load }: (typeof lazyFamilies)[number]): ProgramTable {
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        load: async () => {
          const program = (await load()).programs[name];
          if (program === undefined) throw new Error(`no program ${name} in its family`);
          return typeof program === 'function' ? program : program.load();
        },
      },
    ]),
  );
}

/** Every program that a world's executable files may name. */
export const programs: ProgramTable = {
  ...accounts,
  ...agents,
  ...firewall,
  ...httpd,
  ...hypervisor,
  ...network,
  ...pcs,
  ...ssh,
  ...Object.assign({}, ...lazyFamilies.map(lazily)),
};
