import { FileError, lookup, normalizePath, writeFile } from '../../machine/files';
import { type HttpRequest, type HttpResponse, responderOf } from '../../network/http';
import { listenerAt } from '../../network/sockets';
import type { Process, Program } from '../../shell/process';
import { type ParsedOptions, withOptions } from '../options';
import { connectError, lookupError, openConnection, resolve } from './client';

/** Exit statuses of wget. */
const STATUS = { generic: 1, parse: 2, file: 3, network: 4, response: 8 } as const;

interface Target {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** One download: where it comes from, and how much is said about it. */
class Download {
  readonly #process: Process;
  readonly #options: ParsedOptions;

  constructor(process: Process, options: ParsedOptions) {
    this.#process = process;
    this.#options = options;
  }

  /** Messages go to the error stream. */
  async #say(text: string): Promise<void> {
    if (!this.#options.has('quiet')) await this.#process.stderr.write(text);
  }

  #stamp(): string {
    const { world } = this.#process;
    return new Date(world.epoch + world.now).toISOString().slice(0, 19).replace('T', ' ');
  }

  async fetch(text: string): Promise<number> {
    const target = parseUrl(text);
    if (!target) {
      await this.#process.stderr.write(`${text}: Unsupported scheme ‘${text.split(':')[0]}’.\n`);
      return STATUS.generic;
    }
    if (this.#options.has('spider')) await this.#say('Spider mode enabled. Check if remote file exists.\n');
    await this.#say(`--${this.#stamp()}--  ${target.url}\n`);
    const address = await this.#resolve(target.host);
    if (address === null) return STATUS.network;
    const response = await this.#request(target, address);
    if (typeof response === 'number') return response;
    return this.#receive(target, response);
  }

  async #resolve(host: string): Promise<string | null> {
    if (/^[\d.]+$/.test(host) || host.includes(':')) return host;
    await this.#say(`Resolving ${host} (${host})... `);
    const found = await resolve(this.#process, host);
    if (found.kind === 'found') {
      await this.#say(`${found.addresses.join(', ')}\n`);
      return found.addresses[0] ?? null;
    }
    await this.#say(`failed: ${lookupError(found)}.\nwget: unable to resolve host address ‘${host}’\n`);
    return null;
  }

  async #request(target: Target, address: string): Promise<HttpResponse | number> {
    const name = address === target.host ? '' : `${target.host} (${target.host})|${address}|`;
    await this.#say(`Connecting to ${name === '' ? address : name}:${target.port}... `);
    const patience = Number(this.#options.value('timeout') ?? '0') * 1000;
    const way = await openConnection(this.#process, address, target.port, 'tcp', patience > 0 ? patience : undefined);
    if (way.kind !== 'connected') {
      await this.#say(`failed: ${connectError(way)}.\n`);
      return STATUS.network;
    }
    await this.#say('connected.\nHTTP request sent, awaiting response... ');
    const request: HttpRequest = {
      method: this.#options.has('spider') ? 'HEAD' : 'GET',
      host: target.port === 80 ? target.host : `${target.host}:${target.port}`,
      path: target.path,
      headers: { 'User-Agent': 'Wget/1.21.1' },
      body: '',
      tls: false,
      address,
      port: target.port,
      client: way.source,
    };
    const response = this.#process.transact((world) => {
      const machine = world.machines[way.machine];
      const socket = machine && listenerAt(machine, address, target.port, 'tcp');
      return responderOf(socket?.process ?? '')?.respond(world, way.machine, request) ?? null;
    });
    await this.#process.sleep(2);
    if (response) return response;
    await this.#say('No data received.\n');
    return STATUS.network;
  }

