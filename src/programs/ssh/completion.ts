import { readFileIfThere } from '../../machine/files';
import { parseHosts } from '../../network/resolve';
import type { Completer, CompletionContext, CompletionTable } from '../../shell/completion';

/** Hosts that somebody's files name: /etc/hosts, `Host` lines without patterns, and known hosts that aren't hashed. */
function knownHosts({ machine, home }: CompletionContext): string[] {
  const text = (path: string) => readFileIfThere(machine, path) ?? '';
  const names = parseHosts(text('/etc/hosts')).flatMap((line) => line.names);
  for (const line of `${text('/etc/ssh/ssh_config')}\n${text(`${home}/.ssh/config`)}`.split('\n')) {
    const host = /^\s*Host\s+(.*)/i.exec(line)?.[1];
    if (host)
      names.push(
        ...host
          .trim()
          .split(/\s+/)
          .filter((name) => !/[*?!]/.test(name)),
      );
  }
  for (const line of `${text('/etc/ssh/ssh_known_hosts')}\n${text(`${home}/.ssh/known_hosts`)}`.split('\n')) {
    if (/^\s*(#|@|\||$)/.test(line)) continue;
    for (const name of (line.trim().split(' ')[0] ?? '').split(',')) {
      names.push(name.replace(/^\[(.*)\]:\d+$/, '$1'));
    }
  }
  return [...new Set(names)];
}

/** Proposes hosts behind `user@` as well. */
function hosts(context: CompletionContext, suffix = ''): string[] {
  const user = context.current.slice(0, context.current.lastIndexOf('@') + 1);
  return knownHosts(context).map((name) => `${user}${name}${suffix}`);
}

const OPTIONS_WITH_FILE = /^-[a-zA-Z]*[iFES]$/;

const ssh: Completer = (context) => {
  if (OPTIONS_WITH_FILE.test(context.words.at(-2) ?? '')) return undefined;
  if (context.current.startsWith('-')) return [];
  const before = context.words.slice(1, -1);
  const operands = before.filter(
    (word, at) => !word.startsWith('-') && !/^-[a-zA-Z]*[bcDeFIiJLlmOopQRSWw]$/.test(before[at - 1] ?? ''),
  );
  return operands.length === 0 ? hosts(context) : undefined;
};

/** A host with a colon, or a file here; files of the other side aren't asked for. */
const scp: Completer = (context) => {
  const { current } = context;
  if (OPTIONS_WITH_FILE.test(context.words.at(-2) ?? '') || /[/.~]/.test(current)) return undefined;
  if (current.includes(':')) return [];
  return { orFiles: hosts(context, ':') };
};

const copyId: Completer = (context) =>
  OPTIONS_WITH_FILE.test(context.words.at(-2) ?? '') ? undefined : hosts(context);

export const completions: CompletionTable = {
  ssh,
  scp,
  sftp: ssh,
  'ssh-copy-id': copyId,
  'ssh-keyscan': copyId,
};
