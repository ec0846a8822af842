import type { ImageOptions } from '../image';

/** A configuration file of the image, with its mode. */
export type EtcFile = readonly [path: string, content: string, mode?: number];

const EOL = '\n';

function repository(id: string, name: string, path: string, enabled: boolean, arch = '$basearch'): string {
  return [
    `[${id}]`,
    `name=CentOS Stream $releasever - ${name}`,
    `metalink=https://mirrors.centos.org/metalink?repo=centos-${path}-$stream&arch=${arch}&protocol=https,http`,
    'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial',
    'gpgcheck=1',
    'repo_gpgcheck=0',
    'metadata_expire=6h',
    'countme=1',
    `enabled=${enabled ? 1 : 0}`,
    '',
    '',
  ].join(EOL);
}

const centosRepo = [
  repository('baseos', 'BaseOS', 'baseos', true),
  repository('appstream', 'AppStream', 'appstream', true),
  repository('crb', 'CRB', 'crb', false),
].join('');

const centosAddons = [
  repository('highavailability', 'HighAvailability', 'highavailability', false),
  repository('nfv', 'NFV', 'nfv', false),
  repository('rt', 'RT', 'rt', false),
  repository('resilientstorage', 'ResilientStorage', 'resilientstorage', false),
  repository('extras-common', 'Extras packages', 'extras-sig-extras-common', true),
].join('');

const centosRelease = `NAME="CentOS Stream"
VERSION="9"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="9"
PLATFORM_ID="platform:el9"
PRETTY_NAME="CentOS Stream 9"
ANSI_COLOR="0;31"
LOGO="fedora-logo-icon"
CPE_NAME="cpe:/o:centos:centos:9"
HOME_URL="https://centos.org/"
BUG_REPORT_URL="https://bugzilla.redhat.com/"
REDHAT_SUPPORT_PRODUCT="Red Hat Enterprise Linux 9"
REDHAT_SUPPORT_PRODUCT_VERSION="CentOS Stream"
`;

const debianRelease = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

const profile = `# /etc/profile: environment of login shells.
if [ "$(id -u)" -eq 0 ]; then
    PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
fi
export PATH
for i in /etc/profile.d/*.sh; do
    [ -r "$i" ] && . "$i"
done
unset i
if [ -n "$BASH_VERSION" ] && [ -r /etc/bashrc ]; then
    . /etc/bashrc
fi
`;

const bashrc = `# /etc/bashrc: functions and aliases of interactive shells.
if [ "$PS1" ]; then
    PS1="[\\u@\\h \\W]\\\\$ "
fi
if [ "$(id -u)" -gt 199 ]; then
    umask 002
else
    umask 022
fi
`;

const colorAliases = `# Aliases of ls and grep in interactive shells.
if [ "$PS1" ]; then
    alias ll='ls -l --color=auto'
    alias l.='ls -d .* --color=auto'
    alias ls='ls --color=auto'
    alias grep='grep --color=auto'
    alias egrep='egrep --color=auto'
    alias fgrep='fgrep --color=auto'
fi
`;

const rootBashrc = `# .bashrc

# User specific aliases and functions

alias rm='rm -i'
alias cp='cp -i'
alias mv='mv -i'

# Source global definitions
if [ -f /etc/bashrc ]; then
\t. /etc/bashrc
fi
`;

const selinux = `# This file controls the state of SELinux on the system.
# SELINUX= can take one of these three values: enforcing, permissive, disabled.
SELINUX=enforcing
# SELINUXTYPE= can take one of these values: targeted, minimum, mls.
SELINUXTYPE=targeted
`;

const services = `ftp 21/tcp
ssh 22/tcp
telnet 23/tcp
smtp 25/tcp mail
domain 53/tcp
domain 53/udp
bootps 67/udp
bootpc 68/udp
http 80/tcp www
sunrpc 111/tcp portmapper rpcbind
sunrpc 111/udp portmapper rpcbind
ntp 123/udp
imap 143/tcp
snmp 161/udp
https 443/tcp
iscsi-target 3260/tcp
mysql 3306/tcp
postgresql 5432/tcp postgres
nfs 2049/tcp nfsd
nfs 2049/udp nfsd
`;

