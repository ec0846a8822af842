import { FileError, listDirectory, normalizePath, readFile } from '../../machine/files';
import { parseXml, XmlError } from '../../pacemaker/cib/parse';
import { runScheduler } from '../../pacemaker/scheduler/index';
import { xml } from '../crm/output';
import { EX, type Tool } from '../crm/tool';

/**
 * `--profile DIR`: how long the scheduler takes for each file of a folder, the last name first. A simulated processor
 * takes no time.
 */
export function profile(tool: Tool, directory: string): number {
  const { process, args } = tool;
  let names: string[];
  try {
    names = listDirectory(process.machine, normalizePath(directory, process.cwd), process.credentials);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return EX.ok;
  }
  const files = names
    .filter((name) => name.endsWith('.xml'))
    .sort()
    .reverse();
  const plain = args.has('show-scores') || args.has('show-utilization');
  if (!plain && files.length > 0) tool.print('Timings:\n');
  const timings = files.flatMap((name) => {
    const file = `${directory}/${name}`;
    const scores = decide(tool, file, plain);
    if (scores === null) return [];
    tool.print(scores.map((line) => `${line}\n`).join(''));
    tool.print(`${plain ? '' : '  * '}Testing ${file} ... 0.00 secs\n`);
    return [xml('timing', { file, duration: '0.000000' })];
  });
  if (tool.isXml && timings.length > 0) tool.elements.push(xml('timings', {}, timings));
  return EX.ok;
}

/** Scores of the decision; null for what isn't a CIB. */
function decide(tool: Tool, file: string, recordScores: boolean): readonly string[] | null {
  const { process } = tool;
  try {
    const text = readFile(process.machine, normalizePath(file, process.cwd), process.credentials);
    return runScheduler(parseXml(text, { comments: true }), tool.now, { recordScores }).scores;
  } catch (error) {
    if (error instanceof FileError || error instanceof XmlError) return null;
    throw error;
  }
}
