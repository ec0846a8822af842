import { FileError, lookup, makeDirectory, readFile, readFileIfThere, writeFile } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import {
  bitsOf,
  DEFAULT_BITS,
  fingerprint,
  formatPrivate,
  formatPublic,
  generateKey,
  type KeyType,
  kindName,
  type PrivateKey,
  type PublicKey,
  parsePrivate,
  parsePublic,
  randomArt,
} from './keys';
import { isAbout, readKnownHosts, removeKnownHost } from './knownhosts';
import { report, reportLines } from './log';
import { makeHostKeys } from './server';
import { askOnTerminal } from './terminal';

const USAGE = `usage: ssh-keygen [-q] [-a rounds] [-b bits] [-C comment] [-f output_keyfile]
                  [-m format] [-N new_passphrase] [-O option]
                  [-t dsa | ecdsa | ecdsa-sk | ed25519 | ed25519-sk | rsa]
                  [-w provider] [-Z cipher]
       ssh-keygen -p [-a rounds] [-f keyfile] [-m format] [-N new_passphrase]
                   [-P old_passphrase] [-Z cipher]
       ssh-keygen -i [-f input_keyfile] [-m key_format]
       ssh-keygen -e [-f input_keyfile] [-m key_format]
       ssh-keygen -y [-f input_keyfile]
       ssh-keygen -c [-a rounds] [-C comment] [-f keyfile] [-P passphrase]
       ssh-keygen -l [-v] [-E fingerprint_hash] [-f input_keyfile]
       ssh-keygen -B [-f input_keyfile]
       ssh-keygen -D pkcs11
       ssh-keygen -F hostname [-lv] [-f known_hosts_file]
       ssh-keygen -H [-f known_hosts_file]
       ssh-keygen -K [-a rounds] [-w provider]
       ssh-keygen -R hostname [-f known_hosts_file]
       ssh-keygen -r hostname [-g] [-f input_keyfile]
       ssh-keygen -M generate [-O option] output_file
       ssh-keygen -M screen [-f input_file] [-O option] output_file
       ssh-keygen -I certificate_identity -s ca_key [-hU] [-D pkcs11_provider]
                  [-n principals] [-O option] [-V validity_interval]
                  [-z serial_number] file ...
       ssh-keygen -L [-f input_keyfile]
       ssh-keygen -A [-a rounds] [-f prefix_path]
       ssh-keygen -k -f krl_file [-u] [-s ca_public] [-z version_number]
                  file ...
       ssh-keygen -Q [-l] -f krl_file [file ...]
       ssh-keygen -Y find-principals -s signature_file -f allowed_signers_file
       ssh-keygen -Y match-principals -I signer_identity -f allowed_signers_file
       ssh-keygen -Y check-novalidate -n namespace -s signature_file
       ssh-keygen -Y sign -f key_file -n namespace file [-O option] ...
       ssh-keygen -Y verify -f allowed_signers_file -I signer_identity
                  -n namespace -s signature_file [-r krl_file] [-O option]
`;

const WITH_VALUE = 'abCDEfFImMnNOPrRstTVwWYzZ';
const PLAIN = 'ABceghHiklLopqQuUvyKx';

/** Options by letter; the last one of a letter counts. */
type Options = Map<string, string>;

/** Ends the run with a message and exit status. */
class KeygenError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

function parse(argv: readonly string[]): { options: Options; operands: string[] } {
  const options: Options = new Map();
  const operands: string[] = [];
  const queue = argv.slice(1);
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    // BSD's getopt, which ssh-keygen brings along, stops at the first operand.
    if (word === '-' || !word.startsWith('-')) {
      operands.push(word, ...queue);
      break;
    }
    if (word === '--') {
      operands.push(...queue);
      break;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      if (PLAIN.includes(letter)) {
        options.set(letter, '');
        continue;
      }
      if (!WITH_VALUE.includes(letter)) throw new KeygenError(`unknown option -- ${letter}\n${USAGE}`, 1);
      const value = at + 1 < word.length ? word.slice(at + 1) : queue.shift();
      if (value === undefined) throw new KeygenError(`option requires an argument -- ${letter}\n${USAGE}`, 1);
      options.set(letter, value);
      break;
    }
  }
  return { options, operands };
}

