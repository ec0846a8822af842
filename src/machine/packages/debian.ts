import { catalogue } from './catalogue';
import { configFile, directory, type Package, type PackageFile, program, symlink, unitFile } from './package';

/** A Debian package: its version, and the packages of the other catalogue whose content it has. */
interface DebianEntry {
  version: string;
  /** CentOS packages whose files and accounts it brings. */
  from?: readonly string[];
  /** Files that it has beside those. */
  files?: readonly PackageFile[];
  /** Units and other files of those packages that it leaves out, by their last name. */
  without?: readonly string[];
  /** Ids that its groups and accounts get, where Debian gives others. */
  ids?: Readonly<Record<string, number>>;
  architecture?: 'x86_64' | 'noarch';
  presets?: readonly string[];
  summary?: string;
  /** Modes of files where they differ. */
  modes?: Readonly<Record<string, number>>;
}

const sshService = unitFile(
  'ssh.service',
  '[Unit]\nDescription=OpenBSD Secure Shell server\nDocumentation=man:sshd(8) man:sshd_config(5)\nAfter=network.target auditd.service\nConditionPathExists=!/etc/ssh/sshd_not_to_be_run\n\n[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStartPre=/usr/sbin/sshd -t\nExecStart=/usr/sbin/sshd -D $SSHD_OPTS\nExecReload=/usr/sbin/sshd -t\nExecReload=/bin/kill -HUP $MAINPID\nKillMode=process\nRestart=on-failure\nRestartPreventExitStatus=255\nType=notify\n\n[Install]\nWantedBy=multi-user.target\nAlias=sshd.service\n',
);

const chronyService = unitFile(
  'chrony.service',
  '[Unit]\nDescription=chrony, an NTP client/server\nDocumentation=man:chronyd(8) man:chronyc(1) man:chrony.conf(5)\nConflicts=ntpsec.service ntp.service systemd-timesyncd.service openntpd.service\nAfter=network.target\nConditionCapability=CAP_SYS_TIME\n\n[Service]\nType=forking\nPIDFile=/run/chrony/chronyd.pid\nEnvironmentFile=-/etc/default/chrony\nExecStart=/usr/sbin/chronyd $DAEMON_OPTS\n\n[Install]\nAlias=chronyd.service\nWantedBy=multi-user.target\n',
);

const apacheService = unitFile(
  'apache2.service',
  '[Unit]\nDescription=The Apache HTTP Server\nAfter=network.target remote-fs.target nss-lookup.target\nDocumentation=https://httpd.apache.org/docs/2.4/\n\n[Service]\nType=forking\nEnvironment=APACHE_STARTED_BY_SYSTEMD=true\nExecStart=/usr/sbin/apachectl start\nExecStop=/usr/sbin/apachectl graceful-stop\nExecReload=/usr/sbin/apachectl graceful\nKillMode=mixed\nPrivateTmp=true\nRestart=on-abort\n\n[Install]\nWantedBy=multi-user.target\n',
);

const APACHE_CONF = `ServerRoot "/etc/apache2"
PidFile /run/apache2/apache2.pid
User www-data
Group www-data
Listen 80
ErrorLog /var/log/apache2/error.log
LogLevel warn
<Directory />
    Options FollowSymLinks
    AllowOverride None
    Require all denied
</Directory>
<Directory /var/www/>
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>
DocumentRoot /var/www/html
CustomLog /var/log/apache2/access.log combined
<Location /server-status>
    SetHandler server-status
    Require local
</Location>
IncludeOptional conf-enabled/*.conf
`;

