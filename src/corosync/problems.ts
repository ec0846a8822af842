/** What the daemon finds wrong with its configuration before it runs; the words are the daemon's. */
import { readFileIfThere } from '../machine/files';
import { resolveHost } from '../network/resolve';
import type { CorosyncNode, CorosyncSettings } from '../world/corosync';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import {
  COROSYNC_CONF,
  type ConfigSection,
  ConfigSyntaxError,
  type CorosyncConfig,
  parseCorosyncConf,
  valueUnder,
} from './config';
import { effectiveSettings, linkNumbers } from './settings';

export const AUTHKEY = '/etc/corosync/authkey';

/** Exit status for every error of this kind. */
export const CONFIG_EXIT_STATUS = 8;

/** Why the configuration can't be used. */
export interface ConfigProblem {
  /** `file`: printed as it is before logging works. Others are logged by [MAIN], with where it exits. */
  kind: 'file' | 'totem';
  message: string;
  /** Place named by the line that says with which status the daemon exits; null: it doesn't get that far. */
  exitsAt: string | null;
}

export type LoadedConfig =
  | { kind: 'ok'; config: CorosyncConfig; settings: CorosyncSettings; localNode: CorosyncNode; key: string | null }
  | { kind: 'problem'; problem: ConfigProblem };

/** Values that have to be whole numbers from 0 to the given one, by key. */
const INTEGER_KEYS: readonly [RegExp, number][] = [
  [
    /^totem\.(version|token|token_warning|token_coefficient|token_retransmit|token_retransmits_before_loss_const|hold|consensus|join|send_join|merge|downcheck|fail_recv_const|seqno_unchanged_const|heartbeat_failures_allowed|max_network_delay|window_size|max_messages|miss_count_const|knet_pmtud_interval|knet_mtu|knet_compression_threshold|netmtu|nodeid)$/,
    4294967295,
  ],
  [
    /^quorum\.(expected_votes|votes|last_man_standing_window|leaving_timeout|device\.(votes|timeout|sync_timeout))$/,
    4294967295,
  ],
  [/^quorum\.(two_node|wait_for_all|auto_tie_breaker|last_man_standing|allow_downscale|expected_votes_tracking)$/, 255],
  [/^nodelist\.node\.(nodeid|quorum_votes)$/, 4294967295],
  [
    /^totem\.interface\.(linknumber|knet_link_priority|knet_ping_interval|knet_ping_timeout|knet_pong_count)$/,
    4294967295,
  ],
];

const CHOICES: readonly [RegExp, readonly string[], string][] = [
  [
    /^totem\.crypto_cipher$/,
    ['none', 'aes256', 'aes192', 'aes128'],
    'Invalid cipher type. Should be none, aes256, aes192 or aes128',
  ],
  [
    /^totem\.crypto_hash$/,
    ['none', 'md5', 'sha1', 'sha256', 'sha384', 'sha512'],
    'Invalid hash type. Should be none, md5, sha1, sha256, sha384 or sha512',
  ],
  [/^totem\.crypto_model$/, ['nss', 'openssl'], 'Invalid crypto model. Should be nss or openssl'],
  [/^totem\.ip_version$/, ['ipv4', 'ipv6', 'ipv4-6', 'ipv6-4'], 'Invalid ip_version type'],
];

/** Reads and checks the configuration of a machine as its daemon does at start (and `corosync -t`). */
export function loadConfig(world: World, machine: Machine, path = COROSYNC_CONF): LoadedConfig {
  const text = readFileIfThere(machine, path);
  const fail = (kind: ConfigProblem['kind'], message: string, exitsAt: string | null): LoadedConfig => ({
    kind: 'problem',
    problem: { kind, message, exitsAt },
  });
  if (text === undefined) return fail('file', `Can't read file ${path}: No such file or directory`, null);
  let config: CorosyncConfig;
  try {
    config = parseCorosyncConf(text);
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    return fail('file', `parser error: ${path}:${error.line}: ${error.message}`, null);
  }
  const bad = badValue(config);
  if (bad !== null)
    return fail('file', `parser error: ${path}:${lineOf(text, bad.key, bad.value)}: ${bad.message}`, null);
  const settings = effectiveSettings(config);
  const early = readProblem(world, machine, config, settings);
  if (early !== null) return fail('totem', early, 'main.c:1417');
  const late = semanticProblem(world, machine, config, settings);
  if (late !== null) return fail('totem', late, 'main.c:1445');
  const localNode = findLocalNode(world, machine, settings) as CorosyncNode;
  const encrypted = settings.crypto.cipher !== 'none' || settings.crypto.hash !== 'none';
  const key = encrypted ? digest(readFileIfThere(machine, AUTHKEY) ?? '') : null;
  return { kind: 'ok', config, settings, localNode, key };
}

