import { escapeText } from '../../../pacemaker/cib/format';
import { nodeHealth, nodeStatus } from '../../../pacemaker/display/node-text';
import type { Node } from '../../../pacemaker/scheduler/node';
import { isoTime } from '../../../pacemaker/time';
import { type StatusView, shownNodes, summaryFacts } from './facts';
import { hasSummary } from './sections';
import { statusText } from './text';

/** Colours of the real page. */
const STYLE = `.bold { font-weight: bold }
.online { color: green }
.offline { color: red }
.maint { color: blue }
.standby { color: blue }
.health_red { color: red }
.health_yellow { color: GoldenRod }
.rsc-failed { color: red }
.rsc-failure-ignored { color: DarkGreen }
.rsc-managed { color: blue }
.rsc-multiple { color: orange }
.rsc-ok { color: green }
.warning { color: red; font-weight: bold }`;

function entry(label: string, ...spans: string[]): string {
  return `<li>\n<span class="bold">${label}</span>${spans.map((text) => `<span>${escapeText(text)}</span>`).join('')}\n</li>\n`;
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function summary(view: StatusView): string {
  const facts = summaryFacts(view);
  const { time, user, client, origin } = facts.lastChange;
  let text = '<h2>Cluster Summary</h2>\n<ul>\n';
  text += entry('Stack: ', facts.stack);
  if (facts.dc) {
    const spans = [`${facts.dc.name} (version ${facts.dcVersion}) -`];
    if (facts.mixed) spans.push(' MIXED-VERSION');
    const line = entry('Current DC: ', ...spans, ' partition', facts.quorate ? ' with' : ' WITHOUT', ' quorum');
    text += line.replace('<span> WITHOUT', '<span class="warning"> WITHOUT');
  } else text += entry('Current DC: ', 'NONE').replace('<span>NONE', '<span class="warning">NONE');
  text += entry('Last updated: ', facts.lastUpdate);
  const by = [
    ['by', user],
    ['via', client],
    ['on', origin],
  ]
    .map(([word, name]) => (name === '' ? '' : ` ${word} ${name}`))
    .join('');
  text += entry('Last change: ', `${time}${by}`);
  text += `<li><span>${plural(facts.nodes, 'node')} configured</span></li>\n`;
  const count = `${plural(facts.resources, 'resource instance')} configured`;
  text +=
    facts.disabled > 0
      ? `<li>\n<span>${count} (${facts.disabled} </span><span class="bold">DISABLED</span><span>)</span>\n</li>\n`
      : `<li><span>${count}</span></li>\n`;
  return `${text}</ul>\n`;
}

function nodes(view: StatusView): string {
  const items = shownNodes(view).map((node) => {
    return `<li>\n<span class="bold">${escapeText(node.name)}:</span>${conditionSpans(view, node)}\n</li>\n`;
  });
  return `<h2>Node List</h2>\n<ul>\n${items.join('')}</ul>\n`;
}

/** Whether it is online, then what else is to be said of it. */
function conditionSpans(view: StatusView, node: Node): string {
  const span = (kind: string, text: string) => `<span class="${kind}"> ${text}</span>`;
  if (node.unclean || node.pending || node.standbyOnFail)
    return span(node.online ? 'online' : 'offline', nodeStatus(node));
  let text = node.online ? span('online', 'online') : span('offline', 'OFFLINE');
  const health = view.ws.options.healthStrategy === 'none' ? 'green' : nodeHealth(node);
  if (node.standby) {
    text += span('standby', node.running.length > 0 ? '(in standby, with active resources)' : '(in standby)');
  } else if (node.maintenance) text += span('maint', '(in maintenance mode)');
  else if (health !== 'green') text += span(`health_${health}`, `(health is ${health.toUpperCase()})`);
  return text;
}

/** The other sections: headings and lists made from the lines of the text display. */
function others(view: StatusView): string {
  const sections = new Set(
    [...view.sections].filter((section) => !['stack', 'dc', 'times', 'counts', 'options', 'nodes'].includes(section)),
  );
  const blocks = statusText({ ...view, sections, launcher: null }).split('\n\n');
  return blocks
    .map((block) => {
      const [title = '', ...lines] = block.split('\n').filter((line) => line !== '');
      return title === '' ? '' : `<h2>${title.replace(/:$/, '')}</h2>\n${list(lines, 1)}`;
    })
    .join('');
}

/** Lines end between elements, and round them where there are several. */
function wrap(items: readonly string[]): string {
  const [only, ...more] = items;
  if (only !== undefined && more.length === 0) return `<ul>${only.trimEnd()}</ul>\n`;
  return `<ul>\n${items.join('')}</ul>\n`;
}

function list(lines: readonly string[], depth: number): string {
  const indent = `${'  '.repeat(depth)}* `;
  const items: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const below: string[] = [];
    while ((lines[at + 1] ?? '').startsWith(`  ${indent}`)) below.push(lines[++at] as string);
    const content = escapeText(line.slice(indent.length));
    if (below.length > 0) items.push(`<li>\n<h3>${content.replace(/:$/, '')}</h3>\n${list(below, depth + 1)}</li>\n`);
    else if (line.includes('\t('))
      items.push(`<li><span class="${line.includes('Started') ? 'rsc-ok' : 'rsc-failed'}">${content}</span></li>\n`);
    else items.push(`<li>${content}</li>\n`);
  }
  return wrap(items);
}

function page(title: string, body: string): string {
  return `<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>${escapeText(title)}</title>\n<meta charset="utf-8">\n<style>${STYLE}</style>\n</head>\n<body>${body}</body>\n</html>\n`;
}

/** A page with a message instead of the status. */
export function errorPage(message: string): string {
  return page('Cluster Status', wrap([`<li>${escapeText(message)}</li>\n`]).trimEnd());
}

/** The status as a page. */
export function htmlPage(view: StatusView, title = 'Cluster Status'): string {
  const launcher = view.launcher
    ? `<li>Status of pacemakerd: '${view.launcher.text}' (last updated ${isoTime(view.now)})</li>\n`
    : '';
  const body = [
    launcher,
    hasSummary(view.sections) ? summary(view) : '',
    view.sections.has('nodes') ? nodes(view) : '',
    others(view),
  ].join('');
  return page(title, `\n${body}`);
}
