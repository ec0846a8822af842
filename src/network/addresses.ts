/**
 * An IPv4 address as a number from 0 to 2^32 - 1, or null when the text isn't one. Four decimal parts, as inet_pton
 * takes them: no octal, no short forms, no leading zeros.
 */
export function parseIpv4(text: string): number | null {
  const known = parsedIpv4.get(text);
  if (known !== undefined) return known;
  if (parsedIpv4.size >= PARSED_LIMIT) parsedIpv4.clear();
  const value = readIpv4(text);
  parsedIpv4.set(text, value);
  return value;
}

/** Results by text: the same few addresses are looked at again and again. */
const parsedIpv4 = new Map<string, number | null>();
const PARSED_LIMIT = 4096;

function readIpv4(text: string): number | null {
  let value = 0;
  let parts = 0;
  let digits = 0;
  let part = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (digits === 0 || ++parts > 3) return null;
      value = value * 256 + part;
      part = 0;
      digits = 0;
    } else {
      if (code < 48 || code > 57 || (digits === 1 && part === 0)) return null;
      part = part * 10 + code - 48;
      if (++digits > 3 || part > 255) return null;
    }
  }
  return parts === 3 && digits > 0 ? value * 256 + part : null;
}

export function formatIpv4(value: number): string {
  return `${Math.floor(value / 0x1000000)}.${Math.floor(value / 0x10000) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`;
}

export function isIpv4(text: string): boolean {
  return parseIpv4(text) !== null;
}

/** Eight groups of an IPv6 address, or null when the text isn't one. A zone (`%eth0`) isn't part of it. */
export function parseIpv6(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groupsOf = (half: string): number[] | null => {
    if (half === '') return [];
    const groups: number[] = [];
    const parts = half.split(':');
    for (const [index, part] of parts.entries()) {
      const dotted = index === parts.length - 1 ? parseIpv4(part) : null;
      if (dotted !== null) groups.push(Math.floor(dotted / 65536), dotted % 65536);
      else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
      else return null;
    }
    return groups;
  };
  const head = groupsOf(halves[0] ?? '');
  if (!head) return null;
  if (halves.length === 1) return head.length === 8 ? head : null;
  const tail = groupsOf(halves[1] ?? '');
  if (!tail || head.length + tail.length > 7) return null;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** The canonical text of eight groups: the longest run of two or more zero groups becomes `::`. */
export function formatIpv6(groups: readonly number[]): string {
  let from = -1;
  let length = 1;
  for (let at = 0; at < groups.length; at++) {
    let end = at;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - at > length) {
      from = at;
      length = end - at;
    }
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return from < 0 ? text(groups) : `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`;
}

export function isIpv6(text: string): boolean {
  return text.includes(':') && parseIpv6(text) !== null;
}

export function isAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

/** `192.168.90.110/24` in parts; a missing prefix gives that of a host (32 or 128). Null when it isn't one. */
export function parseCidr(text: string): Cidr | null {
  const known = parsedCidr.get(text);
  if (known !== undefined) return known;
  if (parsedCidr.size >= PARSED_LIMIT) parsedCidr.clear();
  const cidr = readCidr(text);
  parsedCidr.set(text, cidr);
  return cidr;
}

export interface Cidr {
  readonly address: string;
  readonly prefix: number;
}

const parsedCidr = new Map<string, Cidr | null>();

function readCidr(text: string): Cidr | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const bits = isIpv4(address) ? 32 : isIpv6(address) ? 128 : null;
  if (bits === null) return null;
  if (slash < 0) return { address, prefix: bits };
  const prefixText = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefixText)) return null;
  const prefix = Number(prefixText);
  return prefix <= bits ? { address, prefix } : null;
}

/** Number of leading ones of a netmask such as `255.255.255.0`, or null when it isn't one. */
export function prefixOfNetmask(mask: string): number | null {
  const value = parseIpv4(mask);
  if (value === null) return null;
  for (let prefix = 0; prefix <= 32; prefix++) if (netmaskValue(prefix) === value) return prefix;
  return null;
}

function netmaskValue(prefix: number): number {
  return 2 ** 32 - 2 ** (32 - prefix);
}

export function netmaskOf(prefix: number): string {
  return formatIpv4(netmaskValue(prefix));
}

/** First address of the network that an address lies in, e.g. `192.168.90.0`. */
export function networkOf(address: string, prefix: number): string {
  const value = parseIpv4(address);
  if (value !== null) {
    const size = 2 ** (32 - prefix);
    return formatIpv4(Math.floor(value / size) * size);
  }
  const groups = parseIpv6(address);
  if (!groups) throw new RangeError(`not an address: ${address}`);
  return formatIpv6(groups.map((group, at) => maskGroup(group, prefix - at * 16)));
}

function maskGroup(group: number, bits: number): number {
  if (bits >= 16) return group;
  return bits <= 0 ? 0 : group & (0xffff << (16 - bits)) & 0xffff;
}

export function broadcastOf(address: string, prefix: number): string {
  const size = 2 ** (32 - prefix);
  return formatIpv4(Math.floor((parseIpv4(address) ?? 0) / size) * size + size - 1);
}

/** Whether an address lies in the network of another one. Addresses of different families never do. */
export function inPrefix(address: string, network: string, prefix: number): boolean {
  const value = parseIpv4(address);
  if (value !== null) {
    const base = parseIpv4(network);
    if (base === null) return false;
    const size = 2 ** (32 - prefix);
    return Math.floor(value / size) === Math.floor(base / size);
  }
  if (!network.includes(':')) return false;
  return isIpv6(address) && isIpv6(network) && networkOf(address, prefix) === networkOf(network, prefix);
}

/** The link-local address that the kernel makes from a MAC (EUI-64). */
export function linkLocalOf(mac: string): string {
  const bytes = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes;
  return formatIpv6([0xfe80, 0, 0, 0, ((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f]);
}

/** A 32-bit hash of a text (FNV-1a), for what must be stable without drawing from the world's randomness. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The link-local address that NetworkManager makes up for a connection and keeps (RFC 7217). */
export function stableLinkLocalOf(mac: string, connection: string): string {
  const word = (part: number) => hashText(`${part} ${mac} ${connection}`) >>> 16;
  return formatIpv6([0xfe80, 0, 0, 0, word(1), word(2), word(3), word(4)]);
}
