/** The configuration map (cmap) of a running daemon: every key that tools show, made from the state. */
import { findGroup } from '../machine/accounts';
import type { CmapValue, CorosyncSettings } from '../world/corosync';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { groupMembers } from './groups';
import type { CorosyncMachine } from './nodes';
import { requestCancelWaiting } from './services';
import { buildOf } from './startup';

export type CmapTable = ReadonlyMap<string, CmapValue>;

const SERVICES = ['cmap', 'cfg', 'cpg', 'quorum', 'pload', 'votequorum', 'mon', 'wd'] as const;
/** How many kinds of messages a service has; those that count nothing have none. */
const MESSAGE_KINDS: Partial<Record<(typeof SERVICES)[number], number>> = {
  cfg: 5,
  cmap: 1,
  cpg: 7,
  pload: 2,
  votequorum: 4,
};

/** Keys of corosync.conf that aren't text, by the type they get. */
const KEY_TYPES: readonly [RegExp, CmapValue['type']][] = [
  [/^totem\.config_version$/, 'u64'],
  [
    /^totem\.(version|nodeid|token|token_[a-z_]+|hold|consensus|join|send_join|merge|downcheck|fail_recv_const|seqno_unchanged_const|heartbeat_failures_allowed|max_network_delay|window_size|max_messages|miss_count_const|knet_pmtud_interval|knet_mtu|knet_compression_threshold|netmtu)$/,
    'u32',
  ],
  [/^totem\.knet_compression_level$/, 'i32'],
  [/^totem\.interface\.\d+\.(knet_link_priority|ttl)$/, 'u8'],
  [/^totem\.interface\.\d+\.mcastport$/, 'u16'],
  [/^totem\.interface\.\d+\.knet_(ping_interval|ping_timeout|ping_precision|pong_count)$/, 'u32'],
  [/^nodelist\.node\.\d+\.(nodeid|quorum_votes)$/, 'u32'],
  [/^quorum\.(expected_votes|votes|last_man_standing_window|leaving_timeout)$/, 'u32'],
  [/^quorum\.device\.(votes|timeout|sync_timeout)$/, 'u32'],
  [
    /^quorum\.(two_node|wait_for_all|auto_tie_breaker|last_man_standing|allow_downscale|expected_votes_tracking)$/,
    'u8',
  ],
];

/** Keys that clients may not change. */
const READ_ONLY =
  /^(internal_configuration\.|nodelist\.local_node_pos$|runtime\.(members|services|config|votequorum)\.|config\.|totem\.(version|transport|crypto_|cluster_name|interface\.))/;

/** Every key in alphabetical order with what somebody set by hand over it. */
export function cmapOf(machine: CorosyncMachine): CmapTable {
  const keys = new Map<string, CmapValue>();
  const put = (key: string, type: CmapValue['type'], value: string | number) =>
    keys.set(key, { type, value: String(value) });
  putConfiguration(machine, put);
  putServices(machine, put);
  putRuntimeConfig(machine.corosync.settings, put);
  putMembers(machine, put);
  if (machine.corosync.reloads > 0) {
    put('config.reload_in_progress', 'u8', 0);
    put('config.reload_status', 'i32', 1);
    put('config.totemconfig_reload_in_progress', 'u8', 0);
  }
  for (const [key, value] of Object.entries(machine.corosync.cmap)) {
    if (value === null) keys.delete(key);
    else keys.set(key, { ...value });
  }
  return sorted(keys);
}

