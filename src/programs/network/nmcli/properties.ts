/**
 * The properties of connection profiles as nmcli 1.42 lists them: setting, then each property with what `nmcli
 * connection show` prints when it isn't set. `|` parts name and default; no default prints `--`.
 */
const TABLE = `
connection
id
uuid
stable-id
type
interface-name
autoconnect|yes
autoconnect-priority|0
autoconnect-retries|-1 (default)
multi-connect|0 (default)
auth-retries|-1
timestamp|0
read-only|no
permissions
zone
master
slave-type
autoconnect-slaves|-1 (default)
secondaries
gateway-ping-timeout|0
metered|unknown
lldp|default
mdns|-1 (default)
llmnr|-1 (default)
dns-over-tls|-1 (default)
mptcp-flags|0x0 (default)
wait-device-timeout|-1
wait-activation-delay|-1

802-3-ethernet
port
speed|0
duplex
auto-negotiate|no
mac-address
cloned-mac-address
generate-mac-address-mask
mac-address-blacklist
mtu|auto
s390-subchannels
s390-nettype
s390-options
wake-on-lan|default
wake-on-lan-password
accept-all-mac-addresses|-1 (default)

ipv4
method
dns
dns-search
dns-options
dns-priority|0
addresses
gateway
routes
route-metric|-1
route-table|0 (unspec)
routing-rules
replace-local-rule|-1 (default)
ignore-auto-routes|no
ignore-auto-dns|no
dhcp-client-id
dhcp-iaid
dhcp-timeout|0 (default)
dhcp-send-hostname|yes
dhcp-hostname
dhcp-fqdn
dhcp-hostname-flags|0x0 (none)
never-default|no
may-fail|yes
required-timeout|-1 (default)
dad-timeout|-1 (default)
dhcp-vendor-class-identifier
link-local|0 (default)
dhcp-reject-servers
auto-route-ext-gw|-1 (default)

ipv6
method
dns
dns-search
dns-options
dns-priority|0
addresses
gateway
routes
route-metric|-1
route-table|0 (unspec)
routing-rules
replace-local-rule|-1 (default)
ignore-auto-routes|no
ignore-auto-dns|no
never-default|no
may-fail|yes
required-timeout|-1 (default)
ip6-privacy|-1 (unknown)
addr-gen-mode|default
ra-timeout|0 (default)
mtu|auto
dhcp-duid
dhcp-iaid
dhcp-timeout|0 (default)
dhcp-send-hostname|yes
dhcp-hostname
dhcp-hostname-flags|0x0 (none)
auto-route-ext-gw|-1 (default)
token

proxy
method|none
browser-only|no
pac-url
pac-script
`;

export interface Property {
  setting: string;
  name: string;
  /** What is shown when the profile doesn't set it. */
  unset: string;
}

/** Properties by setting, in the order in which nmcli lists them. */
export const PROPERTIES: ReadonlyMap<string, readonly Property[]> = new Map(
  TABLE.trim()
    .split('\n\n')
    .map((block) => {
      const [setting = '', ...lines] = block.split('\n');
      const properties = lines.map((line) => {
        const [name = '', unset = ''] = line.split('|');
        return { setting, name, unset };
      });
      return [setting, properties] as const;
    }),
);

/** Other names by which settings can be called. */
const SETTING_ALIASES: Readonly<Record<string, string>> = { ethernet: '802-3-ethernet', ip4: 'ipv4', ip6: 'ipv6' };

/** A setting by its name, alias, or a beginning of its name that is no other's. */
export function findSetting(name: string): string | null {
  if (PROPERTIES.has(name)) return name;
  const alias = SETTING_ALIASES[name];
  if (alias) return alias;
  const names = [...PROPERTIES.keys()].filter((candidate) => candidate.startsWith(name));
  return names.length === 1 ? (names[0] ?? null) : null;
}

/** A property of a setting by its name or an unambiguous beginning of it. */
export function findProperty(setting: string, name: string): Property | null {
  const properties = PROPERTIES.get(setting) ?? [];
  const exact = properties.find((property) => property.name === name);
  if (exact) return exact;
  const matches = properties.filter((property) => name !== '' && property.name.startsWith(name));
  return matches.length === 1 ? (matches[0] ?? null) : null;
}

/** Connection types that `nmcli connection add` takes: name, then its alias. */
export const CONNECTION_TYPES: readonly (readonly [string, string])[] = [
  ['6lowpan', ''],
  ['802-11-olpc-mesh', 'olpc-mesh'],
  ['802-11-wireless', 'wifi'],
  ['802-3-ethernet', 'ethernet'],
  ['adsl', ''],
  ['bluetooth', ''],
  ['bond', ''],
  ['bridge', ''],
  ['cdma', ''],
  ['dummy', ''],
  ['generic', ''],
  ['gsm', ''],
  ['infiniband', ''],
  ['ip-tunnel', ''],
  ['loopback', ''],
  ['macsec', ''],
  ['macvlan', ''],
  ['ovs-bridge', ''],
  ['ovs-dpdk', ''],
  ['ovs-interface', ''],
  ['ovs-patch', ''],
  ['ovs-port', ''],
  ['pppoe', ''],
  ['team', ''],
  ['tun', ''],
  ['veth', ''],
  ['vlan', ''],
  ['vpn', ''],
  ['vrf', ''],
  ['vxlan', ''],
  ['wifi-p2p', ''],
  ['wimax', ''],
  ['wireguard', ''],
  ['wpan', ''],
  ['bond-slave', ''],
  ['bridge-slave', ''],
  ['team-slave', ''],
];
