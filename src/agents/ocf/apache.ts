import { lookup } from '../../machine/files';
import type { HttpdConfig } from '../../machine/httpd/config';
import { flavourOf } from '../../machine/httpd/flavour';
import { underRoot } from '../../machine/httpd/log';
import { loadConfig, runningMain, startHttpd, stopHttpd } from '../../machine/httpd/server';
import { ConfigProblem } from '../../machine/httpd/syntax';
import { responderOf } from '../../network/http';
import { connect } from '../../network/reach';
import { lookup as lookupName } from '../../network/resolve';
import { listenerAt } from '../../network/sockets';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import { agentLog } from './agent-log';

/** Times of the agent's runs on an idle node, in ms. The first look at the status page comes some time after the start. */
const RUN_TIME = 90;
const START_TIME = 320;
/** A graceful end waits for the workers. */
const STOP_TIME = 1150;
/** The agent looks again so often while the server doesn't come up. */
const RETRY = 1000;

/** Where the server's files are, as the parameters and the distribution have it. */
interface Place {
  readonly binary: string;
  readonly config: string;
}

function placeOf(call: AgentCall): Place {
  const { name, config } = flavourOf(call.machine);
  return {
    binary: call.parameters.httpd || `/usr/sbin/${name}`,
    config: call.parameters.configfile || config,
  };
}

/** What isn't there; null: all that a start needs is. */
function missing(call: AgentCall): string | null {
  const { binary, config } = placeOf(call);
  const program = lookup(call.machine, binary);
  if (program?.kind !== 'file' || (program.mode & 0o111) === 0) return 'apache httpd program not found';
  return lookup(call.machine, config)?.kind === 'file' ? null : `Configuration file ${config} not found!`;
}

function configuration(call: AgentCall): HttpdConfig | null {
  try {
    return loadConfig(call.machine, placeOf(call).config, ['STATUS']);
  } catch (error) {
    if (error instanceof ConfigProblem) return null;
    throw error;
  }
}

/** The PID file: the configuration's own, else one by the resource's name. */
function pidFile(call: AgentCall): string {
  const config = configuration(call);
  const flavour = flavourOf(call.machine);
  const usual = config === null || config.pidFile === flavour.pidFile;
  if (!usual || flavour.name === 'apache2') return config ? underRoot(config, config.pidFile) : flavour.pidFile;
  return `/var/run/${flavour.name}-${call.resource.id}.pid`;
}

function mainPid(call: AgentCall): number | undefined {
  return runningMain(call.machine, pidFile(call));
}

/** The page that is to be had while the server works. */
function statusUrl(call: AgentCall): { host: string; port: number; path: string } {
  const port = configuration(call)?.listen[0]?.port ?? 80;
  const text = call.parameters.statusurl || `http://localhost:${call.parameters.port || port}/server-status`;
  const match = /^https?:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(text);
  return { host: match?.[1] ?? 'localhost', port: Number(match?.[2] ?? 80), path: match?.[3] ?? '/' };
}

/** Whether the status page is to be had and looks as it should. Gets it as a client on this machine does. */
function statusPageWorks(call: AgentCall): boolean {
  const { host, port, path } = statusUrl(call);
  const found = lookupName(call.world, call.machine.name, host);
  const address = /^[\d.]+$/.test(host) ? host : found.kind === 'found' ? found.addresses[0] : undefined;
  if (address === undefined) return false;
  const way = connect(call.world, call.machine.name, address, port, 'tcp');
  if (way.kind !== 'connected') return false;
  const server = call.world.machines[way.machine];
  const socket = server && listenerAt(server, address, port, 'tcp');
  const response = responderOf(socket?.process ?? '')?.respond(call.world, way.machine, {
    method: 'GET',
    host: port === 80 ? host : `${host}:${port}`,
    path,
    headers: { 'User-Agent': 'Wget/1.21.1' },
    body: '',
    tls: false,
    address,
    port,
    client: way.source,
  });
  const expected = call.parameters.testregex ? new RegExp(call.parameters.testregex, 'i') : /<\/ *html *>/i;
  return response?.status === 200 && expected.test(response.body);
}

