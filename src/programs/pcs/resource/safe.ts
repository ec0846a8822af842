import { formatXml } from '../../../pacemaker/cib/format';
import { runScheduler } from '../../../pacemaker/scheduler';
import { textInput } from '../../../shell/view';
import type { Element } from '../../../world/xml';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { compareText, error, plural, quoteList } from '../reports';
import { editRole, switchRole } from './enable';
import { findResource, idOf, innerResources, parentResource } from './find';

/** What would happen if a CIB were pushed. */
interface Forecast {
  /** As crm_simulate prints it. */
  readonly text: string;
  /** Configured ids of the resources that something would happen to. */
  readonly affected: readonly string[];
}

const STOPPING: readonly string[] = ['stop', 'demote'];
const BACK: Readonly<Record<string, string>> = { stop: 'start', demote: 'promote' };

/** `strict`: whatever happens to a resource counts; else only that it is left stopped or demoted. */
async function forecast(pcs: Pcs, cib: Element, strict: boolean): Promise<Forecast> {
  const { process } = pcs;
  await pcs.flush();
  const input = textInput(process, formatXml(cib));
  const { stdout } = await process.capture(['crm_simulate', '--simulate', '--xml-pipe'], { stdin: input });
  const { actions } = runScheduler(cib, process.world.epoch + process.world.now);
  const done = actions.filter((each) => each.resource && !each.optional && each.runnable && !each.pseudo);
  const tasks = new Map<string, Set<string>>();
  for (const { resource, task } of done) {
    const id = resource?.originalXml.attributes.id ?? '';
    tasks.set(id, (tasks.get(id) ?? new Set()).add(task));
  }
  const counts = (set: ReadonlySet<string>) =>
    strict
      ? [...set].some((task) => task !== 'monitor' && task !== 'notify')
      : STOPPING.some((task) => set.has(task) && !set.has(BACK[task] ?? ''));
  const affected = [...tasks].filter(([, set]) => counts(set)).map(([id]) => id);
  return { text: stdout.replace(/\n+$/, ''), affected };
}

/** The resources that are disabled, with all in them. */
function withInner(resources: readonly Element[]): Set<string> {
  const ids = new Set<string>();
  const add = (resource: Element): void => {
    ids.add(idOf(resource));
    innerResources(resource).forEach(add);
  };
  resources.forEach(add);
  return ids;
}

/** Others that would feel it: instances of clones by their clones. */
function othersOf(cib: Element, affected: readonly string[], disabled: ReadonlySet<string>): string[] {
  const names = affected
    .filter((id) => !disabled.has(id))
    .map((id) => {
      let resource = findResource(cib, id);
      for (let up = resource && parentResource(cib, resource); up; up = parentResource(cib, up))
        if (up.name === 'clone' || up.name === 'bundle') resource = up;
      return resource ? idOf(resource) : id;
    });
  return [...new Set(names)].filter((id) => !disabled.has(id)).sort(compareText);
}

/** `--simulate`: what would happen, or with `--brief` to which other resources. */
async function simulateDisable(pcs: Pcs, args: string[]): Promise<void> {
  pcs.options.exclusive('-f', '--simulate', '--wait');
  const cib = await pcs.cib();
  const disabled = withInner(editRole(pcs, cib, args, false, false));
  const { text, affected } = await forecast(pcs, cib, !pcs.options.has('--no-strict'));
  if (!pcs.options.has('--brief')) pcs.print(text);
  else for (const id of othersOf(cib, affected, disabled)) pcs.print(id);
}

/** `--safe`: only where no other resource feels it. */
async function disableSafely(pcs: Pcs, args: string[]): Promise<void> {
  const cib = await pcs.cib();
  const resources = editRole(pcs, cib, args, false, false);
  const { text, affected } = await forecast(pcs, cib, !pcs.options.has('--no-strict'));
  const others = othersOf(cib, affected, withInner(resources));
  if (others.length > 0) {
    const what = `Disabling specified ${plural(resources, 'resource')} would have an effect on`;
    const which = others.length === 1 ? 'this resource' : 'these resources';
    const simulation = pcs.options.has('--brief') ? '' : `\n\nSimulation result:\n${text}`;
    pcs.report(error(`${what} ${which}: ${quoteList(others)}${simulation}`));
    pcs.stopOnErrors();
  }
  await switchRole(false, false)(pcs, args);
}

/** `pcs resource disable`. */
export async function disable(pcs: Pcs, args: string[]): Promise<void> {
  const { options } = pcs;
  const careful = options.has('--safe') || options.has('--no-strict');
  if (options.has('--brief') && !options.has('--simulate') && !careful)
    throw new CommandFailure("'--brief' cannot be used without '--simulate' or '--safe'");
  if (options.has('--simulate')) return simulateDisable(pcs, args);
  if (!careful) return switchRole(false, false)(pcs, args);
  if (options.has('-f'))
    throw new CommandFailure(`'${options.has('--safe') ? '--safe' : '--no-strict'}' cannot be used with '-f'`);
  return disableSafely(pcs, args);
}

/** `pcs resource safe-disable`. */
export async function safeDisable(pcs: Pcs, args: string[]): Promise<void> {
  const { options } = pcs;
  if (options.force && options.has('--simulate'))
    throw new CommandFailure("'--force' cannot be used with '--simulate'");
  if (options.has('--simulate')) return simulateDisable(pcs, args);
  if (!options.force) return disableSafely(pcs, args);
  pcs.warn("option '--force' is specified therefore checks for disabling resource safely will be skipped");
  return switchRole(false, false)(pcs, args);
}