/** ssh-keygen: makes and looks after keys. */
export const sshKeygen: Program = async (process) => {
  try {
    const { options, operands } = parse(process.argv);
    if (operands.length > 0) throw new KeygenError(`Too many arguments.\n${USAGE}`, 1);
    return await dispatch(process, options);
  } catch (error) {
    if (!(error instanceof KeygenError)) throw error;
    await reportLines(process, error.message);
    return error.status;
  }
};

function dispatch(process: Process, options: Options): Promise<number> {
  if (options.has('A')) return hostKeys(process);
  if (options.has('R')) return forgetHost(process, options);
  if (options.has('F')) return findHost(process, options);
  if (options.has('l')) return showFingerprint(process, options);
  if (options.has('y')) return showPublic(process, options);
  if (options.has('p')) return changePassphrase(process, options);
  if (options.has('c')) return changeComment(process, options);
  return generate(process, options);
}

function absolute(process: Process, path: string): string {
  return path.startsWith('/') ? path : `${process.cwd}/${path}`;
}

/** Asks on the terminal, or reads a line of standard input where there is none. */
async function ask(process: Process, prompt: string): Promise<string | null> {
  await process.stdout.write(prompt);
  return process.stdin.readLine();
}

async function chooseFile(process: Process, options: Options, fallback: string, prompt: string): Promise<string> {
  const given = options.get('f');
  if (given !== undefined) return given;
  const answer = await ask(process, `${prompt} (${fallback}): `);
  if (answer === null) throw new KeygenError('', 1);
  return answer.trim() === '' ? fallback : answer.trim();
}

function keyType(options: Options): KeyType {
  const type = (options.get('t') ?? 'rsa').toLowerCase();
  if (type === 'rsa' || type === 'ed25519' || type === 'ecdsa') return type;
  if (type === 'ssh-rsa' || type === 'rsa-sha2-256' || type === 'rsa-sha2-512') return 'rsa';
  if (type === 'ssh-ed25519') return 'ed25519';
  if (type === 'dsa' || type === 'ssh-dss') throw new KeygenError('DSA keys are not allowed in FIPS mode', 255);
  throw new KeygenError(`unknown key type ${options.get('t')}`, 255);
}

function keyBits(options: Options, type: KeyType): number {
  const given = options.get('b');
  if (given === undefined || type === 'ed25519') return DEFAULT_BITS[type];
  if (!/^\d+$/.test(given)) throw new KeygenError(`Invalid number: ${given}`, 255);
  const bits = Number(given);
  if (type === 'ecdsa' && ![256, 384, 521].includes(bits)) {
    throw new KeygenError('Invalid ECDSA key length: valid lengths are 256, 384 or 521 bits', 255);
  }
  if (type === 'rsa' && bits < 1024) throw new KeygenError('Invalid RSA key length: minimum is 1024 bits', 255);
  if (type === 'rsa' && bits > 16384) throw new KeygenError('Invalid RSA key length: maximum is 16384 bits', 255);
  return bits - (bits % 8);
}

async function generate(process: Process, options: Options): Promise<number> {
  const type = keyType(options);
  const bits = keyBits(options, type);
  const quiet = options.has('q');
  const say = async (text: string) => {
    if (!quiet) await process.stdout.write(text);
  };
  await say(`Generating public/private ${type} key pair.\n`);
  const { home, user } = process.credentials;
  const typed = await chooseFile(process, options, `${home}/.ssh/id_${type}`, 'Enter file in which to save the key');
  const path = absolute(process, typed);
  await makeSshDirectory(process, typed, quiet);
  if (lookup(process.machine, path)) {
    const answer = await ask(process, `${typed} already exists.\nOverwrite (y/n)? `);
    if (answer === null || !/^\s*y/i.test(answer)) return 1;
  }
  const passphrase = options.get('N') ?? (await newPassphrase(process));
  if (passphrase !== '' && passphrase.length < 5) {
    throw new KeygenError(`Saving key "${typed}" failed: passphrase is too short (minimum five characters)`, 1);
  }
  const comment = options.get('C') ?? `${user}@${process.machine.hostname}`;
  await process.sleep(type === 'rsa' ? Math.round((bits / 1024) ** 2 * 20) : 5);
  const key = process.transact((world) => generateKey(world, type, bits, comment, passphrase));
  saveKey(process, typed, path, key);
  await say(`Your identification has been saved in ${typed}\n`);
  await say(`Your public key has been saved in ${typed}.pub\n`);
  await say(`The key fingerprint is:\n${fingerprint(key.publicKey)} ${comment}\n`);
  await say(`The key's randomart image is:\n${randomArt(key.publicKey)}`);
  return 0;
}

