import type { Millis } from './world';

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
  /** Leases of its DHCP server. */
  leases?: DhcpLease[];
  /**
   * Which MAC spoke last for an address (gratuitous ARP, ARP replies): decides who gets the packets while two machines
   * hold the same address.
   */
  arp?: Record<string, string>;
}

export interface DhcpLease {
  mac: string;
  address: string;
  /** Host name that the client sent, if any. */
  hostname: string | null;
  clientId: string | null;
  /** Simulated time at which it ends. */
  expires: Millis;
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
  /** Broadcast address, as `brd` gave it; default for `dynamic` and `static`: that of its network. */
  broadcast?: string | null;
  /** Whether it brings no route to its own network (`noprefixroute` and the route deleted). */
  unrouted?: boolean;
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
  /** Further processes that have it open: a server's workers. */
  holders?: number[];
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
  /** What NetworkManager has in memory; absent while it doesn't run. */
  manager?: ManagerState;
  /** The ARP table, by address: as `ip neigh` shows it. */
  neighbours?: Record<string, Neighbour>;
  /** Connections of TCP that are open at this machine, for `ss`; both ends have an entry. */
  connections?: OpenConnection[];
}

export interface ManagerState {
  /** Profiles as last read or written, in the order in which they came; files that changed since wait for a reload. */
  profiles: LoadedProfile[];
  /** D-Bus number of the active connection of each device, and the last number given. */
  numbers: Record<string, number>;
  lastNumber: number;
  /** Devices on which a connection is being activated (waiting for DHCP). */
  activating: Record<string, string>;
  /** Devices whose connection the user ended: nothing is activated there on its own. */
  blocked: string[];
  /** What DHCP gave each device. */
  leases: Record<string, DeviceLease>;
  networking: boolean;
}

/** What a DHCP server told a machine. */
export interface DeviceLease {
  address: string;
  prefix: number;
  gateway: string;
  dns: string;
  domain: string | null;
  expires: Millis;
}

/** A connection profile in NetworkManager's memory. */
export interface LoadedProfile {
  /** Number of its D-Bus object. */
  number: number;
  /** File it is kept in; null: in memory only. */
  path: string | null;
  /** The keyfile's text. */
  content: string;
}

export interface Neighbour {
  device: string;
  /** Null: nobody answered. */
  mac: string | null;
  /** When the answer came, or the failure. */
  at: Millis;
}

/** One end of an established TCP connection. */
export interface OpenConnection {
  localAddress: string;
  localPort: number;
  peerAddress: string;
  peerPort: number;
  process: string;
  pid: number;
  fd: number;
}

export interface FirewallState {
  defaultZone: string;
  zones: Record<string, FirewallZone>;
  /** Definitions read from /etc/firewalld/services, which come before the packaged ones. */
  services?: Record<string, FirewallService>;
  /** Everything is dropped (`--panic-on`). */
  panic?: boolean;
}

/** What a service's name stands for. */
export interface FirewallService {
  /** `5405-5412/udp` */
  ports: string[];
  protocols: string[];
  sourcePorts: string[];
  modules: string[];
  /** By family: `ipv4` or `ipv6` to an address. */
  destinations: Record<string, string>;
  includes: string[];
  helpers: string[];
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
  forward?: boolean;
  protocols?: string[];
  sourcePorts?: string[];
  forwardPorts?: string[];
  icmpBlocks?: string[];
  icmpBlockInversion?: boolean;
}
