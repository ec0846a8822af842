import { FileError, normalizePath, readFile, writeFile } from '../../machine/files';
import { CibError } from '../../pacemaker/cib/errors';
import { formatXml } from '../../pacemaker/cib/format';
import { parseXml, XmlError } from '../../pacemaker/cib/parse';
import { runScheduler } from '../../pacemaker/scheduler/index';
import { formatMoment, parseIso8601 } from '../../pacemaker/scheduler/iso8601';
import { executionDate, warningLines } from '../../pacemaker/scheduler/report';
import { simulate } from '../../pacemaker/scheduler/simulate';
import { transitionSummary } from '../../pacemaker/scheduler/summary';
import { unpack } from '../../pacemaker/scheduler/unpack';
import type { ProgramTable } from '../../shell/process';
import type { Element } from '../../world/xml';
import { printMessages } from '../crm/messages';
import { defineTool, EX, type Tool, ToolError } from '../crm/tool';
import { graphDot, graphXml } from './graph-text';
import { applyModifications } from './modify';
import { profile } from './profile';
import { stateLines } from './status';

/** What changes the input; --quorum counts beside one of them only. */
const MODIFICATIONS = [
  'node-up',
  'node-down',
  'node-fail',
  'op-inject',
  'watchdog',
  'ticket-grant',
  'ticket-revoke',
  'ticket-standby',
  'ticket-activate',
] as const;

/** What makes it show a response without carrying it out. */
const RESPONSES = ['run', 'save-graph', 'save-dotfile', 'op-fail'] as const;

async function readInput(tool: Tool): Promise<Element> {
  const { args, process } = tool;
  const file = args.value('xml-file');
  try {
    if (file !== undefined && file !== '-')
      return parseXml(readFile(process.machine, normalizePath(file, process.cwd), process.credentials), {
        comments: true,
      });
    if (args.has('xml-pipe') || file === '-') return parseXml(await process.stdin.readAll(), { comments: true });
    return tool.readCib();
  } catch (error) {
    if (error instanceof CibError) throw new ToolError(`CIB query failed: ${error.message}`, error.status);
    if (error instanceof FileError || error instanceof XmlError)
      throw new ToolError(`Could not open ${file}: No such file or directory`, EX.noInput);
    throw error;
  }
}

/** With scores or utilization asked for, sections lose their headings and bullets. */
class Sections {
  #first = true;
  constructor(
    private readonly tool: Tool,
    private readonly plain: boolean,
  ) {}

  /** Lines between sections. */
  say(...lines: string[]): void {
    if (this.tool.args.has('quiet')) return;
    if (lines.length === 1 && lines[0] === '') return;
    this.tool.print(lines.map((line) => `${line}\n`).join(''));
  }

  /** A section; `always`: even under --quiet. */
  add(title: string, lines: readonly string[], always = false): void {
    if (this.tool.args.has('quiet') && !always) return;
    const text = this.plain ? lines.flatMap(plainLine) : [...(title === '' ? [] : [title]), ...lines];
    this.tool.print(`${this.#first ? '' : '\n'}${text.map((line) => `${line}\n`).join('')}`);
    this.#first = false;
  }
}

function plainLine(line: string): string[] {
  const text = line.replace(/^ *\* /, '');
  if (/^(Node List|Full List of Resources):$/.test(text)) return [];
  if (/^(Clone Set|Resource Group|Container bundle( set)?): .*:$/.test(text)) return [];
  const nodes = /^(?:Remote|Guest)?(?:Online|OFFLINE): (\[ .* \])$/.exec(text);
  return [nodes?.[1] ?? text];
}

function save(tool: Tool, option: string, content: string): void {
  const path = tool.args.value(option);
  if (path === undefined) return;
  const { process } = tool;
  process.transact((world, machine) => {
    writeFile(machine, normalizePath(path, process.cwd), content, {
      time: world.epoch + world.now,
      as: process.credentials,
    });
  });
}

/** The result goes where the input came from: a file; a running cluster isn't changed. */
function storeInput(tool: Tool, content: string): void {
  const path = tool.args.value('xml-file') ?? (tool.target.kind === 'file' ? tool.target.path : undefined);
  if (path === undefined) return;
  const { process } = tool;
  process.transact((world, machine) => {
    const time = world.epoch + world.now;
    writeFile(machine, normalizePath(path, process.cwd), content, { time, as: process.credentials });
  });
}

