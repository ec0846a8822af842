import { bindInterface, findService, unbindInterface } from '../../network/firewall';
import { emptyZone, type ZoneFile } from '../../network/firewall-xml';
import type { Process, Program } from '../../shell/process';
import type { Machine } from '../../world/machine';
import type { FirewallZone } from '../../world/network';
import type { World } from '../../world/world';
import { ArgumentError, type Arguments, parseArguments } from './arguments';
import { addTo, ICMP_TYPES, isIn, LIST_WORDS, listOfWord, removeFrom, type Target } from './change';
import { reloadFirewall } from './daemon';
import { codes, FirewallError, UsageFailure } from './errors';
import { compare, describeService, describeZone, serviceNames } from './listing';
import {
  ownServices,
  permanentDefaultZone,
  permanentZones,
  structuredCopy,
  writeDefaultZone,
  writeService,
  writeZone,
} from './permanent';

/** Python and the bus. */
const STARTUP_MS = 180;

const USAGE = "usage: 'firewall-cmd --help' for usage information or see firewall-cmd(1) man page\n";

const HELP = `
Usage: firewall-cmd [OPTIONS...]

General Options
  -h, --help           this text
  -V, --version        version of firewalld
  -q, --quiet          no status messages

Status Options
  --state              whether firewalld runs
  --reload             read the permanent configuration again; what is only in memory is lost
  --complete-reload    the same, and established connections are cut too
  --runtime-to-permanent
                       write what is in memory to the permanent configuration

Zone Options
  --get-default-zone   --set-default-zone=<zone>   --get-active-zones   --get-zones [--permanent]
  --list-all-zones [--permanent]   --info-zone=<zone> [--permanent]   --get-services [--permanent]
  --new-zone=<zone> --permanent    --get-zone-of-interface=<interface>

Options to Adapt and Query Zones (with [--permanent] [--zone=<zone>])
  --list-all  --list-services  --list-ports  --list-rich-rules  --list-interfaces  --list-sources
  --add-service=<service> [--timeout=<timeval>]   --remove-service=<service>   --query-service=<service>
  --add-port=<portid>[-<portid>]/<protocol>       --remove-port=...            --query-port=...
  --add-source=<source>                           --remove-source=...          --query-source=...
  --add-interface=<interface>                     --remove-interface=...       --change-interface=...
  --add-rich-rule='<rule>'                        --remove-rich-rule=...       --query-rich-rule=...
  --add-masquerade  --remove-masquerade  --query-masquerade

Options to Ask for Services
  --info-service=<service>   --new-service=<service> --permanent
  --service=<service> --permanent --add-port=<port>/<protocol>

`;

/** firewall-cmd: the command line of firewalld. */
export const firewallCmd: Program = async (process) => {
  let args: Arguments;
  try {
    args = parseArguments(process.argv);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    await process.stderr.write(`${USAGE}firewall-cmd: error: ${error.message}\n`);
    return 2;
  }
  await process.sleep(STARTUP_MS);
  try {
    return await run(process, args);
  } catch (error) {
    if (error instanceof UsageFailure) {
      await process.stderr.write(`${error.message}\n`);
      return 2;
    }
    if (!(error instanceof FirewallError)) throw error;
    await printError(process, `Error: ${error.message}`);
    return codes[error.code];
  }
};

/** On a terminal errors are bright red. */
async function printError(process: Process, text: string): Promise<void> {
  await process.stderr.write(process.stderr.isTerminal ? `\u001b[91m${text}\u001b[00m\n` : `${text}\n`);
}

function has(args: Arguments, name: string): boolean {
  return args.given.some((option) => option.name === name);
}

function value(args: Arguments, name: string): string | null {
  return args.given.findLast((option) => option.name === name)?.value ?? null;
}

