import type { Machine } from '../../world/machine';
import { type ConfigLine, ConfigProblem, readConfigFile, sectionText } from './syntax';

/** Who may see what a section is about: the lines of its `Require`, or of the old `Order`/`Allow`/`Deny`. */
export interface Access {
  readonly require: readonly string[];
  readonly deny: boolean;
}

/** Directives for a directory or for a place in the URL space. */
export interface Section {
  readonly kind: 'directory' | 'location' | 'location-match' | 'files';
  readonly path: string;
  readonly access: Access | null;
  readonly handler: string | null;
  /** `Options`, in words; null: as above. */
  readonly options: readonly string[] | null;
  /** Status to what is answered instead of the usual error page. */
  readonly errorDocuments: Readonly<Record<string, string>>;
}

/** What one host of a server serves. */
export interface Host {
  /** `*:80`; null for the main server. */
  readonly address: string | null;
  readonly names: readonly string[];
  readonly documentRoot: string;
  readonly directoryIndex: readonly string[];
  readonly aliases: readonly (readonly [string, string])[];
  readonly errorLog: string;
  readonly customLogs: readonly (readonly [string, string])[];
  readonly redirects: readonly (readonly [string, string, number])[];
}

/** The configuration that a running server works with. */
export interface HttpdConfig {
  readonly root: string;
  readonly listen: readonly { readonly address: string; readonly port: number }[];
  readonly user: string;
  readonly pidFile: string;
  readonly serverName: string | null;
  readonly host: Host;
  readonly virtual: readonly Host[];
  readonly sections: readonly Section[];
  readonly defines: readonly string[];
}

interface HostDraft {
  address: string | null;
  names: string[];
  documentRoot: string;
  directoryIndex: string[];
  aliases: [string, string][];
  errorLog: string;
  customLogs: [string, string][];
  redirects: [string, string, number][];
}

interface Draft {
  root: string;
  listen: { address: string; port: number }[];
  user: string;
  pidFile: string;
  serverName: string | null;
  host: HostDraft;
  virtual: HostDraft[];
  sections: Section[];
  defines: string[];
}

/** What the server's build and its command line say. */
export interface ConfigOptions {
  readonly root: string;
  readonly pidFile: string;
  readonly defines: readonly string[];
}

/** Reads a server's configuration with all that it includes. Throws ConfigProblem. */
export function readConfig(machine: Machine, path: string, options: ConfigOptions): HttpdConfig {
  const draft: Draft = {
    root: options.root,
    listen: [],
    user: 'apache',
    pidFile: options.pidFile,
    serverName: null,
    host: {
      address: null,
      names: [],
      documentRoot: `${options.root}/htdocs`,
      directoryIndex: ['index.html'],
      aliases: [],
      errorLog: 'logs/error_log',
      customLogs: [],
      redirects: [],
    },
    virtual: [],
    sections: [],
    defines: [...options.defines],
  };
  const lines = readConfigFile(machine, path, { root: () => draft.root, defines: draft.defines });
  for (const line of lines) apply(draft, line, draft.host);
  const inherit = (host: HostDraft): HostDraft => ({
    ...host,
    customLogs: host.customLogs.length > 0 ? host.customLogs : draft.host.customLogs,
    aliases: [...host.aliases, ...draft.host.aliases],
  });
  return { ...draft, virtual: draft.virtual.map(inherit) };
}