/** `~/.ssh` is made when the key is to go there. */
async function makeSshDirectory(process: Process, typed: string, quiet: boolean): Promise<void> {
  const directory = `${process.credentials.home}/.ssh`;
  if (!typed.startsWith(`${directory}/`) || lookup(process.machine, directory)) return;
  try {
    process.transact((world, machine) =>
      makeDirectory(machine, directory, { as: process.credentials, time: world.epoch + world.now, mode: 0o700 }),
    );
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new KeygenError(`Could not create directory '${directory}': ${error.text}`, 1);
  }
  if (!quiet) await report(process, `Created directory '${directory}'.`);
}

async function askSecret(process: Process, prompt: string): Promise<string> {
  const answer = process.tty ? await askOnTerminal(process, prompt, false) : null;
  return answer ?? '';
}

async function newPassphrase(process: Process): Promise<string> {
  if (!process.tty) return '';
  for (;;) {
    const first = await askSecret(process, 'Enter passphrase (empty for no passphrase): ');
    const second = await askSecret(process, 'Enter same passphrase again: ');
    if (first === second) return first;
    await process.stdout.write('Passphrases do not match.  Try again.\n');
  }
}

function saveKey(process: Process, typed: string, path: string, key: PrivateKey): void {
  try {
    process.transact((world, machine) => {
      const options = { as: process.credentials, time: world.epoch + world.now };
      writeFile(machine, path, formatPrivate(key), { ...options, mode: 0o600 });
      writeFile(machine, `${path}.pub`, formatPublic(key.publicKey), { ...options, mode: 0o644 });
    });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new KeygenError(`Saving key "${typed}" failed: ${error.text}`, 1);
  }
}

function readText(process: Process, typed: string): string {
  try {
    return readFile(process.machine, absolute(process, typed), process.credentials);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new KeygenError(`ssh-keygen: ${typed}: ${error.text}`, 255);
  }
}

async function showFingerprint(process: Process, options: Options): Promise<number> {
  const fallback = `${process.credentials.home}/.ssh/id_rsa`;
  const typed = await chooseFile(process, options, fallback, 'Enter file in which the key is');
  const text = readText(process, typed);
  const keys = publicKeysIn(process, typed, text);
  if (keys.length === 0) throw new KeygenError(`${typed} is not a public key file.`, 255);
  for (const key of keys) {
    await process.stdout.write(
      `${bitsOf(key)} ${fingerprint(key)} ${key.comment || 'no comment'} (${kindName(key)})\n`,
    );
    if (options.has('v')) await process.stdout.write(randomArt(key));
  }
  return 0;
}

/** Keys of a .pub file, a private key, or of files that hold many. */
function publicKeysIn(process: Process, typed: string, text: string): PublicKey[] {
  const beside = readFileIfThere(process.machine, `${absolute(process, typed)}.pub`);
  const sealed = parsePrivate(text);
  const own = sealed ? (beside && parsePublic(beside)) || sealed.publicKey : null;
  if (own) return [own];
  const keys: PublicKey[] = [];
  for (const line of text.split('\n')) {
    const at = line.search(/(?:ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp\d+)\s/);
    const key = at < 0 ? null : parsePublic(line.slice(at));
    if (key) keys.push(at > 0 && key.comment === '' ? { ...key, comment: line.slice(0, at).trim() } : key);
  }
  return keys;
}

async function openPrivate(process: Process, options: Options, typed: string, prompt: string): Promise<PrivateKey> {
  const text = readText(process, typed);
  const inode = lookup(process.machine, absolute(process, typed));
  if (inode && inode.uid === process.credentials.uid && (inode.mode & 0o077) !== 0) {
    const rule = '@'.repeat(59);
    const mode = (inode.mode & 0o777).toString(8).padStart(4, '0');
    throw new KeygenError(
      `${rule}\n@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\n${rule}\nPermissions ${mode} for '${typed}' are too open.\nIt is required that your private key files are NOT accessible by others.\nThis private key will be ignored.\nLoad key "${typed}": bad permissions`,
      255,
    );
  }
  const sealed = parsePrivate(text);
  if (!sealed) throw new KeygenError(`Load key "${typed}": error in libcrypto`, 255);
  const passphrase = sealed.encrypted ? (options.get('P') ?? (await askSecret(process, prompt))) : '';
  const key = sealed.open(passphrase);
  if (!key) throw new KeygenError(`Load key "${typed}": incorrect passphrase supplied to decrypt private key`, 255);
  return key;
}

