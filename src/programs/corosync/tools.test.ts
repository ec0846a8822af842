import { describe, expect, it } from 'vitest';
import { COROSYNC_CONF } from '../../corosync/config';
import { clusterWorld, TestCluster } from '../../corosync/testcluster';
import { Runtime } from '../../kernel/runtime';
import { removeFileIfThere, writeFile } from '../../machine/files';
import type { Program } from '../../shell/process';
import { ProcessTable, runProgram } from '../../shell/processes';
import { programs } from '.';

/** Accounts that the programs run as. */
function withAccounts(test: TestCluster): TestCluster {
  test.kernel.transact((world) => {
    for (const machine of Object.values(world.machines)) {
      const put = (path: string, content: string) => writeFile(machine, path, content, { time: 0, makeParents: true });
      put(
        '/etc/passwd',
        'root:x:0:0:root:/root:/bin/bash\nhacluster:x:189:189::/home/hacluster:/sbin/nologin\nstudent:x:1000:1000::/tmp:/bin/bash\n',
      );
      put('/etc/group', 'root:x:0:\nhaclient:x:189:\nstudent:x:1000:\n');
      put('/tmp/.keep', '');
      put('/root/.keep', '');
    }
  });
  return test;
}

function tool(test: TestCluster, command: string, machine = 'node1', user = 'root') {
  const argv = command.split(' ');
  const program = programs[argv[0] ?? ''];
  if (typeof program !== 'function') throw new Error(`no program ${argv[0]}`);
  const table = new ProcessTable(new Runtime(test.kernel), {});
  return runProgram(table, program as Program, argv, { machine, user, limit: 5000 });
}

const cluster = withAccounts(new TestCluster(clusterWorld(3))).up();
const fresh = () => {
  const test = new TestCluster(cluster.world);
  return test;
};

describe('corosync-quorumtool', () => {
  it('prints the status of a quorate cluster', async () => {
    const { stdout, status } = await tool(fresh(), 'corosync-quorumtool -s');
    expect(status).toBe(0);
    expect(stdout.replace(/Date: .*/, 'Date:             D').replace(/1\.[0-9a-f]+$/m, '1.e')).toBe(`Quorum information
------------------
Date:             D
Quorum provider:  corosync_votequorum
Nodes:            3
Node ID:          1
Ring ID:          1.e
Quorate:          Yes

Votequorum information
----------------------
Expected votes:   3
Highest expected: 3
Total votes:      3
Quorum:           2  
Flags:            Quorate 

Membership information
----------------------
    Nodeid      Votes Name
         1          1 node1.example.com (local)
         2          1 node2.example.com
         3          1 node3.example.com
`);
  });

  it('exits with 2 and says that activity is blocked without quorum', async () => {
    const test = fresh();
    test.partition(['node1'], ['node2', 'node3']);
    test.run(10_000);
    const { stdout, status } = await tool(test, 'corosync-quorumtool -s');
    expect(status).toBe(2);
    expect(stdout).toContain('Quorate:          No\n');
    expect(stdout).toContain('Quorum:           2 Activity blocked\nFlags:            \n');
  });

  it('lists nodes by address, with the qdevice column for machines, and in hexadecimal', async () => {
    const table = (rows: string) => `\nMembership information\n----------------------\n${rows}`;
    expect((await tool(fresh(), 'corosync-quorumtool -a -i -l')).stdout).toBe(
      table(`    Nodeid      Votes Name
         1          1 192.168.90.110 (local)
         2          1 192.168.90.120
         3          1 192.168.90.130
`),
    );
    expect((await tool(fresh(), 'corosync-quorumtool -p -l', 'node2')).stdout).toBe(
      table(`    Nodeid      Votes    Qdevice Name
         1          1         NR node1.example.com
         2          1         NR node2.example.com (local)
         3          1         NR node3.example.com
`),
    );
    expect((await tool(fresh(), 'corosync-quorumtool -H -l')).stdout).toContain(
      '0x00000001          1 node1.example.com (local)',
    );
  });

  it('refuses users and values, and says when nothing runs', async () => {
    const off = withAccounts(new TestCluster(clusterWorld(1)));
    expect(await tool(off, 'corosync-quorumtool')).toEqual({
      stdout: '',
      stderr: 'Cannot initialize CMAP service\n',
      status: 1,
    });
    expect(await tool(fresh(), 'corosync-quorumtool', 'node1', 'student')).toMatchObject({
      status: 1,
      stderr: 'Cannot initialize CMAP service\n',
    });
    expect((await tool(fresh(), 'corosync-quorumtool', 'node1', 'hacluster')).status).toBe(0);
    expect(await tool(fresh(), 'corosync-quorumtool -e x')).toMatchObject({
      status: 1,
      stderr: 'New expected votes value was not valid, try a positive number\n',
    });
    expect(await tool(fresh(), 'corosync-quorumtool -o q')).toMatchObject({
      status: 1,
      stderr: 'Invalid ordering option. valid orders are a(address), i(node ID) or n(name)\n',
    });
    expect(await tool(fresh(), 'corosync-quorumtool -e 9')).toMatchObject({
      status: 1,
      stderr: 'Unable to set expected votes: CS_ERR_INVALID_PARAM\n',
    });
  });

  it('changes expected votes and the votes of a node everywhere', async () => {
    const test = fresh();
    expect((await tool(test, 'corosync-quorumtool -n 2 -v 3')).status).toBe(0);
    test.run(10);
    expect(test.corosync('node3').quorum).toMatchObject({ totalVotes: 5, expectedVotes: 5, needed: 3 });
  });
});

