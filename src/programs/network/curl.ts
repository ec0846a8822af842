import { FileError, writeFile } from '../../machine/files';
import { type HttpRequest, type HttpResponse, responderOf } from '../../network/http';
import { listenerAt } from '../../network/sockets';
import type { Process, Program } from '../../shell/process';
import type { Millis } from '../../world/world';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { connectError, openConnection, resolve, TCP_GIVES_UP_MS } from './client';

const OPTIONS: readonly OptionSpec[] = [
  { key: 's', short: 's', long: ['silent'] },
  { key: 'S', short: 'S', long: ['show-error'] },
  { key: 'f', short: 'f', long: ['fail'] },
  { key: 'i', short: 'i', long: ['include'] },
  { key: 'I', short: 'I', long: ['head'] },
  { key: 'k', short: 'k', long: ['insecure'] },
  { key: 'L', short: 'L', long: ['location'] },
  { key: 'v', short: 'v', long: ['verbose'] },
  { key: 'O', short: 'O', long: ['remote-name'] },
  { key: '4', short: '4', long: ['ipv4'] },
  { key: '6', short: '6', long: ['ipv6'] },
  { key: 'V', short: 'V', long: ['version'] },
  { key: 'help', short: 'h', long: ['help'] },
  { key: 'o', short: 'o', long: ['output'], value: 'required' },
  { key: 'm', short: 'm', long: ['max-time'], value: 'required' },
  { key: 'connect-timeout', long: ['connect-timeout'], value: 'required' },
  { key: 'w', short: 'w', long: ['write-out'], value: 'required' },
  { key: 'H', short: 'H', long: ['header'], value: 'required' },
  { key: 'X', short: 'X', long: ['request'], value: 'required' },
  { key: 'd', short: 'd', long: ['data', 'data-raw', 'data-binary'], value: 'required' },
  { key: 'u', short: 'u', long: ['user'], value: 'required' },
  { key: 'A', short: 'A', long: ['user-agent'], value: 'required' },
  { key: 'retry', long: ['retry'], value: 'required' },
  { key: 'noproxy', long: ['noproxy'], value: 'required' },
  { key: 'url', long: ['url'], value: 'required' },
];

const TRY = "curl: try 'curl --help' or 'curl --manual' for more information\n";

const USAGE = `Usage: curl [options...] <url>
 -d, --data <data>          send data with POST
 -f, --fail                 no output for errors of the server
 -h, --help                 this text
 -i, --include              response headers too
 -I, --head                 headers only
 -k, --insecure             take any certificate
 -L, --location             follow redirects
 -m, --max-time <seconds>   end after so long
 -o, --output <file>        write to a file
 -O, --remote-name          write to a file named as the remote one
 -s, --silent               no progress, no errors
 -S, --show-error           errors in spite of -s
 -v, --verbose              what happens
 -w, --write-out <format>   print something at the end
`;

/** A transfer failed: curl's number and words. */
class TransferError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

interface Target {
  scheme: 'http' | 'https';
  host: string;
  port: number;
  path: string;
}

