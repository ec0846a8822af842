import { findInterface } from '../../../network/interfaces';
import type { Process } from '../../../shell/process';
import { deviceOf } from '../manager/devices';
import { isTrue, type Profile, profilesOf, settingOf } from '../manager/profile';
import { ACTIVE_PATH, type Context, deviceOfProfile, findProfile, managerOf, SETTINGS_PATH } from './context';
import { addressLines, type Line, selectLines } from './details';
import {
  chooseFields,
  formatTable,
  formatValue,
  InvalidField,
  NmcliError,
  type Row,
  type Style,
  status,
} from './output';
import { findSetting, PROPERTIES } from './properties';
import { displayValue } from './values';

const FIELDS = [
  'NAME',
  'UUID',
  'TYPE',
  'TIMESTAMP',
  'TIMESTAMP-REAL',
  'AUTOCONNECT',
  'AUTOCONNECT-PRIORITY',
  'READONLY',
  'DBUS-PATH',
  'ACTIVE',
  'DEVICE',
  'STATE',
  'ACTIVE-PATH',
  'SLAVE',
  'FILENAME',
] as const;

const COMMON = ['NAME', 'UUID', 'TYPE', 'DEVICE'] as const;

/** `nmcli connection show …` */
export async function showConnections(context: Context, args: readonly string[]): Promise<number> {
  const { process, style } = context;
  managerOf(process.machine);
  const queue = [...args];
  let onlyActive = false;
  while (queue[0]?.startsWith('--')) {
    const option = queue.shift() ?? '';
    if ('--active'.startsWith(option) && option.length > 2) onlyActive = true;
    else if ('--order'.startsWith(option) && option.length > 2) {
      if (queue.shift() === undefined)
        throw new NmcliError("Error: '--order' argument is missing", status.invalidInput);
    } else throw new NmcliError(`Error: invalid extra argument '${option}'.`, status.invalidInput);
  }
  if (queue.length === 0) return list(context, onlyActive);
  let result = 0;
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    const by = ['id', 'uuid', 'path', 'apath'].includes(word) && queue.length > 0 ? word : null;
    const name = by === null ? word : (queue.shift() ?? '');
    const profile = findProfile(process.machine, name, by);
    if (!profile || (onlyActive && deviceOfProfile(process.machine, profile.uuid) === null)) {
      await process.stderr.write(`Error: ${name} - no such connection profile.\n`);
      result = status.notFound;
      continue;
    }
    await process.stdout.write(details(process, style, profile));
    if (queue.length > 0) await process.stdout.write('\n');
  }
  return result;
}

async function list({ process, style }: Context, onlyActive: boolean): Promise<number> {
  let fields: string[];
  try {
    fields = chooseFields(style, FIELDS, COMMON);
  } catch (error) {
    if (!(error instanceof InvalidField)) throw error;
    throw new NmcliError(`Error: 'connection show': ${error.message}`, status.invalidInput);
  }
  const { machine } = process;
  const active = (profile: Profile) => deviceOfProfile(machine, profile.uuid);
  const profiles = profilesOf(machine)
    .filter((profile) => !onlyActive || active(profile) !== null)
    .sort((a, b) => rank(process, a) - rank(process, b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.number - b.number));
  const rows = profiles.map((profile) => row(process, profile));
  const title = onlyActive ? 'NetworkManager active profiles' : 'NetworkManager connection profiles';
  await process.stdout.write(formatTable(style, fields, rows, title));
  return 0;
}

function stamp(profile: Profile): number {
  return Number(settingOf(profile, 'connection', 'timestamp') ?? 0) || 0;
}

/** Active profiles come first; within each half the names decide. */
function rank(process: Process, profile: Profile): number {
  return deviceOfProfile(process.machine, profile.uuid) === null ? 1 : 0;
}

