import { findSection } from '../../../pacemaker/cib/sections';
import { childNamed, walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { IdMaker, idComplaint } from '../cib/ids';
import { newElement, pairsOf, setPair } from '../cib/nvset';
import { dropSection, sectionOf } from '../cib/section';
import { upgradeSchema } from '../cib/upgrade';
import { ruleState } from '../constraint/effect';
import { ruleLines } from '../constraint/rule';
import type { Pcs } from '../context';
import { LibraryFailure } from '../failure';
import { compareText, error, warning } from '../reports';
import { BadCall, type Command, command, type Router } from '../router';
import { groupByKeywords, isScore, parseOptions, quotePair, wordsOf } from '../text';
import { badOptions } from '../validate';
import { type Kind, needsNewSchema, parseDefaultsRule, ruleElement } from './rule';

const SECTION: Readonly<Record<Kind, string>> = { rsc: 'rsc_defaults', op: 'op_defaults' };
const COMMAND: Readonly<Record<Kind, string>> = { rsc: 'resource defaults', op: 'resource op defaults' };
const OVERRIDDEN = 'Defaults do not apply to resources which override them with their own defined values';

function setsOf(cib: Element, kind: Kind): Element[] {
  return (findSection(cib, SECTION[kind])?.children ?? []).filter((set) => set.name.endsWith('_attributes'));
}

/** What a listing of sets is to show. */
interface View {
  readonly all: boolean;
  readonly full: boolean;
  /** Unix ms to judge rules by; null: don't. */
  readonly now: number | null;
}

/** The sets of defaults as listed. */
export function defaultsLines(cib: Element, kind: Kind, view: View): string[] {
  const lines: string[] = [];
  for (const set of setsOf(cib, kind)) {
    const rule = childNamed(set, 'rule');
    const state = rule && view.now !== null ? ruleState(rule, view.now) : 'in effect';
    if (state === 'expired' && !view.all) continue;
    const label = state === 'in effect' ? '' : ` (${state})`;
    const options = Object.entries(set.attributes)
      .filter(([name]) => name !== 'id')
      .sort(([first], [second]) => compareText(first, second))
      .map(([name, value]) => ` ${quotePair(name, value)}`);
    const title = set.name === 'meta_attributes' ? 'Meta Attrs' : 'Attributes';
    lines.push(`${title}${label}: ${set.attributes.id ?? ''}${options.join('')}`);
    const pairs = pairsOf(set).sort(([first], [second]) => compareText(first, second));
    lines.push(...pairs.map(([name, value]) => `  ${quotePair(name, value)}`));
    if (rule) lines.push(...ruleLines(rule, view.full, label).map((line) => `  ${line}`));
  }
  return lines.length === 0 ? ['No defaults set'] : lines;
}

function show(kind: Kind) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    if (args.length > 0) throw new BadCall(null, null, false, ['']);
    const { options } = pcs;
    const now = options.has('--no-expire-check') ? null : pcs.now;
    const view = { all: options.has('--all'), full: options.has('--full'), now };
    for (const line of defaultsLines(await pcs.cib(), kind, view)) pcs.print(line);
  };
}

/** Sets values; ids of the pairs are made of the set's id. */
function setPairs(set: Element, values: ReadonlyMap<string, string>, ids: IdMaker): void {
  const sorted = [...values].sort(([first], [second]) => compareText(first, second));
  for (const [name, value] of sorted) setPair(set, name, value, ids);
}

async function updateSets(pcs: Pcs, kind: Kind, values: ReadonlyMap<string, string>): Promise<void> {
  if (values.size === 0) return;
  const cib = await pcs.cib();
  const sets = setsOf(cib, kind);
  if (sets.length > 1) {
    pcs.report(
      error(
        `Several options sets exist, please use the 'pcs ${COMMAND[kind]} set update' command and specify an option set ID`,
      ),
    );
    throw new LibraryFailure();
  }
  pcs.report(warning(OVERRIDDEN));
  const ids = new IdMaker(cib);
  let [set] = sets;
  if (!set) {
    set = newElement('meta_attributes', { id: ids.make(`${SECTION[kind]}-meta_attributes`) });
    sectionOf(cib, SECTION[kind]).children.push(set);
  }
  setPairs(set, values, ids);
  await pcs.push(cib);
}

function update(kind: Kind) {
  return (pcs: Pcs, args: string[]): Promise<void> => updateSets(pcs, kind, parseOptions(args));
}

