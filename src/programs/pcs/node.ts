import { findSection } from '../../pacemaker/cib/sections';
import type { Element } from '../../world/xml';
import { IdMaker } from './cib/ids';
import { localNodeName, waitForIdle } from './cib/live';
import { clusterNodes } from './cib/nodes';
import { newElement, pairsOf, setPair, updateSet } from './cib/nvset';
import type { Pcs } from './context';
import { CommandFailure, LibraryFailure } from './failure';
import { compareText, error } from './reports';
import { BadCall, command, type Router } from './router';
import { parseOptions, quotePair } from './text';

/** `<node>` elements of the nodes section. */
function nodeElements(cib: Element): Element[] {
  return (findSection(cib, 'nodes')?.children ?? []).filter((child) => child.name === 'node');
}

type Attributes = Map<string, [string, string][]>;

function printAttributes(pcs: Pcs, title: string, byNode: Attributes, only: string | undefined): void {
  pcs.print(title);
  for (const line of attributeLines(byNode, only)) pcs.print(line);
}

function attributeLines(byNode: Attributes, only?: string): string[] {
  const lines: string[] = [];
  for (const node of [...byNode.keys()].sort(compareText)) {
    const pairs = (byNode.get(node) ?? []).filter(([name]) => only === undefined || name === only);
    if (pairs.length === 0) continue;
    const texts = pairs
      .sort(([first], [second]) => compareText(first, second))
      .map(([name, value]) => quotePair(name, value));
    lines.push(` ${node}: ${texts.join(' ')}`);
  }
  return lines;
}

function collect(cib: Element, tag: string): Attributes {
  const byNode: Attributes = new Map();
  for (const node of nodeElements(cib)) {
    const pairs = node.children.filter((child) => child.name === tag).flatMap(pairsOf);
    if (pairs.length > 0) byNode.set(node.attributes.uname ?? '', pairs);
  }
  return byNode;
}

async function attribute(pcs: Pcs, args: string[]): Promise<void> {
  const only = pcs.options.value('--name');
  if (args.length > 1) {
    const [node, ...rest] = args as [string, ...string[]];
    if (only !== undefined) throw new BadCall();
    await setAttributes(pcs, node, parseOptions(rest));
    return;
  }
  let cib: Element;
  try {
    cib = await pcs.cib();
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure;
    throw new CommandFailure('unable to get crm_config, is pacemaker running?');
  }
  const byNode = collect(cib, 'instance_attributes');
  const [node] = args;
  for (const name of [...byNode.keys()]) if (node !== undefined && name !== node) byNode.delete(name);
  printAttributes(pcs, 'Node Attributes:', byNode, only);
}

/** Each attribute is a call of crm_attribute of its own, in the order given. */
async function setAttributes(pcs: Pcs, name: string, values: ReadonlyMap<string, string>): Promise<void> {
  for (const [attributeName, value] of values) {
    let cib: Element;
    try {
      cib = await pcs.cib();
    } catch (failure) {
      if (!(failure instanceof CommandFailure)) throw failure;
      throw new CommandFailure(
        `unable to set attribute ${attributeName}\ncrm_attribute: Could not connect to the CIB: Transport endpoint is not connected\n`,
      );
    }
    setAttribute(cib, name, attributeName, value);
    await pcs.push(cib);
  }
}

function setAttribute(cib: Element, name: string, attributeName: string, value: string): void {
  const node = nodeElements(cib).find((element) => element.attributes.uname === name);
  if (value === '') {
    const exists = node?.children.some(
      (set) => set.name === 'instance_attributes' && pairsOf(set).some(([pair]) => pair === attributeName),
    );
    if (!exists) throw new CommandFailure(`attribute: '${attributeName}' doesn't exist for node: '${name}'`, 2);
  }
  if (!node) {
    throw new CommandFailure(
      `unable to set attribute ${attributeName}\ncrm_attribute: Could not map name=${name} to a UUID\n`,
    );
  }
  setNodeAttribute(cib, node, attributeName, value);
}

/** Sets or removes one attribute; the set stays when it becomes empty, as crm_attribute leaves it. */
function setNodeAttribute(cib: Element, node: Element, name: string, value: string): void {
  const ids = new IdMaker(cib);
  const sets = node.children.filter((child) => child.name === 'instance_attributes');
  let set = sets.find((child) => pairsOf(child).some(([pair]) => pair === name)) ?? sets[0];
  if (!set) {
    if (value === '') return;
    set = newElement('instance_attributes', { id: ids.make(`nodes-${node.attributes.id ?? ''}`) });
    node.children.unshift(set);
  }
  setPair(set, name, value, ids);
}

