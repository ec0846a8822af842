import { readFileIfThere } from '../../../machine/files';
import type { Process } from '../../../shell/process';
import type { Nic } from '../../../world/network';
import { activate, deactivate } from '../manager/activate';
import { connectIfWanted } from '../manager/autoconnect';
import { loadProfile, type Profile, profilesOf, profileText, readProfile } from '../manager/profile';
import { fits, reloadProfiles } from '../manager/service';
import {
  ACTIVE_PATH,
  type Context,
  deviceOfProfile,
  dropProfile,
  findProfile,
  isCommand,
  managerOf,
  nicNamed,
  notUnderstood,
  requireRoot,
  saveProfile,
} from './context';
import { CONNECTION_USAGE } from './help';
import { addConnection, cloneConnection, modifyConnection } from './modify';
import { NmcliError, status } from './output';
import { showConnections } from './show';

/** What activating a static connection takes. */
const ACTIVATION_MS = 120;

/** How long nmcli waits for an activation unless told otherwise. */
const DEFAULT_WAIT_MS = 90_000;

/** `nmcli connection …` */
export async function connection(context: Context, args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined || isCommand(word, 'show')) return showConnections(context, rest);
  if (word === 'help' || word === '--help' || word === '-h') {
    await context.process.stderr.write(CONNECTION_USAGE);
    return 0;
  }
  const commands: readonly (readonly [string, (context: Context, rest: readonly string[]) => Promise<number>])[] = [
    ['up', up],
    ['down', down],
    ['add', addConnection],
    ['modify', modifyConnection],
    ['delete', remove],
    ['reload', reload],
    ['load', load],
    ['clone', cloneConnection],
  ];
  const found = commands.find(([name]) => isCommand(word, name));
  if (!found) throw notUnderstood(word);
  return found[1](context, rest);
}

/** Activates a profile on a device and waits for it; the message of nmcli for `con up` and `dev connect` differ. */
export async function activateAndWait(
  { process, style }: Context,
  profile: Profile,
  nic: Nic,
): Promise<{ number: number } | { failed: string; status: number }> {
  const begun = process.transact((world, machine) => {
    const draft = machine.network.nics.find((candidate) => candidate.name === nic.name);
    if (!draft) return 'no-device';
    return activate(world, machine, managerOf(machine), profile, draft);
  });
  if (begun === 'no-device' || begun === 'unavailable') {
    return {
      failed: `Connection activation failed: No suitable device found for this connection (device ${nic.name} not available because device has no carrier).`,
      status: status.activationFailed,
    };
  }
  const number = process.machine.network.manager?.numbers[nic.name] ?? 0;
  const wait = style.wait === null ? DEFAULT_WAIT_MS : style.wait * 1000;
  if (wait === 0) return { number };
  await process.sleep(ACTIVATION_MS);
  const { machineName } = process;
  const done = await process.until((world) => {
    const network = world.machines[machineName]?.network;
    if (network?.manager?.activating[nic.name] === profile.uuid) return undefined;
    return network?.activeConnections[nic.name] === profile.uuid ? 'up' : 'failed';
  }, wait);
  if (done === undefined) {
    return { failed: `Timeout expired (${wait / 1000} seconds)`, status: status.timeout };
  }
  if (done === 'failed') {
    return {
      failed:
        'Connection activation failed: IP configuration could not be reserved (no available address, timeout, etc.)\n' +
        `Hint: use 'journalctl -xe NM_CONNECTION=${profile.uuid} + NM_DEVICE=${nic.name}' to get more details.`,
      status: status.activationFailed,
    };
  }
  stampProfile(process, profile);
  return { number };
}