function create(kind: Kind) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const groups = groupByKeywords(args, ['meta', 'rule']);
    const options = parseOptions(wordsOf(groups, ''));
    const values = parseOptions(wordsOf(groups, 'meta'));
    const text = wordsOf(groups, 'rule').join(' ');
    const cib = await pcs.cib();
    const ids = new IdMaker(cib);
    checkSetOptions(pcs, options, ids);
    const rule = text === '' ? undefined : parseDefaultsRule(text, kind);
    if (rule) pcs.report(...rule.reports);
    pcs.stopOnErrors();
    if (rule?.expression && needsNewSchema(rule.expression) && upgradeSchema(cib, '3.4')) {
      pcs.note('CIB has been upgraded to the latest schema version.');
    }
    pcs.report(warning(OVERRIDDEN));
    const id = options.get('id') ?? ids.make(`${SECTION[kind]}-meta_attributes`);
    ids.take(id);
    const attributes: Record<string, string> = { id };
    for (const [name, value] of options) if (name !== 'id') attributes[name] = value;
    const set = newElement('meta_attributes', attributes);
    if (rule?.expression) set.children.push(ruleElement(rule.expression, id, ids));
    setPairs(set, values, ids);
    sectionOf(cib, SECTION[kind]).children.push(set);
    await pcs.push(cib);
  };
}

function checkSetOptions(pcs: Pcs, options: ReadonlyMap<string, string>, ids: IdMaker): void {
  const allowed = ['id', 'score'];
  const unknown = [...options.keys()].filter((name) => !allowed.includes(name));
  if (unknown.length > 0) pcs.report(badOptions(unknown, allowed, null, pcs.options.force));
  const id = options.get('id');
  if (id !== undefined) {
    const complaint = idComplaint(id);
    if (complaint !== null) pcs.report(error(complaint));
    else if (ids.has(id)) pcs.report(error(`'${id}' already exists`));
  }
  const score = options.get('score');
  if (score !== undefined && !isScore(score)) {
    pcs.report(error(`invalid score '${score}', use integer or INFINITY or -INFINITY`));
  }
}

/** The set of that id in these defaults; others are reported. */
function findSet(pcs: Pcs, cib: Element, kind: Kind, id: string): Element | undefined {
  const found = setsOf(cib, kind).find((set) => set.attributes.id === id);
  if (found) return found;
  const other = [...walk(cib)].find((element) => element.attributes.id === id);
  const foreign = other?.name === 'meta_attributes' || other?.name === 'instance_attributes';
  if (foreign) pcs.report(error(`${other.name} '${id}' exists but does not belong to '${SECTION[kind]}'`));
  else pcs.report(error(`options set '${id}' does not exist`));
  return undefined;
}

function deleteSets(kind: Kind) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const cib = await pcs.cib();
    const sets = args.map((id) => findSet(pcs, cib, kind, id));
    pcs.stopOnErrors();
    const section = findSection(cib, SECTION[kind]);
    if (!section) return;
    section.children = section.children.filter((child) => !sets.includes(child));
    dropSection(cib, SECTION[kind]);
    await pcs.push(cib);
  };
}

function updateSet(kind: Kind) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const [id, ...rest] = args;
    if (id === undefined) throw new BadCall();
    const groups = groupByKeywords(rest, ['meta']);
    if (wordsOf(groups, '').length > 0) throw new BadCall();
    const values = parseOptions(wordsOf(groups, 'meta'));
    const cib = await pcs.cib();
    const set = findSet(pcs, cib, kind, id);
    pcs.stopOnErrors();
    if (!set) return;
    pcs.report(warning(OVERRIDDEN));
    setPairs(set, values, new IdMaker(cib));
    await pcs.push(cib);
  };
}

/** The older form: `defaults name=value`. */
function assign(kind: Kind) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    pcs.deprecated(`This command is deprecated and will be removed. Please use 'pcs ${COMMAND[kind]} update' instead.`);
    await updateSets(pcs, kind, parseOptions(args));
  };
}

/** `pcs resource defaults` and `pcs resource op defaults`. */
export function defaults(kind: Kind): Router {
  const assignment: Command = command('-f', assign(kind));
  return {
    otherwise: 'config',
    assignment,
    commands: {
      config: command('--all --full --no-expire-check -f', show(kind)),
      update: command('-f', update(kind)),
      set: {
        commands: {
          create: command('--force -f', create(kind)),
          delete: command('-f', deleteSets(kind)),
          remove: command('-f', deleteSets(kind)),
          update: command('-f', updateSet(kind)),
        },
      },
    },
  };
}