describe('corosync-cfgtool', () => {
  it('prints usage without an action', async () => {
    for (const command of ['corosync-cfgtool', 'corosync-cfgtool -i 0', 'corosync-cfgtool -h']) {
      const { stdout, status } = await tool(fresh(), command);
      expect(status).toBe(0);
      expect(
        stdout.startsWith(
          'corosync-cfgtool [[-i <interface ip>] [-b] -s] [-R] [-L] [-k nodeid] [-a nodeid] [-h] [-H]\n\n',
        ),
      ).toBe(true);
    }
  });

  it('shows links as up and down as knet sees them', async () => {
    const test = fresh();
    expect((await tool(test, 'corosync-cfgtool -s')).stdout).toBe(
      'Local node ID 1, transport knet\nLINK ID 0 udp\n\taddr\t= 192.168.90.110\n\tstatus:\n' +
        '\t\tnodeid:          1:\tlocalhost\n\t\tnodeid:          2:\tconnected\n\t\tnodeid:          3:\tconnected\n',
    );
    expect((await tool(test, 'corosync-cfgtool -n', 'node2')).stdout).toBe(
      'Local node ID 2, transport knet\n' +
        'nodeid: 1 reachable\n   LINK: 0 udp (192.168.90.120->192.168.90.110) enabled connected mtu: 1397\n\n' +
        'nodeid: 3 reachable\n   LINK: 0 udp (192.168.90.120->192.168.90.130) enabled connected mtu: 1397\n\n',
    );
    test.partition(['node1', 'node2'], ['node3']);
    test.run(3000);
    expect((await tool(test, 'corosync-cfgtool -s')).stdout).toContain('\t\tnodeid:          3:\tdisconnected\n');
    expect((await tool(test, 'corosync-cfgtool -n', 'node3')).stdout).toBe('Local node ID 3, transport knet\n');
    expect(await tool(test, 'corosync-cfgtool -b -s')).toMatchObject({ status: 1 });
    expect((await tool(test, 'corosync-cfgtool -b -s')).stdout).toContain('\tstatus\t= n31\n');
  });

  it('has all nodes read a changed corosync.conf, and keeps ping times', async () => {
    const test = fresh();
    test.kernel.transact((world) => {
      for (const machine of Object.values(world.machines)) {
        const { content } = writeFile(machine, COROSYNC_CONF, '', { time: 0, append: true });
        writeFile(machine, COROSYNC_CONF, content.replace('version: 2', 'version: 2\n    token: 1500'), { time: 1 });
      }
    });
    expect(await tool(test, 'corosync-cfgtool -R')).toEqual({
      stdout: 'Reloading corosync.conf...\nDone\n',
      stderr: '',
      status: 0,
    });
    test.run(10);
    expect((await tool(test, 'corosync-cmapctl -g totem.token runtime.config.totem.token', 'node3')).stdout).toBe(
      'totem.token (u32) = 1500\nruntime.config.totem.token (u32) = 2150\n',
    );
    const keys = (await tool(test, 'corosync-cmapctl')).stdout;
    expect(keys).toContain('runtime.config.totem.interface.0.knet_ping_interval (u32) = 912\n');
    expect(keys).toContain('config.reload_status (i32) = 1\n');
    expect(keys).toContain('runtime.config.totem.hold (u32) = 398\n');
    expect(keys).toContain('runtime.config.totem.consensus (u32) = 2580\n');
    expect(keys).not.toContain('bindnetaddr');
  });

  it('fails as the real one when no daemon runs', async () => {
    const off = withAccounts(new TestCluster(clusterWorld(1)));
    expect(await tool(off, 'corosync-cfgtool -s')).toEqual({
      stdout: '',
      stderr: 'Could not initialize corosync configuration API error 2\n',
      status: 1,
    });
    expect(await tool(off, 'corosync-cfgtool -R')).toMatchObject({
      stdout: 'Reloading corosync.conf...\n',
      stderr: 'Could not initialize corosync configuration API error CS_ERR_LIBRARY\n',
    });
  });
});

