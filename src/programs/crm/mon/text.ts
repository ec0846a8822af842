import { briefLines } from '../../../pacemaker/display/brief-text';
import { nodeListLines, nodeStatus } from '../../../pacemaker/display/node-text';
import { primitiveLine, resourceLines } from '../../../pacemaker/display/resource-text';
import { rcText } from '../../../pacemaker/exit-status';
import { hashOrder } from '../../../pacemaker/hash-order';
import type { Node } from '../../../pacemaker/scheduler/node';
import { primitivesOf, type Resource } from '../../../pacemaker/scheduler/resource';
import { ctime, isoTime } from '../../../pacemaker/time';
import { bans } from './bans';
import { connectivity } from './connectivity';
import {
  isCounted,
  isNamed,
  isShown,
  listedResources,
  nodeFilter,
  nodeLabel,
  type StatusView,
  shownNodes,
  summaryFacts,
} from './facts';
import { failureLine, shownFailures } from './failures';
import { fencingBlocks } from './fencing';
import { isHistoryShown, nodeHistory, type ShownHistory } from './operations';
import { hasSummary } from './sections';

const bullet = (depth: number, text: string): string => `${'  '.repeat(depth)}* ${text}`;

/** The whole status as text: blocks with a blank line between them. */
export function statusText(view: StatusView): string {
  const blocks: string[][] = [];
  const { sections } = view;
  if (hasSummary(sections)) blocks.push(...summaryBlocks(view));
  if (sections.has('nodes') && shownNodes(view).length > 0) blocks.push(nodeBlock(view));
  if (sections.has('resources')) blocks.push(...resourceBlocks(view));
  if (sections.has('attributes')) blocks.push(attributeBlock(view));
  if (sections.has('operations') || sections.has('failcounts')) blocks.push(...historyBlocks(view));
  if (sections.has('failures')) blocks.push(failureBlock(view));
  blocks.push(...fencingBlocks(view));
  if (sections.has('tickets')) blocks.push(ticketBlock(view));
  if (sections.has('bans')) blocks.push(banBlock(view));
  const head = view.launcher
    ? `Status of pacemakerd: '${view.launcher.text}' (last updated ${isoTime(view.now)})\n`
    : '';
  return (
    head +
    blocks
      .filter((block) => block.length > 0)
      .map((block) => `${block.join('\n')}\n`)
      .join('\n')
  );
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** `32 resource instances configured (4 DISABLED)` */
export function resourceCount(resources: number, disabled: number, blocked: number): string {
  let text = `${plural(resources, 'resource instance')} configured`;
  if (disabled > 0 && blocked > 0)
    text += ` (${disabled} DISABLED, ${blocked} BLOCKED from further action due to failure)`;
  else if (disabled > 0) text += ` (${disabled} DISABLED)`;
  else if (blocked > 0) text += ` (${blocked} BLOCKED from further action due to failure)`;
  return text;
}

function summaryBlocks(view: StatusView): string[][] {
  const facts = summaryFacts(view);
  const lines: string[] = [];
  if (view.sections.has('stack')) lines.push(bullet(1, `Stack: ${facts.stack}`));
  if (view.sections.has('dc')) {
    if (!facts.dc) lines.push(bullet(1, 'Current DC: NONE'));
    else {
      const mixed = facts.mixed ? 'MIXED-VERSION ' : '';
      const quorum = facts.quorate ? 'with quorum' : 'WITHOUT quorum';
      lines.push(
        bullet(
          1,
          `Current DC: ${nodeLabel(view, facts.dc)} (version ${facts.dcVersion}) - ${mixed}partition ${quorum}`,
        ),
      );
    }
  }
  if (view.sections.has('times')) {
    const { time, user, client, origin } = facts.lastChange;
    lines.push(bullet(1, `Last updated: ${facts.lastUpdate}`));
    let change = `Last change:  ${time}`;
    if (user !== '') change += ` by ${user}`;
    if (client !== '') change += ` via ${client}`;
    if (origin !== '') change += ` on ${origin}`;
    lines.push(bullet(1, change));
  }
  if (view.sections.has('counts')) {
    lines.push(bullet(1, `${plural(facts.nodes, 'node')} configured`));
    lines.push(bullet(1, resourceCount(facts.resources, facts.disabled, facts.blocked)));
  }
  const blocks = lines.length > 0 ? [['Cluster Summary:', ...lines]] : [];
  if (view.sections.has('options')) {
    if (view.ws.options.maintenanceMode)
      blocks.push([
        '              *** Resource management is DISABLED ***',
        '  The cluster will not attempt to start, stop or recover services',
      ]);
    else if (view.ws.options.stopAllResources)
      blocks.push(['    *** Resource management is DISABLED ***', '  The cluster will keep all resources stopped']);
  }
  return blocks;
}

function kindOf(node: Node): string {
  return node.isGuest ? 'GuestNode' : node.isRemote ? 'RemoteNode' : 'Node';
}

function fullName(view: StatusView, node: Node): string {
  if (view.detail && node.isGuest) {
    const host = node.connection?.container?.running[0];
    return `${node.name}@${host?.name ?? ''}`;
  }
  return nodeLabel(view, node);
}

function nodeBlock(view: StatusView): string[] {
  if (view.byNode) return nodesWithResources(view);
  if (view.detail) {
    const lines = shownNodes(view).map((node) => bullet(1, nodeHead(view, node)));
    return ['Node List:', ...lines];
  }
  const shown = new Set(shownNodes(view));
  const lines = nodeListLines(view.ws, { only: (node: Node) => shown.has(node) });
  return ['Node List:', ...lines.map((line) => bullet(1, line))];
}

/** `Node node1 (1): online, feature set 3.16.1` */
function nodeHead(view: StatusView, node: Node): string {
  const set = node.attributes.get('#feature-set');
  const feature = node.isRemote || !node.online || !view.detail ? '' : `, feature set ${set ?? '<3.15.1'}`;
  return `${kindOf(node)} ${fullName(view, node)}: ${nodeStatus(node)}${feature}`;
}

/** The connection to a guest, which the configuration only implies. */
const isInternal = (resource: Resource): boolean => resource.meta.get('internal_rsc') === 'true';

/** Nodes with what runs there; in brief, only nodes where something does. */
function nodesWithResources(view: StatusView): string[] {
  const lines = ['Node List:'];
  for (const node of shownNodes(view)) {
    if (view.brief && node.running.length === 0) continue;
    lines.push(bullet(1, `${nodeHead(view, node)}:`));
    lines.push(bullet(2, 'Resources:'));
    const resources = node.running.filter((resource) => isShown(view, resource));
    if (view.brief) {
      lines.push(...briefLines(resources, { inactive: false, unnamed: true }).map((line) => bullet(3, line)));
      continue;
    }
    for (const resource of resources) {
      // Connections to guests are nodes to a reader.
      if (isInternal(resource) && !view.internal && !view.detail) continue;
      const description = resource.xml.attributes.description;
      const line = primitiveLine(view.ws, resource, undefined, 'here');
      lines.push(bullet(3, description === undefined ? line : `${line} ${description}`));
    }
  }
  return lines;
}

function resourceBlocks(view: StatusView): string[][] {
  if (view.byNode && !view.inactive) return [];
  const title = view.byNode ? 'Inactive Resources:' : view.inactive ? 'Full List of Resources:' : 'Active Resources:';
  const options = {
    inactive: view.inactive,
    cloneDetail: view.detail,
    bundleDetail: view.detail,
    brief: view.brief,
    only: nodeFilter(view),
    named: view.onlyResources === null ? undefined : (resource: Resource) => isNamed(view, resource),
  };
  const lines: string[] = [];
  const brief = view.brief && !view.byNode;
  if (brief)
    lines.push(
      ...briefLines(view.ws.resources, { inactive: view.inactive, only: options.only }).map((line) => bullet(1, line)),
    );
  for (const resource of listedResources(view)) {
    if (brief && resource.variant === 'primitive') continue;
    for (const [depth, text] of resourceLines(view.ws, resource, options)) lines.push(bullet(depth + 1, text));
  }
  if (lines.length === 0) {
    const none = view.byNode ? 'No inactive resources' : view.inactive ? 'No resources' : 'No active resources';
    lines.push(bullet(1, none));
  }
  return [[title, ...lines]];
}

export function attributeBlock(view: StatusView): string[] {
  const lines: string[] = [];
  for (const node of shownNodes(view)) {
    const names = shownAttributes(node);
    if (names.length === 0 || !node.online) continue;
    lines.push(bullet(1, `Node: ${fullName(view, node)}:`));
    for (const name of names) {
      const value = node.attributes.get(name) ?? '';
      lines.push(bullet(2, `${name.padEnd(32)}\t: ${value.padEnd(10)}${connectivity(view.ws, node, name, value)}`));
    }
  }
  return lines.length > 0 ? ['Node Attributes:', ...lines] : [];
}

/** The cluster's own attributes: whatever begins with one of these. */
const HIDDEN = ['#', 'fail-count-', 'last-failure-', 'terminate', 'shutdown', 'standby'];

/** Attributes worth showing, in order. */
export function shownAttributes(node: Node): string[] {
  return [...node.attributes.keys()].filter((name) => !HIDDEN.some((start) => name.startsWith(start))).sort();
}

export function historyBlocks(view: StatusView): string[][] {
  const operations = view.sections.has('operations');
  const lines: string[] = [];
  const nodes = historyNodes(view);
  if (nodes.length === 0) return [];
  for (const node of nodes) {
    const histories = nodeHistory(view, node).filter(
      (history) => (operations ? history.operations.length : history.failCount) > 0 && isHistoryShown(view, history),
    );
    if (histories.length === 0) continue;
    lines.push(bullet(1, `Node: ${fullName(view, node)}:`));
    for (const history of histories) lines.push(...historyLines(view, history, operations));
  }
  return [[operations ? 'Operations:' : 'Migration Summary:', ...lines]];
}

/** Nodes in the order of the status section. */
export function historyNodes(view: StatusView): Node[] {
  const status = view.ws.cib.children.find((child) => child.name === 'status');
  return (status?.children ?? []).flatMap((state) => {
    const node = view.ws.nodeByName.get(state.attributes.uname ?? '');
    if (!node?.online || (view.onlyNodes && !view.onlyNodes.has(node.name))) return [];
    return [node];
  });
}

function historyLines(view: StatusView, history: ShownHistory, operations: boolean): string[] {
  let head = `${history.id}: migration-threshold=${history.migrationThreshold}`;
  if (history.failCount > 0) head += ` fail-count=${history.failCount}`;
  if (history.failCount > 0 && history.lastFailure > 0) head += ` last-failure='${ctime(history.lastFailure * 1000)}'`;
  const lines = [bullet(2, operations ? `${head}:` : head)];
  if (!operations) return lines;
  for (const operation of history.operations) {
    const { attributes } = operation.element;
    let text = `(${operation.call}) ${operation.task}`;
    const parts: string[] = [];
    if (operation.interval > 0) parts.push(`interval="${operation.interval}ms"`);
    if (view.timing) {
      const changed = Number.parseInt(attributes['last-rc-change'] ?? '0', 10);
      if (changed > 0) parts.push(`last-rc-change="${ctime(changed * 1000)}"`);
      for (const name of ['exec-time', 'queue-time'])
        if (attributes[name] !== undefined) parts.push(`${name}="${attributes[name]}ms"`);
      parts.push(`rc=${operation.rc} (${rcText(operation.rc)})`);
    }
    if (parts.length > 0) text += `: ${parts.join(' ')}`;
    lines.push(bullet(3, text));
  }
  return lines;
}

function failureBlock(view: StatusView): string[] {
  const failures = shownFailures(view);
  if (failures.length === 0) return [];
  return ['Failed Resource Actions:', ...failures.map((failure) => bullet(1, failureLine(view, failure)))];
}

function ticketBlock(view: StatusView): string[] {
  const lines = hashOrder([...view.ws.tickets.values()], (ticket) => ticket.id).map((ticket) => {
    const state = `${ticket.granted ? 'granted' : 'revoked'}${ticket.standby ? ' [standby]' : ''}`;
    const last = ticket.lastGranted > 0 ? ` last-granted="${ctime(ticket.lastGranted * 1000)}"` : '';
    return `  * ${ticket.id}: ${state}${last}`;
  });
  return lines.length > 0 ? ['Tickets:', ...lines] : [];
}

function banBlock(view: StatusView): string[] {
  const lines = bans(view).map((ban) => {
    const as = ban.promotedOnly ? 'in Promoted role ' : '';
    return bullet(1, `${ban.id}\tprevents ${ban.resource} from running ${as}on ${fullName(view, ban.node)}`);
  });
  return lines.length > 0 ? ['Negative Location Constraints:', ...lines] : [];
}

/** One line for monitoring systems, and the exit status that goes with it. */
export function simpleStatus(view: StatusView): string {
  const { ws } = view;
  const problems: string[] = [];
  let online = 0;
  let standby = 0;
  let maintenance = 0;
  for (const node of ws.sortedNodes) {
    if (node.standby && node.online) standby++;
    else if (node.maintenance && node.online) maintenance++;
    else if (node.online) online++;
    else problems.push(`offline node: ${node.name}`);
  }
  if (problems.length > 0 || !ws.dcNode) {
    const noDc = ws.dcNode ? '' : `No DC${problems.length > 0 ? ', ' : ''}`;
    return `CLUSTER WARN: ${noDc}${problems.join(' ')}\n`;
  }
  let resources = 0;
  for (const top of ws.resources) for (const primitive of primitivesOf(top)) if (isCounted(primitive)) resources++;
  let text = `CLUSTER OK: ${plural(online, 'node')} online`;
  if (standby > 0) text += `, ${plural(standby, 'standby node')}`;
  if (maintenance > 0) text += `, ${plural(maintenance, 'maintenance node')}`;
  return `${text}, ${plural(resources, 'resource instance')} configured\n`;
}