async function run(process: Process, args: Arguments): Promise<number> {
  const { machine } = process;
  const state = machine.network.firewall;
  if (has(args, 'help')) {
    await process.stdout.write(HELP);
    return 0;
  }
  if (has(args, 'version')) {
    if (!state) return notRunning(process);
    const version = machine.packages.firewalld?.version.replace(/-.*/, '') ?? '1.2.1';
    await process.stdout.write(`${version}\n`);
    return 0;
  }
  if (has(args, 'state')) {
    if (has(args, 'permanent')) throw new UsageFailure(`${USAGE}Can't use stand-alone options with other options.`);
    if (state) await process.stdout.write('running\n');
    else await printError(process, 'not running');
    return state ? 0 : codes.NOT_RUNNING;
  }
  const actions = args.given.filter(({ name }) => !MODIFIERS.has(name));
  if (actions.length === 0) {
    if (!state) return notRunning(process);
    await process.stderr.write(`State: running\n\nNo options specified\n${USAGE}`);
    return 2;
  }
  if (!state) return notRunning(process);
  if (process.credentials.uid !== 0 && actions.some(({ name }) => !/^(get|list|info|query|path)-/.test(name))) {
    await printError(
      process,
      'Authorization failed.\n    Make sure polkit agent is running or run the application as superuser.',
    );
    return codes.NOT_AUTHORIZED;
  }
  return (await general(process, args)) ?? zoneOptions(process, args);
}

/** Options that say how others are meant. */
const MODIFIERS = new Set(['permanent', 'zone', 'policy', 'timeout', 'quiet', 'verbose', 'service']);

async function notRunning(process: Process): Promise<number> {
  await printError(process, 'FirewallD is not running');
  return codes.NOT_RUNNING;
}

async function success(process: Process, args: Arguments): Promise<number> {
  if (!has(args, 'quiet')) await process.stdout.write('success\n');
  return 0;
}

/** Options that aren't about one zone. Null: none of them was given. */
async function general(process: Process, args: Arguments): Promise<number | null> {
  const permanent = has(args, 'permanent');
  const { machine } = process;
  const print = async (text: string) => {
    await process.stdout.write(`${text}\n`);
    return 0;
  };
  const state = machine.network.firewall;
  if (!state) return notRunning(process);
  const zones = permanent ? mapZones(permanentZones(machine)) : state.zones;
  const names = Object.keys(zones).sort(compare);
  const first = args.given.find(({ name }) => !MODIFIERS.has(name));
  switch (first?.name) {
    case 'reload':
    case 'complete-reload':
      process.transact((_world, draft) => reloadFirewall(draft));
      await process.sleep(400);
      return success(process, args);
    case 'runtime-to-permanent':
      process.transact(runtimeToPermanent);
      return success(process, args);
    case 'check-config':
      return success(process, args);
    case 'panic-on':
    case 'panic-off': {
      const panic = first.name === 'panic-on';
      process.transact((_world, draft) => {
        if (draft.network.firewall) draft.network.firewall.panic = panic;
      });
      return success(process, args);
    }
    case 'query-panic':
      await process.stdout.write(state.panic ? 'yes\n' : 'no\n');
      return state.panic ? 0 : 1;
    case 'get-default-zone':
      return print(state.defaultZone);
    case 'set-default-zone':
      return setDefaultZone(process, args, first.value ?? '');
    case 'get-zones':
      return print(names.join(' '));
    case 'get-services':
      return print(serviceNames(permanent ? ownServices(machine) : (state.services ?? {})).join(' '));
    case 'get-icmptypes':
      return print(ICMP_TYPES.join(' '));
    case 'get-log-denied':
      return print('off');
    case 'get-active-zones': {
      let text = '';
      for (const name of names) {
        const zone = zones[name];
        if (!zone || (zone.interfaces.length === 0 && zone.sources.length === 0)) continue;
        text += `${name}\n`;
        if (zone.interfaces.length > 0) text += `  interfaces: ${zone.interfaces.join(' ')}\n`;
        if (zone.sources.length > 0) text += `  sources: ${zone.sources.join(' ')}\n`;
      }
      await process.stdout.write(text);
      return 0;
    }
    case 'list-all-zones':
      await process.stdout.write(names.map((name) => zoneText(machine, name, zones, permanent)).join('\n'));
      return 0;
    case 'info-zone': {
      const name = first.value ?? '';
      if (!zones[name]) throw new FirewallError('INVALID_ZONE', name);
      await process.stdout.write(zoneText(machine, name, zones, permanent));
      return 0;
    }
    case 'info-service': {
      const name = first.value ?? '';
      const own = permanent ? ownServices(machine)[name] : undefined;
      const service = own ?? findService(permanent ? null : state, name);
      if (!service) throw new FirewallError('INVALID_SERVICE', name);
      await process.stdout.write(describeService(name, service));
      return 0;
    }
    case 'get-zone-of-interface': {
      const zone = names.find((name) => zones[name]?.interfaces.includes(first.value ?? ''));
      if (zone !== undefined) return print(zone);
      await printError(process, 'no zone');
      return 2;
    }
    case 'get-zone-of-source': {
      const zone = names.find((name) => zones[name]?.sources.includes(first.value ?? ''));
      if (zone !== undefined) return print(zone);
      await printError(process, 'no zone');
      return 2;
    }
    case 'new-zone':
    case 'new-service':
      return create(process, args, first.name, first.value ?? '');
    default:
      return null;
  }
}

