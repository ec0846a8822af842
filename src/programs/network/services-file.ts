import { readFileIfThere } from '../../machine/files';
import type { Machine } from '../../world/machine';

/** Names of ports that tools show, for machines whose /etc/services says nothing of them. */
const KNOWN: readonly (readonly [name: string, port: number, protocols: string, aliases?: string])[] = [
  ['ftp', 21, 'tcp'],
  ['ssh', 22, 'tcp'],
  ['telnet', 23, 'tcp'],
  ['smtp', 25, 'tcp', 'mail'],
  ['domain', 53, 'tcp udp'],
  ['bootps', 67, 'udp'],
  ['bootpc', 68, 'udp'],
  ['tftp', 69, 'udp'],
  ['http', 80, 'tcp', 'www www-http'],
  ['sunrpc', 111, 'tcp udp', 'portmapper rpcbind'],
  ['ntp', 123, 'udp'],
  ['imap', 143, 'tcp', 'imap2'],
  ['snmp', 161, 'udp'],
  ['https', 443, 'tcp udp'],
  ['mysql', 3306, 'tcp'],
  ['iscsi-target', 3260, 'tcp'],
  ['nfs', 2049, 'tcp udp', 'nfsd shilp'],
  ['efi-mg', 2224, 'tcp udp'],
  ['ctx-bridge', 3127, 'tcp'],
  ['hpoms-ci-lstn', 5403, 'tcp'],
  ['hpoms-dps-lstn', 5404, 'tcp udp'],
  ['netsupport', 5405, 'tcp udp'],
  ['postgres', 5432, 'tcp', 'postgresql'],
  ['zabbix-agent', 10050, 'tcp'],
];

export interface ServiceEntry {
  name: string;
  port: number;
  protocol: string;
  aliases: string[];
}

/** The entries of a machine's /etc/services, or the usual ones where it has no such file. */
export function serviceEntries(machine: Machine): ServiceEntry[] {
  const entries: ServiceEntry[] = [];
  for (const line of (readFileIfThere(machine, '/etc/services') ?? '').split('\n')) {
    const match = /^(\S+)\s+(\d+)\/(\w+)([^#]*)/.exec(line);
    if (!match || line.startsWith('#')) continue;
    const aliases = (match[4] ?? '').trim().split(/\s+/).filter(Boolean);
    entries.push({ name: match[1] ?? '', port: Number(match[2]), protocol: match[3] ?? '', aliases });
  }
  for (const [name, port, protocols, aliases = ''] of KNOWN) {
    for (const protocol of protocols.split(' ')) {
      if (entries.some((entry) => entry.port === port && entry.protocol === protocol)) continue;
      entries.push({ name, port, protocol, aliases: aliases.split(' ').filter(Boolean) });
    }
  }
  return entries;
}

/** Name of a port, or its number. */
export function portName(machine: Machine, port: number, protocol: string): string {
  return (
    serviceEntries(machine).find((entry) => entry.port === port && entry.protocol === protocol)?.name ?? String(port)
  );
}