function sorted(keys: ReadonlyMap<string, CmapValue>): CmapTable {
  return new Map([...keys].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

type Put = (key: string, type: CmapValue['type'], value: string | number) => void;

function putConfiguration(machine: CorosyncMachine, put: Put): void {
  const { settings, nodeId, reloads } = machine.corosync;
  for (const { key, value } of settings.entries) {
    put(key, KEY_TYPES.find(([pattern]) => pattern.test(key))?.[1] ?? 'str', value);
  }
  const position = settings.nodes.findIndex((node) => node.nodeId === nodeId);
  if (position >= 0) put('nodelist.local_node_pos', 'u32', position);
  if (reloads === 0) {
    const addresses = settings.nodes[position]?.addresses ?? {};
    for (const [number, address] of Object.entries(addresses)) {
      put(`totem.interface.${number}.bindnetaddr`, 'str', address);
    }
  }
  // pacemaker asks for access of its group when it starts.
  const gid = machine.pacemaker === null ? undefined : findGroup(machine, 'haclient')?.gid;
  if (gid !== undefined) put(`uidgid.gid.${gid}`, 'u8', 1);
}

function putServices(machine: CorosyncMachine, put: Put): void {
  const build = buildOf(machine);
  const { totem, settings } = machine.corosync;
  const groups = groupMembers(machine);
  const formed = totem.counters.operationalEntered;
  for (const [id, name] of SERVICES.entries()) {
    if (!build.watchdog && (name === 'mon' || name === 'wd')) continue;
    if (settings.quorum.provider === null && name === 'votequorum') continue;
    put(`internal_configuration.service.${id}.name`, 'str', `corosync_${name}`);
    put(`internal_configuration.service.${id}.ver`, 'u32', 0);
    put(`runtime.services.${name}.service_id`, 'u16', id);
    for (let kind = 0; kind < (MESSAGE_KINDS[name] ?? 0); kind++) {
      // Votes and configurations are told once per membership, group members once per process.
      let sent = 0;
      if (kind === 0 && name === 'votequorum') sent = 2 * formed;
      else if (kind === 0 && name === 'cmap') sent = formed;
      else if (kind === 0 && name === 'cpg') sent = groups.length;
      else if (kind === 5 && name === 'cpg') sent = formed;
      else if (kind === 3 && name === 'cfg') sent = machine.corosync.reloads;
      put(`runtime.services.${name}.${kind}.rx`, 'u64', sent * Math.max(1, totem.members.length));
      put(`runtime.services.${name}.${kind}.tx`, 'u64', sent);
    }
  }
  if (!build.watchdog) return;
  put('resources.watchdog_timeout', 'u32', 6);
  for (const [resource, type, zero] of [
    ['load_15min', 'dbl', '0.000000'],
    ['memory_used', 'i32', '0'],
  ] as const) {
    put(`resources.system.${resource}.current`, type, zero);
    put(`resources.system.${resource}.last_updated`, 'u64', 0);
    put(`resources.system.${resource}.poll_period`, 'u64', 3000);
    put(`resources.system.${resource}.state`, 'str', 'stopped');
  }
}

function putRuntimeConfig(settings: CorosyncSettings, put: Put): void {
  const { totem } = settings;
  const given = (key: string, otherwise: number) =>
    settings.entries.findLast((entry) => entry.key === `totem.${key}`)?.value ?? otherwise;
  const values: [string, string | number][] = [
    ['block_unlisted_ips', 1],
    ['cancel_token_hold_on_retransmit', 0],
    ['consensus', totem.consensus],
    ['downcheck', totem.downcheck],
    ['fail_recv_const', given('fail_recv_const', 2500)],
    ['heartbeat_failures_allowed', given('heartbeat_failures_allowed', 0)],
    ['hold', totem.hold],
    ['join', totem.join],
    ['knet_compression_threshold', given('knet_compression_threshold', 0)],
    ['knet_mtu', given('knet_mtu', 0)],
    ['knet_pmtud_interval', given('knet_pmtud_interval', 30)],
    ['max_messages', given('max_messages', 17)],
    ['max_network_delay', given('max_network_delay', 50)],
    ['merge', totem.merge],
    ['miss_count_const', given('miss_count_const', 5)],
    ['send_join', totem.sendJoin],
    ['seqno_unchanged_const', given('seqno_unchanged_const', 30)],
    ['token', totem.token],
    ['token_retransmit', totem.tokenRetransmit],
    ['token_retransmits_before_loss_const', totem.retransmitsBeforeLoss],
    ['token_warning', totem.tokenWarning],
    ['window_size', given('window_size', 50)],
  ];
  for (const [key, value] of values) put(`runtime.config.totem.${key}`, 'u32', value);
  put('runtime.config.totem.knet_compression_level', 'i32', given('knet_compression_level', 0));
  const model = settings.entries.findLast((entry) => entry.key === 'totem.knet_compression_model')?.value;
  put('runtime.config.totem.knet_compression_model', 'str', model ?? 'none');
  if (settings.transport !== 'knet') return;
  for (const [number, each] of Object.entries(totem.interfaces)) {
    put(`runtime.config.totem.interface.${number}.knet_ping_interval`, 'u32', each.pingInterval);
    put(`runtime.config.totem.interface.${number}.knet_ping_timeout`, 'u32', each.pingTimeout);
  }
}

function putMembers(machine: CorosyncMachine, put: Put): void {
  const { corosync } = machine;
  put('runtime.blackbox.dump_flight_data', 'str', 'no');
  put('runtime.blackbox.dump_state', 'str', 'no');
  put('runtime.force_gather', 'str', 'no');
  for (const [nodeId, known] of Object.entries(corosync.known)) {
    put(`runtime.members.${nodeId}.config_version`, 'u64', known.configVersion);
    put(`runtime.members.${nodeId}.ip`, 'str', known.address);
    put(`runtime.members.${nodeId}.join_count`, 'u32', known.joinCount);
    put(`runtime.members.${nodeId}.status`, 'str', known.status);
  }
  if (corosync.settings.quorum.provider === null) return;
  const ids = corosync.quorum.members;
  put('runtime.votequorum.ev_barrier', 'u32', corosync.quorum.expectedBarrier);
  put('runtime.votequorum.highest_node_id', 'u32', Math.max(corosync.nodeId, ...ids));
  put('runtime.votequorum.lowest_node_id', 'u32', Math.min(corosync.nodeId, ...ids));
  put('runtime.votequorum.this_node_id', 'u32', corosync.nodeId);
  put('runtime.votequorum.two_node', 'u8', corosync.quorum.twoNode ? 1 : 0);
  if (corosync.reloads > 0) {
    put('runtime.votequorum.atb_type', 'u32', corosync.settings.quorum.autoTieBreaker ? 1 : 0);
  }
}

/** The `stats` map: what of knet's and Totem's counters the simulation knows. */
export function statsOf(world: World, machine: CorosyncMachine): CmapTable {
  const { corosync } = machine;
  const keys = new Map<string, CmapValue>();
  const put: Put = (key, type, value) => keys.set(key, { type, value: String(value) });
  put('stats.ipcs.global.active', 'u64', groupMembers(machine).length + 1);
  put('stats.ipcs.global.closed', 'u64', 0);
  for (const [peer, links] of Object.entries(corosync.links)) {
    for (const [number, link] of Object.entries(links)) {
      const prefix = `stats.knet.node${peer}.link${number}.`;
      put(`${prefix}connected`, 'u8', link.connected ? 1 : 0);
      put(`${prefix}down_count`, 'u32', link.downCount);
      put(`${prefix}enabled`, 'u8', 1);
      put(`${prefix}mtu`, 'u32', link.mtu);
      put(`${prefix}up_count`, 'u32', link.upCount);
    }
  }
  const { counters } = corosync.totem;
  const totem: [string, CmapValue['type'], number][] = [
    ['commit_entered', 'u64', counters.commitEntered],
    ['commit_token_lost', 'u64', 0],
    ['consensus_timeouts', 'u64', counters.consensusTimeouts],
    ['continuous_gather', 'u32', corosync.totem.state === 'gather' ? 1 : 0],
    ['continuous_sendmsg_failures', 'u32', 0],
    ['firewall_enabled_or_nic_failure', 'u8', 0],
    ['gather_entered', 'u64', counters.gatherEntered],
    ['gather_token_lost', 'u64', 0],
    ['operational_entered', 'u64', counters.operationalEntered],
    ['operational_token_lost', 'u64', counters.operationalTokenLost],
    ['recovery_entered', 'u64', counters.recoveryEntered],
    ['recovery_token_lost', 'u64', 0],
    ['time_since_token_last_received', 'u64', world.now - (corosync.totem.tokenMissingSince ?? world.now)],
  ];
  for (const [key, type, value] of totem) put(`stats.srp.${key}`, type, value);
  return sorted(keys);
}

/** A line as corosync-cmapctl prints it. */
export function cmapLine(key: string, { type, value }: CmapValue): string {
  return `${key} (${type}) = ${value}`;
}

const INTEGER = /^([iu])(8|16|32|64)$/;

/** Whether a text is a value of a type, and how it is kept. Null: it isn't. */
export function cmapValue(type: string, text: string): CmapValue | null | 'unknown-type' {
  const integer = INTEGER.exec(type);
  if (integer) {
    if (!/^[+-]?\d+$/.test(text)) return null;
    const value = BigInt(text);
    const bits = BigInt(integer[2] ?? '0');
    const signed = integer[1] === 'i';
    const low = signed ? -(1n << (bits - 1n)) : 0n;
    const high = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
    return value < low || value > high ? null : { type: type as CmapValue['type'], value: value.toString() };
  }
  if (type === 'flt' || type === 'dbl') {
    const value = Number(text);
    return text.trim() === '' || Number.isNaN(value) ? null : { type, value: value.toFixed(6) };
  }
  return type === 'str' || type === 'bin' ? { type, value: text } : 'unknown-type';
}

export type CmapError = 'CS_ERR_NOT_EXIST' | 'CS_ERR_ACCESS' | 'CS_ERR_INVALID_PARAM' | 'CS_ERR_NAME_TOO_LONG';

/** Sets a key of the running daemon, with what follows from it. Null on success. */
export function setCmapKey(world: World, machine: CorosyncMachine, key: string, value: CmapValue): CmapError | null {
  if (key.length < 3 || key.length > 255) return 'CS_ERR_NAME_TOO_LONG';
  if (!/^[a-zA-Z0-9._\-/:]+$/.test(key)) return 'CS_ERR_INVALID_PARAM';
  if (READ_ONLY.test(key)) return 'CS_ERR_ACCESS';
  machine.corosync.cmap[key] = value;
  if (key === 'quorum.cancel_wait_for_all' && value.value === '1') requestCancelWaiting(world, machine);
  return null;
}

/** Deletes a key of the running daemon. Null on success. */
export function deleteCmapKey(machine: CorosyncMachine, key: string): CmapError | null {
  if (READ_ONLY.test(key)) return 'CS_ERR_ACCESS';
  if (!cmapOf(machine).has(key)) return 'CS_ERR_NOT_EXIST';
  machine.corosync.cmap[key] = null;
  return null;
}

/** Whether somebody may talk to the daemon: root, and members of pacemaker's group. */
export function mayUseCorosync(machine: Machine, uid: number, gid: number): boolean {
  return uid === 0 || gid === findGroup(machine, 'haclient')?.gid;
}
