import { agentFiles } from '../ocf/agents';
import { alertSamples } from '../ocf/alerts';
import { libraryFiles } from '../ocf/library';
import { configFile, directory, type Package, program, programs, symlink, textFile, unitFile } from '../package';

const ha = { architecture: 'x86_64', repository: 'highavailability' } as const;

/** The High Availability add-on: pcs, pacemaker, corosync and what they need. */
export const cluster: readonly Package[] = [
  {
    ...ha,
    name: 'corosync',
    version: '3.1.7-1.el9',
    download: 263,
    installed: 650,
    summary: 'The Corosync Cluster Engine and Application Programming Interfaces',
    license: 'BSD',
    url: 'http://corosync.github.io/corosync/',
    requires: ['corosynclib', 'libknet1', 'libqb', 'systemd'],
    files: [
      ...programs(
        '/usr/sbin',
        'corosync corosync-cfgtool corosync-cmapctl corosync-cpgtool corosync-keygen corosync-quorumtool corosync-blackbox',
      ),
      directory('/etc/corosync'),
      directory('/etc/corosync/uidgid.d'),
      directory('/var/lib/corosync'),
      directory('/var/log/cluster'),
      configFile(
        '/etc/sysconfig/corosync',
        '# COROSYNC_INIT_TIMEOUT specifies number of seconds to wait for corosync\n# initialization (default is one minute).\nCOROSYNC_INIT_TIMEOUT=60\n# COROSYNC_OPTIONS specifies options passed to corosync command\n# (default is no options).\nCOROSYNC_OPTIONS=""\n',
      ),
      textFile(
        '/etc/corosync/corosync.conf.example',
        'totem {\n\tversion: 2\n\tcrypto_cipher: none\n\tcrypto_hash: none\n}\n\nlogging {\n\tto_logfile: yes\n\tlogfile: /var/log/cluster/corosync.log\n\tto_syslog: yes\n}\n\nquorum {\n\t# provider: corosync_votequorum\n}\n\nnodelist {\n\tnode {\n\t\tring0_addr: 10.10.10.1\n\t\tname: node1\n\t\tnodeid: 1\n\t}\n}\n',
      ),
      unitFile(
        'corosync.service',
        `[Unit]
Description=Corosync Cluster Engine
Documentation=man:corosync man:corosync.conf man:corosync_overview
ConditionKernelCommandLine=!nocluster
Requires=network-online.target
After=network-online.target

[Service]
EnvironmentFile=-/etc/sysconfig/corosync
ExecStart=/usr/sbin/corosync -f $COROSYNC_OPTIONS
ExecStop=/usr/sbin/corosync-cfgtool -H --force
Type=notify
StandardError=null
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`,
      ),
    ],
  },
  {
    ...ha,
    name: 'corosynclib',
    version: '3.1.7-1.el9',
    repository: 'appstream',
    download: 52,
    installed: 140,
    summary: 'The Corosync Cluster Engine Libraries',
    license: 'BSD',
    source: 'corosync-3.1.7-1.el9',
    requires: ['libqb'],
    files: [textFile('/usr/lib64/libcpg.so.4', '', { mode: 0o755, size: 24_000 })],
  },
  {
    ...ha,
    name: 'libknet1',
    version: '1.25-2.el9',
    download: 85,
    installed: 220,
    summary: 'Kronosnet core switching implementation',
    license: 'LGPLv2+',
    source: 'kronosnet-1.25-2.el9',
    requires: ['libnozzle1'],
    recommends: ['libknet1-crypto-nss-plugin'],
  },
  {
    ...ha,
    name: 'libnozzle1',
    version: '1.25-2.el9',
    download: 26,
    installed: 46,
    summary: 'Simple userland wrapper around kernel tap devices',
    license: 'LGPLv2+',
    source: 'kronosnet-1.25-2.el9',
  },
  {
    ...ha,
    name: 'libqb',
    version: '2.0.6-3.el9',
    repository: 'appstream',
    download: 93,
    installed: 250,
    summary: 'Library providing high performance logging, tracing, ipc, and poll',
    license: 'LGPLv2+',
    files: programs('/usr/sbin', 'qb-blackbox'),
  },
  {
    ...ha,
    name: 'corosync-qdevice',
    version: '3.0.2-2.el9',
    download: 107,
    installed: 250,
    summary: 'The Corosync Cluster Engine Qdevice',
    license: 'BSD',
    requires: ['corosync', 'corosynclib'],
    files: [
      ...programs('/usr/sbin', 'corosync-qdevice corosync-qdevice-net-certutil corosync-qdevice-tool'),
      directory('/etc/corosync/qdevice', { mode: 0o770 }),
      unitFile(
        'corosync-qdevice.service',
        '[Unit]\nDescription=Corosync Qdevice daemon\nDocumentation=man:corosync-qdevice\nConditionKernelCommandLine=!nocluster\nWants=corosync.service\nAfter=corosync.service\n\n[Service]\nEnvironmentFile=-/etc/sysconfig/corosync-qdevice\nExecStart=/usr/sbin/corosync-qdevice -f $COROSYNC_QDEVICE_OPTIONS\nType=notify\nStandardError=null\nRestart=on-abnormal\nRuntimeDirectory=corosync-qdevice\nRuntimeDirectoryMode=0770\n\n[Install]\nWantedBy=multi-user.target\n',
      ),
    ],
  },
  {
    ...ha,
    name: 'corosync-qnetd',
    version: '3.0.2-2.el9',
    download: 98,
    installed: 230,
    summary: 'The Corosync Cluster Engine Qdevice Network Daemon',
    license: 'BSD',
    source: 'corosync-qdevice-3.0.2-2.el9',
    groups: [{ name: 'coroqnetd', gid: 988 }],
    users: [
      {
        name: 'coroqnetd',
        uid: 989,
        group: 'coroqnetd',
        comment: 'User for corosync-qnetd',
        home: '/',
        shell: '/sbin/nologin',
      },
    ],
    files: [
      ...programs('/usr/bin', 'corosync-qnetd corosync-qnetd-certutil corosync-qnetd-tool'),
      directory('/etc/corosync/qnetd', { mode: 0o770, owner: 'coroqnetd', group: 'coroqnetd' }),
      unitFile(
        'corosync-qnetd.service',
        '[Unit]\nDescription=Corosync Qdevice Network daemon\nDocumentation=man:corosync-qnetd\nConditionKernelCommandLine=!nocluster\nRequires=network-online.target\nAfter=network-online.target\n\n[Service]\nEnvironmentFile=-/etc/sysconfig/corosync-qnetd\nExecStart=/usr/bin/corosync-qnetd -f $COROSYNC_QNETD_OPTIONS\nType=notify\nStandardError=null\nRestart=on-abnormal\nUser=coroqnetd\nRuntimeDirectory=corosync-qnetd\nRuntimeDirectoryMode=0770\n\n[Install]\nWantedBy=multi-user.target\n',
      ),
    ],
  },
  {
    ...ha,
    name: 'pacemaker',
    version: '2.1.5-8.el9',
    download: 465,
    installed: 1740,
    summary: 'Scalable High-Availability cluster resource manager',
    license: 'GPL-2.0-or-later AND LGPL-2.1-or-later',
    url: 'https://www.clusterlabs.org/',
    requires: [
      'corosync',
      'pacemaker-cli',
      'pacemaker-cluster-libs',
      'pacemaker-libs',
      'resource-agents',
      'pacemaker-schemas',
      'psmisc',
    ],
    files: [
      program('/usr/sbin/pacemakerd', 'pacemakerd'),
      program('/usr/sbin/fence_legacy', 'fence_legacy'),
      program('/usr/sbin/fence_watchdog', 'fence_watchdog'),
      ...['attrd', 'based', 'controld', 'execd', 'fenced', 'schedulerd'].map((name) =>
        textFile(`/usr/libexec/pacemaker/pacemaker-${name}`, '', { mode: 0o755, size: 120_000 }),
      ),
      directory('/usr/lib/ocf'),
      directory('/usr/lib/ocf/resource.d'),
      directory('/usr/lib/ocf/resource.d/pacemaker'),
      ...agentFiles('pacemaker'),
      ...alertSamples,
      directory('/etc/pacemaker', { mode: 0o750, group: 'haclient' }),
      directory('/var/lib/pacemaker', { mode: 0o750, owner: 'hacluster', group: 'haclient' }),
      directory('/var/lib/pacemaker/cib', { mode: 0o750, owner: 'hacluster', group: 'haclient' }),
      directory('/var/lib/pacemaker/pengine', { mode: 0o750, owner: 'hacluster', group: 'haclient' }),
      directory('/var/lib/pacemaker/blackbox', { mode: 0o750, owner: 'hacluster', group: 'haclient' }),
      directory('/var/lib/pacemaker/cores', { mode: 0o750, owner: 'hacluster', group: 'haclient' }),
      directory('/var/log/pacemaker', { mode: 0o770, owner: 'hacluster', group: 'haclient' }),
      directory('/var/log/pacemaker/bundles', { mode: 0o770, owner: 'hacluster', group: 'haclient' }),
      configFile('/etc/sysconfig/pacemaker', '# Pacemaker daemon options.\n'),
      unitFile(
        'pacemaker.service',
        `[Unit]
Description=Pacemaker High Availability Cluster Manager
Documentation=man:pacemakerd
Documentation=https://clusterlabs.org/pacemaker/doc/
After=network.target
After=time-sync.target
After=dbus.service
Wants=dbus.service
After=resource-agents-deps.target
Wants=resource-agents-deps.target
After=syslog.service
After=rsyslog.service
After=corosync.service
Requires=corosync.service
StartLimitBurst=5
StartLimitIntervalSec=25s

[Install]
WantedBy=multi-user.target

[Service]
Type=simple
KillMode=process
NotifyAccess=main
EnvironmentFile=-/etc/sysconfig/pacemaker
EnvironmentFile=-/etc/sysconfig/sbd
SuccessExitStatus=100
ExecStart=/usr/sbin/pacemakerd
TasksMax=infinity
SendSIGKILL=no
RestartSec=1s
TimeoutStopSec=30min
TimeoutStartSec=60s
Restart=on-failure
StandardError=null
`,
      ),
    ],
  },
  {
    ...ha,
    name: 'pacemaker-cli',
    version: '2.1.5-8.el9',
    download: 321,
    installed: 1050,
    summary: 'Command line tools for controlling Pacemaker clusters',
    license: 'GPL-2.0-or-later AND LGPL-2.1-or-later',
    source: 'pacemaker-2.1.5-8.el9',
    requires: ['pacemaker-libs', 'perl-TimeDate'],
    recommends: ['pcmk-cluster-manager'],
    files: [
      ...programs(
        '/usr/sbin',
        `attrd_updater cibadmin crm_attribute crm_diff crm_error crm_failcount crm_master crm_mon crm_node crm_report
        crm_resource crm_rule crm_shadow crm_simulate crm_standby crm_ticket crm_verify crmadmin iso8601 stonith_admin
        cibsecret`,
      ),
      unitFile(
        'crm_mon.service',
        '[Unit]\nDescription=Daemon for pacemaker monitor\nDocumentation=man:crm_mon\n\n[Service]\nType=forking\nEnvironmentFile=-/etc/sysconfig/crm_mon\nExecStart=/usr/sbin/crm_mon $OPTIONS\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n',
      ),
    ],
  },
  {
    ...ha,
    name: 'pacemaker-libs',
    version: '2.1.5-8.el9',
    repository: 'appstream',
    download: 700,
    installed: 2300,
    summary: 'Core Pacemaker libraries',
    license: 'GPL-2.0-or-later AND LGPL-2.1-or-later',
    source: 'pacemaker-2.1.5-8.el9',
    requires: ['pacemaker-schemas', 'libqb'],
    groups: [{ name: 'haclient', gid: 189 }],
    users: [
      {
        name: 'hacluster',
        uid: 189,
        group: 'haclient',
        comment: 'cluster user',
        home: '/var/lib/pacemaker',
        shell: '/sbin/nologin',
      },
    ],
  },
  {
    ...ha,
    name: 'pacemaker-cluster-libs',
    version: '2.1.5-8.el9',
    repository: 'appstream',
    download: 133,
    installed: 280,
    summary: 'Cluster Libraries used by Pacemaker',
    license: 'GPL-2.0-or-later AND LGPL-2.1-or-later',
    source: 'pacemaker-2.1.5-8.el9',
    requires: ['pacemaker-libs', 'corosynclib'],
  },
  {
    ...ha,
    name: 'pacemaker-schemas',
    version: '2.1.5-8.el9',
    architecture: 'noarch',
    repository: 'appstream',
    download: 80,
    installed: 590,
    summary: 'Schemas and upgrade stylesheets for Pacemaker',
    license: 'GPL-2.0-or-later',
    source: 'pacemaker-2.1.5-8.el9',
    files: [directory('/usr/share/pacemaker')],
  },
  {
    ...ha,
    name: 'pacemaker-remote',
    version: '2.1.5-8.el9',
    download: 104,
    installed: 220,
    summary: 'Pacemaker remote executor daemon for non-cluster nodes',
    license: 'GPL-2.0-or-later AND LGPL-2.1-or-later',
    source: 'pacemaker-2.1.5-8.el9',
    requires: ['pacemaker-libs', 'pacemaker-cli', 'resource-agents'],
    files: [
      program('/usr/sbin/pacemaker-remoted', 'pacemaker-remoted'),
      unitFile(
        'pacemaker_remote.service',
        '[Unit]\nDescription=Pacemaker Remote executor daemon\nDocumentation=man:pacemaker-remoted\nDocumentation=https://clusterlabs.org/pacemaker/doc/\nAfter=network.target\nAfter=time-sync.target\nAfter=dbus.service\nWants=dbus.service\nAfter=resource-agents-deps.target\nWants=resource-agents-deps.target\nAfter=syslog.service\nAfter=rsyslog.service\nConflicts=pacemaker.service\n\n[Install]\nAlias=pacemaker-remote.service\nWantedBy=multi-user.target\n\n[Service]\nType=simple\nKillMode=process\nNotifyAccess=none\nEnvironmentFile=-/etc/sysconfig/pacemaker\nExecStart=/usr/sbin/pacemaker-remoted\nTasksMax=infinity\nSendSIGKILL=no\nTimeoutStopSec=30min\nTimeoutStartSec=30s\nRestart=on-failure\nStandardError=null\n',
      ),
    ],
  },
  {
    ...ha,
    name: 'perl-TimeDate',
    version: '1:2.33-6.el9',
    architecture: 'noarch',
    repository: 'appstream',
    download: 53,
    installed: 95,
    summary: 'A Perl module for time and date manipulation',
    license: '(GPL+ or Artistic) and MIT',
  },
  {
    ...ha,
    name: 'resource-agents',
    version: '4.12.0-1.el9',
    download: 554,
    installed: 2100,
    summary: 'Open Source HA Reusable Cluster Resource Scripts',
    license: 'GPLv2+ and LGPLv2+',
    url: 'https://github.com/ClusterLabs/resource-agents',
    requires: ['resource-agents-deps'],
    files: [
      directory('/usr/lib/ocf'),
      directory('/usr/lib/ocf/resource.d'),
      directory('/usr/lib/ocf/resource.d/heartbeat'),
      directory('/usr/lib/ocf/lib'),
      directory('/usr/lib/ocf/lib/heartbeat'),
      ...libraryFiles,
      ...agentFiles('heartbeat'),
      directory('/run/resource-agents'),
      unitFile('resource-agents-deps.target', '[Unit]\nDescription=resource-agents dependencies\n'),
      ...programs('/usr/sbin', 'ocf-tester'),
    ],
    provides: ['resource-agents-deps'],
  },
  {
    ...ha,
    name: 'pcs',
    version: '0.11.5-2.el9',
    download: 9200,
    installed: 36_000,
    summary: 'Pacemaker/Corosync Configuration System',
    license: 'GPLv2 and ASL 2.0 and MIT and BSD and Python',
    url: 'https://github.com/ClusterLabs/pcs',
    provides: ['pcmk-cluster-manager'],
    requires: [
      'corosync',
      'pacemaker',
      'pacemaker-cli',
      'openssl',
      'psmisc',
      'python3',
      'rubygems',
      'overpass-fonts',
      'liberation-sans-fonts',
    ],
    files: [
      ...programs('/usr/sbin', 'pcs pcsd'),
      program('/usr/lib/pcsd/pcsd', 'pcsd'),
      directory('/var/lib/pcsd', { mode: 0o700 }),
      directory('/var/log/pcsd', { mode: 0o700 }),
      configFile(
        '/etc/sysconfig/pcsd',
        "# pcsd configuration\n\nPCSD_DEBUG=false\n#PCSD_PORT=2224\n#PCSD_BIND_ADDR='::'\nPCSD_SESSION_LIFETIME=3600\n",
        { mode: 0o600 },
      ),
      unitFile(
        'pcsd.service',
        `[Unit]
Description=PCS GUI and remote configuration interface
Documentation=man:pcsd(8)
Documentation=man:pcs(8)
Requires=network-online.target
After=network-online.target
Requires=pcsd-ruby.service
After=pcsd-ruby.service

[Service]
EnvironmentFile=/etc/sysconfig/pcsd
ExecStart=/usr/sbin/pcsd
Type=notify
KillMode=mixed

[Install]
WantedBy=multi-user.target
`,
      ),
      unitFile(
        'pcsd-ruby.service',
        `[Unit]
Description=PCS GUI and remote configuration interface (Ruby)
Documentation=man:pcsd(8)
Documentation=man:pcs(8)
Requires=network-online.target
After=network-online.target
StopWhenUnneeded=true
PartOf=pcsd.service

[Service]
EnvironmentFile=/etc/sysconfig/pcsd
ExecStart=/usr/lib/pcsd/pcsd
Type=notify

[Install]
WantedBy=multi-user.target
`,
      ),
      configFile(
        '/etc/pam.d/pcsd',
        '#%PAM-1.0\nauth       include      password-auth\naccount    include      password-auth\n',
      ),
    ],
  },
  {
    ...ha,
    name: 'rubygems',
    version: '3.2.33-160.el9',
    architecture: 'noarch',
    repository: 'appstream',
    download: 260,
    installed: 1100,
    summary: 'The Ruby standard for packaging ruby libraries',
    license: 'Ruby or MIT',
    source: 'ruby-3.0.4-160.el9',
    requires: ['ruby'],
  },
  {
    ...ha,
    name: 'ruby',
    version: '3.0.4-160.el9',
    repository: 'appstream',
    download: 41,
    installed: 70,
    summary: 'An interpreter of object-oriented scripting language',
    license: '(Ruby or BSD) and Public Domain and MIT and CC0 and zlib and UCD',
    requires: ['ruby-libs'],
  },
  {
    ...ha,
    name: 'ruby-libs',
    version: '3.0.4-160.el9',
    repository: 'appstream',
    download: 3200,
    installed: 14_000,
    summary: 'Libraries necessary to run Ruby',
    license: 'Ruby or BSD',
    source: 'ruby-3.0.4-160.el9',
  },
  {
    ...ha,
    name: 'overpass-fonts',
    version: '3.0.5-3.el9',
    architecture: 'noarch',
    repository: 'appstream',
    download: 1100,
    installed: 2900,
    summary: 'Typeface based on the U.S. interstate highway road signage type system',
    license: 'OFL',
  },
  {
    ...ha,
    name: 'liberation-sans-fonts',
    version: '1:2.1.3-5.el9',
    architecture: 'noarch',
    repository: 'baseos',
    download: 610,
    installed: 1600,
    summary: 'Sans-serif fonts to replace commonly used Microsoft Arial',
    license: 'OFL',
    source: 'liberation-fonts-2.1.3-5.el9',
  },
  {
    ...ha,
    name: 'booth',
    version: '1.0-283.1.9d4029a.git.el9',
    architecture: 'noarch',
    download: 9,
    installed: 1,
    summary: 'Ticket Manager for Multi-site Clusters',
    license: 'GPLv2+',
    requires: ['booth-core', 'booth-site'],
  },
  {
    ...ha,
    name: 'booth-core',
    version: '1.0-283.1.9d4029a.git.el9',
    download: 120,
    installed: 300,
    summary: 'Booth core files (executables, etc.)',
    license: 'GPLv2+',
    source: 'booth-1.0-283.1.9d4029a.git.el9',
    files: [
      ...programs('/usr/sbin', 'boothd booth-keygen'),
      symlink('/usr/sbin/booth', 'boothd'),
      directory('/etc/booth', { owner: 'hacluster', group: 'haclient' }),
      unitFile(
        'booth@.service',
        '[Unit]\nDescription=Booth - Ticket Manager for Pacemaker Clusters\nDocumentation=man:boothd(8)\nAfter=network-online.target\nWants=network-online.target\nPartOf=pacemaker.service\n\n[Install]\nAlias=boothd\nWantedBy=multi-user.target\n\n[Service]\nType=notify\nExecStart=/usr/sbin/booth daemon -S -c %i\nTimeoutStartSec=90s\nUser=hacluster\nGroup=haclient\nKillMode=mixed\nRestart=on-failure\n',
      ),
    ],
  },
  {
    ...ha,
    name: 'booth-site',
    version: '1.0-283.1.9d4029a.git.el9',
    architecture: 'noarch',
    download: 14,
    installed: 7,
    summary: 'Booth support for running as a full-fledged site',
    license: 'GPLv2+',
    source: 'booth-1.0-283.1.9d4029a.git.el9',
    requires: ['booth-core', 'pacemaker'],
    files: [directory('/usr/lib/ocf/resource.d/booth'), ...agentFiles('booth')],
  },
  {
    ...ha,
    name: 'sbd',
    version: '1.5.2-1.el9',
    download: 77,
    installed: 190,
    summary: 'Storage-based death',
    license: 'GPLv2+',
    files: [
      ...programs('/usr/sbin', 'sbd'),
      configFile(
        '/etc/sysconfig/sbd',
        '# SBD_DEVICE=""\nSBD_PACEMAKER=yes\nSBD_STARTMODE=always\nSBD_DELAY_START=no\nSBD_WATCHDOG_DEV=/dev/watchdog\nSBD_WATCHDOG_TIMEOUT=5\nSBD_TIMEOUT_ACTION=flush,reboot\nSBD_MOVE_TO_ROOT_CGROUP=auto\nSBD_SYNC_RESOURCE_STARTUP=yes\nSBD_OPTS=\n',
      ),
      unitFile(
        'sbd.service',
        '[Unit]\nDescription=Shared-storage based fencing daemon\nBefore=pacemaker.service\nBefore=dlm.service\nAfter=systemd-modules-load.service iscsi.service\nPartOf=corosync.service\nRefuseManualStop=true\nRefuseManualStart=true\n\n[Service]\nType=forking\nPIDFile=/run/sbd.pid\nEnvironmentFile=-/etc/sysconfig/sbd\nExecStart=/usr/sbin/sbd $SBD_OPTS -p /run/sbd.pid watch\nExecStop=/usr/bin/kill -TERM $MAINPID\nRestart=on-abort\n\n[Install]\nRequiredBy=corosync.service\nRequiredBy=pacemaker.service\nRequiredBy=dlm.service\n',
      ),
    ],
  },
];
