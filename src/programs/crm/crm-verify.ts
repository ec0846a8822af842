import { FileError, normalizePath, readFile } from '../../machine/files';
import { CibError } from '../../pacemaker/cib/errors';
import { parseXml, XmlError } from '../../pacemaker/cib/parse';
import { type SchemaProblem, validateCib } from '../../pacemaker/cib/schema';
import { walk } from '../../pacemaker/cib/xml';
import { runScheduler } from '../../pacemaker/scheduler/index';
import type { Program } from '../../shell/process';
import type { Element } from '../../world/xml';
import { configErrors, hasWarnings, stateErrors } from './config-problems';
import { configMessages, messageLine } from './messages';
import { defineTool, EX, type Tool, ToolError } from './tool';

/** The file that a CIB was read from. */
interface Source {
  file: string;
  text: string;
}

async function readInput(tool: Tool): Promise<{ cib: Element; source: Source | null }> {
  const file = tool.args.value('xml-file');
  if (file !== undefined) return readFileInput(tool, file);
  return { cib: await readOther(tool), source: null };
}

async function readOther(tool: Tool): Promise<Element> {
  const { args, process } = tool;
  const text = args.value('xml-text') ?? (args.has('xml-pipe') ? await process.stdin.readAll() : undefined);
  if (text !== undefined) {
    try {
      return parseXml(text, { comments: true });
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      if (error.partial) return error.partial;
      throw new ToolError("Couldn't parse input string", EX.error);
    }
  }
  if (!args.has('live-check')) throw new ToolError('No input specified (use -L, -x, -X or -p)', EX.usage);
  try {
    return tool.readCib();
  } catch (error) {
    if (!(error instanceof CibError)) throw error;
    throw new ToolError('CIB query failed: Input file not available', EX.noInput);
  }
}

function readFileInput(tool: Tool, file: string): { cib: Element; source: Source } {
  const { process } = tool;
  let text = '';
  try {
    text = readFile(process.machine, normalizePath(file, process.cwd), process.credentials);
    return { cib: parseXml(text, { comments: true }), source: { file, text } };
  } catch (error) {
    if (error instanceof XmlError && error.partial) return { cib: error.partial, source: { file, text } };
    if (error instanceof FileError || error instanceof XmlError)
      throw new ToolError(`Couldn't parse input file: ${file}`, EX.error);
    throw error;
  }
}

/** `crm_verify`: whether a configuration is valid and sensible. */
export const crmVerify: Program = defineTool({
  name: 'crm_verify',
  purpose: 'Checks a configuration for errors.',
  formatted: true,
  options: [
    { name: 'live-check', letter: 'L', help: 'Of the running cluster' },
    { name: 'xml-file', letter: 'x', value: 'required', placeholder: 'FILE', help: 'Of a file' },
    { name: 'xml-pipe', letter: 'p', help: 'Of standard input' },
    { name: 'xml-text', letter: 'X', value: 'required', placeholder: 'XML', help: 'Of a text' },
    { name: 'save-xml', letter: 'S', value: 'required', placeholder: 'FILE', help: 'File to write it to' },
  ],
  async run(tool) {
    const { cib, source } = await readInput(tool);
    const verbose = tool.args.count('verbose') > 0;
    const problems = validateCib(cib);
    for (const problem of problems) tool.complain(problemLine(problem, cib, source));
    if (problems.length > 0 && verbose)
      tool.complain(messageLine({ level: 'error', source: 'main', text: 'CIB did not pass schema validation' }));
    if ((cib.attributes['validate-with'] ?? 'none') === 'none')
      tool.complain(
        'Schema validation of configuration is disabled (enabling is encouraged and prevents common misconfigurations)\n',
      );
    const { workingSet: ws } = problems.length > 0 ? { workingSet: null } : runScheduler(cib, tool.now);
    const messages = ws ? [...configMessages(ws), ...configErrors(ws)] : [];
    if (verbose)
      for (const message of [...messages, ...(ws ? stateErrors(ws) : [])]) tool.complain(messageLine(message));
    const more = verbose ? '' : '\n-V may provide more details';
    if (problems.length > 0 || messages.some((message) => message.level === 'error' && !message.state)) {
      tool.error(`Errors found during check: config not valid${more}`);
      return EX.config;
    }
    if (ws && (messages.some((message) => !message.state) || hasWarnings(ws))) {
      tool.error(`Warnings found during check: config may not be valid${more}`);
      return EX.config;
    }
    return EX.ok;
  },
});

/** libxml2's line about a problem: the file, where there is one, with the line at which the element's tag ends. */
function problemLine(problem: SchemaProblem, cib: Element, source: Source | null): string {
  const kind = problem.dangling ? 'validity error' : 'Relax-NG validity error';
  const place = source ? `${source.file}:${lineOf(problem.at, cib, source.text)}: ` : '';
  return `${place}element ${problem.element}: ${kind} : ${problem.message}\n`;
}

function lineOf(element: Element, cib: Element, text: string): number {
  const same = [...walk(cib)].filter((each) => each.name === element.name);
  let nth = same.indexOf(element);
  for (const match of text.matchAll(new RegExp(`<${element.name}(?=[\\s/>])[^>]*>`, 'g'))) {
    if (nth-- > 0) continue;
    return text.slice(0, match.index + match[0].length).split('\n').length;
  }
  return 0;
}