function mapZones(files: Record<string, ZoneFile>): Record<string, FirewallZone> {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, file.zone]));
}

function zoneText(machine: Machine, name: string, zones: Record<string, FirewallZone>, permanent: boolean): string {
  const zone = zones[name] ?? emptyZone();
  const running = permanent ? machine.network.firewall?.zones[name] : zone;
  const active = running !== undefined && (running.interfaces.length > 0 || running.sources.length > 0);
  return describeZone(name, zone, active);
}

async function setDefaultZone(process: Process, args: Arguments, name: string): Promise<number> {
  const state = process.machine.network.firewall;
  if (!state?.zones[name]) throw new FirewallError('INVALID_ZONE', name);
  if (state.defaultZone === name) {
    await process.stderr.write(`Warning: ZONE_ALREADY_SET: ${name}\n`);
    return success(process, args);
  }
  process.transact((world, machine) => {
    const draft = machine.network.firewall;
    if (!draft) return;
    const moved = [...(draft.zones[draft.defaultZone]?.interfaces ?? [])];
    draft.defaultZone = name;
    for (const device of moved) bindInterface(machine, device, name);
    writeDefaultZone(world, machine, name);
  });
  return success(process, args);
}

/** Writes every zone whose rules in memory differ from its file. Interfaces that NetworkManager holds stay out. */
function runtimeToPermanent(world: World, machine: Machine): void {
  const state = machine.network.firewall;
  if (!state) return;
  const files = permanentZones(machine);
  for (const name of Object.keys(state.zones)) {
    const running = state.zones[name];
    const file = files[name] ?? { zone: emptyZone(), short: '', description: '' };
    if (!running) continue;
    const managed = Object.keys(machine.network.activeConnections);
    const zone = structuredCopy(running);
    zone.interfaces = zone.interfaces.filter((device) => !managed.includes(device));
    if (JSON.stringify(sortedZone(zone)) === JSON.stringify(sortedZone(file.zone))) continue;
    writeZone(world, machine, name, { ...file, zone });
  }
}

function sortedZone(zone: FirewallZone): unknown {
  const sorted = (list: readonly string[] | undefined) => [...(list ?? [])].sort(compare);
  return [
    zone.target,
    sorted(zone.interfaces),
    sorted(zone.sources),
    sorted(zone.services),
    sorted(zone.ports),
    sorted(zone.richRules),
    zone.masquerade,
    zone.forward ?? false,
    sorted(zone.protocols),
    sorted(zone.sourcePorts),
    sorted(zone.forwardPorts),
    sorted(zone.icmpBlocks),
    zone.icmpBlockInversion ?? false,
  ];
}

async function create(process: Process, args: Arguments, option: string, name: string): Promise<number> {
  if (!has(args, 'permanent')) throw new UsageFailure(`${USAGE}Option can be used only with --permanent.`);
  if (!/^[A-Za-z0-9_-]+$/.test(name)) throw new FirewallError('INVALID_NAME', name);
  const { machine } = process;
  if (option === 'new-zone') {
    if (permanentZones(machine)[name]) throw new FirewallError('NAME_CONFLICT', `new_zone(): '${name}'`);
    if (name.length > 17)
      throw new FirewallError('INVALID_NAME', `Zone of '${name}' has ${name.length} chars, max is 17`);
    process.transact((world, draft) =>
      writeZone(world, draft, name, { zone: emptyZone(), short: '', description: '' }),
    );
  } else {
    const taken = ownServices(machine)[name] ?? findService(null, name);
    if (taken) throw new FirewallError('NAME_CONFLICT', `new_service(): '${name}'`);
    const empty = {
      ports: [],
      protocols: [],
      sourcePorts: [],
      modules: [],
      destinations: {},
      includes: [],
      helpers: [],
    };
    process.transact((world, draft) => writeService(world, draft, name, empty));
  }
  return success(process, args);
}