function begin(call: AgentCall): number {
  if (call.action !== 'start') {
    if (call.action === 'stop' && missing(call) === null && mainPid(call) !== undefined) return STOP_TIME;
    return RUN_TIME;
  }
  if (missing(call) !== null) return RUN_TIME;
  const running = mainPid(call);
  if (running !== undefined) {
    agentLog(call, 'INFO', `apache already running (pid ${running})`);
    return RUN_TIME;
  }
  agentLog(call, 'INFO', 'apache not running');
  launch(call);
  return START_TIME;
}

function launch(call: AgentCall): void {
  const { binary, config } = placeOf(call);
  const own = pidFile(call);
  const extra = configuration(call)?.pidFile === own ? '' : ` -c PidFile ${own}`;
  const options = call.parameters.options ? ` ${call.parameters.options}` : '';
  const command = `${binary} -DSTATUS -f ${config}${options}${extra}`;
  const begun = startHttpd(call.world, call.machine, {
    command,
    config,
    defines: ['STATUS'],
    unit: null,
    pidFile: own,
  });
  const text = begun.kind === 'failed' ? begun.text : begun.warning;
  const shown = text.trim().replace(/\s*\n\s*/g, ' ');
  if (shown !== '') agentLog(call, begun.kind === 'failed' ? 'ERROR' : 'INFO', `${shown} `);
}

function start(call: AgentCall): AgentResult | { again: number } {
  const running = mainPid(call);
  if (running === undefined) {
    agentLog(call, 'INFO', 'apache not running');
    agentLog(call, 'INFO', `waiting for apache ${placeOf(call).config} to come up`);
    return { again: RETRY };
  }
  if (statusPageWorks(call)) return { rc: OCF.ok };
  // A server whose status page can't be had is ended again.
  agentLog(call, 'INFO', `Attempting graceful stop of apache PID ${running}`);
  stopHttpd(call.world, call.machine, running, 'TERM');
  agentLog(call, 'INFO', 'apache stopped.');
  return { rc: OCF.error, reason: 'Failed to access httpd status page.' };
}

function stop(call: AgentCall): AgentResult {
  const running = mainPid(call);
  if (running === undefined) {
    agentLog(call, 'INFO', 'apache is not running.');
    return { rc: OCF.ok };
  }
  agentLog(call, 'INFO', `Attempting graceful stop of apache PID ${running}`);
  stopHttpd(call.world, call.machine, running, 'TERM');
  agentLog(call, 'INFO', 'apache stopped.');
  return { rc: OCF.ok };
}

function monitor(call: AgentCall): AgentResult {
  if (mainPid(call) === undefined) {
    agentLog(call, 'INFO', 'apache not running');
    return { rc: OCF.notRunning };
  }
  if (statusPageWorks(call)) return { rc: OCF.ok };
  return call.intervalMs > 0 ? { rc: OCF.error, reason: 'Failed to access httpd status page.' } : { rc: OCF.error };
}

/** ocf:heartbeat:apache: a web server that runs by itself, watched by its status page. */
export const apache: AgentBehaviour = {
  begin,
  finish(call) {
    const problem = missing(call);
    if (problem !== null) {
      // Where nothing can run, a probe and a stop have what they want.
      const idle = call.action === 'stop' || (call.action === 'monitor' && call.intervalMs === 0);
      if (call.action === 'stop') return { rc: OCF.ok, reason: problem };
      if (idle) return { rc: OCF.notRunning, reason: problem };
      const reason = 'environment is invalid, resource considered stopped';
      const output = `ocf-exit-reason:${problem}\nocf-exit-reason:${reason}\n`;
      return { rc: OCF.notInstalled, reason, output };
    }
    switch (call.action) {
      case 'start':
        return start(call);
      case 'stop':
        return stop(call);
      case 'monitor':
      case 'status':
        return monitor(call);
      case 'validate-all':
        return { rc: OCF.ok };
      default:
        return { rc: OCF.unimplemented };
    }
  },
};
