import type { Pcs } from '../context';
import { describeAgent, listFence } from '../resource/agents';
import { deleteCommand } from '../resource/delete';
import { switchRole } from '../resource/enable';
import { metaCommand, updateCommand } from '../resource/meta';
import { opAdd, opDelete } from '../resource/op';
import { failcounts } from '../resource/resource';
import { showConfig } from '../resource/show';
import { cleanup, refresh } from '../resource/upkeep';
import { command, type Router } from '../router';
import { resourcesStatus } from '../status/resources';
import { createStonith } from './create';
import { confirm, fence, history } from './fence';
import { level, levelLines } from './level';

/** Levels below a listing of devices. */
export function levelBlock(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', 'Fencing Levels:', ...lines.map((line) => ` ${line}`)];
}

async function status(pcs: Pcs, args: string[]): Promise<void> {
  await resourcesStatus(true)(pcs, args);
  if (args.length > 0) return;
  for (const line of levelBlock(levelLines(await pcs.cib()))) pcs.print(line);
}

async function config(pcs: Pcs, args: string[]): Promise<void> {
  const text = (pcs.options.value('--output-format') ?? 'text') === 'text';
  await showConfig(true)(pcs, args);
  if (!text) pcs.warn("Only 'text' output format is supported for stonith levels");
  else if (args.length === 0) for (const line of levelBlock(levelLines(await pcs.cib()))) pcs.print(line);
}

const CREATE = '--after --agent-validation --before --disabled --force --group --no-default-ops --wait -f';

export const stonith: Router = {
  otherwise: 'status',
  commands: {
    status: command('--hide-inactive -f', status),
    config: command('--output-format -f', config),
    list: command('--nodesc', listFence),
    describe: command('--full', describeAgent(true)),
    create: command(CREATE, createStonith),
    update: command('--agent-validation --force --wait -f', updateCommand(true)),
    delete: command('--force -f', deleteCommand(true)),
    remove: command('--force -f', deleteCommand(true)),
    enable: command('--wait -f', switchRole(true, true)),
    disable: command('--wait -f', switchRole(false, true)),
    meta: command('--force --wait -f', metaCommand(true)),
    op: {
      commands: {
        add: command('--force -f', opAdd(true)),
        delete: command('-f', opDelete(true)),
        remove: command('-f', opDelete(true)),
      },
    },
    cleanup: command('--strict', cleanup),
    refresh: command('--force --strict', refresh),
    failcount: failcounts,
    level,
    fence: command('--off', fence),
    confirm: command('--force', confirm),
    history,
  },
};
