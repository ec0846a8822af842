import { beforeEach, describe, expect, it } from 'vitest';
import { cutBetween, removeFaults } from '../../network/faults';
import { addAddress, setLink } from '../../network/links';
import { bash } from '../../shell/bash/main';
import type { ProcessTable } from '../../shell/processes';
import { TerminalSession } from '../../shell/terminal';
import { programs as accounts } from '../accounts';
import { programs as coreutils } from '../coreutils';
import { programs as network } from '../network';
import { labWorld, startDaemon, startLab } from '../network/testlab';
import { programs as shell } from '../shell';
import { programs } from './index';
import { sshd } from './server';

describe('ssh on a terminal', () => {
  let table: ProcessTable;
  let screen = '';
  let session: TerminalSession;

  beforeEach(async () => {
    table = startLab(
      labWorld({ packages: ['sshpass'] }),
      { ...accounts, ...coreutils, ...network, ...shell, ...programs, bash },
      {},
    );
    table.runtime.transact((draft) => {
      for (const [name, address] of [
        ['node1', '192.168.90.110'],
        ['node2', '192.168.90.120'],
      ] as const) {
        setLink(draft, name, 'eth1', true);
        addAddress(draft, name, 'eth1', address, 24);
        const machine = draft.machines[name];
        if (machine) machine.hostname = name;
        const etc = machine?.root.entries.etc;
        const hosts = etc?.kind === 'directory' ? etc.entries.hosts : undefined;
        if (hosts?.kind === 'file') hosts.content = '192.168.90.120 node2\n';
      }
    });
    await startDaemon(table, 'node2', 'sshd.service', sshd);
    screen = '';
    session = new TerminalSession(table, {
      machine: 'node1',
      columns: 120,
      rows: 30,
      output: (text) => {
        screen += text;
      },
    });
    await settle();
  });

  /** Lets the simulation run for a while. */
  async function settle(ms = 8000): Promise<void> {
    await table.runtime.run(table.runtime.world.now + ms);
  }

  /** Types keys and gives what the screen shows from then on, without escape sequences. */
  async function type(keys: string, ms = 8000): Promise<string> {
    screen = '';
    session.input(keys);
    await settle(ms);
    // biome-ignore lint/complexity/useRegexLiterals: control characters
    return screen.replace(new RegExp('\\u001b\\[[?0-9;]*[A-Za-z]', 'g'), '').replace(/\r/g, '');
  }

  it('asks about the host, then for the password, and opens a login shell that ends', async () => {
    const asked = await type('ssh node2\r');
    expect(asked).toMatch(
      /The authenticity of host 'node2 \(192\.168\.90\.120\)' can't be established\.\nED25519 key fingerprint is SHA256:\S{43}\.\nThis key is not known by any other names\nAre you sure you want to continue connecting \(yes\/no\/\[fingerprint\]\)\? $/,
    );
    expect(await type('maybe\r')).toBe("maybe\nPlease type 'yes', 'no' or the fingerprint: ");
    expect(await type('yes\r')).toBe(
      "yes\nWarning: Permanently added 'node2' (ED25519) to the list of known hosts.\nroot@node2's password: ",
    );
    expect(await type('wrong\r')).toBe("\nPermission denied, please try again.\nroot@node2's password: ");
    expect(await type('centos\r')).toContain('[root@node2 ~]# ');
    expect(await type('nosuchcommand\r')).toContain('\n-bash: nosuchcommand: command not found\n');
    expect(await type('exit 3\r')).toContain('logout\nConnection to node2 closed.\n[root@node1 ~]# ');
    expect(await type('echo $?\r')).toContain('\n3\n');
    await type('ssh node2\r');
    expect(await type('centos\r')).toMatch(
      /^\nLast login: Mon Apr {2}3 09:00:\d\d 2023 from 192\.168\.90\.110\n\[root@node2 ~\]# /,
    );
  });

  it('gives up after three wrong passwords', async () => {
    await type('ssh -o StrictHostKeyChecking=no node2\r');
    await type('a\r');
    await type('b\r');
    expect(await type('c\r')).toContain(
      '\nroot@node2: Permission denied (publickey,gssapi-keyex,gssapi-with-mic,password).\n[root@node1 ~]# ',
    );
  });

  it('sends ^C to the remote command', async () => {
    await type('sshpass -p centos ssh -o StrictHostKeyChecking=no node2\r');
    await type('sleep 1000\r');
    expect(await type('\u0003')).toContain('^C\n[root@node2 ~]# ');
  });

  it('hangs while the way is cut, and goes on with what was typed when it is whole again', async () => {
    await type('sshpass -p centos ssh -o StrictHostKeyChecking=no node2\r');
    table.runtime.transact((world) => cutBetween(world, [['node1'], ['node2']], 'internal'));
    expect(await type('uname -n\r', 30_000)).not.toContain('node2');
    table.runtime.transact((world) => removeFaults(world));
    await settle();
    expect(screen).toContain('node2\r\n');
  });

  it('shows the open connection on both sides', async () => {
    await type('sshpass -p centos ssh -o StrictHostKeyChecking=no node2\r');
    expect(await type('ss -tn\r')).toMatch(/ESTAB 0 {6}0 {6}192\.168\.90\.120:22\s+192\.168\.90\.110:\d+/);
    await type('exit\r');
    expect(await type('ss -tn\r')).not.toContain('ESTAB');
  });

  it('ends with the machine at the other end', async () => {
    await type('sshpass -p centos ssh -o StrictHostKeyChecking=no node2\r');
    table.runtime.transact((world) => {
      const machine = world.machines.node2;
      if (machine) machine.power = 'off';
    });
    await settle(60_000);
    expect(await type('x')).not.toContain('node1');
    table.runtime.transact((world) => {
      const machine = world.machines.node2;
      if (!machine) return;
      machine.boot++;
      machine.power = 'running';
    });
    expect(await type('\r')).toContain('client_loop: send disconnect: Broken pipe\n[root@node1 ~]# ');
  });
});