function apply(draft: Draft, line: ConfigLine, host: HostDraft): void {
  const { name, words } = line;
  const [first = '', second = ''] = words;
  switch (name) {
    case 'serverroot':
      draft.root = first;
      return;
    case 'listen':
      draft.listen.push(listenAddress(line));
      return;
    case 'user':
      draft.user = first;
      return;
    case 'pidfile':
      draft.pidFile = first;
      return;
    case 'define':
      draft.defines.push(first);
      return;
    case 'servername':
      if (host.address === null) draft.serverName = first;
      host.names.push(first.replace(/:\d+$/, ''));
      return;
    case 'serveralias':
      host.names.push(...words);
      return;
    case 'documentroot':
      host.documentRoot = first.replace(/(.)\/$/, '$1');
      return;
    case 'directoryindex':
      host.directoryIndex = [...words];
      return;
    case 'alias':
    case 'scriptalias':
      host.aliases.push([first, second]);
      return;
    case 'errorlog':
      host.errorLog = first;
      return;
    case 'customlog':
    case 'transferlog':
      host.customLogs.push([first, second || 'common']);
      return;
    case 'redirect':
    case 'redirectpermanent':
      host.redirects.push(redirect(line));
      return;
    case 'errordocument':
      draft.sections.push({
        ...sectionOf('directory', '/', []),
        errorDocuments: { [first]: second },
      });
      return;
    case '<virtualhost':
      virtualHost(draft, line);
      return;
    case '<directory':
    case '<location':
    case '<locationmatch':
    case '<files':
      draft.sections.push(readSection(line));
      return;
    default:
  }
}

function listenAddress(line: ConfigLine): { address: string; port: number } {
  const text = line.words[0] ?? '';
  const match = /^(?:\[?([^\]]*?)\]?:)?(\d+)$/.exec(text);
  const port = Number(match?.[2] ?? Number.NaN);
  if (!match || !(port >= 1 && port <= 65_535)) throw new ConfigProblem(line, 'Port must be specified');
  const address = match[1] ?? '*';
  return { address: address === '' ? '*' : address, port };
}

function redirect({ name, words }: ConfigLine): [string, string, number] {
  const statuses: Readonly<Record<string, number>> = { permanent: 301, temp: 302, seeother: 303, gone: 410 };
  const named = statuses[words[0] ?? ''] ?? (/^\d{3}$/.test(words[0] ?? '') ? Number(words[0]) : undefined);
  const [from = '', to = ''] = named === undefined ? words : words.slice(1);
  return [from, to, named ?? (name === 'redirectpermanent' ? 301 : 302)];
}

function virtualHost(draft: Draft, line: ConfigLine): void {
  const host: HostDraft = {
    address: line.words[0] ?? '*:80',
    names: [],
    documentRoot: draft.host.documentRoot,
    directoryIndex: draft.host.directoryIndex,
    aliases: [],
    errorLog: draft.host.errorLog,
    customLogs: [],
    redirects: [],
  };
  for (const inner of line.body) apply(draft, inner, host);
  draft.virtual.push(host);
}

function sectionOf(kind: Section['kind'], path: string, body: readonly ConfigLine[]): Section {
  const require: string[] = [];
  let deny = false;
  let seen = false;
  let handler: string | null = null;
  let options: string[] | null = null;
  const errorDocuments: Record<string, string> = {};
  for (const { name, words } of flat(body)) {
    if (name === 'require') {
      seen = true;
      require.push(words.join(' '));
    } else if (name === 'deny' && words.join(' ').toLowerCase() === 'from all') {
      seen = true;
      deny = true;
    } else if (name === 'allow') {
      seen = true;
      const [, ...from] = words;
      require.push(from.join(' ').toLowerCase() === 'all' ? 'all granted' : `ip ${from.join(' ')}`);
    } else if (name === 'sethandler') handler = words[0] ?? null;
    else if (name === 'options') options = [...words];
    else if (name === 'errordocument') errorDocuments[words[0] ?? ''] = words.slice(1).join(' ');
  }
  return { kind, path, access: seen ? { require, deny } : null, handler, options, errorDocuments };
}

/** Lines of a section with those of the groups of requirements in it. */
function flat(body: readonly ConfigLine[]): ConfigLine[] {
  return body.flatMap((line) => (/^<require(any|all)/.test(line.name) ? flat(line.body) : [line]));
}

function readSection(line: ConfigLine): Section {
  const kinds = {
    '<directory': 'directory',
    '<location': 'location',
    '<locationmatch': 'location-match',
    '<files': 'files',
  } as const;
  const regular = line.words[0] === '~';
  const path = sectionText(regular ? (line.words[1] ?? '') : (line.words[0] ?? ''));
  const kind = regular ? 'location-match' : kinds[line.name as keyof typeof kinds];
  return sectionOf(kind, path.replace(/(.)\/$/, '$1'), line.body);
}
