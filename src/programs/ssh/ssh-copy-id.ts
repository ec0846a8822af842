import { lookup, readFileIfThere } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import { textInput } from '../../shell/view';
import { parsePublic } from './keys';

const SELF = '/usr/bin/ssh-copy-id';

const USAGE = `Usage: ${SELF} [-h|-?|-f|-n|-s] [-i [identity_file]] [-p port] [-F alternative ssh_config file] [[-o <ssh -o options>] ...] [user@]hostname
\t-f: force mode -- copy keys without trying to check if they are already installed
\t-n: dry run    -- no keys are actually copied
\t-s: use sftp   -- use sftp instead of executing remote-commands. Can be useful if the remote only allows sftp
\t-h|-?: print this help
`;

interface Request {
  identity: string | null;
  force: boolean;
  dryRun: boolean;
  sshOptions: string[];
  target: string | null;
}

async function parse(process: Process): Promise<Request | number> {
  const request: Request = { identity: null, force: false, dryRun: false, sshOptions: [], target: null };
  const queue = process.argv.slice(1);
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (word === '-f') request.force = true;
    else if (word === '-n') request.dryRun = true;
    else if (word === '-s') continue;
    else if (word === '-i') {
      // The file may be left out where the target follows.
      if (queue.length > 1 && !queue[0]?.startsWith('-')) request.identity = queue.shift() ?? null;
    } else if (word.startsWith('-i')) request.identity = word.slice(2);
    else if (word === '-p' || word === '-o' || word === '-F') request.sshOptions.push(word, queue.shift() ?? '');
    else if (/^-[poF]./.test(word)) request.sshOptions.push(word);
    else if (word.startsWith('-')) {
      await process.stderr.write(USAGE);
      return word === '-h' || word === '-?' ? 0 : 1;
    } else if (request.target === null) request.target = word;
    else {
      await process.stdout.write(`${SELF}: ERROR: Too many arguments.  Expecting a target hostname, got:\n\n`);
      await process.stderr.write(USAGE);
      return 1;
    }
  }
  if (request.target === null) {
    await process.stderr.write(USAGE);
    return 1;
  }
  return request;
}

/** The public key to install: the one named, else the newest `~/.ssh/id*.pub`. Null after an error message. */
async function chooseKey(process: Process, request: Request): Promise<string | null> {
  const { home } = process.credentials;
  if (request.identity !== null) {
    const typed = request.identity.endsWith('.pub') ? request.identity : `${request.identity}.pub`;
    const path = typed.startsWith('/') ? typed : `${process.cwd}/${typed}`;
    if (readFileIfThere(process.machine, path) !== undefined) return path;
    await process.stdout.write(`\n${SELF}: ERROR: failed to open ID file '${typed}': No such file\n`);
    return null;
  }
  const directory = lookup(process.machine, `${home}/.ssh`);
  const entries = directory?.kind === 'directory' ? Object.entries(directory.entries) : [];
  const newest = entries
    .filter(([name]) => /^id.*\.pub$/.test(name) && !name.endsWith('-cert.pub'))
    .sort(([a, left], [b, right]) => right.mtime - left.mtime || (a < b ? -1 : 1))[0];
  if (newest) return `${home}/.ssh/${newest[0]}`;
  await process.stdout.write(`\n${SELF}: ERROR: No identities found\n`);
  return null;
}

/** Installs a public key on another machine. */
export const sshCopyId: Program = async (process) => {
  const request = await parse(process);
  if (typeof request === 'number') return request;
  const target = request.target ?? '';
  const path = await chooseKey(process, request);
  if (path === null) return 1;
  const key = readFileIfThere(process.machine, path) ?? '';
  const note = (text: string) => process.stderr.write(`${SELF}: INFO: ${text}\n`);
  await note(`Source of key(s) to be installed: "${path}"`);
  if (!request.force) {
    await note('attempting to log in with the new key(s), to filter out any that are already installed');
    const verdict = await tryKey(process, request, target, path.replace(/\.pub$/, ''));
    if (verdict === 'installed') {
      await process.stderr.write(
        `\n${SELF}: WARNING: All keys were skipped because they already exist on the remote system.\n\t\t(if you think this is a mistake, you may want to use -f option)\n\n`,
      );
      return 0;
    }
    if (verdict !== 'refused') {
      await process.stderr.write(`\n${SELF}: ERROR: ${verdict}\n\n`);
      return 1;
    }
    await note('1 key(s) remain to be installed -- if you are prompted now it is to install the new keys');
  }
  if (request.dryRun) {
    await process.stdout.write(`=-=-=-=-=-=-=-=\nWould have added the following key(s):\n\n${key}=-=-=-=-=-=-=-=\n`);
    return 0;
  }
  const status = await install(process, request, target, key);
  if (status !== 0) return 1;
  const options = request.sshOptions.map((word) => (/^-./.test(word) ? ` ${word}` : ` '${word}'`)).join('');
  await process.stdout.write(
    `\nNumber of key(s) added: 1\n\nNow try logging into the machine, with:   "ssh${options} '${target}'"\nand check to make sure that only the key(s) you wanted were added.\n\n`,
  );
  return 0;
};

/** Whether the key is there already, is refused, or why nothing can be said. */
async function tryKey(process: Process, request: Request, target: string, identity: string): Promise<string> {
  const probe = [
    '-o',
    'ControlPath=none',
    '-o',
    'LogLevel=INFO',
    '-o',
    'PreferredAuthentications=publickey',
    '-o',
    'IdentitiesOnly=yes',
  ];
  const argv = ['ssh', '-i', identity, ...probe, ...request.sshOptions, target, 'exit'];
  const result = await process.capture(argv, { stdin: textInput(process, '') });
  if (result.status === 0) return 'installed';
  const lines = result.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Warning: '));
  const last = lines.at(-1) ?? '';
  return last.includes('Permission denied (') ? 'refused' : last;
}

async function install(process: Process, request: Request, target: string, key: string): Promise<number> {
  if (!parsePublic(key)) {
    await process.stdout.write(`\n${SELF}: ERROR: failed to open ID file: not a public key\n`);
    return 1;
  }
  const remote =
    'cd; umask 077; mkdir -p .ssh && { [ -z "$(tail -1c .ssh/authorized_keys 2>/dev/null)" ] || echo >> .ssh/authorized_keys || exit 1; } && cat >> .ssh/authorized_keys || exit 1';
  return process.run(['ssh', ...request.sshOptions, target, `exec sh -c '${remote}'`], {
    stdin: textInput(process, key.endsWith('\n') ? key : `${key}\n`),
  });
}