function row(process: Process, profile: Profile): Row {
  const { machine } = process;
  const device = deviceOfProfile(machine, profile.uuid);
  const number = device === null ? null : (machine.network.manager?.numbers[device] ?? 0);
  const activating = device !== null && machine.network.manager?.activating[device] !== undefined;
  const time = stamp(profile);
  const color = device === null ? null : profile.type === 'loopback' ? 'external' : 'active';
  return {
    color,
    values: {
      NAME: profile.id,
      UUID: profile.uuid,
      TYPE: profile.type,
      TIMESTAMP: String(time),
      'TIMESTAMP-REAL': time === 0 ? 'never' : realTime(time * 1000),
      AUTOCONNECT: isTrue(settingOf(profile, 'connection', 'autoconnect'), true) ? 'yes' : 'no',
      'AUTOCONNECT-PRIORITY': settingOf(profile, 'connection', 'autoconnect-priority') ?? '0',
      READONLY: 'no',
      'DBUS-PATH': `${SETTINGS_PATH}/${profile.number}`,
      ACTIVE: device === null ? 'no' : 'yes',
      DEVICE: device ?? '',
      STATE: device === null ? '' : activating ? 'activating' : 'activated',
      'ACTIVE-PATH': number === null ? '' : `${ACTIVE_PATH}/${number}`,
      SLAVE: '',
      FILENAME: profile.path ?? `/run/NetworkManager/system-connections/${profile.id}.nmconnection`,
    },
  };
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function realTime(unix: number): string {
  const date = new Date(unix);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(date.getUTCHours() % 12 || 12)}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const half = date.getUTCHours() < 12 ? 'AM' : 'PM';
  return `${DAYS[date.getUTCDay()]} ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clock} ${half} UTC`;
}

/** The full view of a profile, and while it is active of its connection. */
function details(process: Process, style: Style, profile: Profile): string {
  const lines: Line[] = [];
  const settings = [...PROPERTIES].filter(([setting]) => setting !== '802-3-ethernet' || profile.type === 'ethernet');
  for (const [setting, properties] of settings) {
    for (const property of properties) {
      lines.push([`${setting}.${property.name}`, displayValue(profile, property)]);
    }
  }
  const name = deviceOfProfile(process.machine, profile.uuid);
  const nic = name === null ? undefined : findInterface(process.world, process.machine, name);
  if (nic) {
    const device = deviceOf(process.world, process.machine, nic);
    lines.push(...generalLines(process, profile, nic.name), ...addressLines(process, device));
  }
  return selectLines(lines, fieldsOf(style))
    .map(([label, value]) => formatValue(style, label, value))
    .join('');
}

/** Field names as the lines have them: `ipv4.addresses`, a setting's alias, or a group such as `IP4`. */
function fieldsOf(style: Style): string[] | null {
  if (!style.fields) return null;
  const groups = ['GENERAL', 'IP4', 'IP6', 'DHCP4'];
  return style.fields.map((field) => {
    const [head = '', ...rest] = field.split('.');
    if (groups.includes(head.toUpperCase()) || head === 'all' || head === 'common') return field;
    const setting = findSetting(head);
    if (!setting) {
      const names = [...PROPERTIES.keys(), ...groups].join(',');
      throw new NmcliError(`Error: invalid field '${field}'; allowed fields: ${names}.`, status.invalidInput);
    }
    return [setting, ...rest].join('.');
  });
}

function generalLines({ machine }: Process, profile: Profile, device: string): Line[] {
  const manager = machine.network.manager;
  const isDefault = machine.network.routes.some((route) => route.destination === 'default' && route.device === device);
  return [
    ['GENERAL.NAME', profile.id],
    ['GENERAL.UUID', profile.uuid],
    ['GENERAL.DEVICES', device],
    ['GENERAL.IP-IFACE', device],
    ['GENERAL.STATE', manager?.activating[device] === undefined ? 'activated' : 'activating'],
    ['GENERAL.DEFAULT', isDefault ? 'yes' : 'no'],
    ['GENERAL.DEFAULT6', 'no'],
    ['GENERAL.SPEC-OBJECT', ''],
    ['GENERAL.VPN', 'no'],
    ['GENERAL.DBUS-PATH', `${ACTIVE_PATH}/${manager?.numbers[device] ?? 0}`],
    ['GENERAL.CON-PATH', `${SETTINGS_PATH}/${profile.number}`],
    ['GENERAL.ZONE', settingOf(profile, 'connection', 'zone') ?? ''],
    ['GENERAL.MASTER-PATH', ''],
  ];
}