const HOSTS = {
  'centos-stream-9':
    '127.0.0.1   localhost localhost.localdomain localhost4 localhost4.localdomain4\n::1         localhost localhost.localdomain localhost6 localhost6.localdomain6\n',
  'debian-12':
    '127.0.0.1\tlocalhost\n::1\t\tlocalhost ip6-localhost ip6-loopback\nff02::1\t\tip6-allnodes\nff02::2\t\tip6-allrouters\n',
} as const;

/** Files of a fresh CentOS Stream 9. */
export function centosFiles(options: Required<Pick<ImageOptions, 'hostname'>>): EtcFile[] {
  return [
    ...commonFiles(options.hostname),
    ['/usr/lib/os-release', centosRelease],
    ['/etc/centos-release', 'CentOS Stream release 9\n'],
    ['/etc/hosts', HOSTS['centos-stream-9']],
    [
      '/etc/fstab',
      '\n#\n# /etc/fstab\n#\nUUID=8c3b2a9d-6f5e-4d0b-9a41-7d2c5b1e0f63 /                       xfs     defaults        0 0\nUUID=0f1c2d3e-aa55-4b66-8c77-9d88ee99ff00 /boot                   xfs     defaults        0 0\n',
    ],
    ['/etc/profile', profile],
    ['/etc/bashrc', bashrc],
    ['/etc/profile.d/colorls.sh', colorAliases],
    ['/root/.bashrc', rootBashrc],
    [
      '/root/.bash_profile',
      '# .bash_profile\n\n# Get the aliases and functions\nif [ -f ~/.bashrc ]; then\n\t. ~/.bashrc\nfi\n\n# User specific environment and startup programs\n',
    ],
    ['/root/.bash_logout', '# ~/.bash_logout\n\n'],
    ['/etc/selinux/config', selinux],
    ['/etc/yum.repos.d/centos.repo', centosRepo],
    ['/etc/yum.repos.d/centos-addons.repo', centosAddons],
    ['/etc/redhat-release', 'CentOS Stream release 9\n'],
    ['/etc/system-release', 'CentOS Stream release 9\n'],
    ['/etc/locale.conf', 'LANG="en_US.UTF-8"\n'],
    ['/etc/vconsole.conf', 'KEYMAP="us"\n'],
    ['/etc/issue', '\\S\nKernel \\r on an \\m\n\n'],
  ];
}

/** Files of the recorded cluster's Debian 12. */
export function debianFiles(options: Required<Pick<ImageOptions, 'hostname'>>): EtcFile[] {
  return [
    ...commonFiles(options.hostname),
    ['/usr/lib/os-release', debianRelease],
    ['/etc/debian_version', '12.7\n'],
    ['/etc/hosts', HOSTS['debian-12']],
    ['/etc/fstab', '# UNCONFIGURED FSTAB FOR BASE SYSTEM\n'],
    ['/etc/profile', profile.replaceAll('/etc/bashrc', '/etc/bash.bashrc')],
    [
      '/etc/bash.bashrc',
      '# System-wide .bashrc file for interactive bash(1) shells.\n[ -z "$PS1" ] && return\nPS1=\'${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ \'\n',
    ],
    ['/root/.bashrc', '# ~/.bashrc: executed by bash(1) for non-login shells.\n'],
    ['/root/.profile', 'if [ "$BASH" ]; then\n  if [ -f ~/.bashrc ]; then\n    . ~/.bashrc\n  fi\nfi\n'],
    ['/etc/issue', 'Debian GNU/Linux 12 \\n \\l\n\n'],
  ];
}

function commonFiles(hostname: string): EtcFile[] {
  return [
    ['/etc/hostname', `${hostname}\n`],
    ['/etc/host.conf', 'multi on\n'],
    ['/etc/resolv.conf', '# Generated by NetworkManager\n'],
    ['/etc/shells', '/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n'],
    ['/etc/services', services],
    ['/etc/protocols', 'ip 0 IP\nicmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\n'],
    ['/etc/motd', ''],
    ['/etc/environment', ''],
    [
      '/etc/sysctl.conf',
      '# sysctl settings are defined through files in\n# /usr/lib/sysctl.d/, /run/sysctl.d/, and /etc/sysctl.d/.\n',
    ],
  ];
}