describe('corosync-cmapctl', () => {
  it('shows the configuration and what the daemon made of it', async () => {
    const { stdout } = await tool(fresh(), 'corosync-cmapctl');
    const lines = stdout.split('\n');
    for (const line of [
      'nodelist.local_node_pos (u32) = 0',
      'nodelist.node.1.nodeid (u32) = 2',
      'runtime.config.totem.consensus (u32) = 4380',
      'runtime.config.totem.hold (u32) = 685',
      'runtime.config.totem.token_retransmit (u32) = 869',
      'runtime.config.totem.interface.0.knet_ping_timeout (u32) = 1825',
      'runtime.members.2.ip (str) = r(0) ip(192.168.90.120) ',
      'runtime.members.2.join_count (u32) = 1',
      'runtime.members.2.status (str) = joined',
      'runtime.votequorum.two_node (u8) = 0',
      'totem.interface.0.bindnetaddr (str) = node1.example.com',
      'totem.version (u32) = 2',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.slice(0, -1)).toEqual([...lines.slice(0, -1)].sort());
  });

  it('gets, sets, deletes and lists by prefix', async () => {
    const test = fresh();
    expect(await tool(test, 'corosync-cmapctl nosuch.key')).toEqual({ stdout: '', stderr: '', status: 1 });
    expect(await tool(test, 'corosync-cmapctl -g nosuch.key')).toMatchObject({
      stderr: "Can't get key nosuch.key. Error CS_ERR_NOT_EXIST\n",
      status: 1,
    });
    expect((await tool(test, 'corosync-cmapctl -s test.key u8 300')).stderr).toBe('300 is not valid u8 integer\n');
    expect((await tool(test, 'corosync-cmapctl -s test.key u8 200')).status).toBe(0);
    expect((await tool(test, 'corosync-cmapctl test.')).stdout).toBe('test.key (u8) = 200\n');
    expect((await tool(test, 'corosync-cmapctl -s runtime.members.1.ip str x')).stderr).toBe(
      'Failed to set key runtime.members.1.ip. Error CS_ERR_ACCESS\n',
    );
    expect((await tool(test, 'corosync-cmapctl -d test.key')).status).toBe(0);
    expect((await tool(test, 'corosync-cmapctl -g test.key')).status).toBe(1);
    expect((await tool(test, 'corosync-cmapctl -m foo')).stderr).toBe(
      "invalid map name, must be 'default', 'icmap' or 'stats'\n",
    );
    expect((await tool(test, 'corosync-cmapctl -m stats stats.knet.node2')).stdout).toContain(
      'stats.knet.node2.link0.connected (u8) = 1\n',
    );
  });
});

describe('corosync', () => {
  it('tests configurations with the words of the real one', async () => {
    const test = fresh();
    const check = async (conf: string | null) => {
      test.kernel.transact((world) => {
        const machine = test.machine('node1', world);
        removeFileIfThere(machine, '/root/c.conf', 0);
        if (conf !== null) writeFile(machine, '/root/c.conf', conf, { time: 0 });
      });
      const { stderr, status } = await tool(test, 'corosync -t -c /root/c.conf');
      return [status, stderr.replace(/^\w+ \d+ [\d:.]+ \w+ +/gm, '')];
    };
    const nodes = 'nodelist {\n node {\n  ring0_addr: node1.example.com\n  nodeid: 1\n }\n}\n';
    const exit = (line: number) => `[MAIN  ] Corosync Cluster Engine exiting with status 8 at main.c:${line}.\n`;
    expect(await check(null)).toEqual([8, "Can't read file /root/c.conf: No such file or directory\n"]);
    expect(await check(`totem {\n version: 2\n}\n${nodes}`)).toEqual([
      0,
      '[MAIN  ] Corosync Cluster Engine exiting normally\n',
    ]);
    expect(await check('totem {\n')).toEqual([8, 'parser error: /root/c.conf:1: Missing closing brace\n']);
    expect(await check('}\n')).toEqual([8, 'parser error: /root/c.conf:1: Unexpected closing brace\n']);
    expect(await check('totem {\n xx\n}\n')).toEqual([
      8,
      'parser error: /root/c.conf:2: Line is not opening or closing section or key value\n',
    ]);
    expect(await check(`totem {\n version: 2\n token: abc\n}\n${nodes}`)).toEqual([
      8,
      'parser error: /root/c.conf:3: Value of key "totem.token" is expected to be integer in range (0..4294967295), but "abc" was given\n',
    ]);
    expect(await check('totem {\n version: 2\n}\n')).toEqual([
      8,
      `[MAIN  ] parse error in config: No interfaces defined\n${exit(1445)}`,
    ]);
    expect(await check(`totem {\n version: 2\n transport: foo\n}\n${nodes}`)).toEqual([
      8,
      `[MAIN  ] Invalid transport type. Should be udpu, udp or knet\n${exit(1417)}`,
    ]);
    expect(await check(nodes.replace('node1.example.com', 'nosuch.example'))).toEqual([
      8,
      `[MAIN  ] failed to parse node address 'nosuch.example'\n${exit(1417)}`,
    ]);
  });

  it('makes a key that only root reads', async () => {
    const test = fresh();
    expect(await tool(test, 'corosync-keygen -k /root/key')).toEqual({
      stdout:
        'Corosync Cluster Engine Authentication key generator.\nGathering 2048 bits for key from /dev/urandom.\nWriting corosync key to /root/key.\n',
      stderr: '',
      status: 0,
    });
    expect(await tool(test, 'corosync-keygen -s 10 -k /root/key')).toMatchObject({
      stderr: 'corosync-keygen: Unsupported key size (supported <128,4096>)\n\n',
      status: 1,
    });
    expect((await tool(test, 'corosync-keygen -k /nosuch/key')).stderr).toBe(
      'corosync-keygen: Could not create /nosuch/key: No such file or directory\n',
    );
  });
});
