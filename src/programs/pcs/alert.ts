import { findSection } from '../../pacemaker/cib/sections';
import { childNamed } from '../../pacemaker/cib/xml';
import type { Element } from '../../world/xml';
import { IdMaker, idComplaint } from './cib/ids';
import { newElement, pairsOf, removeElement, updateSet } from './cib/nvset';
import { sectionOf } from './cib/section';
import type { Pcs } from './context';
import { LibraryFailure } from './failure';
import { compareText, error, overridable, type Report } from './reports';
import { BadCall, command, type Router } from './router';
import { groupByKeywords, parseOptions, quotePair, wordsOf } from './text';

const alerts = (cib: Element): Element[] =>
  (findSection(cib, 'alerts')?.children ?? []).filter((child) => child.name === 'alert');

const recipients = (alert: Element): Element[] => alert.children.filter((child) => child.name === 'recipient');

function fail(...reports: Report[]): never {
  throw new LibraryFailure(reports);
}

interface Words {
  readonly main: Map<string, string>;
  readonly options: Map<string, string>;
  readonly meta: Map<string, string>;
}

function parse(words: readonly string[], allowed: readonly string[]): Words {
  const groups = groupByKeywords(words, ['options', 'meta']);
  const main = parseOptions(wordsOf(groups, ''));
  for (const [name, value] of main) {
    if (!allowed.includes(name)) throw new BadCall(`Unexpected parameter '${name}=${value}'`);
  }
  return { main, options: parseOptions(wordsOf(groups, 'options')), meta: parseOptions(wordsOf(groups, 'meta')) };
}

/** The id asked for, checked, or a new one. */
function chooseId(cib: Element, wanted: string | undefined, fallback: string, description: string): string {
  const ids = new IdMaker(cib);
  if (wanted === undefined) return ids.make(fallback);
  const complaint = idComplaint(wanted, description);
  if (complaint) fail(error(complaint));
  if (ids.has(wanted)) fail(error(`'${wanted}' already exists`));
  return wanted;
}

function setSets(cib: Element, owner: Element, words: Words): void {
  const ids = new IdMaker(cib);
  ids.take(owner.attributes.id ?? '');
  updateSet(owner, 'instance_attributes', words.options, ids, { before: ['recipient'] });
  updateSet(owner, 'meta_attributes', words.meta, ids, { before: ['instance_attributes', 'recipient'] });
}

function setDescription(owner: Element, description: string | undefined): void {
  if (description === undefined) return;
  if (description === '') delete owner.attributes.description;
  else owner.attributes.description = description;
}

async function create(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const words = parse(args, ['id', 'description', 'path']);
  const path = words.main.get('path');
  if (!path) fail(error("required option 'path' is missing"));
  const cib = await pcs.cib();
  const id = chooseId(cib, words.main.get('id'), 'alert', 'alert-id');
  const alert = newElement('alert', { id, path: path as string });
  setDescription(alert, words.main.get('description'));
  setSets(cib, alert, words);
  sectionOf(cib, 'alerts').children.push(alert);
  await pcs.push(cib);
}

async function update(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined) throw new BadCall();
  const words = parse(rest, ['description', 'path']);
  const cib = await pcs.cib();
  const alert = alerts(cib).find((each) => each.attributes.id === id);
  if (!alert) fail(error(`alert '${id}' does not exist`));
  const target = alert as Element;
  const path = words.main.get('path');
  if (path) target.attributes.path = path;
  setDescription(target, words.main.get('description'));
  setSets(cib, target, words);
  await pcs.push(cib);
}

async function remove(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const cib = await pcs.cib();
  const section = sectionOf(cib, 'alerts');
  for (const id of args) {
    const alert = alerts(cib).find((each) => each.attributes.id === id);
    if (alert) removeElement(section, alert);
    else pcs.report(error(`alert '${id}' does not exist`));
  }
  pcs.stopOnErrors();
  await pcs.push(cib);
}

/** A value may stand once in an alert, unless forced. */
function checkValue(pcs: Pcs, alert: Element, value: string, self: Element | null): void {
  const same = recipients(alert).some((each) => each !== self && each.attributes.value === value);
  if (!same) return;
  pcs.report(overridable(`Recipient '${value}' in alert '${alert.attributes.id}' already exists`, pcs.options.force));
  pcs.stopOnErrors();
}

