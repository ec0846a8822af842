import { packagedFirewallFiles } from '../../../network/firewall-xml';
import { configFile, directory, type Package, program, programs, symlink, textFile, unitFile } from '../package';

const baseos = { architecture: 'x86_64', repository: 'baseos' } as const;

/** Networking, remote login, firewall and time. */
export const network: readonly Package[] = [
  {
    ...baseos,
    name: 'iproute',
    version: '6.1.0-1.el9',
    imageVersion: '5.18.0-1.el9',
    download: 820,
    installed: 2400,
    summary: 'Advanced IP routing and network device configuration tools',
    license: 'GPLv2+ and Public Domain',
    files: programs('/usr/sbin', 'ip ss bridge arpd nstat rtacct rtmon'),
  },
  {
    ...baseos,
    name: 'iproute-tc',
    version: '6.1.0-1.el9',
    download: 454,
    installed: 940,
    summary: 'Linux Traffic Control utility',
    license: 'GPLv2+',
    requires: ['iproute'],
    files: programs('/usr/sbin', 'tc'),
  },
  {
    ...baseos,
    name: 'iputils',
    version: '20210202-8.el9',
    download: 174,
    installed: 456,
    summary: 'Network monitoring tools including ping',
    license: 'BSD and GPLv2+',
    files: [
      program('/usr/bin/ping', 'ping', { mode: 0o755 }),
      ...programs('/usr/bin', 'tracepath'),
      ...programs('/usr/sbin', 'arping'),
      symlink('/usr/bin/ping6', 'ping'),
    ],
  },
  {
    ...baseos,
    name: 'ethtool',
    version: '2:6.2-1.el9',
    download: 234,
    installed: 700,
    summary: 'Settings tool for Ethernet NICs',
    license: 'GPLv2',
    files: programs('/usr/sbin', 'ethtool'),
  },
  {
    ...baseos,
    name: 'net-tools',
    version: '2.0-0.62.20160912git.el9',
    download: 308,
    installed: 930,
    summary: 'Basic networking tools',
    license: 'GPLv2+',
    files: [...programs('/usr/bin', 'netstat'), ...programs('/usr/sbin', 'arp ifconfig route')],
  },
  {
    ...baseos,
    name: 'bind-utils',
    version: '32:9.16.23-11.el9',
    repository: 'appstream',
    download: 214,
    installed: 660,
    summary: 'Utilities for querying DNS name servers',
    license: 'MPLv2.0',
    files: programs('/usr/bin', 'dig host nslookup'),
  },
  {
    ...baseos,
    name: 'nmap-ncat',
    version: '3:7.91-12.el9',
    repository: 'appstream',
    download: 221,
    installed: 470,
    summary: "Nmap's Netcat replacement",
    license: 'Nmap',
    files: [...programs('/usr/bin', 'ncat'), symlink('/usr/bin/nc', 'ncat')],
  },
  {
    ...baseos,
    name: 'tcpdump',
    version: '14:4.99.0-7.el9',
    repository: 'appstream',
    download: 543,
    installed: 1280,
    summary: 'A network traffic monitoring tool',
    license: 'BSD with advertising',
    files: programs('/usr/sbin', 'tcpdump'),
  },
  {
    ...baseos,
    name: 'wget',
    version: '1.21.1-7.el9',
    repository: 'appstream',
    download: 789,
    installed: 3100,
    summary: 'A utility for retrieving files using the HTTP or FTP protocols',
    license: 'GPLv3+',
    files: programs('/usr/bin', 'wget'),
  },
  {
    ...baseos,
    name: 'NetworkManager',
    version: '1:1.43.5-1.el9',
    imageVersion: '1:1.41.5-1.el9',
    download: 2240,
    installed: 7090,
    summary: 'Network connection manager and user applications',
    license: 'GPLv2+ and LGPLv2+',
    requires: ['dbus-broker', 'systemd'],
    files: [
      ...programs('/usr/bin', 'nmcli nm-online'),
      ...programs('/usr/sbin', 'NetworkManager'),
      directory('/etc/NetworkManager/system-connections', { mode: 0o755 }),
      directory('/etc/NetworkManager/conf.d'),
      directory('/etc/NetworkManager/dispatcher.d'),
      configFile('/etc/NetworkManager/NetworkManager.conf', '[main]\n#plugins=keyfile,ifcfg-rh\n\n[logging]\n'),
      unitFile(
        'NetworkManager.service',
        `[Unit]
Description=Network Manager
Documentation=man:NetworkManager(8)
Wants=network.target
After=network-pre.target dbus.service
Before=network.target

[Service]
Type=dbus
BusName=org.freedesktop.NetworkManager
ExecReload=/usr/bin/busctl call org.freedesktop.NetworkManager /org/freedesktop/NetworkManager org.freedesktop.NetworkManager Reload u 0
ExecStart=/usr/sbin/NetworkManager --no-daemon
Restart=on-failure
KillMode=process

[Install]
WantedBy=multi-user.target
Also=NetworkManager-dispatcher.service
Also=NetworkManager-wait-online.service
`,
      ),
      unitFile(
        'NetworkManager-dispatcher.service',
        `[Unit]
Description=Network Manager Script Dispatcher Service

[Service]
Type=dbus
BusName=org.freedesktop.nm_dispatcher
ExecStart=/usr/libexec/nm-dispatcher

[Install]
Alias=dbus-org.freedesktop.nm-dispatcher.service
`,
      ),
      textFile('/usr/libexec/nm-dispatcher', '', { mode: 0o755, size: 61_000 }),
      unitFile(
        'NetworkManager-wait-online.service',
        `[Unit]
Description=Network Manager Wait Online
Documentation=man:NetworkManager-wait-online.service(8)
Requires=NetworkManager.service
After=NetworkManager.service
Before=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/bin/nm-online -s -q
RemainAfterExit=yes
Environment=NM_ONLINE_TIMEOUT=60

[Install]
WantedBy=network-online.target
`,
      ),
    ],
    presets: ['NetworkManager.service', 'NetworkManager-dispatcher.service', 'NetworkManager-wait-online.service'],
  },
  {
    ...baseos,
    name: 'NetworkManager-config-server',
    version: '1:1.43.5-1.el9',
    imageVersion: '1:1.41.5-1.el9',
    architecture: 'noarch',
    download: 15,
    installed: 1,
    summary: 'NetworkManager config file for "server-like" defaults',
    license: 'GPLv2+ and LGPLv2+',
    source: 'NetworkManager-1.43.5-1.el9',
    files: [
      // Devices without a profile stay unconnected, and a pulled cable takes no address away.
      textFile('/usr/lib/NetworkManager/conf.d/00-server.conf', '[main]\nno-auto-default=*\nignore-carrier=*\n'),
    ],
  },
  {
    ...baseos,
    name: 'openssh',
    version: '8.7p1-29.el9',
    imageVersion: '8.7p1-24.el9',
    download: 456,
    installed: 1880,
    summary: 'An open source implementation of SSH protocol version 2',
    license: 'BSD',
    files: [...programs('/usr/bin', 'ssh-keygen'), directory('/etc/ssh')],
  },
  {
    ...baseos,
    name: 'openssh-clients',
    version: '8.7p1-29.el9',
    imageVersion: '8.7p1-24.el9',
    download: 714,
    installed: 2620,
    summary: 'An open source SSH client applications',
    license: 'BSD',
    source: 'openssh-8.7p1-29.el9',
    requires: ['openssh'],
    files: [
      ...programs('/usr/bin', 'ssh scp sftp ssh-add ssh-agent ssh-copy-id ssh-keyscan'),
      configFile('/etc/ssh/ssh_config', 'Include /etc/ssh/ssh_config.d/*.conf\n'),
    ],
  },
  {
    ...baseos,
    name: 'openssh-server',
    version: '8.7p1-29.el9',
    imageVersion: '8.7p1-24.el9',
    download: 464,
    installed: 1060,
    summary: 'An open source SSH server daemon',
    license: 'BSD',
    source: 'openssh-8.7p1-29.el9',
    requires: ['openssh'],
    groups: [{ name: 'ssh_keys', gid: 101 }],
    users: [
      {
        name: 'sshd',
        uid: 74,
        group: 'sshd',
        comment: 'Privilege-separated SSH',
        home: '/usr/share/empty.sshd',
        shell: '/usr/sbin/nologin',
      },
    ],
    files: [
      ...programs('/usr/sbin', 'sshd'),
      directory('/usr/share/empty.sshd', { mode: 0o711 }),
      configFile(
        '/etc/ssh/sshd_config',
        'Include /etc/ssh/sshd_config.d/*.conf\n\nPermitRootLogin yes\nAuthorizedKeysFile\t.ssh/authorized_keys\nSubsystem\tsftp\t/usr/libexec/openssh/sftp-server\n',
        { mode: 0o600 },
      ),
      directory('/etc/ssh/sshd_config.d', { mode: 0o700 }),
      unitFile(
        'sshd.service',
        `[Unit]
Description=OpenSSH server daemon
Documentation=man:sshd(8) man:sshd_config(5)
After=network.target sshd-keygen.target
Wants=sshd-keygen.target

[Service]
Type=notify
EnvironmentFile=-/etc/sysconfig/sshd
ExecStart=/usr/sbin/sshd -D $OPTIONS
ExecReload=/bin/kill -HUP $MAINPID
KillMode=process
Restart=on-failure
RestartSec=42s

[Install]
WantedBy=multi-user.target
`,
      ),
      unitFile(
        'sshd-keygen.target',
        '[Unit]\nWants=sshd-keygen@rsa.service\nWants=sshd-keygen@ecdsa.service\nWants=sshd-keygen@ed25519.service\nPartOf=sshd.service\n',
      ),
      unitFile(
        'sshd-keygen@.service',
        `[Unit]
Description=OpenSSH %i Server Key Generation
ConditionFileNotEmpty=|!/etc/ssh/ssh_host_%i_key
PartOf=sshd-keygen.target

[Service]
Type=oneshot
EnvironmentFile=-/etc/sysconfig/sshd
ExecStart=/usr/libexec/openssh/sshd-keygen %i

[Install]
WantedBy=sshd-keygen.target
`,
      ),
      program('/usr/libexec/openssh/sshd-keygen', 'sshd-keygen'),
      textFile('/usr/libexec/openssh/sftp-server', '', { mode: 0o755, size: 110_000 }),
    ],
    presets: ['sshd.service'],
  },
  {
    ...baseos,
    name: 'sshpass',
    version: '1.09-4.el9',
    repository: 'appstream',
    download: 28,
    installed: 45,
    summary: 'Non-interactive SSH authentication utility',
    license: 'GPLv2',
    files: programs('/usr/bin', 'sshpass'),
  },
  {
    ...baseos,
    name: 'python3-firewall',
    version: '1.2.1-1.el9',
    architecture: 'noarch',
    download: 358,
    installed: 2050,
    summary: 'Python3 bindings for firewalld',
    license: 'GPLv2+',
    source: 'firewalld-1.2.1-1.el9',
    requires: ['python3', 'python3-nftables'],
    files: [directory('/usr/lib/python3.9/site-packages/firewall')],
  },
  {
    ...baseos,
    name: 'python3-nftables',
    version: '1:1.0.4-9.el9',
    download: 21,
    installed: 50,
    summary: 'Python module providing an interface to libnftables',
    license: 'GPLv2',
    source: 'nftables-1.0.4-9.el9',
    requires: ['nftables'],
  },
  {
    ...baseos,
    name: 'nftables',
    version: '1:1.0.4-9.el9',
    download: 409,
    installed: 850,
    summary: 'Netfilter Tables userspace utillites',
    license: 'GPLv2',
    files: programs('/usr/sbin', 'nft'),
  },
  {
    ...baseos,
    name: 'ipset',
    version: '7.11-8.el9',
    download: 44,
    installed: 100,
    summary: 'Manage Linux IP sets',
    license: 'GPLv2',
    requires: ['ipset-libs'],
    files: programs('/usr/sbin', 'ipset'),
  },
  {
    ...baseos,
    name: 'ipset-libs',
    version: '7.11-8.el9',
    download: 69,
    installed: 250,
    summary: 'Shared library providing the IP sets functionality',
    license: 'GPLv2',
    source: 'ipset-7.11-8.el9',
  },
  {
    ...baseos,
    name: 'iptables-nft',
    version: '1.8.8-6.el9',
    download: 200,
    installed: 620,
    summary: 'nftables compatibility for iptables, arptables and ebtables',
    license: 'GPLv2 and Artistic 2.0 and ISC',
    source: 'iptables-1.8.8-6.el9',
    provides: ['iptables'],
    files: programs('/usr/sbin', 'iptables ip6tables iptables-save iptables-restore'),
  },
  {
    ...baseos,
    name: 'firewalld-filesystem',
    version: '1.2.1-1.el9',
    architecture: 'noarch',
    download: 9,
    installed: 1,
    summary: 'Firewalld directory layout and rpm macros',
    license: 'GPLv2+',
    source: 'firewalld-1.2.1-1.el9',
    files: [
      directory('/usr/lib/firewalld'),
      directory('/usr/lib/firewalld/services'),
      directory('/usr/lib/firewalld/zones'),
    ],
  },
  {
    ...baseos,
    name: 'firewalld',
    version: '1.2.1-1.el9',
    architecture: 'noarch',
    download: 461,
    installed: 1960,
    summary: 'A firewall daemon with D-Bus interface providing a dynamic firewall',
    license: 'GPLv2+',
    url: 'http://www.firewalld.org',
    requires: ['python3-firewall', 'iptables', 'firewalld-filesystem', 'ipset'],
    files: [
      ...programs('/usr/bin', 'firewall-cmd firewall-offline-cmd'),
      ...programs('/usr/sbin', 'firewalld'),
      directory('/etc/firewalld', { mode: 0o750 }),
      directory('/etc/firewalld/zones', { mode: 0o750 }),
      directory('/etc/firewalld/services', { mode: 0o750 }),
      ...packagedFirewallFiles('centos-stream-9').map((file) => textFile(file.path, file.content)),
      configFile(
        '/etc/firewalld/firewalld.conf',
        'DefaultZone=public\nCleanupOnExit=yes\nCleanupModulesOnExit=no\nLockdown=no\nIPv6_rpfilter=yes\nIndividualCalls=no\nLogDenied=off\nFirewallBackend=nftables\nFlushAllOnReload=yes\nRFC3964_IPv4=yes\nAllowZoneDrifting=no\n',
      ),
      unitFile(
        'firewalld.service',
        `[Unit]
Description=firewalld - dynamic firewall daemon
Before=network-pre.target
Wants=network-pre.target
After=dbus.service
After=polkit.service
Conflicts=iptables.service ip6tables.service ebtables.service ipset.service
Documentation=man:firewalld(1)

[Service]
EnvironmentFile=-/etc/sysconfig/firewalld
ExecStart=/usr/sbin/firewalld --nofork --nopid $FIREWALLD_ARGS
ExecReload=/bin/kill -HUP $MAINPID
StandardOutput=null
StandardError=null
Type=dbus
BusName=org.fedoraproject.FirewallD1
KillMode=mixed

[Install]
WantedBy=multi-user.target
Alias=dbus-org.fedoraproject.FirewallD1.service
`,
      ),
    ],
    presets: ['firewalld.service'],
  },
  {
    ...baseos,
    name: 'chrony',
    version: '4.3-1.el9',
    imageVersion: '4.2-1.el9',
    download: 329,
    installed: 670,
    summary: 'An NTP client/server',
    license: 'GPLv2',
    users: [
      { name: 'chrony', uid: 993, group: 'chrony', comment: '', home: '/var/lib/chrony', shell: '/sbin/nologin' },
    ],
    groups: [{ name: 'chrony', gid: 993 }],
    files: [
      ...programs('/usr/bin', 'chronyc'),
      ...programs('/usr/sbin', 'chronyd'),
      configFile(
        '/etc/chrony.conf',
        `# Public NTP servers of the distribution's pool.
pool 2.centos.pool.ntp.org iburst

# NTP servers from DHCP.
sourcedir /run/chrony-dhcp

# Where the rate at which the system clock gains/losses time is kept.
driftfile /var/lib/chrony/drift

# Step the clock in the first three updates if it is off by more than 1 second.
makestep 1.0 3

# Let the kernel synchronize the real-time clock.
rtcsync

# Serve time to these networks only when uncommented.
#allow 192.168.0.0/16

# Authentication keys.
keyfile /etc/chrony.keys

# NTS keys and cookies.
ntsdumpdir /var/lib/chrony

# Leap seconds from the time zone database.
leapsectz right/UTC

# Log files.
logdir /var/log/chrony
`,
      ),
      configFile('/etc/chrony.keys', '', { mode: 0o640, group: 'chrony' }),
      directory('/var/lib/chrony', { mode: 0o750, owner: 'chrony', group: 'chrony' }),
      directory('/var/log/chrony', { owner: 'chrony', group: 'chrony' }),
      unitFile(
        'chronyd.service',
        `[Unit]
Description=NTP client/server
Documentation=man:chronyd(8) man:chrony.conf(5)
After=ntpdate.service sntp.service ntpd.service
Conflicts=ntpd.service systemd-timesyncd.service
ConditionCapability=CAP_SYS_TIME

[Service]
Type=forking
PIDFile=/run/chrony/chronyd.pid
EnvironmentFile=-/etc/sysconfig/chronyd
ExecStart=/usr/sbin/chronyd $OPTIONS

[Install]
WantedBy=multi-user.target
`,
      ),
    ],
    presets: ['chronyd.service'],
  },
];
