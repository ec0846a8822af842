import { describe, expect, it } from 'vitest';
import { Runtime } from '../../kernel/runtime';
import { checkPassword, findUser } from '../../machine/accounts';
import { exists } from '../../machine/files';
import { bootedKernel } from '../../machine/testing';
import { ProcessTable, runProgram } from '../../shell/processes';
import { programs } from '.';

function lab(debian = false) {
  const kernel = bootedKernel(
    debian ? { distribution: 'debian-12', virtualization: 'container' } : { packages: ['pcs'] },
  );
  const table = new ProcessTable(new Runtime(kernel), programs);
  const run = async (line: string, stdin = '', user = 'root') => {
    const argv = line.split(' ');
    const program = programs[argv[0] === 'adduser' ? 'useradd' : (argv[0] ?? '')];
    if (typeof program !== 'function') throw new Error(`no program ${argv[0]}`);
    const { stdout, stderr, status } = await runProgram(table, program, argv, { machine: 'node1', stdin, user });
    return { stdout, stderr, status };
  };
  return { run, machine: () => kernel.world.machines.node1 ?? fail() };
}

function fail(): never {
  throw new Error('no machine');
}

describe('accounts', () => {
  it("sets hacluster's password from a pipe with CentOS's two lines", async () => {
    const { run, machine } = lab();
    expect(await run('passwd --stdin hacluster', 'centos\n')).toEqual({
      stdout: 'Changing password for user hacluster.\npasswd: all authentication tokens updated successfully.\n',
      stderr: '',
      status: 0,
    });
    expect(checkPassword(machine(), 'hacluster', 'centos')).toBe(true);
    expect(await run('passwd --stdin nosuch', 'x\n')).toEqual({
      stdout: '',
      stderr: "passwd: Unknown user name 'nosuch'.\n",
      status: 1,
    });
  });

  it('warns root of a short password and takes it, and refuses two different ones', async () => {
    const { run, machine } = lab();
    expect(await run('passwd root', 'secret1\nsecret1\n')).toEqual({
      stdout: 'Changing password for user root.\npasswd: all authentication tokens updated successfully.\n',
      stderr: 'New password: BAD PASSWORD: The password is shorter than 8 characters\nRetype new password: ',
      status: 0,
    });
    expect(checkPassword(machine(), 'root', 'secret1')).toBe(true);
    expect((await run('passwd root', 'longenough1\nother\n')).status).toBe(1);
  });

  it('adds users with a group and a home directory', async () => {
    const { run, machine } = lab();
    expect(await run('useradd student')).toEqual({ stdout: '', stderr: '', status: 0 });
    expect(findUser(machine(), 'student')).toMatchObject({
      uid: 1000,
      gid: 1000,
      home: '/home/student',
      shell: '/bin/bash',
    });
    expect(exists(machine(), '/home/student/.bashrc')).toBe(true);
    expect(await run('useradd student')).toEqual({
      stdout: '',
      stderr: "useradd: user 'student' already exists\n",
      status: 9,
    });
    expect(await run('usermod -aG haclient student')).toEqual({ stdout: '', stderr: '', status: 0 });
    expect((await run('id student')).stdout).toBe(
      'uid=1000(student) gid=1000(student) groups=1000(student),189(haclient)\n',
    );
    expect((await run('groups student')).stdout).toBe('student : student haclient\n');
    expect((await run('useradd x', '', 'student')).stderr).toBe(
      'useradd: Permission denied.\nuseradd: cannot lock /etc/passwd; try again later.\n',
    );
    expect(await run('userdel -r student')).toEqual({ stdout: '', stderr: '', status: 0 });
    expect(exists(machine(), '/home/student')).toBe(false);
  });

  it('answers as recorded where CentOS and Debian agree', async () => {
    const { run } = lab(true);
    for (const [line, stdin, stdout, stderr, status] of [
      ['id nosuch', '', '', 'id: ‘nosuch’: no such user\n', 1],
      ['groups nosuch', '', '', 'groups: ‘nosuch’: no such user\n', 1],
      ['useradd -g nogrp bob', '', '', "useradd: group 'nogrp' does not exist\n", 6],
      ['useradd -u 0 bob', '', '', 'useradd: UID 0 is not unique\n', 4],
      ['getent passwd nosuch', '', '', '', 2],
      ['groupadd haclient2', '', '', '', 0],
      ['groupadd haclient2', '', '', "groupadd: group 'haclient2' already exists\n", 9],
      ['groupadd -g 0 zz', '', '', "groupadd: GID '0' already exists\n", 4],
      ['usermod -aG haclient2 nosuch', '', '', "usermod: user 'nosuch' does not exist\n", 6],
      ['groupdel nosuch', '', '', "groupdel: group 'nosuch' does not exist\n", 6],
      ['passwd nosuch', '', '', "passwd: user 'nosuch' does not exist\n", 1],
      [
        'chpasswd',
        'nosuch:password\n',
        '',
        'chpasswd: (user nosuch) pam_chauthtok() failed, error:\nAuthentication token manipulation error\nchpasswd: (line 1, user nosuch) password not changed\n',
        1,
      ],
      ['chpasswd', 'alice\n', '', 'chpasswd: line 1: missing new password\n', 1],
      [
        'passwd root',
        'secret1\nsecret1\n',
        '',
        'New password: Retype new password: passwd: password updated successfully\n',
        0,
      ],
      [
        'passwd root',
        'secret1\nsecret2\n',
        '',
        'New password: Retype new password: Sorry, passwords do not match.\npasswd: Authentication token manipulation error\npasswd: password unchanged\n',
        10,
      ],
    ] as const) {
      expect([line, await run(line, stdin)]).toEqual([line, { stdout, stderr, status }]);
    }
  });
});
