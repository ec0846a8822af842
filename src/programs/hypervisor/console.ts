import { checkPassword, credentialsFor, findUser } from '../../machine/accounts';
import { logTo } from '../../machine/log';
import { isActive } from '../../machine/units';
import type { Process } from '../../shell/process';
import { askSecret } from '../accounts/passwd';
import { formatDate } from '../coreutils/dates';
import { Failure, type VirshCommand } from './command';
import { findDomain, isOn } from './domains';

const ESCAPE = '\u001d';

/** `virsh console`: the guest's serial line, with getty's login prompt. Ctrl+] leaves it at a prompt. */
export const console_: VirshCommand = {
  spec: { data: ['domain', 'devname'], required: 1, flags: ['force', 'safe'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    if (!isOn(machine)) throw new Failure('The domain is not running');
    if (!process.tty || !process.stdin.isTerminal)
      throw new Failure('Cannot run interactive console without a controlling TTY');
    await process.stdout.write(`Connected to domain '${machine.name}'\nEscape character is ^] (Ctrl + ])\n`);
    await serve(process, machine.name);
    return '\n';
  },
};

/** Reads a line from the serial terminal; null when ^] or the end came. */
async function line(process: Process, prompt: string): Promise<string | null> {
  await process.stdout.write(prompt);
  const text = await process.stdin.readLine();
  return text === null || text.includes(ESCAPE) ? null : text;
}

async function serve(process: Process, guest: string): Promise<void> {
  for (;;) {
    const first = await process.stdin.readLine();
    if (first === null || first.includes(ESCAPE)) return;
    const machine = process.world.machines[guest];
    if (!machine || machine.power === 'off') return;
    // Nothing answers while the guest is paused, hung, or not yet up.
    const getty =
      machine.power === 'running' &&
      (isActive(machine, 'serial-getty@ttyS0.service') || isActive(machine, 'getty.target'));
    if (!getty) continue;
    const release = machine.distribution === 'debian-12' ? 'Debian GNU/Linux 12' : 'CentOS Stream 9';
    await process.stdout.write(`\n${release}\nKernel ${machine.kernel} on an x86_64\n\n`);
    for (;;) {
      const present = process.world.machines[guest];
      if (present?.power !== 'running') break;
      const user = await line(process, `${present.hostname.split('.')[0]} login: `);
      if (user === null) return;
      if (user === '') continue;
      const password = await askSecret(process, 'Password: ', process.stdout);
      if (password === null || password.includes(ESCAPE)) return;
      const now = process.world.machines[guest];
      if (now?.power !== 'running') break;
      if (!checkPassword(now, user, password)) {
        await process.sleep(2500);
        await process.stdout.write('Login incorrect\n\n');
        continue;
      }
      await session(process, guest, user);
      await process.stdout.write(`\n${release}\nKernel ${now.kernel} on an x86_64\n\n`);
    }
  }
}

async function session(process: Process, guest: string, user: string): Promise<void> {
  const machine = process.world.machines[guest];
  const credentials = machine && credentialsFor(machine, user);
  const account = machine && findUser(machine, user);
  if (!machine || !credentials || !account) return;
  const before = [...machine.logins].reverse().find((login) => login.user === user);
  if (before)
    await process.stdout.write(
      `Last login: ${formatDate({ env: {}, machine }, process.world.epoch + before.since, '%a %b %e %H:%M:%S')} on ${before.line}\n`,
    );
  process.transact((world) => {
    const own = world.machines[guest];
    if (!own) return;
    own.logins.push({ user, line: 'ttyS0', from: '', since: world.now, until: null });
    logTo(world, own, {
      identifier: 'login',
      pid: process.pid,
      message: `pam_unix(login:session): session opened for user ${user}(uid=${account.uid}) by (uid=0)`,
    });
  });
  await process.run([account.shell, '-l'], {
    machine: guest,
    credentials,
    cwd: account.home,
    env: {
      HOME: account.home,
      USER: user,
      LOGNAME: user,
      SHELL: account.shell,
      TERM: 'vt220',
      LANG: 'en_US.UTF-8',
      PATH:
        user === 'root'
          ? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'
          : '/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin',
    },
    title: '-bash',
  });
  process.transact((world) => {
    const login = world.machines[guest]?.logins.findLast((entry) => entry.line === 'ttyS0' && entry.until === null);
    if (login) login.until = world.now;
  });
}
