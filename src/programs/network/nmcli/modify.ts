import { connectIfWanted } from '../manager/autoconnect';
import type { Keyfile } from '../manager/keyfile';
import { loadProfile, newUuid, profilesOf, profileText, readProfile } from '../manager/profile';
import { type Context, findProfile, managerOf, requireRoot, saveProfile } from './context';
import { NmcliError, status } from './output';
import { CONNECTION_TYPES, findProperty, findSetting, PROPERTIES, type Property } from './properties';
import { type Change, changeValue, shortType, ValueError, verify } from './values';

const input = status.invalidInput;

/** One `[+|-]setting.property value` of a command line. */
interface Assignment {
  property: Property;
  change: Change;
  value: string;
  /** The name as typed, for messages. */
  typed: string;
}

function parseProperty(word: string): { property: Property; change: Change } {
  const change: Change = word.startsWith('+') ? 'add' : word.startsWith('-') ? 'remove' : 'set';
  const full = change === 'set' ? word : word.slice(1);
  const at = full.indexOf('.');
  if (at < 0) throw new NmcliError(`Error: invalid <setting>.<property> '${word}'.`, input);
  const setting = findSetting(full.slice(0, at));
  if (!setting) {
    const names = [...PROPERTIES.keys()].filter((name) => name !== '802-3-ethernet').join(', ');
    throw new NmcliError(
      `Error: invalid or not allowed setting '${full.slice(0, at)}': '${full.slice(0, at)}' not among [${names}].`,
      input,
    );
  }
  const name = full.slice(at + 1);
  const property = findProperty(setting, name);
  if (!property) {
    const names = (PROPERTIES.get(setting) ?? [])
      .map((candidate) => candidate.name)
      .filter((candidate) => setting !== 'connection' || !['uuid', 'timestamp', 'read-only'].includes(candidate));
    throw new NmcliError(`Error: invalid property '${name}': '${name}' not among [${names.join(', ')}].`, input);
  }
  return { property, change };
}

function assign(file: Keyfile, assignment: Assignment): void {
  try {
    changeValue(file, assignment.property, assignment.value, assignment.change);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const { setting, name } = assignment.property;
    const verb = assignment.change === 'remove' ? 'remove a value from' : 'modify';
    throw new NmcliError(`Error: failed to ${verb} ${setting}.${name}: ${error.message}.`, input);
  }
}

/** Short arguments of `connection add` that stand for properties. */
const ALIASES: Readonly<Record<string, string>> = {
  'con-name': 'connection.id',
  ifname: 'connection.interface-name',
  autoconnect: 'connection.autoconnect',
  type: 'connection.type',
  master: 'connection.master',
  'slave-type': 'connection.slave-type',
  mac: 'ethernet.mac-address',
  'cloned-mac': 'ethernet.cloned-mac-address',
  mtu: 'ethernet.mtu',
  ip4: 'ipv4.addresses',
  gw4: 'ipv4.gateway',
  ip6: 'ipv6.addresses',
  gw6: 'ipv6.gateway',
};

interface AddRequest {
  type: string | null;
  id: string | null;
  ifname: string | null;
  save: boolean;
  assignments: Assignment[];
}

function parseAdd(args: readonly string[]): AddRequest {
  const request: AddRequest = { type: null, id: null, ifname: null, save: true, assignments: [] };
  const queue = args.filter((word) => word !== '--');
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    const value = queue.shift();
    if (value === undefined) {
      // An argument without value: a property's name must at least be right.
      if (word.includes('.')) parseProperty(word);
      throw new NmcliError(`Error: value for '${word}' is missing.`, input);
    }
    if (word === 'save') request.save = !/^(no|off|false)$/i.test(value);
    else if (word === 'type') request.type = value;
    else if (word === 'con-name') request.id = value;
    else if (word === 'ifname') request.ifname = value;
    else {
      const { property, change } = parseProperty(ALIASES[word] ?? word);
      if (property.setting === 'connection' && property.name === 'type') request.type = value;
      else if (property.setting === 'connection' && property.name === 'id') request.id = value;
      else if (property.setting === 'connection' && property.name === 'interface-name') request.ifname = value;
      else {
        request.assignments.push({ property, change, value, typed: word });
        if (word === 'ip4' || word === 'ip6') {
          const method = findProperty(word === 'ip4' ? 'ipv4' : 'ipv6', 'method');
          if (method) request.assignments.push({ property: method, change: 'set', value: 'manual', typed: 'method' });
        }
      }
    }
  }
  return request;
}

/** `nmcli connection add` */
export async function addConnection({ process }: Context, args: readonly string[]): Promise<number> {
  managerOf(process.machine);
  const request = parseAdd(args);
  if (request.type === null) throw new NmcliError("Error: 'type' argument is required.", input);
  const type = shortType(request.type);
  if (!type) {
    const names = CONNECTION_TYPES.map(([name, alias]) => (alias ? `${name} (${alias})` : name));
    throw new NmcliError(`Error: bad connection type: '${request.type}' not among [${names.join(', ')}]`, input);
  }
  const uuid = process.transact(newUuid);
  const file = newKeyfile(type, uuid);
  if (request.ifname !== null && request.ifname !== '*') file.get('connection')?.set('interface-name', request.ifname);
  for (const assignment of request.assignments) assign(file, assignment);
  const id = request.id ?? defaultName(process.machine, type, request.ifname);
  file.get('connection')?.set('id', id);
  const wrong = verify(file) ?? missing(file, type);
  if (wrong !== null) throw new NmcliError(`Error: Failed to add '${id}' connection: ${wrong}`, status.unknown);
  requireRoot(process, `Error: Failed to add '${id}' connection: Insufficient privileges`);
  const namesakes = profilesOf(process.machine).filter((profile) => profile.id === id).length;
  if (namesakes > 0) {
    await process.stderr.write(
      namesakes === 1
        ? `Warning: There is another connection with the name '${id}'. Reference the connection by its uuid '${uuid}'\n`
        : `Warning: There are ${namesakes} other connections with the name '${id}'. Reference the connection by its uuid '${uuid}'\n`,
    );
  }
  process.transact((world, machine) => {
    const manager = managerOf(machine);
    const content = profileText(file);
    const loaded = loadProfile(manager, null, content);
    if (request.save) saveProfile(world, machine, loaded, id, content);
  });
  await process.sleep(30);
  await process.stdout.write(`Connection '${id}' (${uuid}) successfully added.\n`);
  process.transact((world, machine) => connectIfWanted(world, machine, managerOf(machine)));
  return 0;
}

