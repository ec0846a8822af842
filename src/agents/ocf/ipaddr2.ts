import { broadcastOf, inPrefix, isAddress, isIpv6, prefixOfNetmask } from '../../network/addresses';
import { addAddress, removeAddress } from '../../network/links';
import { routeTo } from '../../network/routes';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import type { Nic } from '../../world/network';
import { agentLog } from './agent-log';

/** Times of the agent's runs on an idle node, in ms. */
const START_TIME = 120;
const OTHER_TIME = 60;

interface Place {
  nic: Nic;
  prefix: number;
}

/** Where the address belongs, as the agent's findif does: the named NIC, else the one whose network holds it. */
function findPlace(call: AgentCall): Place | AgentResult {
  const { ip = '', nic: name, cidr_netmask: mask } = call.parameters;
  const nics = call.machine.network.nics;
  const named = name ? nics.find((each) => each.name === name) : undefined;
  if (name && !named) return fail(`Unknown interface [${name}] No such device.`, OCF.notConfigured);
  const prefix = mask ? (mask.includes('.') ? prefixOfNetmask(mask) : Number.parseInt(mask, 10)) : null;
  if (mask && (prefix === null || Number.isNaN(prefix) || prefix < 0 || prefix > (isIpv6(ip) ? 128 : 32)))
    return fail(`Invalid netmask specification [${mask}]`, OCF.notConfigured);
  const holder = named ?? holding(nics, ip) ?? routed(call, ip);
  if (!holder) return fail('[findif] failed', OCF.notConfigured);
  const own = holder.addresses.find((address) => inPrefix(ip, address.address, address.prefix));
  return { nic: holder, prefix: prefix ?? own?.prefix ?? (isIpv6(ip) ? 128 : 32) };
}

function holding(nics: readonly Nic[], ip: string): Nic | undefined {
  return nics.find((nic) => nic.up && nic.addresses.some((own) => inPrefix(ip, own.address, own.prefix)));
}

function routed(call: AgentCall, ip: string): Nic | undefined {
  const hop = routeTo(call.world, call.machine, ip);
  return hop ? call.machine.network.nics.find((nic) => nic.name === hop.nic.name) : undefined;
}

function fail(reason: string, rc: number): AgentResult {
  return { rc, reason };
}

/** The NIC that has the address now. */
function holder(call: AgentCall): Nic | undefined {
  const { ip } = call.parameters;
  return call.machine.network.nics.find((nic) => nic.addresses.some((own) => own.address === ip));
}

function validate(call: AgentCall): AgentResult | null {
  const { ip = '' } = call.parameters;
  if (ip === '') return fail('IP address (the ip parameter) is mandatory', OCF.notConfigured);
  return isAddress(ip) ? null : fail('[findif] failed', OCF.notConfigured);
}

function start(call: AgentCall): AgentResult {
  const place = findPlace(call);
  if ('rc' in place) return place;
  if (holder(call)) return { rc: OCF.ok };
  const { ip = '', iflabel } = call.parameters;
  const { name } = place.nic;
  const [family, broadcast] = isIpv6(ip)
    ? ['inet6', '']
    : ['inet', ` with broadcast address ${broadcastOf(ip, place.prefix)}`];
  agentLog(call, 'INFO', `Adding ${family} address ${ip}/${place.prefix}${broadcast} to device ${name}`);
  agentLog(call, 'INFO', `Bringing device ${name} up`);
  const sender = `/usr/libexec/heartbeat/send_arp  -i 200 -r 5 -p /run/resource-agents/send_arp-${ip}`;
  if (!isIpv6(ip)) agentLog(call, 'INFO', `${sender} ${name} ${ip} auto not_used not_used`);
  addAddress(call.world, call.machine.name, place.nic.name, ip, place.prefix, {
    origin: 'manual',
    label: iflabel ? `${place.nic.name}:${iflabel}` : null,
  });
  return { rc: OCF.ok };
}

function stop(call: AgentCall): AgentResult {
  const nic = holder(call);
  const { ip = '' } = call.parameters;
  const own = nic?.addresses.find((address) => address.address === ip);
  agentLog(call, 'INFO', nic ? 'IP status = ok, IP_CIP=' : 'IP status = no, IP_CIP=');
  if (nic && own) removeAddress(call.world, call.machine.name, nic.name, ip, own.prefix);
  return { rc: OCF.ok };
}

function monitor(call: AgentCall): AgentResult {
  const nic = holder(call);
  if (nic) return { rc: nic.up ? OCF.ok : OCF.notRunning };
  // A probe for an address that can't live here says just that it doesn't run.
  return { rc: OCF.notRunning };
}

/** ocf:heartbeat:IPaddr2: an address on a NIC. */
export const ipaddr2: AgentBehaviour = {
  begin: (call) => (call.action === 'start' ? START_TIME : OTHER_TIME),
  finish(call) {
    const invalid = validate(call);
    if (invalid) return call.action === 'stop' ? { rc: OCF.ok } : invalid;
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
        return 'rc' in place ? place : { rc: OCF.ok };
      }
      default:
        return { rc: OCF.unimplemented };
    }
  },
};
