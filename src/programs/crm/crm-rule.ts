import { CibError } from '../../pacemaker/cib/errors';
import { parseXml, XmlError } from '../../pacemaker/cib/parse';
import { walk } from '../../pacemaker/cib/xml';
import { addDuration, dateFields, parseIso8601 } from '../../pacemaker/scheduler/iso8601';
import { ruleHolds } from '../../pacemaker/scheduler/rule';
import type { Program } from '../../shell/process';
import type { Element } from '../../world/xml';
import { xml } from './output';
import { defineTool, EX, type Tool, ToolError } from './tool';

const BAD_DATA = 65;
const UNIMPLEMENTED = 3;

/** What is said of a rule, and the exit status that says the same. */
interface Verdict {
  status: number;
  text: string;
}

function problem(status: number, text: string): Verdict {
  return { status, text };
}

/** The rule's only date expression; rules within rules count. Otherwise why it can't be judged. */
function dateExpression(cib: Element, id: string): Element | Verdict {
  const rule = [...walk(cib)].find((each) => each.name === 'rule' && each.attributes.id === id);
  if (!rule) return problem(EX.noSuch, 'Rule not found');
  const found = [...walk(rule)].filter((each) => each.name === 'date_expression');
  const [only, ...more] = found;
  if (!only) return problem(UNIMPLEMENTED, 'Rule does not have a date expression');
  if (more.length > 0) return problem(UNIMPLEMENTED, 'Rule has more than one date expression');
  if (only.attributes.operation !== 'date_spec') return only;
  const spec = only.children.find((child) => child.name === 'date_spec');
  if (spec?.attributes.years === undefined || spec.attributes.moon !== undefined)
    return problem(UNIMPLEMENTED, 'Rule must either not use date_spec, or use date_spec with years= but not moon=');
  return only;
}

/** Before, in, or after the time for which an expression holds. */
function judge(expression: Element, id: string, now: number): Verdict {
  const { operation, start: startText, end: endText } = expression.attributes;
  const past = { status: EX.expired, text: `Rule ${id} is expired` };
  const future = { status: EX.notYet, text: `Rule ${id} has not yet taken effect` };
  const rule: Element = { name: 'rule', attributes: {}, children: [expression] };
  if (operation === 'date_spec') {
    if (ruleHolds(rule, { now })) return { status: EX.ok, text: `Rule ${id} satisfies conditions` };
    const years = expression.children.find((child) => child.name === 'date_spec')?.attributes.years ?? '';
    const first = Number.parseInt(years, 10);
    return (dateFields(now).years ?? 0) < first ? future : past;
  }
  if (ruleHolds(rule, { now })) return { status: EX.ok, text: `Rule ${id} is still in effect` };
  const start = parseIso8601(startText);
  const duration = expression.children.find((child) => child.name === 'duration');
  const end = parseIso8601(endText) ?? (start !== null && duration ? addDuration(start, duration.attributes) : null);
  if (start !== null && operation !== 'lt' && now <= start) return future;
  if (end !== null && operation !== 'gt' && now >= end) return past;
  return { status: EX.error, text: `Could not determine whether rule ${id} is expired` };
}

function check(tool: Tool, cib: Element, id: string, now: number): number {
  const expression = dateExpression(cib, id);
  const verdict = 'status' in expression ? expression : judge(expression, id, now);
  if (tool.isXml) tool.elements.push(xml('rule-check', { 'rule-id': id, rc: String(verdict.status) }));
  if ('status' in expression) tool.report(`Could not determine whether rule ${id} is in effect: ${verdict.text}`);
  else tool.print(`${verdict.text}\n`);
  return verdict.status;
}

/** The CIB given on the command line, on standard input, or the one in use. */
async function readInput(tool: Tool): Promise<Element> {
  const text = tool.args.value('xml-text');
  if (text === undefined) {
    try {
      return tool.readCib();
    } catch (error) {
      if (!(error instanceof CibError)) throw error;
      if (tool.isLive) throw new ToolError(`Could not connect to CIB: ${error.message}`, error.status);
      tool.report('CIB query failed: Input file not available');
      throw new ToolError('', EX.noInput);
    }
  }
  const source = text === '-' ? await tool.process.stdin.readAll() : text;
  try {
    return parseXml(source);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    if (tool.process.env.PCMK_stderr === '1') tool.complain(parserLog(source));
    throw new ToolError(
      text === '-' ? "Couldn't parse input from STDIN\n" : `Couldn't parse input string: ${text}\n`,
      BAD_DATA,
    );
  }
}

/** What the XML library says of a text that doesn't begin with a tag. */
function parserLog(source: string): string {
  const line = source.split('\n')[0] ?? '';
  const says = (text: string) => `(log_xmllib_err) \terror: XML Error: ${text}\n`;
  return says("Entity: line 1: parser error : Start tag expected, '<' not found") + says(line) + says('^');
}

/** `crm_rule`: whether a rule is in effect. */
export const crmRule: Program = defineTool({
  name: 'crm_rule',
  purpose: 'evaluate rules from the Pacemaker configuration',
  formatted: true,
  options: [
    { name: 'check', letter: 'c', help: 'Tell whether the rule holds' },
    { name: 'xml-text', letter: 'X', value: 'required', help: "A CIB, or '-' for standard input" },
    { name: 'date', letter: 'd', value: 'required', help: 'At this time instead of now' },
    { name: 'rule', letter: 'r', value: 'required', help: 'Id of the rule (may be repeated)' },
  ],
  async run(tool) {
    const { args } = tool;
    if (!args.has('check')) throw new ToolError('No mode operation given', EX.usage);
    const rules = args.values('rule');
    if (rules.length === 0) throw new ToolError('--check requires use of --rule=', EX.usage);
    const date = args.value('date');
    const now = date === undefined ? Math.floor(tool.now / 1000) : parseIso8601(date);
    if (now === null) throw new ToolError(`Invalid date specified: '${date}'`, BAD_DATA);
    const cib = await readInput(tool);
    let status: number = EX.ok;
    for (const id of rules) status = check(tool, cib, id, now);
    return status;
  },
});
