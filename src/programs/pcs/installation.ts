import type { AgentSource } from './agents';
import type { Installation } from './context';

const none: AgentSource = { agent: () => undefined, standards: () => [], providers: () => [], types: () => [] };

/** pcs as the package installs it. */
export const installation: Installation = {
  agents: none,
  corosyncConf: '/etc/corosync/corosync.conf',
  knownHosts: '/var/lib/pcsd/known-hosts',
  uidgidDirectory: '/etc/corosync/uidgid.d',
};