async function utilization(pcs: Pcs, args: string[]): Promise<void> {
  const only = pcs.options.value('--name');
  const [name, ...rest] = args;
  if (rest.length > 0) {
    if (only !== undefined) throw new BadCall();
    await setUtilization(pcs, name as string, parseOptions(rest));
    return;
  }
  const cib = await pcs.cib();
  if (name !== undefined && !nodeElements(cib).some((node) => node.attributes.uname === name)) {
    throw new CommandFailure(`Unable to find a node: ${name}`);
  }
  const byNode = collect(cib, 'utilization');
  for (const node of [...byNode.keys()]) if (name !== undefined && node !== name) byNode.delete(node);
  printAttributes(pcs, 'Node Utilization:', byNode, only);
}

async function setUtilization(pcs: Pcs, name: string, values: ReadonlyMap<string, string>): Promise<void> {
  const cib = await pcs.cib();
  const node = nodeElements(cib).find((element) => element.attributes.uname === name);
  if (!node) throw new CommandFailure(`Unable to find a node: ${name}`);
  for (const [key, value] of values) {
    if (value !== '' && !/^[+-]?\d+$/.test(value)) {
      throw new CommandFailure(`Value of utilization attribute must be integer: '${key}=${value}'`);
    }
  }
  const owner: Element = { ...node, attributes: { ...node.attributes, id: `nodes-${node.attributes.id ?? ''}` } };
  updateSet(owner, 'utilization', values, new IdMaker(cib));
  node.children = owner.children;
  await pcs.push(cib);
}

/** standby, unstandby, maintenance and unmaintenance: an attribute that is `on` or absent. */
function switchAttribute(attributeName: 'standby' | 'maintenance', on: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    if (args.length > 0 && pcs.options.has('--all')) {
      throw new CommandFailure('Cannot specify both --all and a list of nodes.');
    }
    const wait = pcs.options.wait();
    if (wait !== undefined && pcs.store.file !== null)
      throw new CommandFailure("Cannot use '-f' together with '--wait'");
    if (args.length === 0 && !pcs.options.has('--all') && pcs.store.file !== null) {
      throw new CommandFailure('Node(s) must be specified if -f is used');
    }
    const cib = await pcs.cib();
    const names = pcs.options.has('--all')
      ? clusterNodes(cib).map((node) => node.name)
      : args.length > 0
        ? args
        : [localNodeName(pcs)];
    const known = new Map(nodeElements(cib).map((node) => [node.attributes.uname ?? '', node]));
    const missing = names.filter((name) => !clusterNodes(cib).some((node) => node.name === name));
    if (missing.length > 0) {
      throw new LibraryFailure(
        missing.map((name) => error(`Node '${name}' does not appear to exist in configuration`)),
      );
    }
    for (const name of names) {
      const node = known.get(name) ?? addNode(cib, name);
      switchNode(cib, node, attributeName, on);
    }
    await pcs.push(cib);
    if (wait !== undefined) await waitForIdle(pcs, wait);
  };
}

function switchNode(cib: Element, node: Element, name: string, on: boolean): void {
  if (on) {
    setNodeAttribute(cib, node, name, 'on');
    return;
  }
  for (const set of node.children) {
    if (set.name !== 'instance_attributes') continue;
    set.children = set.children.filter((pair) => pair.attributes.name !== name);
  }
}

/** Guest and remote nodes get a node element with their first attribute. */
function addNode(cib: Element, name: string): Element {
  const node = newElement('node', { id: name, type: 'remote', uname: name });
  findSection(cib, 'nodes')?.children.push(node);
  return node;
}

export const node: Router = {
  commands: {
    attribute: command('--force --name -f', attribute),
    maintenance: command('--all --wait -f', switchAttribute('maintenance', true)),
    standby: command('--all --wait -f', switchAttribute('standby', true)),
    unmaintenance: command('--all --wait -f', switchAttribute('maintenance', false)),
    unstandby: command('--all --wait -f', switchAttribute('standby', false)),
    utilization: command('--name -f', utilization),
  },
};
