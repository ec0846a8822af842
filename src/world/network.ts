/** A virtual network of the hypervisor: a bridge that NICs plug into. */
export interface Network {
  readonly name: string;
  /** Bridge on the host, e.g. `virbr1`. */
  bridge: string;
  /** Address of the bridge on the host with prefix length, e.g. `192.168.90.1/24`. */
  address: string | null;
  /** Whether guests reach the outside world through it. */
  forward: 'nat' | 'none';
  /** First and last address that DHCP hands out. */
  dhcp: { first: string; last: string } | null;
  active: boolean;
  autostart: boolean;
}

/** A network interface card of a machine. */
export interface Nic {
  /** Interface name in the guest, e.g. `eth1`. */
  readonly name: string;
  readonly mac: string;
  /** Network it is plugged into. */
  network: string | null;
  /** Cable plugged in (the hypervisor's side). */
  plugged: boolean;
  /** Administratively up (the guest's side). */
  up: boolean;
  mtu: number;
  addresses: InterfaceAddress[];
}

export interface InterfaceAddress {
  /** IPv4 or IPv6 address without prefix. */
  address: string;
  prefix: number;
  /** `dynamic` came by DHCP, `static` from a connection profile, `manual` by `ip addr add` or an agent. */
  origin: 'dynamic' | 'static' | 'manual';
  label: string | null;
  secondary: boolean;
}

export interface Route {
  /** `default` or a prefix such as `192.168.90.0/24`. */
  destination: string;
  gateway: string | null;
  device: string;
  metric: number;
  source: string | null;
  protocol: 'kernel' | 'dhcp' | 'static' | 'boot';
}

/** A socket somebody listens on. */
export interface ListeningSocket {
  protocol: 'tcp' | 'udp';
  /** Local address; `0.0.0.0` and `::` for all. */
  address: string;
  port: number;
  /** Name and pid of the holder, as `ss -p` shows them. */
  process: string;
  pid: number;
  fd: number;
  /** systemd unit it lives and dies with. */
  unit: string | null;
}

/** The networking of one machine that isn't in its files. */
export interface MachineNetwork {
  nics: Nic[];
  routes: Route[];
  sockets: ListeningSocket[];
  /** Runtime firewalld rules; null while firewalld isn't running. */
  firewall: FirewallState | null;
  /** Active NetworkManager connections by device name: the profile's UUID. */
  activeConnections: Record<string, string>;
}

export interface FirewallState {
  defaultZone: string;
  zones: Record<string, FirewallZone>;
}

export interface FirewallZone {
  target: 'default' | 'ACCEPT' | 'DROP' | 'REJECT';
  interfaces: string[];
  sources: string[];
  services: string[];
  /** `2224/tcp` */
  ports: string[];
  richRules: string[];
  masquerade: boolean;
}
