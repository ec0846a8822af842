import type { HttpRequest, HttpResponse } from '../../network/http';
import { listenerAt } from '../../network/sockets';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';
import { findUser } from '../accounts';
import { byteLength, FileError, readFile, stat } from '../files';
import type { Host, HttpdConfig, Section } from './config';
import { flavourOf } from './flavour';
import { appendLog, errorLog, MONTHS, underRoot } from './log';
import { errorPage, indexPage, REASONS, statusPage } from './pages';
import { configOf } from './server';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=UTF-8',
  htm: 'text/html; charset=UTF-8',
  txt: 'text/plain; charset=UTF-8',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  xml: 'text/xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
};

/** One request on its way through the server. */
interface Exchange {
  readonly world: World;
  readonly machine: Machine;
  readonly config: HttpdConfig;
  readonly host: Host;
  readonly request: HttpRequest;
  readonly pid: number;
  /** Path without query, decoded. */
  readonly path: string;
}

/** Answers a request to the server's socket, and logs it. */
export function respond(world: World, machineName: string, request: HttpRequest): HttpResponse | null {
  const machine = world.machines[machineName];
  const socket = machine && listenerAt(machine, request.address, request.port, 'tcp');
  const config = machine && socket && configOf(machine, socket.pid);
  if (!machine || !socket || !config) return null;
  // A stopped server takes connections and says nothing.
  if (machine.processes[socket.pid]?.state === 'T') return null;
  const host = chooseHost(config, request);
  const path = decoded(request.path.replace(/[?#].*$/, ''));
  const exchange: Exchange = { world, machine, config, host, request, pid: socket.pid, path };
  const response = withHeaders(exchange, answer(exchange));
  logAccess(exchange, response);
  return response;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path) || '/';
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

/** The virtual host of the socket whose name is asked for, else the first one there, else the main server. */
function chooseHost(config: HttpdConfig, request: HttpRequest): Host {
  const fits = ({ address }: Host) => {
    const [, where = '*', port = '80'] = /^(.*?)(?::(\d+|\*))?$/.exec(address ?? '*') ?? [];
    const there = where === '*' || where === '_default_' || where === request.address;
    return there && (port === '*' || Number(port) === request.port);
  };
  const here = config.virtual.filter(fits);
  const name = request.host.replace(/:\d+$/, '').toLowerCase();
  return here.find((host) => host.names.some((own) => own.toLowerCase() === name)) ?? here[0] ?? config.host;
}

function answer(exchange: Exchange): HttpResponse {
  const { config, host, path, request } = exchange;
  for (const [from, to, status] of host.redirects) {
    if (path === from || path.startsWith(from.endsWith('/') ? from : `${from}/`))
      return moved(exchange, to + path.slice(from.length), status);
  }
  const places = config.sections.filter((section) => locates(section, path));
  const handler = places.findLast((section) => section.handler !== null)?.handler ?? null;
  const file = filePath(exchange);
  const allowed = mayEnter(exchange, [...directories(config, file), ...places]);
  if (!allowed) {
    note(exchange, 'authz_core:error', `AH01630: client denied by server configuration: ${file}`);
    return failure(exchange, 403);
  }
  if (handler === 'server-status' || handler === 'server-info') return page(200, statusPage(exchange.machine, request));
  if (!['GET', 'HEAD', 'POST', 'OPTIONS'].includes(request.method)) return failure(exchange, 405);
  return fromFile(exchange, file);
}

function locates(section: Section, path: string): boolean {
  if (section.kind === 'location')
    return section.path === '/' || path === section.path || path.startsWith(`${section.path}/`);
  return section.kind === 'location-match' && new RegExp(section.path).test(path);
}

/** Sections of the directories above a file, the outermost first. */
function directories(config: HttpdConfig, file: string): Section[] {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const fits = (section: Section) => {
    if (section.kind === 'files') return wildcard(section.path).test(name);
    return (
      section.kind === 'directory' &&
      (section.path === '/' || file === section.path || file.startsWith(`${section.path}/`))
    );
  };
  const order = (section: Section) => (section.kind === 'files' ? 10_000 : section.path.length);
  return config.sections.filter(fits).sort((first, second) => order(first) - order(second));
}

function wildcard(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
}

/** Where the host keeps what a path names. */
function filePath({ host, config, path }: Exchange): string {
  for (const [from, to] of host.aliases) {
    if (path === from || path.startsWith(from.endsWith('/') ? from : `${from}/`))
      return underRoot(config, to) + path.slice(from.length);
  }
  const root = underRoot(config, host.documentRoot);
  return `${root}${path}`.replace(/\/+/g, '/');
}

/** Whether the last section that says anything lets the client in. */
function mayEnter({ request }: Exchange, sections: readonly Section[]): boolean {
  const access = sections.findLast((section) => section.access !== null)?.access;
  if (!access) return true;
  if (access.deny && access.require.length === 0) return false;
  return access.require.some((line) => admits(line, request));
}

function admits(line: string, { client, address }: HttpRequest): boolean {
  const [kind = '', ...rest] = line.split(/\s+/);
  switch (kind.toLowerCase()) {
    case 'all':
      return rest[0] === 'granted';
    case 'local':
      return /^127\.|^::1$/.test(client) || client === address;
    case 'ip':
      return rest.some((range) => inRange(client, range));
    case 'host':
      return rest.includes(client) || (rest.includes('localhost') && /^127\.|^::1$/.test(client));
    case 'not':
      return !admits(rest.join(' '), { client, address } as HttpRequest);
    default:
      return false;
  }
}

function inRange(client: string, range: string): boolean {
  const [base = '', bits] = range.split('/');
  if (bits === undefined) return client === base || client.startsWith(base.endsWith('.') ? base : `${base}.`);
  const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(client) / size) === Math.floor(number(base) / size);
}

function fromFile(exchange: Exchange, file: string): HttpResponse {
  const { machine, config, host, path } = exchange;
  const user = findUser(machine, config.user);
  const as = { uid: user?.uid ?? 48, gid: user?.gid ?? 48, groups: [] };
  try {
    const inode = stat(machine, file, { as });
    if (inode.kind !== 'directory') return content(exchange, file, readFile(machine, file, as), inode.mtime);
    if (!path.endsWith('/')) return moved(exchange, `${path}/`, 301);
    const index = host.directoryIndex.find((name) => readable(machine, `${file}/${name}`, as));
    if (index !== undefined) return fromFile(exchange, `${file}/${index}`.replace(/\/+/g, '/'));
    if (listsDirectories(exchange, file)) return page(200, indexPage(path, inode));
    note(
      exchange,
      'autoindex:error',
      `AH01276: Cannot serve directory ${file}: No matching DirectoryIndex (${host.directoryIndex.join(',')}) found, and server-generated directory index forbidden by Options directive`,
    );
    return failure(exchange, 403);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.code !== 'EACCES') return failure(exchange, 404);
    note(exchange, 'core:error', `(13)Permission denied: AH00132: file permissions deny server access: ${file}`);
    return failure(exchange, 403);
  }
}

function readable(machine: Machine, path: string, as: { uid: number; gid: number; groups: number[] }): boolean {
  try {
    return stat(machine, path, { as }).kind === 'file';
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

function listsDirectories({ config, path }: Exchange, file: string): boolean {
  const sections = [...directories(config, file), ...config.sections.filter((section) => locates(section, path))];
  let on = false;
  for (const { options } of sections) {
    for (const option of options ?? []) {
      if (/^\+?Indexes$/i.test(option) || /^All$/i.test(option)) on = true;
      else if (/^-Indexes$/i.test(option) || /^None$/i.test(option)) on = false;
    }
    if (options && !options.some((option) => /^[+-]/.test(option)))
      on = options.some((each) => /^(Indexes|All)$/i.test(each));
  }
  return on;
}

function content(exchange: Exchange, file: string, body: string, mtime: number): HttpResponse {
  const type = TYPES[file.slice(file.lastIndexOf('.') + 1).toLowerCase()];
  const size = byteLength(body);
  const headers: Record<string, string> = {
    'Last-Modified': new Date(mtime).toUTCString(),
    ETag: `"${size.toString(16)}-${Math.round(mtime * 1000).toString(16)}"`,
    'Accept-Ranges': 'bytes',
    'Content-Length': String(size),
    ...(type === undefined ? {} : { 'Content-Type': type }),
  };
  return { status: 200, reason: REASONS[200] ?? 'OK', headers, body: exchange.request.method === 'HEAD' ? '' : body };
}

function page(status: number, body: string, more: Record<string, string> = {}): HttpResponse {
  const headers = {
    ...more,
    'Content-Length': String(byteLength(body)),
    'Content-Type': 'text/html; charset=iso-8859-1',
  };
  return { status, reason: REASONS[status] ?? 'OK', headers, body };
}

function moved(exchange: Exchange, to: string, status: number): HttpResponse {
  const location = /^\w+:\/\//.test(to) ? to : `http://${exchange.request.host}${to}`;
  return page(status, errorPage(exchange.machine, exchange.request, status, location), { Location: location });
}

/** An error's page: what `ErrorDocument` names, else the server's own. */
function failure(exchange: Exchange, status: number): HttpResponse {
  const { config, machine, request, path } = exchange;
  const sections = config.sections.filter((section) => section.path === '/' || locates(section, path));
  const wanted = sections.findLast((section) => section.errorDocuments[String(status)] !== undefined);
  const document = wanted?.errorDocuments[String(status)];
  if (document?.startsWith('/') && path !== document) {
    const inner = answer({ ...exchange, path: document });
    if (inner.status === 200) return { ...inner, status, reason: REASONS[status] ?? '' };
  } else if (document !== undefined && !document.startsWith('http')) return page(status, document);
  return page(status, errorPage(machine, request, status, null));
}

function withHeaders({ world, machine, request }: Exchange, response: HttpResponse): HttpResponse {
  const date = new Date(world.epoch + world.now).toUTCString();
  const headers = { Date: date, Server: flavourOf(machine).product, ...response.headers };
  return { ...response, headers, body: request.method === 'HEAD' ? '' : response.body };
}

function note({ world, machine, config, pid, request }: Exchange, module: string, text: string): void {
  errorLog(world, machine, config, pid, module, `[client ${request.client}:${40_000 + (pid % 20_000)}] ${text}`);
}

function logAccess({ world, machine, config, host, request }: Exchange, response: HttpResponse): void {
  const now = new Date(world.epoch + world.now);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${two(now.getUTCDate())}/${MONTHS[now.getUTCMonth()]}/${now.getUTCFullYear()}`;
  const stamp = `${day}:${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())} +0000`;
  const size = response.headers['Content-Length'] ?? '-';
  const common = `${request.client} - - [${stamp}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${size}`;
  const agent = request.headers['User-Agent'] ?? '-';
  for (const [path, format] of host.customLogs) {
    const line = format === 'combined' || format.includes('User-agent') ? `${common} "-" "${agent}"` : common;
    appendLog(world, machine, underRoot(config, path), line);
  }
}
