import { findSection } from '../../../pacemaker/cib/sections';
import type { Element } from '../../../world/xml';
import { cleanId, IdMaker, idComplaint } from '../cib/ids';
import { clusterNodes } from '../cib/nodes';
import { newElement } from '../cib/nvset';
import { dropSection, sectionOf } from '../cib/section';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { compareText, error, overridable, quoteList, type Report } from '../reports';
import { findResource } from '../resource/find';
import { BadCall, command, type Router } from '../router';
import { parseOptions } from '../text';
import { isPositiveInteger } from '../validate';

/** Whom a level is for. */
type Target =
  | { kind: 'node'; text: string }
  | { kind: 'regexp'; text: string }
  | { kind: 'attrib'; name: string; value: string };

const SECTION = 'fencing-topology';
const COMMA =
  "Delimiting stonith devices with ',' is deprecated and will be removed. Please use a space to delimit stonith devices.";

/** Reads `node1`, `%node1`, `node%node1`, `regexp%pattern` or `attrib%name=value`. */
function parseTarget(word: string): Target {
  const at = word.indexOf('%');
  if (at < 0) return { kind: 'node', text: word };
  const kind = word.slice(0, at);
  const text = word.slice(at + 1);
  if (kind === '' || kind === 'node') return { kind: 'node', text };
  if (kind === 'regexp') return { kind, text };
  if (kind !== 'attrib')
    throw new CommandFailure(`'${kind}' is not an allowed type for '${word}', use attrib, node, regexp`);
  const [[name, value] = ['', '']] = [...parseOptions([text])];
  return { kind, name, value };
}

const targetText = (target: Target) => (target.kind === 'attrib' ? `${target.name}=${target.value}` : target.text);

function targetOf(level: Element): Target {
  const { target, 'target-pattern': pattern, 'target-attribute': name, 'target-value': value } = level.attributes;
  if (target !== undefined) return { kind: 'node', text: target };
  if (pattern !== undefined) return { kind: 'regexp', text: pattern };
  return { kind: 'attrib', name: name ?? '', value: value ?? '' };
}

function targetAttributes(target: Target): Record<string, string> {
  if (target.kind === 'node') return { target: target.text };
  if (target.kind === 'regexp') return { 'target-pattern': target.text };
  return { 'target-attribute': target.name, 'target-value': target.value };
}

const sameTarget = (first: Target, second: Target) =>
  first.kind === second.kind && targetText(first) === targetText(second);
const devicesOf = (level: Element) => (level.attributes.devices ?? '').split(',');

function levelsOf(cib: Element): Element[] {
  return (findSection(cib, SECTION)?.children ?? []).filter((child) => child.name === 'fencing-level');
}

/** What a search or removal of levels asks for; what is left out fits all. */
interface Wanted {
  readonly index?: string;
  readonly target?: Target;
  readonly devices?: readonly string[];
}

function matching(cib: Element, wanted: Wanted): Element[] {
  return levelsOf(cib).filter((level) => {
    if (wanted.index !== undefined && level.attributes.index !== wanted.index) return false;
    if (wanted.target !== undefined && !sameTarget(targetOf(level), wanted.target)) return false;
    return wanted.devices === undefined || devicesOf(level).join(',') === wanted.devices.join(',');
  });
}

/** `Fencing level for 'x' at level '1' with device(s) 'F1'`. */
function wantedText({ index, target, devices }: Wanted): string {
  const parts = ['Fencing level'];
  if (target !== undefined) parts.push(`for '${targetText(target)}'`);
  if (index !== undefined) parts.push(`at level '${index}'`);
  if (devices !== undefined) parts.push(`with device(s) ${quoteList(devices)}`);
  return parts.join(' ');
}

const RANK = ['node', 'regexp', 'attrib'];

/** Levels by target, as listed. */
export function levelLines(cib: Element): string[] {
  const groups = new Map<string, { target: Target; levels: Element[] }>();
  for (const level of levelsOf(cib)) {
    const target = targetOf(level);
    const key = `${RANK.indexOf(target.kind)} ${targetText(target)}`;
    const group = groups.get(key) ?? { target, levels: [] };
    group.levels.push(level);
    groups.set(key, group);
  }
  const lines: string[] = [];
  for (const key of [...groups.keys()].sort(compareText)) {
    const { target, levels } = groups.get(key) as { target: Target; levels: Element[] };
    lines.push(`Target${target.kind === 'regexp' ? ' (regexp)' : ''}: ${targetText(target)}`);
    levels.sort((first, second) => Number(first.attributes.index) - Number(second.attributes.index));
    for (const level of levels) lines.push(`  Level ${level.attributes.index} - ${level.attributes.devices}`);
  }
  return lines;
}

