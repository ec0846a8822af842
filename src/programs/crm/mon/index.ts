import { CibError } from '../../../pacemaker/cib/errors';
import { mayUseCluster } from '../../../pacemaker/cib/live';
import { PACEMAKER_VERSION } from '../../../pacemaker/cib/version';
import { milliseconds } from '../../../pacemaker/controller/options';
import { hasPacemaker } from '../../../pacemaker/peers';
import { unpackConstraints } from '../../../pacemaker/scheduler/constraint-unpack';
import { unpack } from '../../../pacemaker/scheduler/unpack';
import type { WorkingSet } from '../../../pacemaker/scheduler/working-set';
import { isoTime } from '../../../pacemaker/time';
import type { Process, Program } from '../../../shell/process';
import type { Element } from '../../../world/xml';
import { launcherState } from '../crmadmin';
import { type GlibArguments, type GlibOption, OptionError, parseGlib, usageScreen } from '../glib';
import { printMessages } from '../messages';
import { formatLibxml, xml } from '../output';
import { EX, Tool, versionText } from '../tool';
import type { StatusView } from './facts';
import { errorPage, htmlPage } from './html';
import { defaultSections, exclude, include, type Section, UnknownSection } from './sections';
import { simpleStatus, statusText } from './text';
import { statusXml } from './xml';

const OPTIONS: readonly GlibOption[] = [
  { name: 'help', letter: '?', help: 'Show this screen' },
  { name: 'help-all' },
  { name: 'output-as', value: 'required', placeholder: 'FORMAT', help: 'console, html, text, xml, none' },
  { name: 'output-to', value: 'required', placeholder: 'DEST' },
  { name: 'html-cgi' },
  { name: 'html-stylesheet', value: 'required', placeholder: 'URI' },
  { name: 'html-title', value: 'required', placeholder: 'TITLE' },
  { name: 'text-fancy' },
  { name: 'include', letter: 'I', value: 'required', placeholder: 'SECTION(s)', help: 'Sections to show too' },
  { name: 'exclude', letter: 'U', value: 'required', placeholder: 'SECTION(s)', help: 'Sections not to show' },
  { name: 'node', value: 'required', placeholder: 'NODE', help: 'This node (or tag) only' },
  { name: 'resource', value: 'required', placeholder: 'RSC', help: 'This resource (or tag) only' },
  { name: 'group-by-node', letter: 'n', help: 'Resources below their nodes' },
  { name: 'inactive', letter: 'r', help: 'Stopped resources too' },
  { name: 'failcounts', letter: 'f', help: 'Fail counts' },
  { name: 'operations', letter: 'o', help: 'Operation history' },
  { name: 'timing-details', letter: 't', help: 'Operation history with times' },
  { name: 'tickets', letter: 'c', help: 'Tickets' },
  { name: 'fence-history', letter: 'm', value: 'optional', placeholder: 'LEVEL', help: 'Fencing history' },
  { name: 'neg-locations', letter: 'L', value: 'optional', help: 'Bans' },
  { name: 'show-node-attributes', letter: 'A', help: 'Node attributes' },
  { name: 'hide-headers', letter: 'D', help: 'No summary' },
  // Pending operations are shown anyway; the option stays for old scripts.
  { name: 'pending', letter: 'j' },
  { name: 'show-detail', letter: 'R', help: 'More details' },
  { name: 'brief', letter: 'b', help: 'Counts of resources' },
  { name: 'simple-status', letter: 's', help: 'One line for monitoring systems' },
  { name: 'interval', letter: 'i', value: 'required', placeholder: 'TIMESPEC', help: 'Time between updates' },
  { name: 'one-shot', letter: '1', help: 'Once, then exit' },
  { name: 'daemonize', letter: 'd' },
  { name: 'pid-file', letter: 'p', value: 'required', placeholder: 'FILE' },
  { name: 'external-agent', letter: 'E', value: 'required', placeholder: 'FILE' },
  { name: 'external-recipient', letter: 'e', value: 'required', placeholder: 'RCPT' },
  { name: 'watch-fencing', letter: 'W' },
  { name: 'as-html', letter: 'h', value: 'required', placeholder: 'FILE' },
  { name: 'as-xml', letter: 'X' },
  { name: 'disable-ncurses', letter: 'N' },
  { name: 'web-cgi', letter: 'w' },
  { name: 'version', letter: '$' },
  { name: 'verbose', letter: 'V' },
  { name: 'quiet', letter: 'Q' },
];

/** What the sections come to after all options. Throws UnknownSection. */
function chooseSections(args: GlibArguments, format: string): Set<Section> {
  const defaults = defaultSections(format, true);
  const sections = new Set(defaults);
  for (const { name, value } of args.given) {
    if (name === 'include') include(sections, value ?? '', defaults);
    else if (name === 'exclude') exclude(sections, value ?? '');
    else if (name === 'failcounts') sections.add('failcounts');
    else if (name === 'operations' || name === 'timing-details') sections.add('operations');
    else if (name === 'tickets') sections.add('tickets');
    else if (name === 'neg-locations') sections.add('bans');
    else if (name === 'show-node-attributes') sections.add('attributes');
    else if (name === 'hide-headers') exclude(sections, 'summary');
    else if (name === 'fence-history') chooseFencing(sections, value);
  }
  return sections;
}