function newKeyfile(type: string, uuid: string): Keyfile {
  return new Map([
    [
      'connection',
      new Map([
        ['id', ''],
        ['uuid', uuid],
        ['type', type],
      ]),
    ],
    [type, new Map<string, string>()],
    ['ipv4', new Map([['method', 'auto']])],
    [
      'ipv6',
      new Map([
        ['addr-gen-mode', 'default'],
        ['method', 'auto'],
      ]),
    ],
    ['proxy', new Map<string, string>()],
  ]);
}

/** Virtual devices need a name. */
function missing(file: Keyfile, type: string): string | null {
  const virtual = ['dummy', 'bond', 'bridge', 'vlan', 'team', 'vxlan', 'veth'];
  if (!virtual.includes(type) || file.get('connection')?.has('interface-name')) return null;
  return 'connection.interface-name: property is missing';
}

/** `ethernet-eth1`, or `ethernet` without a device; with a number when there is one. */
function defaultName(machine: Parameters<typeof profilesOf>[0], type: string, ifname: string | null): string {
  const taken = profilesOf(machine).map((profile) => profile.id);
  const stem = ifname === null || ifname === '*' ? type : `${type}-${ifname}`;
  let name = stem;
  for (let number = 1; taken.includes(name); number++) name = `${stem}-${number}`;
  return name;
}

/** `nmcli connection modify` */
export async function modifyConnection({ process }: Context, args: readonly string[]): Promise<number> {
  managerOf(process.machine);
  const queue = [...args];
  if (queue[0] === '--temporary' || queue[0] === '--temp') queue.shift();
  const by = ['id', 'uuid', 'path'].includes(queue[0] ?? '') && queue.length > 1 ? (queue.shift() ?? null) : null;
  const name = queue.shift();
  if (name === undefined) throw new NmcliError('Error: No arguments provided.', input);
  const profile = findProfile(process.machine, name, by);
  if (!profile) throw new NmcliError(`Error: unknown connection '${name}'.`, status.notFound);
  if (queue.length === 0) throw new NmcliError('Error: <setting>.<property> argument is missing.', input);
  const file: Keyfile = new Map([...profile.file].map(([section, keys]) => [section, new Map(keys)]));
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    const { property, change } = parseProperty(ALIASES[word] ?? word);
    const value = queue.shift();
    if (value === undefined) throw new NmcliError(`Error: value for '${word}' is missing.`, input);
    assign(file, { property, change, value, typed: word });
    if (word === 'ip4') file.get('ipv4')?.set('method', 'manual');
  }
  const wrong = verify(file);
  if (wrong !== null) {
    throw new NmcliError(`Error: Failed to modify connection '${profile.id}': ${wrong}`, status.unknown);
  }
  requireRoot(process, `Error: Failed to modify connection '${profile.id}': Insufficient privileges`);
  process.transact((world, machine) => {
    const loaded = managerOf(machine).profiles.find((candidate) => candidate.number === profile.number);
    const id = file.get('connection')?.get('id') ?? profile.id;
    if (loaded) saveProfile(world, machine, loaded, id, profileText(file));
  });
  await process.sleep(20);
  return 0;
}

/** `nmcli connection clone` */
export async function cloneConnection({ process }: Context, args: readonly string[]): Promise<number> {
  managerOf(process.machine);
  const queue = args.filter((word) => word !== '--temporary');
  const by = ['id', 'uuid', 'path'].includes(queue[0] ?? '') && queue.length > 2 ? (queue.shift() ?? null) : null;
  const [name, newName] = queue;
  if (name === undefined) throw new NmcliError('Error: No connection specified.', input);
  const profile = findProfile(process.machine, name, by);
  if (!profile) throw new NmcliError(`Error: unknown connection '${name}'.`, status.notFound);
  if (newName === undefined) throw new NmcliError('Error: <new name> argument is missing.', input);
  requireRoot(process, `Error: Failed to add '${newName}' connection: Insufficient privileges`);
  const uuid = process.transact(newUuid);
  process.transact((world, machine) => {
    const file: Keyfile = new Map([...profile.file].map(([section, keys]) => [section, new Map(keys)]));
    file.get('connection')?.set('id', newName).set('uuid', uuid).delete('timestamp');
    const content = profileText(file);
    const loaded = loadProfile(managerOf(machine), null, content);
    saveProfile(world, machine, loaded, readProfile(loaded)?.id ?? newName, content);
  });
  await process.stdout.write(`${profile.id} (${profile.uuid}) cloned as ${newName} (${uuid}).\n`);
  return 0;
}