async function showPublic(process: Process, options: Options): Promise<number> {
  const fallback = `${process.credentials.home}/.ssh/id_rsa`;
  const typed = await chooseFile(process, options, fallback, 'Enter file in which the key is');
  const key = await openPrivate(process, options, typed, 'Enter passphrase: ');
  await process.stdout.write(formatPublic(key.publicKey));
  return 0;
}

async function changePassphrase(process: Process, options: Options): Promise<number> {
  const fallback = `${process.credentials.home}/.ssh/id_rsa`;
  const typed = await chooseFile(process, options, fallback, 'Enter file in which the key is');
  const key = await openPrivate(process, options, typed, 'Enter old passphrase: ');
  await process.stdout.write(`Key has comment '${key.publicKey.comment}'\n`);
  const passphrase = options.get('N') ?? (await newPassphrase(process));
  saveKey(process, typed, absolute(process, typed), { ...key, passphrase });
  await process.stdout.write('Your identification has been saved with the new passphrase.\n');
  return 0;
}

async function changeComment(process: Process, options: Options): Promise<number> {
  const fallback = `${process.credentials.home}/.ssh/id_rsa`;
  const typed = await chooseFile(process, options, fallback, 'Enter file in which the key is');
  const key = await openPrivate(process, options, typed, 'Enter passphrase: ');
  const old = key.publicKey.comment;
  await process.stdout.write(old ? `Old comment: ${old}\n` : 'No existing comment\n');
  const comment = options.get('C') ?? (await ask(process, 'New comment: ')) ?? '';
  saveKey(process, typed, absolute(process, typed), { ...key, publicKey: { ...key.publicKey, comment } });
  await process.stdout.write(`Comment '${comment}' applied\n`);
  return 0;
}

function knownHostsFile(process: Process, options: Options): string {
  const typed = options.get('f') ?? `${process.credentials.home}/.ssh/known_hosts`;
  const path = absolute(process, typed);
  if (!lookup(process.machine, path)) throw new KeygenError(`Cannot stat ${typed}: No such file or directory`, 255);
  return path;
}

async function forgetHost(process: Process, options: Options): Promise<number> {
  const file = knownHostsFile(process, options);
  const name = options.get('R') ?? '';
  const lines = removeKnownHost(process, file, name.toLowerCase());
  for (const line of lines) await process.stdout.write(`# Host ${name} found: line ${line}\n`);
  if (lines.length === 0) {
    await report(process, `Host ${name} not found in ${file}`);
    return 0;
  }
  await process.stdout.write(`${file} updated.\nOriginal contents retained as ${file}.old\n`);
  return 0;
}

async function findHost(process: Process, options: Options): Promise<number> {
  const file = knownHostsFile(process, options);
  const name = (options.get('F') ?? '').toLowerCase();
  const found = readKnownHosts(process, file).filter((entry) => isAbout(entry, name));
  for (const entry of found) {
    await process.stdout.write(`# Host ${options.get('F')} found: line ${entry.line} \n`);
    const line = options.has('l')
      ? `${options.get('F')} ${kindName(entry.key)} ${fingerprint(entry.key)}\n`
      : `${entry.names.join(',')} ${formatPublic(entry.key)}`;
    await process.stdout.write(line);
  }
  return found.length > 0 ? 0 : 1;
}

/** `-A`: the host keys that are missing. */
async function hostKeys(process: Process): Promise<number> {
  if (process.credentials.uid !== 0)
    throw new KeygenError('Could not save your private key in /etc/ssh: Permission denied', 1);
  const made = process.transact((world, machine) => makeHostKeys(world, machine));
  if (made.length > 0) {
    await process.stdout.write(
      `ssh-keygen: generating new host keys: ${made.map((type) => type.toUpperCase()).join(' ')} \n`,
    );
  }
  return 0;
}
