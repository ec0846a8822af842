import { describe, expect, it } from 'vitest';
import { checkPassword, credentialsFor, findUser } from './accounts';
import { enablementOf } from './enablement';
import { exists, lookup, readFileIfThere } from './files';
import { makeMachine } from './image';

const TIME = Date.UTC(2023, 3, 1);

describe('image', () => {
  it('makes the same machine from the same options', () => {
    const options = { name: 'node1', time: TIME, nics: [{ name: 'eth0', network: 'default', address: 'dhcp' }] };
    expect(JSON.stringify(makeMachine(options))).toBe(JSON.stringify(makeMachine(options)));
  });

  it('gives a CentOS machine the programs of its packages and no others', () => {
    const machine = makeMachine({ name: 'node1', time: TIME });
    expect(lookup(machine, '/bin/ls')).toMatchObject({ kind: 'file', program: 'ls' });
    expect(exists(machine, '/usr/sbin/pcs')).toBe(false);
    expect(exists(machine, '/usr/bin/firewall-cmd')).toBe(false);
    expect(checkPassword(machine, 'root', 'centos')).toBe(true);
    expect(checkPassword(machine, 'root', 'wrong')).toBe(false);
    expect(findUser(machine, 'operator')?.uid).toBe(11);
    expect(enablementOf(machine, 'sshd.service')).toBe('enabled');
    expect(enablementOf(machine, 'chronyd.service')).toBe('enabled');
  });

  it('gives the recorded Debian machine its cluster packages, users and enabled pcsd', () => {
    const machine = makeMachine({
      name: 'node1',
      distribution: 'debian-12',
      virtualization: 'container',
      hostname: 'node1.example.com',
      time: TIME,
      users: [
        { name: 'hacluster', password: 'centos' },
        { name: 'student', password: 'centos' },
        { name: 'rouser', password: 'centos', groups: ['haclient'] },
      ],
    });
    expect(machine.packages.pcs?.version).toBe('0.11.5-1+deb12u1');
    expect(exists(machine, '/lib/systemd/system/pcsd.service')).toBe(true);
    expect(enablementOf(machine, 'pcsd.service')).toBe('enabled');
    expect(enablementOf(machine, 'corosync.service')).toBe('disabled');
    expect(checkPassword(machine, 'hacluster', 'centos')).toBe(true);
    expect(credentialsFor(machine, 'rouser')?.groups).toHaveLength(2);
    expect(readFileIfThere(machine, '/lib/systemd/system/pcsd.service')).toContain('/etc/default/pcsd');
  });
});
