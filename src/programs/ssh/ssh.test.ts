import { beforeEach, describe, expect, it } from 'vitest';
import { readFileIfThere } from '../../machine/files';
import { addAddress, setLink } from '../../network/links';
import { bash } from '../../shell/bash/main';
import { type CommandResult, type ProcessTable, runCommand } from '../../shell/processes';
import { programs as coreutils } from '../coreutils';
import { programs as network } from '../network';
import { labWorld, startDaemon, startLab } from '../network/testlab';
import { programs } from './index';
import { sshd } from './server';

const HOSTS =
  '127.0.0.1 localhost\n192.168.90.110 node1.example.com node1\n192.168.90.120 node2.example.com node2\n192.168.90.130 node3\n';

describe('ssh', () => {
  let table: ProcessTable;

  beforeEach(async () => {
    const world = labWorld({ packages: ['sshpass'] });
    table = startLab(world, { ...coreutils, ...network, bash, ...programs }, {});
    table.runtime.transact((draft) => {
      for (const [name, address] of [
        ['node1', '192.168.90.110'],
        ['node2', '192.168.90.120'],
      ] as const) {
        const machine = draft.machines[name];
        if (!machine) throw new Error(name);
        setLink(draft, name, 'eth1', true);
        addAddress(draft, name, 'eth1', address, 24);
        machine.hostname = `${name}.example.com`;
        const etc = machine.root.entries.etc;
        const hosts = etc?.kind === 'directory' ? etc.entries.hosts : undefined;
        if (hosts?.kind === 'file') hosts.content = HOSTS;
      }
    });
    await startDaemon(table, 'node2', 'sshd.service', sshd);
  });

  /** OpenSSH ends its messages with CR LF; the tests below leave the CR out. */
  async function run(command: string, stdin = ''): Promise<CommandResult> {
    const result = await runCommand(table, { machine: 'node1', command, stdin });
    return { ...result, stderr: result.stderr.replace(/\r\n/g, '\n') };
  }

  it('ends its messages with CR LF', async () => {
    const result = await runCommand(table, { machine: 'node1', command: 'ssh node2 true' });
    expect(result.stderr).toBe('Host key verification failed.\r\n');
  });

  it('makes a key and tells of it as recorded', async () => {
    const made = await run("ssh-keygen -t rsa -N '' -f /root/.ssh/id_rsa");
    expect(made.stdout).toMatch(
      /^Generating public\/private rsa key pair\.\nYour identification has been saved in \/root\/\.ssh\/id_rsa\nYour public key has been saved in \/root\/\.ssh\/id_rsa\.pub\nThe key fingerprint is:\nSHA256:\S{43} root@node1\.example\.com\nThe key's randomart image is:\n\+---\[RSA 3072\]----\+\n(\|.{17}\|\n){9}\+----\[SHA256\]-----\+\n$/,
    );
    expect(made.stderr).toBe("Created directory '/root/.ssh'.\n");
    const again = await run("ssh-keygen -t rsa -N '' -f /root/.ssh/id_rsa", 'n\n');
    expect(again).toMatchObject({
      status: 1,
      stdout: 'Generating public/private rsa key pair.\n/root/.ssh/id_rsa already exists.\nOverwrite (y/n)? ',
    });
  });

  it("answers the course's call without -f with the usage", async () => {
    const result = await run("ssh-keygen -t rsa -N '' ~/.ssh/id_rsa");
    expect(result.status).toBe(1);
    expect(result.stderr.split('\n').slice(0, 2)).toEqual([
      'Too many arguments.',
      'usage: ssh-keygen [-q] [-a rounds] [-b bits] [-C comment] [-f output_keyfile]',
    ]);
  });

  it('refuses an unknown host without a terminal', async () => {
    expect(await run('ssh node2 hostname')).toEqual({
      status: 255,
      stdout: '',
      stderr: 'Host key verification failed.\n',
    });
    expect(await run('sshpass -p centos ssh node2 true')).toEqual({ status: 6, stdout: '', stderr: '' });
  });

  it('runs a command by sshpass on another machine, and passes its status', async () => {
    await run('mkdir -m 700 ~/.ssh; echo StrictHostKeyChecking=no > ~/.ssh/config');
    expect(await run('sshpass -pcentos ssh root@node2 hostname')).toEqual({
      status: 0,
      stdout: 'node2.example.com\n',
      stderr: "Warning: Permanently added 'node2' (ED25519) to the list of known hosts.\n",
    });
    expect(await run("sshpass -p centos ssh node2 'exit 3'")).toEqual({ status: 3, stdout: '', stderr: '' });
    expect(await run('sshpass -p wrong ssh node2 uname -n')).toEqual({
      status: 5,
      stdout: '',
      stderr: 'Permission denied, please try again.\n',
    });
    const known = await run('cut -d" " -f1,2 ~/.ssh/known_hosts');
    expect(known.stdout).toBe('node2 ssh-ed25519\nnode2 ssh-rsa\nnode2 ecdsa-sha2-nistp256\n');
  });

  it('connects streams, and eats its standard input', async () => {
    await run('mkdir -m 700 ~/.ssh; echo StrictHostKeyChecking=no > ~/.ssh/config; sshpass -p centos ssh node2 true');
    expect((await run('echo hello | sshpass -p centos ssh node2 cat')).stdout).toBe('hello\n');
    const eaten = await run('printf "a\\nb\\n" | while read l; do echo $l; sshpass -p centos ssh node2 true; done');
    expect(eaten.stdout).toBe('a\n');
    const spared = await run('printf "a\\nb\\n" | while read l; do echo $l; sshpass -p centos ssh -n node2 true; done');
    expect(spared.stdout).toBe('a\nb\n');
  });

  it('installs a key and logs in with it', async () => {
    await run("ssh-keygen -q -t rsa -N '' -f /root/.ssh/id_rsa; ssh-keyscan node2 2>/dev/null > ~/.ssh/known_hosts");
    expect(await run('ssh -o BatchMode=yes node2 hostname')).toEqual({
      status: 255,
      stdout: '',
      stderr: 'root@node2: Permission denied (publickey,gssapi-keyex,gssapi-with-mic,password).\n',
    });
    expect(await run('sshpass -p centos ssh-copy-id node2')).toEqual({
      status: 0,
      stdout:
        '\nNumber of key(s) added: 1\n\nNow try logging into the machine, with:   "ssh \'node2\'"\nand check to make sure that only the key(s) you wanted were added.\n\n',
      stderr:
        '/usr/bin/ssh-copy-id: INFO: Source of key(s) to be installed: "/root/.ssh/id_rsa.pub"\n' +
        '/usr/bin/ssh-copy-id: INFO: attempting to log in with the new key(s), to filter out any that are already installed\n' +
        '/usr/bin/ssh-copy-id: INFO: 1 key(s) remain to be installed -- if you are prompted now it is to install the new keys\n',
    });
    expect((await run('ssh -o BatchMode=yes node2 hostname')).stdout).toBe('node2.example.com\n');
    expect((await run('ssh-copy-id node2')).stderr).toContain(
      '\n/usr/bin/ssh-copy-id: WARNING: All keys were skipped because they already exist on the remote system.\n\t\t(if you think this is a mistake, you may want to use -f option)\n\n',
    );
    // StrictModes: a home that others may write to voids the keys.
    await run('ssh node2 chmod 777 .ssh');
    expect((await run('ssh -o BatchMode=yes node2 true')).status).toBe(255);
  });

  it('copies files both ways, and says what is missing', async () => {
    await run('mkdir -m 700 ~/.ssh; echo StrictHostKeyChecking=no > ~/.ssh/config; sshpass -p centos ssh node2 true');
    expect(await run('sshpass -p centos scp /etc/hosts root@node2:/etc/hosts.copy')).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    const node2 = table.runtime.world.machines.node2;
    expect(node2 && readFileIfThere(node2, '/etc/hosts.copy')).toBe(HOSTS);
    expect((await run('sshpass -p centos scp node2:/etc/hosts.copy . && cat hosts.copy')).stdout).toBe(HOSTS);
    expect(await run('sshpass -p centos scp /nosuch node2:/tmp')).toEqual({
      status: 255,
      stdout: '',
      stderr: 'scp: stat local "/nosuch": No such file or directory\n',
    });
    expect(await run('sshpass -p centos scp node2:/nosuch /tmp')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'scp: /nosuch: No such file or directory\n',
    });
    expect(await run('scp /etc/hosts node3:/tmp')).toEqual({
      status: 255,
      stdout: '',
      stderr: 'ssh: connect to host node3 port 22: No route to host\nscp: Connection closed\n',
    });
  });

  it.each([
    ['ssh node3 hostname', 'ssh: connect to host node3 port 22: No route to host\n'],
    ['ssh -o ConnectTimeout=2 node3 hostname', 'ssh: connect to host node3 port 22: Connection timed out\n'],
    ['ssh -p 2222 node2 true', 'ssh: connect to host node2 port 2222: Connection refused\n'],
    ['ssh 10.9.9.9 true', 'ssh: connect to host 10.9.9.9 port 22: Network is unreachable\n'],
    ['ssh nosuchhost true', 'ssh: Could not resolve hostname nosuchhost: Temporary failure in name resolution\n'],
  ])('answers %s as recorded', async (command, stderr) => {
    expect(await run(command)).toEqual({ status: 255, stdout: '', stderr });
  });

  it('warns of a changed host key', async () => {
    await run(
      'mkdir -m 700 ~/.ssh; echo StrictHostKeyChecking=accept-new > ~/.ssh/config; sshpass -p centos ssh node2 true',
    );
    await run('sed -i s/AAAAC3NzaC1lZDI1NTE5AAAAI./AAAAC3NzaC1lZDI1NTE5AAAAIA/ ~/.ssh/known_hosts');
    const result = await run('ssh node2 true');
    expect(result.status).toBe(255);
    expect(result.stderr).toMatch(
      /^@{59}\n@ {4}WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! {5}@\n[\s\S]*Offending ED25519 key in \/root\/\.ssh\/known_hosts:1\nHost key for node2 has changed and you have requested strict checking\.\nHost key verification failed\.\n$/,
    );
    expect((await run('ssh-keygen -R node2')).stdout).toContain('# Host node2 found: line 1\n');
  });
});
