import { FileError, normalizePath, readFile } from '../../machine/files';
import { CibError } from '../../pacemaker/cib/errors';
import { parseXml, XmlError } from '../../pacemaker/cib/parse';
import { validateCib } from '../../pacemaker/cib/schema';
import { unpack } from '../../pacemaker/scheduler/unpack';
import type { Program } from '../../shell/process';
import type { Element } from '../../world/xml';
import { configMessages, messageLine } from './messages';
import { defineTool, EX, type Tool, ToolError } from './tool';

async function readInput(tool: Tool): Promise<Element> {
  const { args, process } = tool;
  const file = args.value('xml-file');
  if (file !== undefined) return readFileInput(tool, file);
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

function readFileInput(tool: Tool, file: string): Element {
  try {
    const path = normalizePath(file, tool.process.cwd);
    return parseXml(readFile(tool.process.machine, path, tool.process.credentials), { comments: true });
  } catch (error) {
    if (error instanceof XmlError && error.partial) return error.partial;
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
    const cib = await readInput(tool);
    const verbose = tool.args.count('verbose') > 0;
    const problems = validateCib(cib);
    if (verbose)
      for (const problem of problems)
        tool.complain(`element ${problem.element}: Relax-NG validity error : ${problem.message}\n`);
    const ws = unpack(cib, tool.now);
    const messages = configMessages(ws);
    const errors = messages.filter((message) => message.level === 'error');
    const warnings = messages.filter((message) => message.level === 'warning');
    if (verbose) for (const message of messages) tool.complain(messageLine(message));
    const more = verbose ? '' : '\n-V may provide more details';
    if (problems.length > 0 || errors.length > 0) {
      tool.error(`Errors found during check: config not valid${more}`);
      return EX.config;
    }
    if (warnings.length > 0) {
      tool.error(`Warnings found during check: config may not be valid${more}`);
      return EX.config;
    }
    return EX.ok;
  },
});