/** Level 0: none; 1: failed and pending; 2 and 3: all. */
function chooseFencing(sections: Set<Section>, level: string | null): void {
  const number = Number.parseInt(level ?? '2', 10);
  for (const section of ['fencing-failed', 'fencing-pending', 'fencing-succeeded'] as const) sections.delete(section);
  if (number >= 1) sections.add('fencing-failed').add('fencing-pending');
  if (number >= 2) sections.add('fencing-succeeded');
}

type Connection = { kind: 'ok'; cib: Element } | { kind: 'failed'; message: string; status: number; server: boolean };

/** Reads the CIB of the file, or of the cluster by way of pacemakerd. */
function connect(tool: Tool): Connection {
  const { machine } = tool.process;
  if (tool.isLive) {
    if (launcherState(machine) === null)
      return { kind: 'failed', message: 'Connection refused', status: EX.disconnected, server: true };
    if (!mayUseCluster(machine, tool.process.credentials))
      return { kind: 'failed', message: 'Permission denied', status: 4, server: true };
  }
  try {
    return { kind: 'ok', cib: tool.readCib() };
  } catch (error) {
    if (!(error instanceof CibError)) throw error;
    return { kind: 'failed', message: error.message, status: error.status, server: false };
  }
}

/** Names that a tag stands for, or the name itself. */
function expandTag(cib: Element, name: string | undefined): ReadonlySet<string> | null {
  if (name === undefined) return null;
  const names = new Set([name]);
  const tags = cib.children[0]?.children.find((child) => child.name === 'tags');
  const tag = tags?.children.find((child) => child.attributes.id === name);
  for (const reference of tag?.children ?? []) if (reference.attributes.id) names.add(reference.attributes.id);
  return names;
}

/** Nodes go by their names; tags hold their ids. */
function nodeNames(ws: WorkingSet, named: ReadonlySet<string> | null): ReadonlySet<string> | null {
  if (named === null) return null;
  return new Set([...named].map((name) => ws.nodeById.get(name)?.name ?? name));
}

function viewOf(tool: Tool, cib: Element, sections: ReadonlySet<Section>): StatusView {
  const { args, process } = tool;
  const { machine } = process;
  const ws = unpack(cib, tool.now);
  // Only then are constraints read at all; a lost ticket that fences or freezes shows in the lists above too.
  if (sections.has('bans') || sections.has('tickets')) unpackConstraints(ws);
  return {
    ws,
    now: tool.now,
    sections,
    launcher: tool.isLive ? launcherState(machine) : null,
    fencing: tool.isLive && hasPacemaker(machine) ? machine.pacemaker.fencing : null,
    inactive: args.has('inactive') || tool.isXml,
    byNode: args.has('group-by-node'),
    internal: tool.isXml,
    brief: args.has('brief'),
    detail: args.has('show-detail'),
    timing: args.has('timing-details') || tool.isXml,
    onlyNodes: nodeNames(ws, expandTag(cib, args.value('node'))),
    onlyResources: expandTag(cib, args.value('resource')),
  };
}

async function usage(process: Process, text: string): Promise<number> {
  await process.stderr.write(text);
  return EX.usage;
}

/** While the daemons come up, the tool waits for them. */
async function waitForDaemons(process: Process): Promise<void> {
  await process.until((world) => {
    const state = world.machines[process.machineName]?.pacemaker;
    return state?.phase === 'starting' ? undefined : true;
  }, STARTUP_LIMIT);
}

/** One display: 0, or why there is none. */
async function showOnce(tool: Tool, sections: ReadonlySet<Section>): Promise<number> {
  const { process, args } = tool;
  if (tool.isLive) await waitForDaemons(process);
  const connection = connect(tool);
  if (connection.kind === 'failed') {
    if (args.has('simple-status')) {
      await process.stdout.write(`CLUSTER CRIT: Connection to cluster failed: ${connection.message}\n`);
      return connection.status;
    }
    const launcher = tool.isLive && tool.format === 'text' ? launcherState(process.machine) : null;
    if (!connection.server && launcher && connection.status === EX.disconnected) {
      // pacemakerd answers, the CIB manager doesn't: no error for the tool.
      await process.stdout.write(`Status of pacemakerd: '${launcher.text}' (last updated ${isoTime(tool.now)})\n`);
      await process.stderr.write(`Could not connect to the CIB: ${connection.message}\n`);
      return EX.ok;
    }
    if (connection.server) tool.complain(`error: Could not connect to launcher: ${connection.message}\n`);
    tool.error(`Connection to cluster failed: ${connection.message}`);
    await tool.flush(connection.status);
    return connection.status;
  }
  const view = viewOf(tool, connection.cib, sections);
  if (connection.cib.attributes['validate-with'] === 'none')
    tool.complain(
      'Schema validation of configuration is disabled (enabling is encouraged and prevents common misconfigurations)\n',
    );
  printMessages(tool, view.ws);
  if (args.has('simple-status')) {
    const launcher = view.launcher ? statusText({ ...view, sections: new Set() }) : '';
    const line = simpleStatus(view);
    await process.stdout.write(launcher + line);
    // It means that something is wrong with the cluster.
    if (line.startsWith('CLUSTER WARN'))
      await process.stderr.write('Error outputting status info from the fencer or CIB\n');
    return EX.ok;
  }
  if (tool.isXml) {
    tool.elements.push(...statusXml(view));
    if (args.has('as-xml')) await process.stdout.write(oldDocument(tool));
    else await tool.flush(EX.ok);
  } else if (tool.format === 'html')
    await process.stdout.write(cgiHeader(args) + htmlPage(view, args.value('html-title')));
  else {
    if (tool.format !== 'none') tool.print(statusText(view));
    await tool.flush(EX.ok);
  }
  return EX.ok;
}

