import { type AgentBehaviour, OCF } from '../../pacemaker/executor/agent';

const RUN_TIME = 50;

/** What an agent's start says that it misses, where its software can't be had here. */
const MISSING: Readonly<Record<string, string>> = {
  galera: "Setup problem: couldn't find command: /usr/bin/mysqld_safe",
  mariadb: "Setup problem: couldn't find command: /usr/bin/mysqld_safe",
  mysql: "Setup problem: couldn't find command: /usr/bin/mysqld_safe",
  nfsserver: 'No init script or systemd unit file detected for nfs server',
  nginx: "nginx binary not found! Please verify you've installed it",
  pgsql: "Setup problem: couldn't find command: /usr/bin/pg_ctl",
  tomcat: 'JAVA_HOME or CATALINA_HOME or CATALINA_BASE does not exist.',
};

/**
 * A packaged agent whose software isn't simulated, so isn't installed: nothing runs, and a start fails for good on that
 * node.
 */
export const absent: AgentBehaviour = {
  begin: () => RUN_TIME,
  finish({ action, resource }) {
    if (action === 'monitor' || action === 'status') return { rc: OCF.notRunning };
    if (action === 'stop' || action === 'demote') return { rc: OCF.ok };
    const reason = MISSING[resource.type] ?? `Setup problem: couldn't find command: ${resource.type}`;
    return { rc: OCF.notInstalled, reason };
  },
};
