import { beforeEach, describe, expect, it } from 'vitest';
import type { Kernel } from '../../kernel/kernel';
import type { Machine } from '../../world/machine';
import { removeFile, writeFile } from '../files';
import { bootedKernel, TEST_EPOCH } from '../testing';
import { respond } from './respond';
import { configOf, loadConfig, orphanWorkers, startHttpd, stopHttpd, workerGone } from './server';
import { ConfigProblem } from './syntax';

const MAIN = '/etc/httpd/conf/httpd.conf';
const LAUNCH = { command: '/usr/sbin/httpd', config: MAIN, defines: [], unit: null };

let kernel: Kernel;

beforeEach(() => {
  kernel = bootedKernel({ packages: ['httpd'] });
});

function change<R>(action: (machine: Machine) => R): R {
  return kernel.transact((world) => action(world.machines.node1 as Machine));
}

function put(path: string, text: string): void {
  change((machine) => writeFile(machine, path, text, { time: TEST_EPOCH, makeParents: true }));
}

function start() {
  return kernel.transact((world) => startHttpd(world, world.machines.node1 as Machine, LAUNCH));
}

function get(path: string, more: { client?: string; host?: string } = {}) {
  return kernel.transact((world) =>
    respond(world, 'node1', {
      method: 'GET',
      host: more.host ?? 'node1',
      path,
      headers: {},
      body: '',
      tls: false,
      address: '127.0.0.1',
      port: 80,
      client: more.client ?? '127.0.0.1',
    }),
  );
}

function problem(): string {
  try {
    change((machine) => loadConfig(machine, MAIN, []));
    return '';
  } catch (error) {
    if (error instanceof ConfigProblem) return error.text('httpd');
    throw error;
  }
}

describe('configuration', () => {
  it('is read with what it includes; a wrong line is named with its file', () => {
    expect(problem()).toBe('');
    put('/etc/httpd/conf.d/x.conf', '# fine\n<Location /x>\n  BLA here\n</Location>\n');
    expect(problem()).toBe(
      "AH00526: Syntax error on line 3 of /etc/httpd/conf.d/x.conf:\nInvalid command 'BLA', perhaps misspelled or defined by a module not included in the server configuration\n",
    );
  });

  it('needs directories that are there', () => {
    put('/etc/httpd/conf.d/x.conf', 'DocumentRoot "/srv/none"\n');
    expect(problem()).toContain("DocumentRoot '/srv/none' is not a directory, or is not readable");
  });

  it('leaves out what is in a condition that does not hold', () => {
    put('/etc/httpd/conf.d/x.conf', '<IfModule nosuch_module>\nNonsense on\n</IfModule>\n');
    expect(problem()).toBe('');
  });
});

describe('the running server', () => {
  it('serves the index page, a 404, and the test page with 403 where there is no index', () => {
    start();
    expect(get('/')).toMatchObject({ status: 403 });
    expect(get('/')?.body).toContain('HTTP Server Test Page');
    put('/var/www/html/index.html', 'hello\n');
    expect(get('/')).toMatchObject({ status: 200, body: 'hello\n' });
    expect(get('/index.html?a=b')?.headers['Content-Length']).toBe('6');
    expect(get('/nope')?.status).toBe(404);
  });

  it('shows its status to local clients only, once it is configured', () => {
    put(
      '/etc/httpd/conf.d/s.conf',
      '<Location /server-status>\nSetHandler server-status\nRequire local\n</Location>\n',
    );
    start();
    expect(get('/server-status')?.body).toContain('Apache Server Status');
    expect(get('/server-status', { client: '192.168.90.120' })?.status).toBe(403);
  });

  it('works with the configuration as it was read, whatever is written later', () => {
    put('/var/www/html/index.html', 'one\n');
    put('/srv/two/index.html', 'two\n');
    start();
    put(
      '/etc/httpd/conf.d/x.conf',
      'DocumentRoot "/srv/two"\n<Directory "/srv/two">\nRequire all granted\n</Directory>\n',
    );
    expect(get('/')?.body).toBe('one\n');
  });

  it('chooses a virtual host by name, the first one otherwise', () => {
    put('/srv/a/index.html', 'a\n');
    put('/srv/b/index.html', 'b\n');
    put(
      '/etc/httpd/conf.d/v.conf',
      '<Directory /srv>\nRequire all granted\n</Directory>\n<VirtualHost *:80>\nServerName a.example.com\nDocumentRoot /srv/a\n</VirtualHost>\n<VirtualHost *:80>\nServerName b.example.com\nDocumentRoot /srv/b\n</VirtualHost>\n',
    );
    start();
    expect(get('/', { host: 'b.example.com' })?.body).toBe('b\n');
    expect(get('/', { host: 'elsewhere' })?.body).toBe('a\n');
  });

  it('keeps the port from a second one', () => {
    start();
    const second = start();
    expect(second.kind === 'failed' && second.text).toContain(
      '(98)Address already in use: AH00072: make_sock: could not bind to address [::]:80\n',
    );
  });

  it('needs the directory of its log', () => {
    change((machine) => removeFile(machine, '/etc/httpd/logs', { time: TEST_EPOCH }));
    const begun = start();
    expect(begun.kind === 'failed' && begun.text).toContain('AH02291: Cannot access directory');
  });

  it('starts a worker for each that is gone; without its main process the others serve until the last is gone', () => {
    const begun = start();
    if (begun.kind === 'failed') throw new Error(begun.text);
    const processes = () =>
      Object.values(kernel.world.machines.node1?.processes ?? {}).filter((each) => each.daemon !== undefined);
    const before = processes().map(({ pid }) => pid);
    kernel.transact((world) => workerGone(world, world.machines.node1 as Machine, begun.pid + 1));
    expect(processes()).toHaveLength(before.length);
    change((machine) => orphanWorkers(machine, begun.pid));
    expect(get('/')?.status).toBe(403);
    for (const { pid } of processes())
      kernel.transact((world) => workerGone(world, world.machines.node1 as Machine, pid));
    expect(get('/')).toBeNull();
    expect(start().kind).toBe('started');
  });

  it('leaves nothing behind when it is stopped', () => {
    const begun = start();
    if (begun.kind === 'failed') throw new Error(begun.text);
    expect(change((machine) => configOf(machine, begun.pid))?.listen).toEqual([{ address: '*', port: 80 }]);
    kernel.transact((world) => stopHttpd(world, world.machines.node1 as Machine, begun.pid, 'TERM'));
    expect(kernel.world.machines.node1?.network.sockets.some(({ port }) => port === 80)).toBe(false);
    expect(start().kind).toBe('started');
  });
});