async function recipientAdd(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined || rest.length === 0) throw new BadCall();
  const words = parse(rest, ['description', 'id', 'value']);
  const value = words.main.get('value');
  if (!value) fail(error("required option 'value' is missing"));
  const cib = await pcs.cib();
  const alert = alerts(cib).find((each) => each.attributes.id === id);
  if (!alert) fail(error(`alert '${id}' does not exist`));
  const owner = alert as Element;
  const wanted = words.main.get('id');
  const own = chooseId(cib, wanted, `${id}-recipient`, 'recipient-id');
  checkValue(pcs, owner, value as string, null);
  const recipient = newElement('recipient', { id: own, value: value as string });
  setDescription(recipient, words.main.get('description'));
  setSets(cib, recipient, words);
  owner.children.push(recipient);
  await pcs.push(cib);
}

function findRecipient(cib: Element, id: string): { alert: Element; recipient: Element } | undefined {
  for (const alert of alerts(cib)) {
    const recipient = recipients(alert).find((each) => each.attributes.id === id);
    if (recipient) return { alert, recipient };
  }
  return undefined;
}

async function recipientUpdate(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined) throw new BadCall();
  const words = parse(rest, ['description', 'value']);
  const value = words.main.get('value');
  if (value === '') fail(error("Recipient value '' is not valid."));
  const cib = await pcs.cib();
  const found = findRecipient(cib, id);
  if (!found) throw new LibraryFailure([error(`recipient '${id}' does not exist`)]);
  if (value !== undefined) {
    checkValue(pcs, found.alert, value, found.recipient);
    found.recipient.attributes.value = value;
  }
  setDescription(found.recipient, words.main.get('description'));
  setSets(cib, found.recipient, words);
  await pcs.push(cib);
}

async function recipientRemove(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const cib = await pcs.cib();
  for (const id of args) {
    const found = findRecipient(cib, id);
    if (found) removeElement(found.alert, found.recipient);
    else pcs.report(error(`recipient '${id}' does not exist`));
  }
  pcs.stopOnErrors();
  await pcs.push(cib);
}

function setText(owner: Element, tag: string, title: string): string[] {
  const pairs = pairsOf(childNamed(owner, tag)).sort(([first], [second]) => compareText(first, second));
  return pairs.length === 0 ? [] : [`${title}: ${pairs.map(([name, value]) => quotePair(name, value)).join(' ')}`];
}

function ownerLines(owner: Element): string[] {
  return [
    ...(owner.attributes.description ? [`Description: ${owner.attributes.description}`] : []),
    ...setText(owner, 'instance_attributes', 'Options'),
    ...setText(owner, 'meta_attributes', 'Meta options'),
  ];
}

const indent = (lines: readonly string[]) => lines.map((line) => ` ${line}`);

/** Lines below `Alerts:`. */
export function alertLines(cib: Element): string[] {
  const all = alerts(cib);
  if (all.length === 0) return [' No alerts defined'];
  return all.flatMap((alert) => {
    const inner = recipients(alert).flatMap((recipient) => [
      `Recipient: ${recipient.attributes.id} (value=${recipient.attributes.value})`,
      ...indent(ownerLines(recipient)),
    ]);
    const lines = [...ownerLines(alert), ...(inner.length > 0 ? ['Recipients:', ...indent(inner)] : [])];
    return indent([`Alert: ${alert.attributes.id} (path=${alert.attributes.path})`, ...indent(lines)]);
  });
}

async function config(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  pcs.print('Alerts:');
  for (const line of alertLines(cib)) pcs.print(line);
}

export const alert: Router = {
  otherwise: 'config',
  commands: {
    config: command('-f', config),
    show: command('-f', async (pcs, args) => {
      pcs.deprecated("This command is deprecated and will be removed. Please use 'pcs alert config' instead.");
      await config(pcs, args);
    }),
    create: command('-f', create),
    update: command('-f', update),
    delete: command('-f', remove),
    remove: command('-f', remove),
    recipient: {
      commands: {
        add: command('--force -f', recipientAdd),
        update: command('--force -f', recipientUpdate),
        delete: command('-f', recipientRemove),
        remove: command('-f', recipientRemove),
      },
    },
  },
};
