import type { Pcs } from '../context';
import { status as pcsdStatus } from '../pcsd';
import { command, type Router } from '../router';
import { clusterStatus } from '../status/status';
import { auth, authkey } from './auth';
import { printCib, pushCib, upgradeCib, verify } from './cib';
import { showConfig } from './config';
import { destroy } from './destroy';
import { edit } from './edit';
import { addLink, removeLinks, updateLink } from './link';
import * as node from './node';
import * as remote from './remote';
import { report } from './report';
import { setup } from './setup';
import { enablement, kill, start, stop } from './start';
import { generateUuid, printConf, reload, sync, updateConfig } from './sync';
import { uidgid } from './uidgid';

async function oldPcsdStatus(pcs: Pcs, args: string[]): Promise<number> {
  pcs.deprecated(
    "This command is deprecated and will be removed. Please use 'pcs pcsd status' or 'pcs status pcsd' instead.",
  );
  pcs.options.allow('--request-timeout');
  return pcsdStatus(pcs, args);
}

const REMOTE = '--force --request-timeout --skip-offline';

export const cluster: Router = {
  commands: {
    setup: command(
      '--corosync_conf --enable --force --no-cluster-uuid --no-keys-sync --overwrite --start --wait',
      setup,
    ),
    config: {
      otherwise: 'show',
      commands: {
        show: command('--corosync_conf --output-format', showConfig),
        update: command('--corosync_conf', updateConfig),
        uuid: { commands: { generate: command('--corosync_conf --force', generateUuid) } },
      },
    },
    authkey: { commands: { corosync: command(REMOTE, authkey) } },
    start: command('--all --corosync_conf --request-timeout --wait', start),
    stop: command('--all --force --request-timeout --wait', stop),
    kill: command('', kill),
    enable: command('--all --request-timeout', enablement('enable')),
    disable: command('--all --request-timeout', enablement('disable')),
    auth: command('--corosync_conf --request-timeout -p -u', auth),
    status: command('--request-timeout -f', clusterStatus),
    'pcsd-status': command('--request-timeout -f', oldPcsdStatus),
    sync: { otherwise: 'corosync', commands: { corosync: command('--request-timeout', sync) } },
    cib: command('--config -f', printCib),
    'cib-push': command('--config --wait -f', pushCib),
    edit: command('--config --wait -f', edit),
    'cib-upgrade': command('-f', upgradeCib),
    link: {
      commands: {
        add: command('--force --request-timeout --skip-offline', addLink),
        delete: command('--request-timeout --skip-offline', removeLinks),
        remove: command('--request-timeout --skip-offline', removeLinks),
        update: command('--force --request-timeout --skip-offline', updateLink),
      },
    },
    node: {
      commands: {
        add: command(
          '--enable --force --no-watchdog-validation --request-timeout --skip-offline --start --wait',
          node.add,
        ),
        delete: command(REMOTE, node.remove),
        remove: command(REMOTE, node.remove),
        clear: command('--force', node.clear),
        'add-remote': command(
          '--corosync_conf --force --no-default-ops --request-timeout --skip-offline --wait -f',
          remote.addRemote,
        ),
        'delete-remote': command('--corosync_conf --force --request-timeout --skip-offline -f', remote.removeRemote),
        'remove-remote': command('--corosync_conf --force --request-timeout --skip-offline -f', remote.removeRemote),
        'add-guest': command('--corosync_conf --force --request-timeout --skip-offline --wait -f', remote.addGuest),
        'delete-guest': command(
          '--corosync_conf --force --request-timeout --skip-offline --wait -f',
          remote.removeGuest,
        ),
        'remove-guest': command(
          '--corosync_conf --force --request-timeout --skip-offline --wait -f',
          remote.removeGuest,
        ),
      },
    },
    uidgid: command('', uidgid),
    corosync: command('--request-timeout', printConf),
    reload: command('', reload),
    report: command('--force --from --to', report),
    destroy: command('--all --force --request-timeout', destroy),
    verify: command('--full -f', verify),
  },
};