/** What the recorded cluster's machines have. Versions are Debian 12's. */
const ENTRIES: Readonly<Record<string, DebianEntry>> = {
  coreutils: { version: '9.1-1', from: ['coreutils', 'which'] },
  bash: { version: '5.2.15-2+b7', from: ['bash'] },
  'libc-bin': { version: '2.36-9+deb12u9', from: ['glibc'] },
  grep: { version: '3.8-5', from: ['grep'] },
  sed: { version: '4.9-1', from: ['sed'] },
  mawk: { version: '1.3.4.20200120-3.1', from: ['gawk'] },
  findutils: { version: '4.9.0-4', from: ['findutils'] },
  diffutils: { version: '1:3.8-4', from: ['diffutils'] },
  'util-linux': { version: '2.38.1-5+deb12u1', from: ['util-linux'] },
  procps: { version: '2:4.0.2-3', from: ['procps-ng'] },
  psmisc: { version: '23.6-1', from: ['psmisc'] },
  hostname: { version: '3.23+nmu1', from: ['hostname'] },
  less: { version: '590-2.1~deb12u2', from: ['less'] },
  tar: { version: '1.34+dfsg-1.2+deb12u1', from: ['tar'] },
  gzip: { version: '1.12-1', from: ['gzip'] },
  'ncurses-bin': { version: '6.4-4', from: ['ncurses'] },
  'vim-tiny': { version: '2:9.0.1378-2', from: ['vim-minimal'] },
  kmod: { version: '30+20221128-1', from: ['kmod'] },
  sudo: { version: '1.9.13p3-1+deb12u1', from: ['sudo'] },
  curl: { version: '7.88.1-10+deb12u8', from: ['curl'] },
  wget: { version: '1.21.3-1+b2', from: ['wget'] },
  bc: { version: '1.07.1-3+b1', from: ['bc'] },
  passwd: { version: '1:4.13+dfsg1-1+b1', from: ['shadow-utils', 'passwd'] },
  systemd: { version: '252.31-1~deb12u1', from: ['systemd'] },
  udev: { version: '252.31-1~deb12u1', from: ['systemd-udev'] },
  dbus: { version: '1.14.10-1~deb12u1', from: ['dbus-broker'] },
  iproute2: { version: '6.1.0-3', from: ['iproute', 'iproute-tc'] },
  'iputils-ping': { version: '3:20221126-1', from: ['iputils'] },
  ethtool: { version: '1:6.1-1', from: ['ethtool'] },
  'net-tools': { version: '2.10-0.1', from: ['net-tools'] },
  'openssh-client': { version: '1:9.2p1-2+deb12u3', from: ['openssh', 'openssh-clients'] },
  'openssh-server': {
    version: '1:9.2p1-2+deb12u3',
    from: ['openssh-server'],
    without: ['sshd.service'],
    files: [sshService],
    presets: ['ssh.service'],
  },
  sshpass: { version: '1.09-1+b1', from: ['sshpass'] },
  chrony: { version: '4.3-2+deb12u1', from: ['chrony'], without: ['chronyd.service'], files: [chronyService] },
  apache2: {
    version: '2.4.62-1~deb12u1',
    files: [
      apacheService,
      program('/usr/sbin/apache2', 'apache2'),
      program('/usr/sbin/apachectl', 'apachectl'),
      directory('/var/www/html'),
      directory('/var/log/apache2', { mode: 0o750 }),
      configFile('/etc/apache2/apache2.conf', APACHE_CONF),
    ],
  },
  tzdata: { version: '2024a-0+deb12u1', from: ['tzdata'] },
  python3: { version: '3.11.2-1+b1', from: ['python3'] },
  dpkg: {
    version: '1.21.22',
    files: [program('/usr/bin/dpkg', 'dpkg'), program('/usr/bin/dpkg-query', 'dpkg-query')],
  },
  apt: { version: '2.6.1' },
  corosync: {
    version: '3.1.7-1+deb12u2',
    from: ['corosync', 'corosynclib', 'libqb', 'libknet1'],
    without: ['corosync.conf.example'],
  },
  'corosync-qdevice': { version: '3.0.3-1', from: ['corosync-qdevice'], without: ['qdevice'] },
  'corosync-qnetd': {
    version: '3.0.3-1',
    from: ['corosync-qnetd'],
    without: ['qnetd'],
    files: [
      directory('/etc/corosync/qnetd'),
      directory('/etc/corosync/qnetd/nssdb', { mode: 0o750, owner: 'coroqnetd', group: 'coroqnetd' }),
    ],
  },
  pacemaker: {
    version: '2.1.5-1+deb12u1',
    from: ['pacemaker', 'pacemaker-libs', 'pacemaker-cluster-libs', 'pacemaker-schemas'],
    ids: { haclient: 110, hacluster: 104 },
    modes: { '/var/lib/pacemaker': 0o755 },
  },
  'pacemaker-cli-utils': { version: '2.1.5-1+deb12u1', from: ['pacemaker-cli'] },
  pcs: {
    version: '0.11.5-1+deb12u1',
    from: ['pcs'],
    architecture: 'noarch',
    presets: ['pcsd.service'],
    files: [symlink('/usr/lib/pcsd', '/usr/share/pcsd')],
  },
  'resource-agents': { version: '1:4.12.0-2', from: ['resource-agents'] },
  'fence-agents': {
    version: '4.12.1-1',
    from: ['fence-agents-common', ...[...catalogue.keys()].filter((name) => /^fence-agents-(?!common|all)/.test(name))],
  },
  'fence-virt': { version: '4.12.1-1', from: ['fence-virt'] },
  'sg3-utils': { version: '1.46-3', from: ['sg3_utils'] },
  booth: { version: '1.0-283-g9d4029a-2+deb12u1', from: ['booth-core'] },
  'booth-pacemaker': { version: '1.0-283-g9d4029a-2+deb12u1', from: ['booth-site'], architecture: 'noarch' },
  sbd: { version: '1.5.2-1', from: ['sbd'] },
};

const made = new Map<string, Package>();

/** The Debian package of this name. */
export function debianPackage(name: string): Package | undefined {
  const known = made.get(name);
  if (known) return known;
  const entry = ENTRIES[name];
  if (!entry) return undefined;
  const parts = (entry.from ?? []).flatMap((part) => catalogue.get(part) ?? []);
  const files = parts
    .flatMap((part) => part.files ?? [])
    .filter((file) => !(entry.without ?? []).some((unit) => file.path.endsWith(`/${unit}`)))
    .map((file) => ({ ...file, mode: entry.modes?.[file.path] ?? file.mode }));
  const result: Package = {
    name,
    version: entry.version,
    architecture: entry.architecture ?? 'x86_64',
    repository: 'baseos',
    download: parts.reduce((sum, part) => sum + part.download, 0),
    installed: parts.reduce((sum, part) => sum + part.installed, 0),
    summary: entry.summary ?? parts[0]?.summary ?? name,
    users: parts
      .flatMap((part) => part.users ?? [])
      .map((user) => ({ ...user, uid: entry.ids?.[user.name] ?? user.uid })),
    groups: parts
      .flatMap((part) => part.groups ?? [])
      .map((group) => ({ ...group, gid: entry.ids?.[group.name] ?? group.gid })),
    files: [...files, ...(entry.files ?? [])],
    presets: entry.presets ?? parts.flatMap((part) => part.presets ?? []),
  };
  made.set(name, result);
  return result;
}

/** All packages of the recorded machines. */
export const debianPackages: readonly string[] = Object.keys(ENTRIES);