interface BadValue {
  key: string;
  value: string;
  message: string;
}

function badValue(config: CorosyncConfig): BadValue | null {
  const visit = (section: ConfigSection, prefix: string): BadValue | null => {
    for (const [name, value] of section.values) {
      const key = `${prefix}${name}`;
      const message = valueProblem(key, value);
      if (message !== null) return { key: name, value, message };
    }
    for (const child of section.sections) {
      const found = visit(child, `${prefix}${child.name}.`);
      if (found) return found;
    }
    return null;
  };
  return visit(config, '');
}

function valueProblem(key: string, value: string): string | null {
  if (!key.includes('.')) return `Can't store key "${key}" into icmap, returned error is CS_ERR_NAME_TOO_LONG`;
  const limit = INTEGER_KEYS.find(([pattern]) => pattern.test(key))?.[1];
  if (limit !== undefined && !(/^\d+$/.test(value) && Number(value) <= limit)) {
    return `Value of key "${key}" is expected to be integer in range (0..${limit}), but "${value}" was given`;
  }
  const choice = CHOICES.find(([pattern]) => pattern.test(key));
  return choice && !choice[1].includes(value) ? choice[2] : null;
}

function lineOf(text: string, key: string, value: string): number {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.findIndex((line) => line.startsWith(`${key}`) && line.endsWith(value) && line.includes(':')) + 1;
}

/** What is found while the totem section is read. */
function readProblem(
  world: World,
  machine: Machine,
  config: CorosyncConfig,
  settings: CorosyncSettings,
): string | null {
  const transport = valueUnder(config, ['totem'], 'transport');
  if (transport !== undefined && !['udp', 'udpu', 'knet'].includes(transport)) {
    return 'Invalid transport type. Should be udpu, udp or knet';
  }
  for (const node of settings.nodes) {
    for (const address of Object.values(node.addresses)) {
      if (resolveHost(world, machine.name, address).length === 0) return `failed to parse node address '${address}'`;
    }
  }
  const local = findLocalNode(world, machine, settings);
  if (local && local.nodeId === 0 && settings.transport === 'knet') {
    return 'Knet requires an explicit nodeid for the local node';
  }
  const { cipher, hash } = settings.crypto;
  if (cipher !== 'none' && hash === 'none') return 'crypto_cipher requires crypto_hash with value other than none';
  if ((cipher !== 'none' || hash !== 'none') && readFileIfThere(machine, AUTHKEY) === undefined) {
    return `Could not open ${AUTHKEY}: No such file or directory`;
  }
  return null;
}

/** What is found when all of it is looked at together. */
function semanticProblem(
  world: World,
  machine: Machine,
  config: CorosyncConfig,
  settings: CorosyncSettings,
): string | null {
  if (linkNumbers(settings).length === 0) return 'parse error in config: No interfaces defined';
  const twice = settings.nodes.find(
    (node, index) => node.nodeId !== 0 && settings.nodes.findIndex((each) => each.nodeId === node.nodeId) < index,
  );
  if (twice) return `Nodeid ${twice.nodeId} appears twice in corosync.conf`;
  if (findLocalNode(world, machine, settings) === null) {
    return 'parse error in config: No valid name found for local host';
  }
  if (valueUnder(config, ['totem'], 'version') !== '2') {
    return 'parse error in config: This totem parser can only parse version 2 configurations.';
  }
  const { token, tokenWarning } = settings.totem;
  if (token < 30) {
    return `parse error in config: The token timeout parameter (${token} ms) may not be less than (30 ms).`;
  }
  if (tokenWarning > 100) {
    return `parse error in config: The token warning parameter (${tokenWarning}%) must be between 0 (disabled) and 100.`;
  }
  return null;
}

/** The node of the nodelist that this machine is: one of its addresses is the machine's own. */
function findLocalNode(world: World, machine: Machine, settings: CorosyncSettings): CorosyncNode | null {
  const own = new Set(['::1']);
  for (const nic of machine.network.nics) for (const { address } of nic.addresses) own.add(address);
  return (
    settings.nodes.find((node) =>
      Object.values(node.addresses).some((name) =>
        resolveHost(world, machine.name, name).some((address) => own.has(address) || address.startsWith('127.')),
      ),
    ) ?? null
  );
}

/** FNV-1a, enough to tell whether two keys are the same one. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return `${hash.toString(16).padStart(8, '0')}-${text.length}`;
}
