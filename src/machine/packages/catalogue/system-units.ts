import { directory, type PackageFile, symlink, unitFile } from '../package';

/** A target that only groups others. */
function target(name: string, description: string, rest = ''): PackageFile {
  return unitFile(
    `${name}.target`,
    `[Unit]\nDescription=${description}\nDocumentation=man:systemd.special(7)\n${rest}`,
  );
}

function early(name: string, description: string, exec: string, rest = '', type = 'oneshot'): PackageFile {
  const remain = type === 'oneshot' ? 'RemainAfterExit=yes\n' : '';
  return unitFile(
    `${name}.service`,
    `[Unit]\nDescription=${description}\nDocumentation=man:${name}.service(8)\nDefaultDependencies=no\nBefore=sysinit.target shutdown.target\nConflicts=shutdown.target\n${rest}\n[Service]\nType=${type}\n${remain}ExecStart=${exec}\n`,
  );
}

/** Static enablement: what the distribution links into a target's `.wants`. */
function wants(targetName: string, ...units: string[]): PackageFile[] {
  const folder = `/usr/lib/systemd/system/${targetName}.wants`;
  return [directory(folder), ...units.map((unit) => symlink(`${folder}/${unit}`, `../${unit}`))];
}

/** Units that systemd itself brings: the skeleton of the boot. */
export const systemdUnits: readonly PackageFile[] = [
  target(
    'sysinit',
    'System Initialization',
    'Conflicts=emergency.service emergency.target\nWants=local-fs.target swap.target\nAfter=local-fs.target swap.target emergency.service emergency.target\n',
  ),
  target(
    'basic',
    'Basic System',
    'Requires=sysinit.target\nWants=sockets.target timers.target paths.target slices.target\nAfter=sysinit.target sockets.target paths.target slices.target\n',
  ),
  target(
    'multi-user',
    'Multi-User System',
    'Requires=basic.target\nConflicts=rescue.service rescue.target\nAfter=basic.target rescue.service rescue.target\nAllowIsolate=yes\n',
  ),
  target(
    'graphical',
    'Graphical Interface',
    'Requires=multi-user.target\nWants=display-manager.service\nConflicts=rescue.service rescue.target\nAfter=multi-user.target rescue.service rescue.target display-manager.service\nAllowIsolate=yes\n',
  ),
  target(
    'rescue',
    'Rescue Mode',
    'Requires=sysinit.target rescue.service\nAfter=sysinit.target rescue.service\nAllowIsolate=yes\n',
  ),
  target('emergency', 'Emergency Mode', 'Requires=emergency.service\nAfter=emergency.service\nAllowIsolate=yes\n'),
  target(
    'local-fs',
    'Local File Systems',
    'After=local-fs-pre.target\nDefaultDependencies=no\nConflicts=shutdown.target\nOnFailure=emergency.target\nOnFailureJobMode=replace-irreversibly\n',
  ),
  target('local-fs-pre', 'Preparation for Local File Systems', 'RefuseManualStart=yes\n'),
  target(
    'remote-fs',
    'Remote File Systems',
    'After=remote-fs-pre.target\nDefaultDependencies=no\nConflicts=shutdown.target\n\n[Install]\nWantedBy=multi-user.target\n',
  ),
  target('remote-fs-pre', 'Preparation for Remote File Systems', 'RefuseManualStart=yes\n'),
  target('network', 'Network', 'After=network-pre.target\nRefuseManualStart=yes\n'),
  target('network-pre', 'Preparation for Network', 'RefuseManualStart=yes\n'),
  target('network-online', 'Network is Online', 'After=network.target\n'),
  target('nss-lookup', 'Host and Network Name Lookups', 'RefuseManualStart=yes\n'),
  target('nss-user-lookup', 'User and Group Name Lookups', 'RefuseManualStart=yes\n'),
  target('time-sync', 'System Time Synchronized', 'RefuseManualStart=yes\n'),
  target('time-set', 'System Time Set', 'RefuseManualStart=yes\n'),
  target('sockets', 'Socket Units'),
  target('timers', 'Timer Units', 'DefaultDependencies=no\nConflicts=shutdown.target\n'),
  target('paths', 'Path Units'),
  target('slices', 'Slice Units', 'DefaultDependencies=no\n'),
  target('swap', 'Swaps'),
  target('getty', 'Login Prompts'),
  target('shutdown', 'System Shutdown', 'DefaultDependencies=no\nRefuseManualStart=yes\n'),
  target('umount', 'Unmount All Filesystems', 'DefaultDependencies=no\nRefuseManualStart=yes\n'),
  target(
    'final',
    'Late Shutdown Services',
    'DefaultDependencies=no\nRefuseManualStart=yes\nAfter=shutdown.target umount.target\n',
  ),
  target(
    'reboot',
    'System Reboot',
    'DefaultDependencies=no\nRequires=systemd-reboot.service\nAfter=systemd-reboot.service\nAllowIsolate=yes\nJobTimeoutSec=30min\n\n[Install]\nAlias=ctrl-alt-del.target\n',
  ),
  target(
    'poweroff',
    'System Power Off',
    'DefaultDependencies=no\nRequires=systemd-poweroff.service\nAfter=systemd-poweroff.service\nAllowIsolate=yes\n',
  ),
  target(
    'halt',
    'System Halt',
    'DefaultDependencies=no\nRequires=systemd-halt.service\nAfter=systemd-halt.service\nAllowIsolate=yes\n',
  ),
  unitFile(
    'systemd-reboot.service',
    '[Unit]\nDescription=System Reboot\nDefaultDependencies=no\nRequires=shutdown.target umount.target final.target\nAfter=shutdown.target umount.target final.target\nSuccessAction=reboot-force\n',
  ),
  unitFile(
    'systemd-poweroff.service',
    '[Unit]\nDescription=System Power Off\nDefaultDependencies=no\nRequires=shutdown.target umount.target final.target\nAfter=shutdown.target umount.target final.target\nSuccessAction=poweroff-force\n',
  ),
  unitFile(
    'systemd-halt.service',
    '[Unit]\nDescription=System Halt\nDefaultDependencies=no\nRequires=shutdown.target umount.target final.target\nAfter=shutdown.target umount.target final.target\nSuccessAction=halt-force\n',
  ),
  early(
    'systemd-tmpfiles-setup',
    'Create Volatile Files and Directories',
    '/usr/bin/systemd-tmpfiles --create --remove --boot --exclude-prefix=/dev',
    'After=local-fs.target\n',
  ),
  early('systemd-sysctl', 'Apply Kernel Variables', '/usr/lib/systemd/systemd-sysctl'),
  early('systemd-random-seed', 'Load/Save Random Seed', '/usr/lib/systemd/systemd-random-seed load'),
  early(
    'systemd-journal-flush',
    'Flush Journal to Persistent Storage',
    '/usr/bin/journalctl --flush',
    'After=systemd-journald.service\n',
  ),
  unitFile(
    'systemd-journald.service',
    '[Unit]\nDescription=Journal Service\nDocumentation=man:systemd-journald.service(8) man:journald.conf(5)\nDefaultDependencies=no\nRequires=systemd-journald.socket\nAfter=systemd-journald.socket systemd-journald-dev-log.socket syslog.socket\nBefore=sysinit.target\n\n[Service]\nType=notify\nExecStart=/usr/lib/systemd/systemd-journald\nRestart=always\nRestartSec=0\n',
  ),
  unitFile(
    'systemd-journald.socket',
    '[Unit]\nDescription=Journal Socket\nDocumentation=man:systemd-journald.service(8)\nDefaultDependencies=no\nBefore=sockets.target\n\n[Socket]\nListenStream=/run/systemd/journal/stdout\n',
  ),
  unitFile(
    'systemd-udevd.service',
    '[Unit]\nDescription=Rule-based Manager for Device Events and Files\nDocumentation=man:systemd-udevd.service(8) man:udev(7)\nDefaultDependencies=no\nBefore=sysinit.target\n\n[Service]\nType=notify\nExecStart=/usr/lib/systemd/systemd-udevd\nRestart=always\nRestartSec=0\n',
  ),
  unitFile(
    'systemd-logind.service',
    '[Unit]\nDescription=User Login Management\nDocumentation=man:sd-login(3)\nDocumentation=man:systemd-logind.service(8)\nAfter=nss-user-lookup.target dbus.socket\n\n[Service]\nType=notify\nExecStart=/usr/lib/systemd/systemd-logind\nRestart=always\nRestartSec=0\n',
  ),
  unitFile(
    'systemd-hostnamed.service',
    '[Unit]\nDescription=Hostname Service\nDocumentation=man:systemd-hostnamed.service(8)\n\n[Service]\nType=dbus\nBusName=org.freedesktop.hostname1\nExecStart=/usr/lib/systemd/systemd-hostnamed\n',
  ),
  unitFile(
    'systemd-user-sessions.service',
    '[Unit]\nDescription=Permit User Sessions\nDocumentation=man:systemd-user-sessions.service(8)\nAfter=remote-fs.target nss-user-lookup.target network.target\n\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/lib/systemd/systemd-user-sessions start\nExecStop=/usr/lib/systemd/systemd-user-sessions stop\n',
  ),
  unitFile(
    'dbus-broker.service',
    '[Unit]\nDescription=D-Bus System Message Bus\nDocumentation=man:dbus-broker-launch(1)\nDefaultDependencies=no\nAfter=dbus.socket\nBefore=basic.target shutdown.target\nRequires=dbus.socket\nConflicts=shutdown.target\n\n[Service]\nType=notify\nExecStart=/usr/bin/dbus-broker-launch --scope system --audit\n\n[Install]\nAlias=dbus.service\n',
  ),
  unitFile(
    'dbus.socket',
    '[Unit]\nDescription=D-Bus System Message Bus Socket\n\n[Socket]\nListenStream=/run/dbus/system_bus_socket\n',
  ),
  unitFile(
    'getty@.service',
    '[Unit]\nDescription=Getty on %I\nDocumentation=man:agetty(8) man:systemd-getty-generator(8)\nAfter=systemd-user-sessions.service\nBefore=getty.target\nConflicts=rescue.service\nBefore=rescue.service\n\n[Service]\nType=idle\nExecStart=-/sbin/agetty -o "-p -- \\\\u" --noclear - $TERM\nRestart=always\nRestartSec=0\n\n[Install]\nWantedBy=getty.target\nDefaultInstance=tty1\n',
  ),
  unitFile(
    'serial-getty@.service',
    '[Unit]\nDescription=Serial Getty on %I\nDocumentation=man:agetty(8) man:systemd-getty-generator(8)\nAfter=systemd-user-sessions.service\nBefore=getty.target\n\n[Service]\nType=idle\nExecStart=-/sbin/agetty -o "-p -- \\\\u" --keep-baud 115200,57600,38400,9600 - $TERM\nRestart=always\n\n[Install]\nWantedBy=getty.target\n',
  ),
  unitFile(
    'rescue.service',
    '[Unit]\nDescription=Rescue Shell\nDefaultDependencies=no\nAfter=sysinit.target plymouth-start.service\nBefore=shutdown.target\n\n[Service]\nType=idle\nExecStart=-/usr/lib/systemd/systemd-sulogin-shell rescue\n',
  ),
  unitFile(
    'emergency.service',
    '[Unit]\nDescription=Emergency Shell\nDefaultDependencies=no\nBefore=shutdown.target\n\n[Service]\nType=idle\nExecStart=-/usr/lib/systemd/systemd-sulogin-shell emergency\n',
  ),
  unitFile(
    'systemd-tmpfiles-clean.service',
    '[Unit]\nDescription=Cleanup of Temporary Directories\nDocumentation=man:tmpfiles.d(5) man:systemd-tmpfiles(8)\nDefaultDependencies=no\nAfter=local-fs.target time-set.target\nBefore=shutdown.target\nConflicts=shutdown.target\n\n[Service]\nType=oneshot\nExecStart=/usr/bin/systemd-tmpfiles --clean\n',
  ),
  unitFile(
    'systemd-tmpfiles-clean.timer',
    '[Unit]\nDescription=Daily Cleanup of Temporary Directories\nDocumentation=man:tmpfiles.d(5) man:systemd-tmpfiles(8)\n\n[Timer]\nOnBootSec=15min\nOnUnitActiveSec=1d\n',
  ),
  ...wants(
    'sysinit.target',
    'systemd-journald.service',
    'systemd-journal-flush.service',
    'systemd-udevd.service',
    'systemd-tmpfiles-setup.service',
    'systemd-sysctl.service',
    'systemd-random-seed.service',
  ),
  ...wants('sockets.target', 'dbus.socket', 'systemd-journald.socket'),
  ...wants(
    'multi-user.target',
    'dbus-broker.service',
    'getty.target',
    'systemd-logind.service',
    'systemd-user-sessions.service',
  ),
  ...wants('timers.target', 'systemd-tmpfiles-clean.timer'),
  ...['systemd-hostnamed', 'systemd-sysctl', 'systemd-random-seed', 'systemd-user-sessions'].map(
    (name): PackageFile => ({ path: `/usr/lib/systemd/${name}`, kind: 'file', content: '', size: 20_000, mode: 0o755 }),
  ),
  symlink('/usr/lib/systemd/system/default.target', 'graphical.target'),
  symlink('/usr/lib/systemd/system/dbus-org.freedesktop.hostname1.service', 'systemd-hostnamed.service'),
  symlink('/usr/lib/systemd/system/runlevel3.target', 'multi-user.target'),
  symlink('/usr/lib/systemd/system/runlevel5.target', 'graphical.target'),
  symlink('/usr/lib/systemd/system/runlevel0.target', 'poweroff.target'),
  symlink('/usr/lib/systemd/system/runlevel6.target', 'reboot.target'),
];
