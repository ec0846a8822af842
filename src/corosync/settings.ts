import type {
  CorosyncNode,
  CorosyncSettings,
  InterfaceSettings,
  QuorumSettings,
  TotemSettings,
} from '../world/corosync';
import { type ConfigSection, type CorosyncConfig, lastValue, sectionsOf, valuesUnder, valueUnder } from './config';

/** Link numbers a nodelist may have: ring0_addr … ring7_addr. */
const LINK_NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** corosync's default values (corosync.conf(5)); times in ms. */
const DEFAULT = {
  token: 3000,
  tokenCoefficient: 650,
  retransmitsBeforeLoss: 4,
  consensusFactor: 1.2,
  join: 50,
  merge: 200,
  downcheck: 1000,
  sendJoin: 0,
  tokenWarning: 75,
  pongCount: 2,
  port: 5405,
  linkPriority: 1,
  lastManStandingWindow: 10_000,
} as const;

/** What a configuration amounts to once all defaults are in. Bad values count as not given; `problems.ts` finds them. */
export function effectiveSettings(config: CorosyncConfig): CorosyncSettings {
  const totem = (key: string) => valueUnder(config, ['totem'], key);
  const nodes = nodesOf(config);
  const logging = (key: string) => valueUnder(config, ['logging'], key);
  const crypto = cryptoOf(config);
  return {
    clusterName: totem('cluster_name') ?? '',
    transport: transportOf(totem('transport')),
    nodes,
    totem: totemSettings(config, nodes),
    quorum: quorumSettings(config),
    crypto,
    configVersion: number(totem('config_version')) ?? 0,
    logging: {
      toSyslog: logging('to_syslog') !== 'no',
      toLogfile: logging('to_logfile') === 'yes',
      logfile: logging('logfile') ?? null,
      debug: logging('debug') === 'on',
    },
    entries: entriesOf(config),
  };
}

/** Numbers of the links that any node has an address for. */
export function linkNumbers(settings: CorosyncSettings): number[] {
  return LINK_NUMBERS.filter((link) => settings.nodes.some((node) => node.addresses[link] !== undefined));
}

function number(value: string | undefined): number | null {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}

function transportOf(value: string | undefined): CorosyncSettings['transport'] {
  return value === 'udp' || value === 'udpu' ? value : 'knet';
}

function cryptoOf(config: CorosyncConfig): CorosyncSettings['crypto'] {
  const totem = (key: string) => valueUnder(config, ['totem'], key);
  const secure = totem('secauth') === 'on';
  return {
    model: totem('crypto_model') ?? 'nss',
    cipher: totem('crypto_cipher') ?? (secure ? 'aes256' : 'none'),
    hash: totem('crypto_hash') ?? (secure ? 'sha256' : 'none'),
  };
}

function nodesOf(config: CorosyncConfig): CorosyncNode[] {
  const defaultVotes = number(valueUnder(config, ['quorum'], 'votes')) ?? 1;
  return sectionsOf(config, 'nodelist')
    .flatMap((list) => sectionsOf(list, 'node'))
    .map((node) => nodeOf(node, defaultVotes));
}

function nodeOf(node: ConfigSection, defaultVotes: number): CorosyncNode {
  const addresses: Record<string, string> = {};
  for (const link of LINK_NUMBERS) {
    const address = lastValue(node, `ring${link}_addr`);
    if (address !== undefined) addresses[link] = address;
  }
  return {
    nodeId: number(lastValue(node, 'nodeid')) ?? 0,
    name: lastValue(node, 'name') ?? null,
    addresses,
    votes: number(lastValue(node, 'quorum_votes')) ?? defaultVotes,
  };
}

function totemSettings(config: CorosyncConfig, nodes: readonly CorosyncNode[]): TotemSettings {
  const given = (key: string) => number(valueUnder(config, ['totem'], key));
  const coefficient = given('token_coefficient') ?? DEFAULT.tokenCoefficient;
  const token = (given('token') ?? DEFAULT.token) + Math.max(0, nodes.length - 2) * coefficient;
  const retransmits = given('token_retransmits_before_loss_const') ?? DEFAULT.retransmitsBeforeLoss;
  const tokenRetransmit = given('token_retransmit') ?? Math.floor(token / (retransmits + 0.2));
  return {
    token,
    consensus: given('consensus') ?? Math.floor(token * DEFAULT.consensusFactor),
    tokenRetransmit,
    hold: given('hold') ?? Math.floor(tokenRetransmit * 0.8 - 10),
    join: given('join') ?? DEFAULT.join,
    merge: given('merge') ?? DEFAULT.merge,
    downcheck: given('downcheck') ?? DEFAULT.downcheck,
    sendJoin: given('send_join') ?? DEFAULT.sendJoin,
    tokenWarning: given('token_warning') ?? DEFAULT.tokenWarning,
    retransmitsBeforeLoss: retransmits,
    interfaces: interfacesOf(config, nodes, token),
  };
}

