import { lookup, readFileIfThere } from '../../machine/files';
import type { Process } from '../../shell/process';

/** Options of a client by lower-case name; the first value given counts, but identity files add up. */
export interface ClientOptions {
  values: Map<string, string>;
  identityFiles: string[];
}

/** A wrong configuration: messages as the client prints them, exit status 255. */
export class ConfigError extends Error {}

/** Options that ssh knows; what isn't simulated is taken and has no effect. */
const KNOWN = new Set(
  (
    'addkeystoagent addressfamily batchmode bindaddress bindinterface canonicaldomains canonicalizefallbacklocal ' +
    'canonicalizehostname canonicalizemaxdots canonicalizepermittedcnames casignaturealgorithms certificatefile ' +
    'challengeresponseauthentication checkhostip ciphers clearallforwardings compression connecttimeout ' +
    'connectionattempts controlmaster controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign ' +
    'escapechar exitonforwardfailure fingerprinthash forkafterauthentication forwardagent forwardx11 ' +
    'forwardx11timeout forwardx11trusted gatewayports globalknownhostsfile gssapiauthentication ' +
    'gssapidelegatecredentials gssapikeyexchange gssapitrustdns hashknownhosts hostbasedacceptedalgorithms ' +
    'hostbasedauthentication hostkeyalgorithms hostkeyalias hostname identitiesonly identityagent identityfile ' +
    'ignoreunknown include ipqos kbdinteractiveauthentication kbdinteractivedevices kexalgorithms ' +
    'knownhostscommand localcommand localforward loglevel logverbose macs nohostauthenticationforlocalhost ' +
    'numberofpasswordprompts passwordauthentication permitlocalcommand permitremoteopen pkcs11provider port ' +
    'preferredauthentications proxycommand proxyjump proxyusefdpass pubkeyacceptedalgorithms ' +
    'pubkeyacceptedkeytypes pubkeyauthentication rekeylimit remotecommand remoteforward requesttty ' +
    'requiredrsasize revokedhostkeys rsaminsize securitykeyprovider sendenv serveralivecountmax ' +
    'serveraliveinterval sessiontype setenv stdinnull streamlocalbindmask streamlocalbindunlink ' +
    'stricthostkeychecking syslogfacility tcpkeepalive tunnel tunneldevice updatehostkeys user ' +
    'userknownhostsfile verifyhostkeydns visualhostkey xauthlocation host match'
  ).split(' '),
);

/** `Key value`, `Key=value` or `Key = "value"` in parts. */
export function splitOption(line: string): { name: string; value: string } | null {
  const match = /^\s*([A-Za-z0-9]+)\s*(?:=\s*|\s+)(.*?)\s*$/.exec(line);
  if (!match) return null;
  return { name: (match[1] ?? '').toLowerCase(), value: (match[2] ?? '').replace(/^"(.*)"$/, '$1') };
}

