import type { Program } from '../../shell/process';
import { capabilities } from './capabilities';
import { LiveStore } from './cib/live';
import { type CibStore, FileStore } from './cib/store';
import { type Installation, Pcs } from './context';
import { CommandFailure, LibraryFailure, UsageFailure } from './failure';
import { type CommandLine, Options, parseCommandLine, parseTimeout } from './options';
import { reportLine } from './reports';
import { needsRoot, runThroughPcsd } from './root';
import { route } from './router';
import { sections } from './sections';
import { usageText } from './usage/print';

/** The version that the simulator speaks. */
const VERSION = '0.11.5';

/** What Python needs to start and read its modules, before pcs does anything, in ms. */
const START_MS = 560;

/** Makes the program for an installation; conformance runs bring their own. */
export function pcsProgram(parts: Installation): Program {
  return async (process) => {
    const pcs = new Pcs(process, new Options(new Map()), parts, new LiveStore(process));
    let status: number;
    try {
      status = await run(pcs);
    } catch (failure) {
      status = await explain(pcs, failure);
    }
    await pcs.flush();
    return status;
  };
}

async function run(shell: Pcs): Promise<number> {
  const { process } = shell;
  const line = parseCommandLine(process.argv.slice(1));
  for (const note of line.notes) shell.note(note);
  const { options, words } = line;
  if (options.has('-h') || options.has('--help')) {
    const known = words[0] !== undefined && words[0] in sections;
    shell.raw(known ? usageText(words[0], words.slice(1)) : usageText(undefined));
    return 0;
  }
  if (options.has('--version')) return version(shell, options);
  await shell.sleep(START_MS);
  checkTimeout(options);
  const [section, ...rest] = words;
  if (section === undefined) throw new UsageFailure([]);
  if (section === 'help') {
    shell.raw(usageText(undefined));
    return 0;
  }
  const router = Object.hasOwn(sections, section) ? sections[section] : undefined;
  if (!router) throw new UsageFailure([]);
  const call = callContext(shell, line);
  try {
    if (!shell.isRoot && needsRoot(words)) return await runThroughPcsd(call, words);
    return await route(call, router, [section], rest);
  } finally {
    await call.flush();
  }
}

/** The same call, now with its options and the CIB that it is about. */
function callContext(shell: Pcs, line: CommandLine): Pcs {
  const file = line.options.value('-f');
  const { process } = shell;
  const store: CibStore = file === undefined ? new LiveStore(process) : new FileStore(process, file);
  return new Pcs(process, line.options, shell.installation, store);
}

function version(pcs: Pcs, options: Options): number {
  pcs.print(VERSION);
  if (options.has('--full')) pcs.print(capabilities.join(' '));
  return 0;
}

function checkTimeout(options: Options): void {
  const value = options.value('--request-timeout');
  if (value === undefined) return;
  if (!/^\d+$/.test(value) || parseTimeout(value) === 0) {
    throw new CommandFailure(`'${value}' is not a valid --request-timeout value, use a positive integer`);
  }
}

/** What a failed command leaves on stderr; gives the exit status. Bugs of ours pass through. */
async function explain(pcs: Pcs, failure: unknown): Promise<number> {
  if (failure instanceof CommandFailure) {
    pcs.note(`Error: ${failure.message}`);
    return failure.status;
  }
  if (failure instanceof UsageFailure) {
    if (failure.complaint !== null) pcs.note(`Error: ${failure.complaint}`);
    pcs.rawNote(usageText(failure.words[0], failure.words.slice(1)));
    return 1;
  }
  if (failure instanceof LibraryFailure) {
    for (const report of failure.reports) pcs.note(reportLine(report));
    if (failure.reports.length === 0) pcs.note('Error: Errors have occurred, therefore pcs is unable to continue');
    return 1;
  }
  throw failure;
}