/** Options that adapt or query a zone. */
async function zoneOptions(process: Process, args: Arguments): Promise<number> {
  const permanent = has(args, 'permanent');
  if (value(args, 'service') !== null) return serviceOptions(process, args);
  const zoneName =
    value(args, 'zone') ??
    (permanent ? permanentDefaultZone(process.machine) : (process.machine.network.firewall?.defaultZone ?? 'public'));
  const lookUp = (machine: Machine): { file: ZoneFile | null; zone: FirewallZone } => {
    const file = permanent ? (permanentZones(machine)[zoneName] ?? null) : null;
    const zone = permanent ? file?.zone : machine.network.firewall?.zones[zoneName];
    if (!zone) throw new FirewallError('INVALID_ZONE', zoneName);
    return { file, zone };
  };
  const target = (machine: Machine, zone: FirewallZone): Target => ({
    machine,
    zoneName,
    zone,
    permanent,
    state: permanent ? null : machine.network.firewall,
  });
  const { zone } = lookUp(process.machine);
  const listed = await listOption(process, args, zoneName, zone, permanent);
  if (listed !== null) return listed;
  const queried = await queryOption(process, args, target(process.machine, structuredCopy(zone)));
  if (queried !== null) return queried;
  const warnings: FirewallError[] = [];
  const errors: FirewallError[] = [];
  let changes = 0;
  process.transact((world, machine) => {
    const { file, zone: draft } = lookUp(machine);
    const own = target(machine, draft);
    for (const option of args.given) {
      if (MODIFIERS.has(option.name)) continue;
      try {
        change(own, option.name, option.value ?? '');
        changes++;
      } catch (error) {
        if (!(error instanceof FirewallError)) throw error;
        (error.isWarning ? warnings : errors).push(error);
      }
    }
    if (file && changes > 0) writeZone(world, machine, zoneName, { ...file, zone: draft });
  });
  return report(process, args, changes, warnings, errors);
}

async function report(
  process: Process,
  args: Arguments,
  changes: number,
  warnings: readonly FirewallError[],
  errors: readonly FirewallError[],
): Promise<number> {
  for (const warning of warnings) await process.stderr.write(`Warning: ${warning.message}\n`);
  for (const error of errors) await printError(process, `Error: ${error.message}`);
  if (changes === 0 && warnings.length === 0) {
    const different = new Set(errors.map((error) => error.code));
    const first = errors[0];
    return first && different.size === 1 ? codes[first.code] : 254;
  }
  return success(process, args);
}

async function listOption(
  process: Process,
  args: Arguments,
  zoneName: string,
  zone: FirewallZone,
  permanent: boolean,
): Promise<number | null> {
  const option = args.given.find(({ name }) => name.startsWith('list-') || name === 'get-target');
  if (!option) return null;
  if (option.name === 'list-all') {
    const running = process.machine.network.firewall?.zones[zoneName];
    const active = running !== undefined && (running.interfaces.length > 0 || running.sources.length > 0);
    await process.stdout.write(describeZone(zoneName, zone, active));
    return 0;
  }
  if (option.name === 'get-target') {
    if (!permanent) throw new UsageFailure(`${USAGE}Option can be used only with --permanent.`);
    await process.stdout.write(`${zone.target === 'REJECT' ? '%%REJECT%%' : zone.target}\n`);
    return 0;
  }
  const word = option.name.slice('list-'.length, -1);
  const found = LIST_WORDS.find((candidate) => candidate === word);
  const list = found ? [...listOfWord(structuredCopy(zone), found)] : [];
  const separator = word === 'rich-rule' || word === 'forward-port' ? '\n' : ' ';
  if (word !== 'port') list.sort(compare);
  await process.stdout.write(`${list.join(separator)}\n`);
  return 0;
}

