import type { HttpdConfig } from '../../machine/httpd/config';
import { type Flavour, flavourOf } from '../../machine/httpd/flavour';
import { underRoot } from '../../machine/httpd/log';
import { loadConfig, nameWarning, reloadHttpd, runningMain, startHttpd, stopHttpd } from '../../machine/httpd/server';
import { ConfigProblem } from '../../machine/httpd/syntax';
import type { Process, Program } from '../../shell/process';

const USAGE = (name: string) => `Usage: ${name} [-D name] [-d directory] [-f file]
${' '.repeat(7 + name.length)} [-C "directive"] [-c "directive"]
${' '.repeat(7 + name.length)} [-k start|restart|graceful|graceful-stop|stop]
${' '.repeat(7 + name.length)} [-v] [-V] [-h] [-l] [-L] [-t] [-T] [-S] [-X]
`;

const VERBS = ['start', 'restart', 'graceful', 'graceful-stop', 'stop'];

interface CommandLine {
  readonly defines: string[];
  config: string;
  pidFile: string | null;
  verb: string;
  show: 'version' | 'build' | 'test' | 'hosts' | 'modules' | null;
  problem: string | null;
}

function parse(argv: readonly string[], flavour: Flavour): CommandLine {
  const line: CommandLine = {
    defines: [],
    config: flavour.config,
    pidFile: null,
    verb: 'start',
    show: null,
    problem: null,
  };
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const letter = word[1] ?? '';
    const value = () => (word.length > 2 ? word.slice(2) : (argv[++at] ?? ''));
    if (!word.startsWith('-')) line.problem ??= word;
    else if (letter === 'D') line.defines.push(value());
    else if (letter === 'f') {
      const path = value();
      line.config = path.startsWith('/') ? path : `${flavour.root}/${path}`;
    } else if (letter === 'd' || letter === 'e' || letter === 'E') value();
    else if (letter === 'c' || letter === 'C') {
      const [name, ...rest] = value().split(/\s+/);
      if (name?.toLowerCase() === 'pidfile') line.pidFile = rest.join(' ') || (argv[++at] ?? null);
    } else if (letter === 'k') line.verb = value();
    else if (letter === 'v') line.show = 'version';
    else if (letter === 'V') line.show = 'build';
    else if (letter === 't') {
      line.show = 'test';
      if (argv[at + 1] === '-D') {
        const what = argv[at + 2];
        if (what === 'DUMP_VHOSTS') line.show = 'hosts';
        else if (what === 'DUMP_MODULES') line.show = 'modules';
      }
    } else if (letter === 'S') line.show = 'hosts';
    else if (letter === 'M' || letter === 'l') line.show = 'modules';
    else if (letter === 'h') line.problem = '';
    else if (letter !== 'X' && letter !== 'T') line.problem ??= word;
  }
  if (!VERBS.includes(line.verb)) line.problem ??= line.verb;
  return line;
}

/** The server's program: tells of itself, tests its configuration, and starts and stops the server. */
export const httpd: Program = async (process) => {
  const flavour = flavourOf(process.machine);
  const line = parse(process.argv, flavour);
  if (line.problem !== null) {
    await process.stderr.write(USAGE(process.argv[0] ?? flavour.name));
    return 1;
  }
  if (line.show === 'version' || line.show === 'build') {
    const built = 'Server built:   Apr 28 2023 00:00:00\n';
    const build = `Server's Module Magic Number: 20120211:124\nArchitecture:   64-bit\nServer MPM:     event\n -D HTTPD_ROOT="${flavour.root}"\n -D SERVER_CONFIG_FILE="conf/httpd.conf"\n`;
    await process.stdout.write(`Server version: ${flavour.product}\n${built}${line.show === 'build' ? build : ''}`);
    return 0;
  }
  await process.sleep(30);
  let config: HttpdConfig;
  try {
    config = loadConfig(process.machine, line.config, line.defines);
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    await process.stderr.write(error.text(flavour.name));
    return 1;
  }
  if (line.show !== null) return tell(process, line.show, config);
  return control(process, line, config, flavour);
};