function parseUrl(text: string): Target {
  const match = /^(?:([a-zA-Z][\w+.-]*):\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]*)(?::(\d*))?([/?#].*)?$/.exec(text);
  const scheme = (match?.[1] ?? 'http').toLowerCase();
  const host = (match?.[2] ?? '').replace(/^\[|\]$/g, '');
  if (!match || host === '') throw new TransferError(3, 'URL using bad/illegal format or missing URL');
  if (scheme !== 'http' && scheme !== 'https') {
    throw new TransferError(1, `Protocol "${scheme}" not supported or disabled in libcurl`);
  }
  if (match[3] !== undefined && match[3] !== '' && Number(match[3]) > 65535) {
    throw new TransferError(3, 'URL using bad/illegal format or missing URL');
  }
  const path = (match[4] ?? '/').replace(/#.*/, '');
  return {
    scheme,
    host,
    port: match[3] ? Number(match[3]) : scheme === 'https' ? 443 : 80,
    path: path.startsWith('/') ? path : `/${path}`,
  };
}

export const curl: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('curl', process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(usageText(error.message));
    return 2;
  }
  if (options.has('help')) {
    await process.stdout.write(USAGE);
    return 0;
  }
  if (options.has('V')) {
    const version = process.machine.packages.curl?.version.replace(/-.*/, '') ?? '7.76.1';
    await process.stdout.write(`curl ${version} (x86_64-redhat-linux-gnu) libcurl/${version}\nProtocols: http https\n`);
    return 0;
  }
  const urls = [...options.operands, ...options.values('url')];
  if (urls.length === 0) {
    await process.stderr.write(TRY);
    return 2;
  }
  let status = 0;
  for (const url of urls) status = await transfer(process, options, url);
  return status;
};

/** curl words the mistakes of its command line itself. */
function usageText(message: string): string {
  const unknown = /unrecognized option '(.+)'/.exec(message) ?? /invalid option -- '(.)'/.exec(message);
  const missing = /option '(--.+)' requires an argument/.exec(message) ?? /requires an argument -- '(.)'/.exec(message);
  const dashed = (name: string) => (name.startsWith('-') ? name : `-${name}`);
  if (missing) return `curl: option ${dashed(missing[1] ?? '')}: requires parameter\n${TRY}`;
  return `curl: option ${dashed(unknown?.[1] ?? '')}: is unknown\n${TRY}`;
}

function seconds(text: string | null | undefined): Millis | null {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? Math.round(value * 1000) : null;
}

async function transfer(process: Process, options: ParsedOptions, url: string): Promise<number> {
  const silent = options.has('s');
  const toFile = options.value('o') ?? (options.has('O') ? url.slice(url.lastIndexOf('/') + 1) : null);
  const meter = !silent && (toFile !== null || !process.stdout.isTerminal);
  if (meter) await process.stderr.write(METER_HEAD + METER_NOTHING);
  try {
    const { response, target } = await follow(process, options, url);
    if (options.has('f') && response.status >= 400) {
      throw new TransferError(22, `The requested URL returned error: ${response.status}`);
    }
    if (meter) await process.stderr.write(meterLine(response.body.length));
    await deliver(process, options, response, toFile);
    await writeOut(process, options, target, response);
    return 0;
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    if (meter) await process.stderr.write(`${METER_NOTHING}\n`);
    if (!silent || options.has('S')) await process.stderr.write(`curl: (${error.code}) ${error.message}\n`);
    return error.code;
  }
}

const METER_HEAD =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';
const METER_NOTHING = '\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0';

function meterLine(bytes: number): string {
  const size = String(bytes).padStart(5);
  const speed = String(bytes * 500);
  return `\r100 ${size}  100 ${size}    0     0 ${speed.padStart(6)}      0 --:--:-- --:--:-- --:--:-- ${speed.padStart(5)}\n`;
}

async function follow(
  process: Process,
  options: ParsedOptions,
  url: string,
): Promise<{ response: HttpResponse; target: Target }> {
  let target = parseUrl(url);
  for (let redirects = 0; ; redirects++) {
    const response = await request(process, options, target);
    const location = response.headers.Location;
    if (!options.has('L') || location === undefined || response.status < 300 || response.status >= 400) {
      return { response, target };
    }
    if (redirects >= 50) throw new TransferError(47, 'Maximum (50) redirects followed');
    target = /^https?:/.test(location) ? parseUrl(location) : { ...target, path: location };
  }
}

async function request(process: Process, options: ParsedOptions, target: Target): Promise<HttpResponse> {
  const { host, port } = target;
  const found = await resolve(process, host);
  if (found.kind !== 'found') {
    throw new TransferError(6, `Could not resolve host: ${host}`);
  }
  const address = found.addresses[0] ?? host;
  const limit = seconds(options.value('m')) ?? seconds(options.value('connect-timeout'));
  if (options.has('v')) await process.stderr.write(`*   Trying ${address}:${port}...\n`);
  const began = process.world.now;
  const connection = await openConnection(process, address, port, 'tcp', limit ?? TCP_GIVES_UP_MS);
  if (connection.kind !== 'connected') {
    const elapsed = process.world.now - began;
    if (connection.kind === 'timeout' && limit !== null) {
      throw new TransferError(28, `Connection timed out after ${elapsed + 1} milliseconds`);
    }
    const debian = process.machine.distribution === 'debian-12';
    const reason = debian
      ? `port ${port} after ${elapsed} ms: Couldn't connect to server`
      : `port ${port}: ${connectError(connection)}`;
    throw new TransferError(connection.kind === 'timeout' ? 28 : 7, `Failed to connect to ${host} ${reason}`);
  }
  if (options.has('v')) await process.stderr.write(`* Connected to ${host} (${address}) port ${port} (#0)\n`);
  const response = answer(process, options, target, connection.machine, address, connection.source);
  await process.sleep(2);
  if (options.has('v')) {
    const sent = `> ${methodOf(options)} ${target.path} HTTP/1.1\n> Host: ${hostHeader(target)}\n> User-Agent: curl/7.76.1\n> Accept: */*\n> \n`;
    const got = headLines(response)
      .map((line) => `< ${line}\n`)
      .join('');
    await process.stderr.write(`${sent}${got}< \n`);
  }
  return response;
}

function methodOf(options: ParsedOptions): string {
  return options.value('X') ?? (options.has('I') ? 'HEAD' : options.has('d') ? 'POST' : 'GET');
}

function hostHeader(target: Target): string {
  const usual = target.scheme === 'https' ? 443 : 80;
  return target.port === usual ? target.host : `${target.host}:${target.port}`;
}

function answer(
  process: Process,
  options: ParsedOptions,
  target: Target,
  machineName: string,
  address: string,
  client: string,
): HttpResponse {
  const machine = process.world.machines[machineName];
  const socket = machine && listenerAt(machine, address, target.port, 'tcp');
  if (!machine) return outsidePage(target);
  const server = responderOf(socket?.process ?? '');
  const tls = server?.tlsPorts.includes(target.port) ?? false;
  const https = target.scheme === 'https';
  if (https && !tls) {
    throw new TransferError(35, 'error:0A00010B:SSL routines::wrong version number');
  }
  if (https && !options.has('k')) {
    throw new TransferError(
      60,
      'SSL certificate problem: self-signed certificate\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.',
    );
  }
  const version = process.machine.packages.curl?.version.replace(/-.*/, '') ?? '7.76.1';
  const headers: Record<string, string> = { 'User-Agent': options.value('A') ?? `curl/${version}` };
  for (const line of options.values('H')) {
    const at = line.indexOf(':');
    if (at > 0) headers[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  const asked: HttpRequest = {
    method: methodOf(options),
    host: headers.Host ?? hostHeader(target),
    path: target.path,
    headers,
    body: options.values('d').join('&'),
    tls,
    address,
    port: target.port,
    client,
  };
  const response =
    tls && !https ? null : process.transact((world) => server?.respond(world, machineName, asked) ?? null);
  if (!response) throw new TransferError(52, 'Empty reply from server');
  return response;
}

/** The world outside serves one page for all. */
function outsidePage(target: Target): HttpResponse {
  const body = `<html><body>${target.host}</body></html>\n`;
  return {
    status: 200,
    reason: 'OK',
    headers: { 'Content-Type': 'text/html', 'Content-Length': String(body.length) },
    body,
  };
}

function headLines(response: HttpResponse): string[] {
  const fields = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${response.status} ${response.reason}`, ...fields];
}

async function deliver(
  process: Process,
  options: ParsedOptions,
  response: HttpResponse,
  toFile: string | null,
): Promise<void> {
  const head = headLines(response)
    .map((line) => `${line}\r\n`)
    .join('');
  const withHead = options.has('i') || options.has('I');
  const text = (withHead ? `${head}\r\n` : '') + (options.has('I') ? '' : response.body);
  if (toFile === null || toFile === '-') {
    await process.stdout.write(text);
    return;
  }
  if (toFile === '/dev/null') return;
  const path = toFile.startsWith('/') ? toFile : `${process.cwd}/${toFile}`;
  try {
    process.transact((world, machine) =>
      writeFile(machine, path, text, { as: process.credentials, time: world.epoch + world.now }),
    );
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (!options.has('s')) await process.stderr.write(`Warning: Failed to open the file ${toFile}: ${error.text}\n`);
    throw new TransferError(23, 'Failure writing output to destination');
  }
}

async function writeOut(
  process: Process,
  options: ParsedOptions,
  target: Target,
  response: HttpResponse,
): Promise<void> {
  const format = options.value('w');
  if (format == null) return;
  const values: Record<string, string> = {
    http_code: String(response.status).padStart(3, '0'),
    response_code: String(response.status).padStart(3, '0'),
    size_download: String(response.body.length),
    url_effective: `${target.scheme}://${hostHeader(target)}${target.path}`,
    content_type: response.headers['Content-Type'] ?? '',
    time_total: '0.002000',
    remote_ip: target.host,
    remote_port: String(target.port),
  };
  const text = format
    .replace(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\r/g, '\r');
  await process.stdout.write(text);
}
