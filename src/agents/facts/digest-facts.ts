/** Which agents can reload, and which of their parameters need a restart all the same. A table of facts. */
export const RESTART_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'ocf:heartbeat:AoEtarget': ['pid'],
  'ocf:heartbeat:Dummy': ['state'],
  'ocf:heartbeat:Route': ['destination'],
  'ocf:heartbeat:SAPInstance': ['InstanceName', 'START_PROFILE', 'ERS_InstanceName', 'ERS_START_PROFILE'],
  'ocf:heartbeat:dovecot': ['config_file', 'pid_file'],
  'ocf:heartbeat:dummypy': ['state'],
  'ocf:heartbeat:ipsec': ['tunnel', 'vip', 'fallbacktunnel'],
  'ocf:heartbeat:mysql-proxy': ['pidfile'],
  'ocf:heartbeat:named': ['named_config', 'named_pidfile', 'named_rootdir'],
  'ocf:heartbeat:nfsnotify': [],
  'ocf:heartbeat:nginx': ['configfile'],
  'ocf:heartbeat:postfix': ['config_dir'],
  'ocf:pacemaker:Dummy': ['state'],
  'ocf:pacemaker:HealthCPU': ['state'],
  'ocf:pacemaker:HealthSMART': ['state'],
  'ocf:pacemaker:Stateful': ['state'],
  'ocf:pacemaker:SysInfo': ['pidfile', 'delay'],
  'ocf:pacemaker:attribute': ['state', 'name'],
  'ocf:pacemaker:booth-site': ['config', 'args', 'daemon'],
  'ocf:pacemaker:ping': ['pidfile', 'name', 'multiplier', 'host_list', 'options', 'failure_score', 'use_fping'],
  'ocf:pacemaker:remote': ['server', 'port'],
  'ocf:booth:geostore': [],
  'ocf:booth:sharedrsc': ['dir'],
};

/** Parameters that are passwords by their names. */
export const SECRET_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'ocf:heartbeat:openstack-cinder-volume': ['password'],
  'ocf:heartbeat:openstack-floating-ip': ['password'],
  'ocf:heartbeat:openstack-info': ['password'],
  'ocf:heartbeat:openstack-virtual-ip': ['password'],
  'ocf:heartbeat:slapd': ['password'],
  'ocf:pacemaker:Dummy': ['passwd'],
};
