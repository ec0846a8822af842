import { defaults } from '../defaults/defaults';
import { command, type Router } from '../router';
import { resourcesStatus } from '../status/resources';
import { agents, describeAgent, list, providers, standards } from './agents';
import { createBundle, resetBundle, updateBundle } from './bundle';
import { cloneCommand, unclone } from './clone';
import { create } from './create';
import { deleteCommand } from './delete';
import { manage, switchRole, unmanage } from './enable';
import * as group from './group';
import { metaCommand, updateCommand, utilization } from './meta';
import { clear, constrain, move } from './move';
import { opAdd, opDelete } from './op';
import { relations } from './relations';
import { relocateCommands } from './relocate';
import { disable, safeDisable } from './safe';
import { showConfig } from './show';
import { cleanup, debug, failcount, refresh, restart } from './upkeep';

const CREATE = '--after --agent-validation --before --disabled --force --group --no-default-ops --wait -f';

const DEBUG = ['debug-start', 'debug-stop', 'debug-promote', 'debug-demote', 'debug-monitor'];

/** Of resources and of fence devices alike. */
export const failcounts: Router = { otherwise: 'show', commands: { show: command('--full -f', failcount) } };

export const resource: Router = {
  otherwise: 'status',
  commands: {
    status: command('--hide-inactive -f', resourcesStatus(false)),
    config: command('--output-format -f', showConfig(false)),
    list: command('--nodesc', list),
    describe: command('--full', describeAgent(false)),
    create: command(CREATE, create),
    delete: command('--force -f', deleteCommand(false)),
    remove: command('--force -f', deleteCommand(false)),
    enable: command('--wait -f', switchRole(true, false)),
    disable: command('--brief --no-strict --safe --simulate --wait -f', disable),
    'safe-disable': command('--brief --force --no-strict --simulate --wait', safeDisable),
    relations: command('--full -f', relations),
    move: command('--autodelete --promoted --strict --wait', move),
    'move-with-constraint': command('--promoted --wait -f', constrain('move')),
    ban: command('--promoted --wait -f', constrain('ban')),
    clear: command('--expired --promoted --wait -f', clear),
    standards: command('', standards),
    providers: command('', providers),
    agents: command('', agents),
    update: command('--agent-validation --force --wait -f', updateCommand(false)),
    defaults: defaults('rsc'),
    op: {
      commands: {
        defaults: defaults('op'),
        add: command('--force -f', opAdd(false)),
        delete: command('-f', opDelete(false)),
        remove: command('-f', opDelete(false)),
      },
    },
    meta: command('--force --wait -f', metaCommand(false)),
    group: {
      commands: {
        list: command('-f', group.list),
        add: command('--after --before --wait -f', group.add),
        delete: command('--wait -f', group.ungroup),
        remove: command('--wait -f', group.ungroup),
      },
    },
    bundle: {
      commands: {
        create: command('--disabled --force --wait -f', createBundle),
        reset: command('--disabled --force --wait -f', resetBundle),
        update: command('--force --wait -f', updateBundle),
      },
    },
    ungroup: command('--wait -f', group.ungroup),
    clone: command('--force --wait -f', cloneCommand(false)),
    promotable: command('--force --wait -f', cloneCommand(true)),
    unclone: command('--wait -f', unclone),
    manage: command('--monitor -f', manage),
    unmanage: command('--monitor -f', unmanage),
    utilization: command('-f', utilization),
    cleanup: command('--strict', cleanup),
    refresh: command('--force --strict', refresh),
    failcount: failcounts,
    restart: command('--wait', restart),
    relocate: relocateCommands,
    ...Object.fromEntries(DEBUG.map((verb) => [verb, command('--force --full', debug(verb))])),
  },
};