  async #receive(target: Target, response: HttpResponse): Promise<number> {
    const { status, reason, headers, body } = response;
    if (this.#options.has('server')) {
      const lines = Object.entries(headers).map(([field, value]) => `  ${field}: ${value}\n`);
      await this.#say(`\n  HTTP/1.1 ${status} ${reason}\n${lines.join('')}`);
    } else await this.#say(`${status} ${reason}\n`);
    if (status >= 300 && status < 400 && headers.Location) {
      await this.#say(`Location: ${headers.Location} [following]\n`);
      return this.fetch(headers.Location);
    }
    if (status >= 400) {
      if (this.#options.has('spider')) await this.#say('Remote file does not exist -- broken link!!!\n\n');
      else await this.#say(`${this.#stamp()} ERROR ${status}: ${reason}.\n\n`);
      return STATUS.response;
    }
    const type = (headers['Content-Type'] ?? '').replace(/;.*/, '');
    const size = headers['Content-Length'] ?? String(body.length);
    await this.#say(`Length: ${size}${type === '' ? '' : ` [${type}]`}\n`);
    if (this.#options.has('spider')) {
      await this.#say(
        'Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n',
      );
      return 0;
    }
    return this.#save(target, body, size);
  }

  async #save(target: Target, body: string, size: string): Promise<number> {
    const asked = this.#options.value('output');
    const name =
      asked ??
      this.#freeName(
        target.path
          .replace(/[?#].*/, '')
          .split('/')
          .at(-1) || 'index.html',
      );
    await this.#say(`Saving to: ‘${name === '-' ? 'STDOUT' : name}’\n`);
    if (name === '-') await this.#process.stdout.write(body);
    else {
      try {
        const path = normalizePath(name, this.#process.cwd);
        this.#process.transact((world, machine) =>
          writeFile(machine, path, body, { as: this.#process.credentials, time: world.epoch + world.now }),
        );
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        await this.#process.stderr.write(`${name}: ${error.text}\n`);
        return STATUS.file;
      }
    }
    const bar = `     0K${' '.repeat(59)}100% 9.99M=0s\n`;
    const shown = name === '-' ? 'written to stdout' : `‘${name}’ saved`;
    const dash = name === '-' ? '- ' : '- ';
    await this.#say(`\n${bar}\n${this.#stamp()} (9.99 MB/s) ${dash}${shown} [${size}/${size}]\n\n`);
    return 0;
  }

  /** `index.html.1` where the name is taken. */
  #freeName(name: string): string {
    const { machine, cwd } = this.#process;
    let free = name;
    for (let n = 1; lookup(machine, normalizePath(free, cwd)); n++) free = `${name}.${n}`;
    return free;
  }
}

function parseUrl(text: string): Target | null {
  const match = /^(?:(\w+):\/\/)?([^/:?#]+)(?::(\d+))?([/?#].*)?$/.exec(text);
  if (!match || (match[1] ?? 'http') !== 'http') return null;
  const path = match[4] ?? '/';
  const host = match[2] ?? '';
  const port = Number(match[3] ?? 80);
  const shown = match[3] === undefined || port === 80 ? host : `${host}:${port}`;
  return { url: `http://${shown}${path}`, host, port, path };
}

/** wget of GNU, for plain HTTP. */
export const wget: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'quiet', short: 'q', long: ['quiet'] },
      { key: 'output', short: 'O', long: ['output-document'], value: 'required' },
      { key: 'server', short: 'S', long: ['server-response'] },
      { key: 'spider', long: ['spider'] },
      { key: 'timeout', short: 'T', long: ['timeout'], value: 'required' },
      { key: 'tries', short: 't', long: ['tries'], value: 'required' },
      { key: 'plain', long: ['no-check-certificate', 'no-proxy', 'no-verbose', 'no-cache'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
    ],
    async (options) => {
      if (options.operands.length === 0) {
        await process.stderr.write(
          "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
        );
        return STATUS.generic;
      }
      const download = new Download(process, options);
      let status = 0;
      for (const url of options.operands) status = (await download.fetch(url)) || status;
      return status;
    },
    { status: STATUS.parse },
  );