/** Whether a host name matches the patterns of a `Host` line; `!pattern` excludes. */
function hostMatches(patterns: string, host: string): boolean {
  let matched = false;
  for (const pattern of patterns.split(/[\s,]+/).filter(Boolean)) {
    const negated = pattern.startsWith('!');
    const source = (negated ? pattern.slice(1) : pattern).replace(/[.+^${}()|[\]\\]/g, '\\$&');
    const regular = new RegExp(`^${source.replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 'i');
    if (!regular.test(host)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function setOption(options: ClientOptions, name: string, value: string): void {
  if (name === 'identityfile') options.identityFiles.push(value);
  else if (!options.values.has(name)) options.values.set(name, value);
}

/** An option of the command line (`-o`). Throws ConfigError. */
export function addCommandLineOption(options: ClientOptions, text: string): void {
  const option = splitOption(text);
  const name = option?.name ?? text.trim().split(/[\s=]/)[0] ?? '';
  if (!KNOWN.has(name.toLowerCase())) {
    throw new ConfigError(`command-line: line 0: Bad configuration option: ${name.toLowerCase()}`);
  }
  if (!option || option.value === '') throw new ConfigError(`command-line line 0: Missing argument.`);
  checkValue(option.name, option.value, 'command-line', 0);
  setOption(options, option.name, option.value);
}

/** Values that are checked where they are read. */
function checkValue(name: string, value: string, path: string, line: number): void {
  const yesNo = ['batchmode', 'pubkeyauthentication', 'passwordauthentication', 'identitiesonly', 'hashknownhosts'];
  if (yesNo.includes(name) && !/^(yes|no|true|false)$/i.test(value)) {
    throw new ConfigError(`${path} line ${line}: unsupported option "${value}".`);
  }
  if (name === 'stricthostkeychecking' && !/^(yes|no|true|false|ask|off|accept-new)$/i.test(value)) {
    throw new ConfigError(`${path} line ${line}: unsupported option "${value}".`);
  }
  if ((name === 'port' || name === 'connecttimeout') && !/^\d+[smhd]?$/i.test(value)) {
    throw new ConfigError(`${path} line ${line}: Bad number '${value}'.`);
  }
}

/** Reads one configuration file. Throws ConfigError with all of its mistakes. */
function readFile(process: Process, options: ClientOptions, path: string, host: string, depth = 0): void {
  const content = readFileIfThere(process.machine, path);
  if (content === undefined || depth > 8) return;
  const mistakes: string[] = [];
  let applies = true;
  for (const [index, raw] of content.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const option = splitOption(line);
    const name = option?.name ?? line.toLowerCase();
    if (!KNOWN.has(name)) {
      mistakes.push(`${path}: line ${index + 1}: Bad configuration option: ${name}`);
      continue;
    }
    if (!option || option.value === '') throw new ConfigError(`${path} line ${index + 1}: Missing argument.`);
    if (name === 'host') applies = hostMatches(option.value, host);
    else if (name === 'match') applies = /^(all|final all|final)$/i.test(option.value);
    else if (applies && name === 'include') {
      for (const included of includedFiles(process, option.value, path)) {
        readFile(process, options, included, host, depth + 1);
      }
    } else {
      checkValue(name, option.value, path, index + 1);
      if (applies) setOption(options, name, option.value);
    }
  }
  if (mistakes.length > 0) {
    throw new ConfigError(`${mistakes.join('\n')}\n${path}: terminating, ${mistakes.length} bad configuration options`);
  }
}

function includedFiles(process: Process, pattern: string, from: string): string[] {
  const base = from.startsWith('/etc/') ? '/etc/ssh' : `${process.credentials.home}/.ssh`;
  const full = pattern.startsWith('/') ? pattern : pattern.replace(/^~/, process.credentials.home);
  const path = full.startsWith('/') ? full : `${base}/${full}`;
  const at = path.lastIndexOf('/');
  const directory = lookup(process.machine, path.slice(0, at));
  if (directory?.kind !== 'directory') return [];
  const regular = new RegExp(
    `^${path
      .slice(at + 1)
      .replace(/[.+]/g, '\\$&')
      .replace(/\*/g, '.*')}$`,
  );
  return Object.keys(directory.entries)
    .filter((name) => regular.test(name))
    .sort()
    .map((name) => `${path.slice(0, at)}/${name}`);
}

/** Reads the user's and the system's configuration after the command line's options. Throws ConfigError. */
export function readClientConfig(process: Process, options: ClientOptions, host: string, file: string | null): void {
  const { credentials, machine } = process;
  if (file !== null) {
    if (file === 'none' || file === '/dev/null') return;
    if (readFileIfThere(machine, file) === undefined) {
      throw new ConfigError(`Can't open user config file ${file}: No such file or directory`);
    }
    readFile(process, options, file, host);
    return;
  }
  const own = `${credentials.home}/.ssh/config`;
  const inode = lookup(machine, own);
  if (inode) {
    if ((inode.uid !== 0 && inode.uid !== credentials.uid) || (inode.mode & 0o022) !== 0) {
      throw new ConfigError(`Bad owner or permissions on ${own}`);
    }
    readFile(process, options, own, host);
  }
  readFile(process, options, '/etc/ssh/ssh_config', host);
}
