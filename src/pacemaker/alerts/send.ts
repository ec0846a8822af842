import { schedule } from '../../kernel/events';
import { lookup } from '../../machine/files';
import { addProcess } from '../../machine/systemd/processes';
import type { World } from '../../world/world';
import { liveCib } from '../cib/live';
import { PACEMAKER_VERSION } from '../cib/version';
import { hasPacemaker, type PacemakerMachine } from '../peers';
import { unixMs } from '../time';
import { type AlertKind, type ConfiguredAlert, configuredAlerts } from './configured';
import { timestamp } from './timestamp';

declare module '../../kernel/events' {
  interface EventMap {
    /** An alert agent has had its time. */
    'pacemaker.alert-timeout': { machine: string; sequence: string };
  }
}

const UNIT = 'pacemaker.service';
const SEQUENCE = 'CRM_alert_node_sequence';

/**
 * Runs the alert agents that the configuration has for what happened, as hacluster, on this machine. `facts`: variables
 * of the kind, without their prefix (`node`, `desc`, `rsc` …).
 */
export function sendAlert(
  world: World,
  machine: PacemakerMachine,
  kind: AlertKind,
  facts: Readonly<Record<string, string | number>>,
): void {
  const cib = liveCib(machine);
  if (!cib) return;
  const attribute = facts.attribute_name === undefined ? null : String(facts.attribute_name);
  const alerts = configuredAlerts(cib, kind, attribute);
  if (alerts.length === 0) return;
  machine.pacemaker.alerts = (machine.pacemaker.alerts ?? 0) + 1;
  for (const alert of alerts) run(world, machine, alert, { kind, ...facts });
}

function run(
  world: World,
  machine: PacemakerMachine,
  alert: ConfiguredAlert,
  facts: Readonly<Record<string, string | number>>,
): void {
  const file = lookup(machine, alert.path);
  if (file?.kind !== 'file' || (file.mode & 0o111) === 0) return;
  const sequence = String(machine.pacemaker.alerts ?? 0);
  const now = unixMs(world);
  const variables: Record<string, string> = {
    version: PACEMAKER_VERSION.replace(/-.*/, ''),
    node_sequence: sequence,
    timestamp: timestamp(machine, now, alert.timestampFormat),
    timestamp_epoch: String(Math.floor(now / 1000)),
    timestamp_usec: String((now % 1000) * 1000),
  };
  if (alert.recipient !== null) variables.recipient = alert.recipient;
  for (const [name, value] of Object.entries(facts)) variables[name] = String(value);
  const pid = addProcess(world, machine, {
    command: alert.path,
    unit: UNIT,
    ppid: machine.pacemaker.daemons.execd,
  });
  const record = machine.processes[pid];
  if (!record) return;
  record.execute = {
    unit: UNIT,
    argv: [alert.path],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin', ...alert.options, ...prefixed(variables) },
    cwd: '/var/lib/pacemaker/cores',
    user: 'hacluster',
  };
  const timeout = { machine: machine.name, sequence };
  schedule(world, alert.timeoutMs, 'pacemaker.alert-timeout', timeout, { machine: machine.name });
}

/** Each variable under its name of today and under the one of old agents. */
function prefixed(variables: Readonly<Record<string, string>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    environment[`CRM_alert_${name}`] = value;
    environment[`CRM_notify_${name}`] = value;
  }
  return environment;
}

/** Whatever still runs for an alert whose time is up is killed. */
export function endAlert(world: World, payload: { machine: string; sequence: string }): void {
  const machine = world.machines[payload.machine];
  if (!hasPacemaker(machine)) return;
  for (const process of Object.values(machine.processes))
    if (process.execute?.env[SEQUENCE] === payload.sequence) process.signals = ['KILL'];
}