const crmSimulate = defineTool({
  name: 'crm_simulate',
  purpose: 'Shows what the cluster would do.',
  helpLetter: 'h',
  options: [
    { name: 'quiet', letter: 'Q', help: 'Only what is essential' },
    { name: 'run', letter: 'R', help: "Show the cluster's response" },
    { name: 'simulate', letter: 'S', help: 'Carry the response out in a copy' },
    { name: 'in-place', letter: 'X', help: 'Carry it out and store the result' },
    { name: 'show-attrs', letter: 'A', help: 'Show node attributes' },
    { name: 'show-failcounts', letter: 'c', help: 'Show fail counts' },
    { name: 'show-scores', letter: 's', help: 'Show allocation scores' },
    { name: 'show-utilization', letter: 'U', help: 'Show utilization' },
    { name: 'profile', letter: 'P', value: 'required', placeholder: 'DIR', help: 'Time the scheduler on files' },
    { name: 'repeat', letter: 'N', value: 'required', placeholder: 'N', help: 'How often, with --profile' },
    { name: 'pending', letter: 'j', help: 'Kept for old callers' },
    { name: 'node-up', letter: 'u', value: 'required', placeholder: 'NODE', help: 'Bring a node online' },
    { name: 'node-down', letter: 'd', value: 'required', placeholder: 'NODE', help: 'Take a node offline' },
    { name: 'node-fail', letter: 'f', value: 'required', placeholder: 'NODE', help: 'Let a node fail' },
    {
      name: 'op-inject',
      letter: 'i',
      value: 'required',
      placeholder: 'OPSPEC',
      help: 'RSC_OP_INTERVAL@NODE=RC as its last result',
    },
    { name: 'op-fail', letter: 'F', value: 'required', placeholder: 'OPSPEC', help: 'Let an operation fail' },
    { name: 'set-datetime', letter: 't', value: 'required', placeholder: 'TIME', help: 'The moment to assume' },
    { name: 'quorum', letter: 'q', value: 'required', placeholder: 'QUORUM', help: 'Whether there is quorum' },
    { name: 'watchdog', letter: 'w', value: 'required', placeholder: 'DEVICE', help: 'Whether there is a watchdog' },
    { name: 'ticket-grant', letter: 'g', value: 'required', placeholder: 'TICKET', help: 'Grant a ticket' },
    { name: 'ticket-revoke', letter: 'r', value: 'required', placeholder: 'TICKET', help: 'Revoke a ticket' },
    { name: 'ticket-standby', letter: 'b', value: 'required', placeholder: 'TICKET', help: 'Put a ticket in standby' },
    { name: 'ticket-activate', letter: 'e', value: 'required', placeholder: 'TICKET', help: 'Activate a ticket' },
    { name: 'save-input', letter: 'I', value: 'required', placeholder: 'FILE', help: 'Store the input' },
    { name: 'save-output', letter: 'O', value: 'required', placeholder: 'FILE', help: 'Store the CIB reached' },
    { name: 'save-graph', letter: 'G', value: 'required', placeholder: 'FILE', help: 'Store the graph' },
    { name: 'save-dotfile', letter: 'D', value: 'required', placeholder: 'FILE', help: 'Store the graph for Graphviz' },
    { name: 'all-actions', letter: 'a', help: 'All actions in the picture' },
    { name: 'live-check', letter: 'L', help: 'Of the running cluster' },
    { name: 'xml-file', letter: 'x', value: 'required', placeholder: 'FILE', help: 'Of a file' },
    { name: 'xml-pipe', letter: 'p', help: 'Of standard input' },
  ],
  formatted: true,
  async run(tool) {
    const { args } = tool;
    const directory = args.value('profile');
    if (directory !== undefined) return profile(tool, directory);
    const original = await readInput(tool);
    const scores = args.has('show-scores');
    const utilization = args.has('show-utilization');
    const modified = MODIFICATIONS.some((name) => args.has(name));
    const carryOut = args.has('simulate') || args.has('in-place');
    const respond = carryOut || scores || utilization || modified || RESPONSES.some((name) => args.has(name));
    const { now, line: momentLine } = moment(tool, original);
    const sections = new Sections(tool, scores || utilization);
    /** Each reading of a CIB tells what time it is read for. */
    const tellMoment = () => sections.say(momentLine);
    tellMoment();
    const before = unpack(original, now);
    if ((original.attributes['validate-with'] ?? 'none') === 'none')
      tool.complain(
        'Schema validation of configuration is disabled (enabling is encouraged and prevents common misconfigurations)\n',
      );
    printMessages(tool, before);
    sections.say(...warningLines(before));
    sections.add('Current cluster status:', stateLines(tool, before, true));
    const { cib, lines } = modified ? applyModifications(tool, before) : { cib: original, lines: [] };
    if (modified) {
      sections.add(
        'Performing Requested Modifications:',
        lines.map((line) => `  * ${line}`),
      );
      tellMoment();
    }
    save(tool, 'save-input', formatXml(cib));
    if (!respond) return EX.ok;
    const result = runScheduler(cib, now, { recordScores: scores, showUtilization: utilization });
    if (modified) printMessages(tool, result.workingSet);
    save(tool, 'save-graph', graphXml(result.transition));
    save(tool, 'save-dotfile', graphDot(result.workingSet, args.has('all-actions')));
    if (scores || utilization) sections.add('', [...result.workingSet.notices, ...result.scores], true);
    sections.add('Transition Summary:', transitionSummary(result.workingSet));
    if (!carryOut && !modified) return EX.ok;
    const simulation = simulate(cib, result.graph, now, { failures: args.values('op-fail'), clock: tool.now });
    sections.add('Executing Cluster Transition:', simulation.lines);
    tellMoment();
    const after = unpack(simulation.cib, now);
    printMessages(tool, after);
    sections.add('Revised Cluster Status:', stateLines(tool, after, false));
    save(tool, 'save-output', formatXml(simulation.cib));
    if (args.has('in-place')) storeInput(tool, formatXml(simulation.cib));
    if (simulation.complete) return EX.ok;
    tool.complain('Transition failed: terminated\nAn invalid transition was produced\n');
    return EX.error;
  },
});

/** The moment to decide for: the one asked for, the one that a saved CIB was decided at, or now; and what is said of it. */
function moment(tool: Tool, cib: Element): { now: number; line: string } {
  const asked = tool.args.value('set-datetime');
  const given = parseIso8601(asked);
  const date = executionDate(cib);
  const now = given !== null ? given * 1000 : (date ?? tool.now);
  if (asked !== undefined) return { now, line: `Setting effective cluster time: ${asked}` };
  return { now, line: date === null ? '' : `Using the original execution date of: ${formatMoment(date / 1000)}` };
}

export const programs: ProgramTable = { crm_simulate: crmSimulate };