function interfacesOf(config: CorosyncConfig, nodes: readonly CorosyncNode[], token: number) {
  const sections = sectionsOf(config, 'totem').flatMap((totem) => sectionsOf(totem, 'interface'));
  const interfaces: Record<string, InterfaceSettings> = {};
  for (const link of LINK_NUMBERS) {
    if (!nodes.some((node) => node.addresses[link] !== undefined)) continue;
    const section = sections.find((each) => (number(lastValue(each, 'linknumber')) ?? 0) === link);
    const given = (key: string) => number(lastValue(section, key));
    const pongCount = given('knet_pong_count') ?? DEFAULT.pongCount;
    const timeout = given('knet_ping_timeout');
    interfaces[link] = {
      port: given('mcastport') ?? DEFAULT.port,
      pongCount,
      pingInterval: given('knet_ping_interval') ?? Math.floor(token / (pongCount * 2)),
      pingTimeout: timeout ?? Math.floor(token / pongCount),
      priority: given('knet_link_priority') ?? DEFAULT.linkPriority,
      transport: lastValue(section, 'knet_transport') === 'sctp' ? 'sctp' : 'udp',
    };
  }
  return interfaces;
}

function quorumSettings(config: CorosyncConfig): QuorumSettings {
  const given = (key: string) => valueUnder(config, ['quorum'], key);
  const on = (key: string) => given(key) === '1';
  const twoNode = on('two_node');
  const tieBreaker = given('auto_tie_breaker_node') ?? 'lowest';
  const device = deviceOf(config);
  return {
    provider: given('provider') === 'corosync_votequorum' ? 'corosync_votequorum' : null,
    expectedVotes: number(given('expected_votes')),
    twoNode,
    // two_node implies wait_for_all unless that is switched off explicitly. A tie breaker that isn't the lowest node is safe only when all have met once.
    waitForAll:
      (on('auto_tie_breaker') && tieBreaker !== 'lowest') ||
      (given('wait_for_all') === undefined ? twoNode : on('wait_for_all')),
    autoTieBreaker: on('auto_tie_breaker'),
    autoTieBreakerNode:
      tieBreaker === 'lowest' || tieBreaker === 'highest' ? tieBreaker : tieBreaker.split(/\s+/).map(Number),
    lastManStanding: on('last_man_standing'),
    lastManStandingWindow: number(given('last_man_standing_window')) ?? DEFAULT.lastManStandingWindow,
    allowDownscale: on('allow_downscale'),
    device,
  };
}

function deviceOf(config: CorosyncConfig): QuorumSettings['device'] {
  const model = valueUnder(config, ['quorum', 'device'], 'model');
  if (model === undefined) return null;
  return {
    model,
    votes: number(valueUnder(config, ['quorum', 'device'], 'votes')) ?? 0,
    settings: Object.fromEntries(valuesUnder(config, ['quorum', 'device', model])),
  };
}

/** Every line of the file under the key that the configuration map has for it. */
function entriesOf(config: CorosyncConfig): CorosyncSettings['entries'] {
  const entries: CorosyncSettings['entries'] = [];
  let nodes = 0;
  const visit = (section: ConfigSection, prefix: string) => {
    for (const [key, value] of section.values) entries.push({ key: `${prefix}${key}`, value });
    for (const child of section.sections) {
      if (prefix === 'nodelist.' && child.name === 'node') visit(child, `nodelist.node.${nodes++}.`);
      else if (prefix === 'totem.' && child.name === 'interface') {
        visit(child, `totem.interface.${number(lastValue(child, 'linknumber')) ?? 0}.`);
      } else visit(child, `${prefix}${child.name}.`);
    }
  };
  visit(config, '');
  return entries.filter(({ key }) => !/^totem\.interface\.\d+\.linknumber$/.test(key));
}