/** Notes in the profile when it was last active, as NetworkManager does. */
function stampProfile(process: Process, profile: Profile): void {
  process.transact((world, machine) => {
    const loaded = machine.network.manager?.profiles.find((candidate) => candidate.number === profile.number);
    const current = loaded ? readProfile(loaded) : null;
    if (!loaded || !current) return;
    const seconds = Math.floor((world.epoch + world.now) / 1000);
    current.file.get('connection')?.set('timestamp', String(seconds));
    // Only memory: the file is written with it the next time that the profile is changed.
    loaded.content = profileText(current.file);
  });
}

async function up(context: Context, args: readonly string[]): Promise<number> {
  const { process } = context;
  managerOf(process.machine);
  const queue = [...args];
  let name: string | null = null;
  let by: string | null = null;
  let ifname: string | null = null;
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (['ifname', 'ap', 'passwd-file'].includes(word)) {
      const value = queue.shift();
      if (value === undefined) throw new NmcliError(`Error: ${word} argument is missing.`, status.invalidInput);
      if (word === 'ifname') ifname = value;
    } else if (name === null && ['id', 'uuid', 'path'].includes(word) && queue.length > 0) {
      by = word;
      name = queue.shift() ?? null;
    } else if (name === null) name = word;
    else throw new NmcliError(`Error: invalid extra argument '${word}'.`, status.invalidInput);
  }
  if (name === null && ifname === null) {
    throw new NmcliError('Error: No connection specified.', status.invalidInput);
  }
  const { machine } = process;
  const profile = name === null ? null : findProfile(machine, name, by);
  if (name !== null && !profile) throw new NmcliError(`Error: unknown connection '${name}'.`, status.notFound);
  const nic = deviceFor(process, profile, ifname);
  const chosen = profile ?? profilesOf(machine).find((candidate) => nic !== null && fits(candidate, nic)) ?? null;
  if (!chosen || !nic) {
    throw new NmcliError(
      'Error: Connection activation failed: No suitable device found for this connection' +
        `${ifname === null ? mismatch(process, profile) : ` (device ${ifname} not available because profile is not compatible with device (mismatching interface name)).`}`,
      status.activationFailed,
    );
  }
  requireRoot(process, 'Error: Connection activation failed: Not authorized to control networking.');
  const result = await activateAndWait(context, chosen, nic);
  if ('failed' in result) throw new NmcliError(`Error: ${result.failed}`, result.status);
  await process.stdout.write(
    `Connection successfully activated (D-Bus active path: ${ACTIVE_PATH}/${result.number})\n`,
  );
  return 0;
}

function mismatch(process: Process, profile: Profile | null): string {
  const first = process.machine.network.nics[0];
  if (!first || !profile) return '.';
  return ` (device lo not available because device is strictly unmanaged).`;
}

/** The device that a profile goes to: the one it names, the one asked for, or the first that is free. */
function deviceFor(process: Process, profile: Profile | null, ifname: string | null): Nic | null {
  const { machine } = process;
  if (ifname !== null) {
    const nic = nicNamed(machine, ifname);
    return nic && (!profile || fits(profile, nic)) ? nic : null;
  }
  if (profile?.type !== 'ethernet') return null;
  const current = deviceOfProfile(machine, profile.uuid);
  const nics = machine.network.nics.filter((nic) => fits(profile, nic));
  return (
    nics.find((nic) => nic.name === current) ??
    nics.find((nic) => machine.network.activeConnections[nic.name] === undefined) ??
    nics[0] ??
    null
  );
}