async function tell(process: Process, what: 'test' | 'hosts' | 'modules', config: HttpdConfig): Promise<number> {
  const warning = nameWarning(process.machine, config);
  if (what === 'test') {
    await process.stderr.write(`${warning}Syntax OK\n`);
    return 0;
  }
  await process.stderr.write(warning);
  if (what === 'modules') {
    await process.stdout.write('Loaded Modules:\n core_module (static)\n so_module (static)\n http_module (static)\n');
    return 0;
  }
  const hosts = config.virtual.map(
    ({ address, names }) => `${(address ?? '').padEnd(22)} ${names[0] ?? process.machine.hostname} (${'conf'}:1)\n`,
  );
  await process.stdout.write(
    `VirtualHost configuration:\n${hosts.join('')}ServerRoot: "${config.root}"\nMain DocumentRoot: "${config.host.documentRoot}"\nMain ErrorLog: "${underRoot(config, config.host.errorLog)}"\nPidFile: "${underRoot(config, config.pidFile)}"\nUser: name="${config.user}"\n`,
  );
  return 0;
}

async function control(process: Process, line: CommandLine, config: HttpdConfig, flavour: Flavour): Promise<number> {
  const { name } = flavour;
  const main = runningMain(process.machine, line.pidFile ?? underRoot(config, config.pidFile));
  if (process.credentials.uid !== 0) {
    await process.stderr.write(
      '(13)Permission denied: AH00072: make_sock: could not bind to address [::]:80\n(13)Permission denied: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n',
    );
    return 1;
  }
  if (line.verb === 'stop' || line.verb === 'graceful-stop') {
    if (main === undefined) {
      await process.stderr.write(`${name} (no pid file) not running\n`);
      return 0;
    }
    process.transact((world, machine) => stopHttpd(world, machine, main, line.verb === 'stop' ? 'TERM' : 'WINCH'));
    await process.sleep(300);
    return 0;
  }
  if (main !== undefined) {
    if (line.verb === 'start') {
      await process.stdout.write(`${name} (pid ${main}) already running\n`);
      return 0;
    }
    process.transact((world, machine) => reloadHttpd(world, machine, main, line.config));
    return 0;
  }
  if (line.verb !== 'start') await process.stderr.write(`${name} not running, trying to start\n`);
  const command = [`/usr/sbin/${name}`, ...process.argv.slice(1)].join(' ');
  const begun = process.transact((world, machine) =>
    startHttpd(world, machine, {
      command,
      config: line.config,
      defines: line.defines,
      unit: null,
      ...(line.pidFile === null ? {} : { pidFile: line.pidFile }),
    }),
  );
  await process.stderr.write(begun.kind === 'failed' ? begun.text : begun.warning);
  return begun.kind === 'failed' ? 1 : 0;
}

/** The front end of administrators: on CentOS it hands starts and stops to systemd. */
export const apachectl: Program = async (process) => {
  const { name } = flavourOf(process.machine);
  const [verb = '', ...rest] = process.argv.slice(1);
  switch (verb) {
    case 'start':
    case 'stop':
    case 'restart':
    case 'status':
      return process.run(['/usr/bin/systemctl', verb, `${name}.service`]);
    case 'graceful':
      return process.run(['/usr/bin/systemctl', 'reload', `${name}.service`]);
    case 'graceful-stop':
      return process.run(['/usr/bin/systemctl', 'stop', `${name}.service`]);
    case 'configtest':
      return process.run([`/usr/sbin/${name}`, '-t']);
    case '':
    case '-h':
    case 'help':
      await process.stderr.write(USAGE(`/usr/sbin/${name}`));
      return 1;
    default:
      return process.run([`/usr/sbin/${name}`, verb, ...rest]);
  }
};