async function config(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall(null, null, false, ['']);
  for (const line of levelLines(await pcs.cib())) pcs.print(line);
}

function unknownDevices(cib: Element, devices: readonly string[]): string[] {
  return [...new Set(devices)].filter((id) => findResource(cib, id)?.attributes.class !== 'stonith');
}

const noSuchDevices = (ids: readonly string[]) => `Stonith resource(s) ${quoteList(ids)} do not exist`;
const noSuchNode = (name: string) => `Node '${name}' does not appear to exist in configuration`;

/** Devices of old calls may be joined by commas. */
function splitDevices(pcs: Pcs, words: readonly string[]): string[] {
  if (words.some((word) => word.includes(','))) pcs.deprecated(COMMA);
  return words.flatMap((word) => word.split(','));
}

function badIds(ids: readonly string[], what: string): Report[] {
  return ids.flatMap((id) => {
    const complaint = idComplaint(id, what);
    return complaint === null ? [] : [error(complaint)];
  });
}

async function add(pcs: Pcs, args: string[]): Promise<void> {
  const [index, word, ...rest] = args;
  if (index === undefined || word === undefined || rest.length === 0) throw new BadCall();
  const target = parseTarget(word);
  const devices = splitDevices(pcs, rest);
  const cib = await pcs.cib();
  const { force } = pcs.options;
  if (!isPositiveInteger(index)) pcs.report(error(`'${index}' is not a valid level value, use a positive integer`));
  if (target.kind === 'node' && !clusterNodes(cib).some((node) => node.name === target.text)) {
    pcs.report(overridable(noSuchNode(target.text), force));
  }
  const bad = badIds(devices, 'device id');
  pcs.report(...bad);
  const unknown = unknownDevices(cib, devices).filter((id) => idComplaint(id) === null);
  if (unknown.length > 0) pcs.report(overridable(noSuchDevices(unknown), force));
  const level = String(Number(index));
  if (!pcs.hasErrors && matching(cib, { index: level, target, devices }).length > 0) {
    pcs.report(error(`${wantedText({ index: level, target, devices })} already exists`));
  }
  pcs.stopOnErrors();
  const name = target.kind === 'attrib' ? target.name : target.text;
  const attributes = { index: level, devices: devices.join(','), ...targetAttributes(target) };
  const id = new IdMaker(cib).make(cleanId(`fl-${name}-${level}`));
  sectionOf(cib, SECTION).children.push(newElement('fencing-level', { ...attributes, id }));
  await pcs.push(cib);
}

/** Removes levels; gives what to report when there are none. */
function remove(cib: Element, wanted: Wanted): Report | null {
  const found = matching(cib, wanted);
  if (found.length === 0) return error(`${wantedText(wanted)} does not exist`);
  const section = sectionOf(cib, SECTION);
  section.children = section.children.filter((child) => !found.includes(child));
  dropSection(cib, SECTION);
  return null;
}

/** `target X` and `stonith A B` among words; undefined: the words are of the older form. */
function parseKeywords(words: readonly string[]): { target: string[]; stonith: string[] } | undefined {
  const [first] = words;
  if (first !== 'target' && first !== 'stonith') return undefined;
  const parsed: { target: string[]; stonith: string[] } = { target: [], stonith: [] };
  const seen = new Set<'target' | 'stonith'>();
  let key: 'target' | 'stonith' = first;
  for (const word of words) {
    if (word === 'target' || word === 'stonith') {
      key = word;
      seen.add(word);
    } else parsed[key].push(word);
  }
  const empty = (['target', 'stonith'] as const).filter((name) => seen.has(name) && parsed[name].length === 0);
  if (empty.length > 0)
    throw new CommandFailure(`Missing value after ${empty.map((name) => `'${name}'`).join(' and ')}`);
  if (parsed.target.length > 1) throw new CommandFailure('At most one target can be specified');
  return parsed;
}