async function queryOption(process: Process, args: Arguments, target: Target): Promise<number | null> {
  const option = args.given.find(({ name }) => name.startsWith('query-'));
  if (!option) return null;
  const word = option.name.slice('query-'.length);
  const found = LIST_WORDS.find((candidate) => candidate === word);
  let yes = false;
  if (found) yes = isIn(target, found, option.value ?? '');
  else if (word === 'masquerade') yes = target.zone.masquerade;
  else if (word === 'forward') yes = target.zone.forward ?? false;
  else if (word === 'icmp-block-inversion') yes = target.zone.icmpBlockInversion ?? false;
  if (!has(args, 'quiet')) await process.stdout.write(yes ? 'yes\n' : 'no\n');
  return yes ? 0 : 1;
}

/** One `--add-…`, `--remove-…`, `--change-…` or `--set-target` on a draft. */
function change(target: Target, option: string, given: string): void {
  const dash = option.indexOf('-');
  const verb = option.slice(0, dash);
  const word = option.slice(dash + 1);
  const list = LIST_WORDS.find((candidate) => candidate === word);
  if (list && verb === 'add') addTo(target, list, given);
  else if (list && verb === 'remove') removeFrom(target, list, given);
  else if (verb === 'change' && (word === 'interface' || word === 'zone')) changeInterface(target, given);
  else if (verb === 'change' && word === 'source') target.zone.sources.push(given);
  else if (word === 'masquerade' || word === 'forward' || word === 'icmp-block-inversion') {
    setFlag(target, word, verb === 'add');
  } else if (option === 'set-target') setTarget(target, given);
  else throw new UsageFailure(`${USAGE}Option --${option} can't be used here.`);
}

function changeInterface(target: Target, device: string): void {
  if (target.permanent) {
    target.zone.interfaces = [...target.zone.interfaces.filter((name) => name !== device), device];
    return;
  }
  unbindInterface(target.machine, device);
  target.zone.interfaces.push(device);
}

function setFlag(target: Target, word: 'masquerade' | 'forward' | 'icmp-block-inversion', on: boolean): void {
  const key = word === 'icmp-block-inversion' ? 'icmpBlockInversion' : word;
  if ((target.zone[key] ?? false) === on) {
    throw new FirewallError(
      on ? 'ALREADY_ENABLED' : 'NOT_ENABLED',
      target.permanent ? word : `${word} ${on ? 'already' : 'not'} in '${target.zoneName}'`,
    );
  }
  target.zone[key] = on;
}

function setTarget(target: Target, given: string): void {
  if (!target.permanent) throw new UsageFailure(`${USAGE}Option can be used only with --permanent.`);
  const targets: Record<string, FirewallZone['target']> = {
    default: 'default',
    ACCEPT: 'ACCEPT',
    DROP: 'DROP',
    REJECT: 'REJECT',
    '%%REJECT%%': 'REJECT',
  };
  const wanted = targets[given];
  if (!wanted) throw new FirewallError('INVALID_TARGET', given);
  target.zone.target = wanted;
}

/** `--permanent --service=NAME --add-port=…`: the definition of a service. */
async function serviceOptions(process: Process, args: Arguments): Promise<number> {
  if (!has(args, 'permanent')) throw new UsageFailure(`${USAGE}Option can be used only with --permanent.`);
  const name = value(args, 'service') ?? '';
  const own = ownServices(process.machine)[name];
  const packaged = findService(null, name);
  const service = structuredCopy(own ?? packaged);
  if (!service) throw new FirewallError('INVALID_SERVICE', name);
  const warnings: FirewallError[] = [];
  const errors: FirewallError[] = [];
  let changes = 0;
  if (has(args, 'get-ports')) {
    await process.stdout.write(`${service.ports.join(' ')}\n`);
    return 0;
  }
  for (const option of args.given) {
    if (MODIFIERS.has(option.name)) continue;
    const given = option.value ?? '';
    if (option.name === 'add-port') {
      if (service.ports.includes(given)) warnings.push(new FirewallError('ALREADY_ENABLED', given.replace('/', ':')));
      else {
        service.ports.push(given);
        changes++;
      }
    } else if (option.name === 'remove-port') {
      if (!service.ports.includes(given)) warnings.push(new FirewallError('NOT_ENABLED', given.replace('/', ':')));
      else {
        service.ports = service.ports.filter((port) => port !== given);
        changes++;
      }
    } else throw new UsageFailure(`${USAGE}Option --${option.name} can't be used here.`);
  }
  if (changes > 0) process.transact((world, machine) => writeService(world, machine, name, service));
  return report(process, args, changes, warnings, errors);
}
