import { FileError, readFile } from '../../machine/files';
import type { ProcessGroup } from '../../shell/group';
import { type Caller, OpenFile, Waiters } from '../../shell/openfile';
import type { Child, Process, Program, Tty } from '../../shell/process';
import type { TerminalTty } from '../../shell/terminaltty';
import { viewOf } from '../../shell/view';

/** Exit statuses of sshpass. */
const status = { invalid: 1, conflicting: 2, runtime: 3, wrongPassword: 5, unknownHost: 6 } as const;

/**
 * The terminal that sshpass puts before the program it runs: it shows nothing, answers the first password prompt, and
 * ends the program at a second one or at a question about the host's key.
 */
class PromptTerminal extends OpenFile {
  override readonly isTerminal = true;
  #answers: string[] = [];
  #prompted = false;
  #seen = '';
  /** Why the program was ended, as an exit status. */
  verdict: number | null = null;
  child: Child | null = null;

  constructor(
    private readonly password: string,
    private readonly prompt: string,
  ) {
    super('/dev/ptmx');
  }

  async read(by: Caller): Promise<string | null> {
    // The program is being ended: it waits here for that.
    if (this.verdict !== null) await by.wait(new Waiters());
    return this.#answers.shift() ?? null;
  }

  async write(_by: Caller, text: string): Promise<void> {
    this.#seen += text;
    if (this.#seen.includes('The authenticity of host ')) this.#end(status.unknownHost);
    else if (this.#seen.includes(this.prompt)) {
      this.#seen = '';
      if (this.#prompted) this.#end(status.wrongPassword);
      else this.#answers.push(`${this.password}\n`);
      this.#prompted = true;
    }
  }

  #end(verdict: number): void {
    this.verdict ??= verdict;
    this.child?.signal('TERM');
  }
}

/** The terminal as the program sees it. What runs on another machine still gets the real one. */
export class SshpassTty implements TerminalTty {
  readonly path: string;
  readonly file: PromptTerminal;
  foreground: ProcessGroup | null = null;
  readonly columns = 80;
  readonly rows = 24;

  constructor(
    file: PromptTerminal,
    /** The terminal sshpass itself was started on. */
    readonly outer: Tty | null,
  ) {
    this.file = file;
    this.path = '/dev/pts/9';
  }

  setEcho(): void {}
  setRaw(): void {}
  async edit(): Promise<null> {
    return null;
  }
  async editFor(): Promise<null> {
    return null;
  }
  unread(): void {}
  named(): TerminalTty {
    return this;
  }
}

const USAGE = `Usage: sshpass [-f|-d|-p|-e] [-hV] command parameters
   -f filename   Take password to use from file
   -d number     Use number as file descriptor for getting password
   -p password   Provide password as argument (security unwise)
   -e            Password is passed as env-var "SSHPASS"
   With no parameters - password will be taken from stdin

   -P prompt     Which string should sshpass search for to detect a password prompt
   -v            Be verbose about what you're doing
   -h            Show help (this screen)
   -V            Print version information
At most one of -f, -d, -p or -e should be used
`;

const CONFLICT = 'Conflicting password source\n';

interface Request {
  source: 'stdin' | 'file' | 'argument' | 'environment';
  value: string;
  prompt: string;
  command: string[];
}

/** Runs a command and answers its password prompt. */
export const sshpass: Program = async (process) => {
  const request = await parse(process);
  if (typeof request === 'number') return request;
  if (request.command.length === 0) {
    await process.stdout.write(USAGE);
    return 0;
  }
  const password = await readPassword(process, request);
  if (password === null) return status.runtime;
  const terminal = new PromptTerminal(password, request.prompt);
  const view = viewOf(process);
  const { machine, cwd, credentials } = process;
  const path = process.env.PATH ?? '/usr/local/bin:/usr/bin';
  const known = view.core.table.resolve(request.command, { machine, path, cwd, as: credentials });
  if (known.kind === 'failed') {
    const reason = known.status === 127 ? 'No such file or directory' : 'Permission denied';
    await process.stderr.write(`SSHPASS: Failed to run command: ${reason}\n`);
    return status.runtime;
  }
  const child = await process.spawn(request.command, { tty: new SshpassTty(terminal, view.core.tty) });
  terminal.child = child;
  const result = await child.wait();
  return terminal.verdict ?? result;
};

async function parse(process: Process): Promise<Request | number> {
  const queue = process.argv.slice(1);
  const request: Request = { source: 'stdin', value: '', prompt: 'assword', command: [] };
  while (queue[0]?.startsWith('-') && queue[0] !== '-') {
    const word = queue.shift() ?? '';
    if (word === '--') break;
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      if ('fdpPe'.includes(letter) && letter !== 'P' && request.source !== 'stdin') {
        await process.stderr.write(CONFLICT);
        return status.conflicting;
      }
      if (letter === 'h' || letter === 'V') {
        await process.stdout.write(letter === 'h' ? USAGE : 'sshpass 1.09\n');
        return 0;
      }
      if (letter === 'v') continue;
      if (letter === 'e') {
        request.source = 'environment';
        continue;
      }
      if (!'fdpP'.includes(letter)) {
        await process.stderr.write(`sshpass: invalid option -- '${letter}'\n`);
        await process.stdout.write(USAGE);
        return status.invalid;
      }
      const value = at + 1 < word.length ? word.slice(at + 1) : queue.shift();
      if (value === undefined) {
        await process.stderr.write(`sshpass: option requires an argument -- '${letter}'\n`);
        await process.stdout.write(USAGE);
        return status.invalid;
      }
      if (letter === 'P') request.prompt = value;
      else {
        request.source = letter === 'f' ? 'file' : letter === 'p' ? 'argument' : 'stdin';
        request.value = value;
      }
      break;
    }
  }
  request.command = queue;
  return request;
}

async function readPassword(process: Process, request: Request): Promise<string | null> {
  if (request.source === 'argument') return request.value;
  if (request.source === 'stdin') return (await process.stdin.readLine()) ?? '';
  if (request.source === 'environment') {
    const password = process.env.SSHPASS;
    if (password !== undefined) return password;
    await process.stderr.write('SSHPASS: -e option given but "SSHPASS" environment variable not set\n');
    return null;
  }
  const path = request.value.startsWith('/') ? request.value : `${process.cwd}/${request.value}`;
  try {
    return readFile(process.machine, path, process.credentials).split('\n')[0] ?? '';
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await process.stderr.write(`SSHPASS: Failed to open password file "${request.value}": ${error.text}\n`);
    return null;
  }
}