function cgiHeader(args: GlibArguments): string {
  return args.has('web-cgi') || args.has('html-cgi') ? 'Content-Type: text/html\n\n' : '';
}

/** `--as-xml` has a root of its own, and no status. */
function oldDocument(tool: Tool): string {
  return formatLibxml(xml('crm_mon', { version: PACEMAKER_VERSION.split('-')[0] }, tool.elements));
}

/** How long a display waits for daemons that are coming up. */
const STARTUP_LIMIT = 10_000;
const CLEAR = '\u001b[H\u001b[2J';
/** The terminal's other screen, so that what was there before is back afterwards. */
const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';

/** What the screen says while pacemaker doesn't run; the display goes on when it is back. */
const WAITING = 'Waiting until cluster is available on this node ...\n';

/** The live screen: drawn anew when the cluster changes and every few seconds, until a signal ends it. */
async function live(tool: Tool, sections: ReadonlySet<Section>, seconds: number): Promise<number> {
  const { process } = tool;
  let isOver = false;
  // Ended while it still waits, it has failed.
  let ended: number = EX.error;
  const end = () => {
    isOver = true;
  };
  process.onSignal('INT', end);
  process.onSignal('TERM', end);
  await process.stdout.write(ENTER);
  try {
    while (!isOver) {
      await process.stdout.write(CLEAR);
      const hasLauncher = launcherState(process.machine) !== null;
      ended = hasLauncher ? EX.ok : EX.error;
      if (hasLauncher) {
        const status = await showOnce(tool, sections);
        if (status !== EX.ok && status !== EX.disconnected) return status;
      } else await process.stdout.write(WAITING);
      const shown = process.machine.pacemaker?.cib;
      await process.until((world) => {
        const machine = world.machines[process.machineName];
        const isSame =
          machine?.pacemaker?.cib === shown && (machine && launcherState(machine) !== null) === hasLauncher;
        return isSame && !isOver ? undefined : true;
      }, seconds * 1000);
    }
  } finally {
    await process.stdout.write(LEAVE);
  }
  return ended;
}

/** `crm_mon`: the cluster's status. */
export const crmMon: Program = async (process) => {
  let args: GlibArguments;
  try {
    args = parseGlib(process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await process.stderr.write(`crm_mon: ${error.message}\n`);
    return EX.usage;
  }
  const screen = usageScreen('crm_mon', "Shows the cluster's state.", OPTIONS);
  if (args.has('help') || args.has('help-all')) {
    await process.stdout.write(screen);
    return EX.ok;
  }
  if (args.has('version')) {
    await process.stdout.write(versionText());
    return EX.ok;
  }
  const tool = new Tool(process, 'crm_mon', withFormat(args), screen);
  let sections: Set<Section>;
  try {
    sections = chooseSections(args, tool.format);
  } catch (error) {
    if (!(error instanceof UnknownSection)) throw error;
    return usage(process, `${screen}\ncrm_mon: ${error.message}\n`);
  }
  if (args.has('web-cgi') && !tool.isLive) {
    await process.stdout.write(cgiHeader(args) + errorPage('crm_mon: CGI mode used with CIB file'));
    return EX.usage;
  }
  await tool.readStandardInput();
  const wanted = args.value('interval') ?? '5';
  const interval = milliseconds(wanted);
  if (interval === undefined) {
    tool.error(`Invalid value for -i: ${wanted}`);
    await tool.flush(EX.usage);
    return EX.usage;
  }
  const oneShot = args.has('one-shot') || args.has('simple-status') || tool.format === 'xml' || tool.format === 'html';
  if (oneShot || !process.stdout.isTerminal || !tool.isLive) return showOnce(tool, sections);
  return live(tool, sections, interval / 1000 || 5);
};

/** Old options for formats; a format that doesn't exist counts as text. */
function withFormat(args: GlibArguments): GlibArguments {
  const asked = args.has('as-xml')
    ? 'xml'
    : args.has('as-html') || args.has('web-cgi')
      ? 'html'
      : (args.value('output-as') ?? 'text');
  const format = ['xml', 'html', 'none'].includes(asked) ? asked : 'text';
  return { ...args, value: (name) => (name === 'output-as' ? format : args.value(name)) };
}
