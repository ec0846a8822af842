import { FileError, normalizePath, readFile } from '../../machine/files';
import { wireDigest } from '../../pacemaker/cib/digest';
import { CibError } from '../../pacemaker/cib/errors';
import { formatXml } from '../../pacemaker/cib/format';
import { parseXml, XmlError } from '../../pacemaker/cib/parse';
import { applyPatch, createPatch } from '../../pacemaker/cib/patch';
import type { Program } from '../../shell/process';
import type { Element } from '../../world/xml';
import { defineTool, EX, type Tool, ToolError } from './tool';

const BAD_DATA = 65;

/** A tree from a text on the command line, a file, or standard input; undefined where none can be read. */
async function readTree(tool: Tool, text: string | undefined, file: string | undefined): Promise<Element | undefined> {
  const { process } = tool;
  try {
    if (text !== undefined) return parseXml(text, { comments: true });
    if (file === '-') return parseXml(await process.stdin.readAll(), { comments: true });
    if (file === undefined) return undefined;
    return parseXml(readFile(process.machine, normalizePath(file, process.cwd), process.credentials), {
      comments: true,
    });
  } catch (error) {
    if (error instanceof FileError || error instanceof XmlError) return undefined;
    throw error;
  }
}

function refuse(tool: Tool, which: string): never {
  tool.report(`Could not parse the ${which} XML fragment`);
  throw new ToolError('', BAD_DATA);
}

/** `crm_diff`: the differences between two CIBs, and their application. */
export const crmDiff: Program = defineTool({
  name: 'crm_diff',
  purpose: 'crm_diff - Compare two Pacemaker configurations (in XML format)',
  options: [
    { name: 'original', letter: 'o', value: 'required', placeholder: 'FILE', help: 'What to begin with' },
    { name: 'original-string', letter: 'O', value: 'required', placeholder: 'STRING', help: 'The same as text' },
    { name: 'new', letter: 'n', value: 'required', placeholder: 'FILE', help: 'What to compare it with' },
    { name: 'new-string', letter: 'N', value: 'required', placeholder: 'STRING', help: 'The same as text' },
    { name: 'patch', letter: 'p', value: 'required', placeholder: 'FILE', help: 'Apply this difference' },
    { name: 'cib', letter: 'c', help: 'Compare as CIBs, with a digest' },
    { name: 'stdin', letter: 's', help: 'Read from standard input' },
    { name: 'no-version', letter: 'u', help: 'Leave versions out' },
  ],
  async run(tool) {
    const { args } = tool;
    const before = await readTree(tool, args.value('original-string'), args.value('original'));
    if (!before) return refuse(tool, 'first');
    if (args.has('patch')) {
      const patch = await readTree(tool, undefined, args.value('patch'));
      if (!patch) return refuse(tool, 'second');
      try {
        tool.print(formatXml(applyPatch(before, patch)));
        return EX.ok;
      } catch (error) {
        if (!(error instanceof CibError)) throw error;
        tool.error(`Could not apply patch: ${error.message}`);
        return error.status;
      }
    }
    const after = await readTree(tool, args.value('new-string'), args.value('new'));
    if (!after) return refuse(tool, 'second');
    const digest = args.has('cib') ? wireDigest(after) : undefined;
    const patch = createPatch(before, after, { withoutVersions: args.has('no-version'), digest });
    if (!patch) return EX.ok;
    tool.print(formatXml(patch));
    return EX.error;
  },
});