async function down({ process }: Context, args: readonly string[]): Promise<number> {
  managerOf(process.machine);
  const queue = [...args];
  if (queue.length === 0) throw new NmcliError('Error: No connection specified.', status.invalidInput);
  const chosen: Profile[] = [];
  let result = 0;
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    const by = ['id', 'uuid', 'path', 'apath'].includes(word) && queue.length > 0 ? word : null;
    const name = by === null ? word : (queue.shift() ?? '');
    const profile = findProfile(process.machine, name, by);
    if (profile && deviceOfProfile(process.machine, profile.uuid) !== null) chosen.push(profile);
    else {
      await process.stderr.write(`Error: '${name}' is not an active connection.\n`);
      result = status.notFound;
    }
  }
  if (chosen.length === 0) throw new NmcliError('Error: no active connection provided.', status.notFound);
  if (result !== 0) await process.stderr.write('Error: not all active connections found.\n');
  for (const profile of chosen) {
    requireRoot(process, `Connection '${profile.id}' deactivation failed: Not authorized to deactivate connections`);
    const device = deviceOfProfile(process.machine, profile.uuid) ?? '';
    const number = process.machine.network.manager?.numbers[device] ?? 0;
    process.transact((world, machine) => {
      const nic = machine.network.nics.find((candidate) => candidate.name === device);
      if (nic) deactivate(world, machine, managerOf(machine), nic);
    });
    await process.sleep(40);
    await process.stdout.write(
      `Connection '${profile.id}' successfully deactivated (D-Bus active path: ${ACTIVE_PATH}/${number})\n`,
    );
  }
  return result;
}

async function remove({ process }: Context, args: readonly string[]): Promise<number> {
  managerOf(process.machine);
  const queue = [...args];
  if (queue.length === 0) throw new NmcliError('Error: No connection specified.', status.invalidInput);
  const chosen: Profile[] = [];
  const unknown: string[] = [];
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    const by = ['id', 'uuid', 'path'].includes(word) && queue.length > 0 ? word : null;
    const name = by === null ? word : (queue.shift() ?? '');
    const profile = findProfile(process.machine, name, by);
    if (profile) chosen.push(profile);
    else {
      await process.stderr.write(`Error: unknown connection '${name}'.\n`);
      unknown.push(`'${name}'`);
    }
  }
  for (const profile of chosen) {
    requireRoot(process, 'Error: Connection deletion failed: Insufficient privileges');
    const device = deviceOfProfile(process.machine, profile.uuid);
    process.transact((world, machine) => {
      const manager = managerOf(machine);
      const nic = machine.network.nics.find((candidate) => candidate.name === device);
      dropProfile(world, machine, manager, profile);
      if (nic) {
        deactivate(world, machine, manager, nic);
        // Another profile may take the device over, as the user didn't disconnect it.
        manager.blocked = manager.blocked.filter((name) => name !== nic.name);
        connectIfWanted(world, machine, manager);
      }
    });
    await process.sleep(30);
    await process.stdout.write(`Connection '${profile.id}' (${profile.uuid}) successfully deleted.\n`);
  }
  if (unknown.length > 0) {
    throw new NmcliError(`Error: cannot delete unknown connection(s): ${unknown.join(', ')}.`, status.notFound);
  }
  return 0;
}

async function reload({ process }: Context): Promise<number> {
  managerOf(process.machine);
  requireRoot(process, 'Error: failed to reload connections: access denied.');
  process.transact((world, machine) => {
    const manager = managerOf(machine);
    reloadProfiles(machine, manager);
    connectIfWanted(world, machine, manager);
  });
  await process.sleep(20);
  return 0;
}

async function load({ process }: Context, args: readonly string[]): Promise<number> {
  managerOf(process.machine);
  if (args.length === 0) throw new NmcliError('Error: No connection specified.', status.invalidInput);
  requireRoot(process, 'Error: failed to load connection: access denied.');
  let result = 0;
  for (const path of args) {
    const content = path.startsWith('/etc/NetworkManager/') ? readFileIfThere(process.machine, path) : undefined;
    if (content === undefined || !readProfile({ number: 0, path, content })) {
      await process.stderr.write(`Could not load file '${path}'\n`);
      result = status.unknown;
      continue;
    }
    process.transact((world, machine) => {
      const manager = managerOf(machine);
      const known = manager.profiles.find((profile) => profile.path === path);
      if (known) known.content = content;
      else saveProfile(world, machine, loadProfile(manager, path, content), '', content);
    });
  }
  return result;
}
