import { broadcastOf, inPrefix, isAddress, isIpv6, prefixOfNetmask } from '../../network/addresses';
import { addAddress, removeAddress, setLink } from '../../network/links';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import type { InterfaceAddress, Nic } from '../../world/network';
import { agentLog } from './agent-log';

/** Times of the agent's runs on an idle node, in ms. */
const START_TIME = 120;
const OTHER_TIME = 60;

interface Place {
  nic: Nic;
  prefix: number;
  /** Whether the network of the address is one that the NIC is in, so that its broadcast address is known. */
  known: boolean;
}

/** Why the agent doesn't know where the address belongs: what it logs, and its result at a start. */
interface Lost {
  rc: number;
  text: string;
}

/**
 * Where the address belongs. As the real agent's look at the routes has it, an interface that is down leads nowhere; only
 * where both interface and netmask are given, no route is needed.
 */
function findPlace(call: AgentCall): Place | Lost {
  const { ip = '', nic: name, cidr_netmask: mask } = call.parameters;
  const nics = call.machine.network.nics;
  if (!isAddress(ip)) return { rc: OCF.notConfigured, text: `IP address [${ip}] not valid.` };
  const named = name ? nics.find((each) => each.name === name.replace(/:.*$/, '')) : undefined;
  if (name && !named) {
    const text = `Invalid interface name [${name}]: Device "${name}" does not exist.`;
    return { rc: OCF.notConfigured, text };
  }
  const prefix = mask ? prefixOf(mask) : null;
  if (mask && (prefix === null || prefix < 0 || prefix > (isIpv6(ip) ? 128 : 32)))
    return { rc: OCF.notConfigured, text: `Invalid netmask specification [${mask}].` };
  const nic = named ?? holding(nics, ip);
  const own = nic && networkOf(nic, ip);
  if (!nic || (!own && (!named || prefix === null))) return { rc: OCF.error, text: 'Unable to find nic or netmask.' };
  return { nic, prefix: prefix ?? own?.prefix ?? 0, known: own !== undefined };
}

function prefixOf(mask: string): number | null {
  if (mask.includes('.')) return prefixOfNetmask(mask);
  return /^\d+$/.test(mask) ? Number(mask) : null;
}

/** The address of an interface in whose network another one lies. The address itself makes no network of its own. */
function networkOf(nic: Nic, ip: string): InterfaceAddress | undefined {
  return nic.up ? nic.addresses.find((own) => own.address !== ip && inPrefix(ip, own.address, own.prefix)) : undefined;
}

function holding(nics: readonly Nic[], ip: string): Nic | undefined {
  return nics.find((nic) => networkOf(nic, ip) !== undefined);
}

/** The NIC that has the address now, up or down. */
function holder(call: AgentCall): Nic | undefined {
  const { ip } = call.parameters;
  return call.machine.network.nics.find((nic) => nic.addresses.some((own) => own.address === ip));
}

const LOST = '[findif] failed';

function start(call: AgentCall): AgentResult {
  const place = findPlace(call);
  if ('rc' in place) {
    agentLog(call, 'ERROR', place.text);
    return { rc: place.rc, reason: LOST };
  }
  if (holder(call)) return { rc: OCF.ok };
  const { ip = '', iflabel } = call.parameters;
  const { name } = place.nic;
  const label = iflabel ? ` (with label ${name}:${iflabel})` : '';
  const broadcast = place.known && !isIpv6(ip) ? ` with broadcast address ${broadcastOf(ip, place.prefix)}` : '';
  const family = isIpv6(ip) ? 'inet6' : 'inet';
  agentLog(call, 'INFO', `Adding ${family} address ${ip}/${place.prefix}${broadcast} to device ${name}${label}`);
  agentLog(call, 'INFO', `Bringing device ${name} up`);
  const sender = `/usr/libexec/heartbeat/send_arp  -i 200 -r 5 -p /run/resource-agents/send_arp-${ip}`;
  if (!isIpv6(ip)) agentLog(call, 'INFO', `${sender} ${name} ${ip} auto not_used not_used`);
  if (!place.nic.up) setLink(call.world, call.machine.name, name, true);
  addAddress(call.world, call.machine.name, name, ip, place.prefix, {
    origin: 'manual',
    label: iflabel ? `${name}:${iflabel}` : null,
  });
  return { rc: OCF.ok };
}

function stop(call: AgentCall): AgentResult {
  const place = findPlace(call);
  if ('rc' in place) {
    agentLog(call, 'ERROR', place.text);
    agentLog(call, 'WARNING', LOST);
    return { rc: OCF.ok };
  }
  const nic = holder(call);
  const { ip = '' } = call.parameters;
  const own = nic?.addresses.find((address) => address.address === ip);
  agentLog(call, 'INFO', nic ? 'IP status = ok, IP_CIP=' : 'IP status = no, IP_CIP=');
  if (nic && own) removeAddress(call.world, call.machine.name, nic.name, ip, own.prefix);
  return { rc: OCF.ok };
}

function monitor(call: AgentCall): AgentResult {
  const place = findPlace(call);
  if (!('rc' in place)) return { rc: holder(call) ? OCF.ok : OCF.notRunning };
  agentLog(call, 'ERROR', place.text);
  if (call.intervalMs > 0) return { rc: place.rc, reason: LOST };
  // A probe for an address that can't live here says just that it doesn't run.
  agentLog(call, 'INFO', LOST);
  return { rc: OCF.notRunning };
}

/** ocf:heartbeat:IPaddr2: an address on a NIC. */
export const ipaddr2: AgentBehaviour = {
  begin: (call) => (call.action === 'start' ? START_TIME : OTHER_TIME),
  finish(call) {
    if (!call.parameters.ip) return { rc: OCF.notConfigured, reason: 'IP address (the ip parameter) is mandatory' };
    switch (call.action) {
      case 'start':
        return start(call);
      case 'stop':
        return stop(call);
      case 'monitor':
      case 'status':
        return monitor(call);
      case 'validate-all': {
        const place = findPlace(call);
        if (!('rc' in place)) return { rc: OCF.ok };
        agentLog(call, 'ERROR', place.text);
        return { rc: place.rc, reason: LOST };
      }
      default:
        return { rc: OCF.unimplemented };
    }
  },
};