async function finish(pcs: Pcs, cib: Element, reports: readonly (Report | null)[]): Promise<void> {
  for (const report of reports) if (report !== null) pcs.report(report);
  pcs.stopOnErrors();
  await pcs.push(cib);
}

async function deleteLevel(pcs: Pcs, args: string[]): Promise<void> {
  const [index, ...rest] = args;
  if (index === undefined) throw new BadCall();
  if (rest.length > 0 && !rest.some((word) => word === 'target' || word === 'stonith')) {
    await deleteOldForm(pcs, index, rest);
    return;
  }
  const { target, stonith } = parseKeywords(rest) ?? { target: [], stonith: [] };
  const [word] = target;
  pcs.report(...badIds(stonith, 'stonith id'));
  pcs.stopOnErrors();
  const cib = await pcs.cib();
  const wanted = {
    index,
    ...(word === undefined ? {} : { target: parseTarget(word) }),
    ...(stonith.length === 0 ? {} : { devices: stonith }),
  };
  await finish(pcs, cib, [remove(cib, wanted)]);
}

/** The first word may be a target or, where no such level is, a device. */
async function deleteOldForm(pcs: Pcs, index: string, words: readonly string[]): Promise<void> {
  pcs.deprecated(
    "Syntax 'pcs stonith level delete | remove <level> [<target>] [<stonith id>...]' is deprecated and will be removed. Please use 'pcs stonith level delete | remove <level> [target <target>] [stonith <stonith id>...]'.",
  );
  const [first = '', ...rest] = words;
  const devices = splitDevices(pcs, rest);
  const cib = await pcs.cib();
  const target = parseTarget(first);
  const asTarget = remove(cib, { index, target, ...(devices.length === 0 ? {} : { devices }) });
  if (asTarget === null || target.kind !== 'node' || first.includes('%')) {
    await finish(pcs, cib, [asTarget]);
    return;
  }
  const asDevice = remove(cib, { index, devices: [...splitDevices(pcs, [first]), ...devices] });
  await finish(pcs, cib, asDevice === null ? [] : [asTarget, asDevice]);
}

async function clear(pcs: Pcs, args: string[]): Promise<void> {
  const words = parseKeywords(args);
  if (words === undefined && args.length > 1) throw new BadCall();
  if (words && words.target.length > 0 && words.stonith.length > 0) {
    throw new CommandFailure("Only one of 'target' and 'stonith' can be used");
  }
  const cib = await pcs.cib();
  const [word] = args;
  if (word === undefined) {
    const section = findSection(cib, SECTION);
    if (section) section.children = [];
    await pcs.push(cib);
  } else if (words === undefined) await clearOldForm(pcs, cib, word);
  else {
    const [target] = words.target;
    const wanted = target === undefined ? { devices: words.stonith } : { target: parseTarget(target) };
    await finish(pcs, cib, [remove(cib, wanted)]);
  }
}

async function clearOldForm(pcs: Pcs, cib: Element, word: string): Promise<void> {
  pcs.deprecated(
    "Syntax 'pcs stonith level clear [<target> | <stonith id(s)>] is deprecated and will be removed. Please use 'pcs stonith level clear [target <target>] | [stonith <stonith id>...]'.",
  );
  const target = parseTarget(word);
  remove(cib, { target });
  if (target.kind === 'node' && !word.includes('%')) remove(cib, { devices: word.split(',') });
  await pcs.push(cib);
}

async function verify(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  const levels = levelsOf(cib);
  const unknown = unknownDevices(cib, levels.flatMap(devicesOf));
  if (unknown.length > 0) pcs.report(error(noSuchDevices(unknown)));
  const names = new Set(clusterNodes(cib).map((node) => node.name));
  const targets = new Set(levels.flatMap((level) => level.attributes.target ?? []));
  for (const target of [...targets].sort(compareText)) if (!names.has(target)) pcs.report(error(noSuchNode(target)));
  pcs.stopOnErrors();
}

export const level: Router = {
  otherwise: 'config',
  commands: {
    config: command('-f', config),
    add: command('--force -f', add),
    delete: command('-f', deleteLevel),
    remove: command('-f', deleteLevel),
    clear: command('-f', clear),
    verify: command('-f', verify),
  },
};
