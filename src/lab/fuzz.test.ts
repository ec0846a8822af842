import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../simulation/simulation';
import { startWorld } from './worlds';

/** Lines that students type: what is mutated. */
const LINES = [
  'nmcli con add con-name eth1 ipv4.addresses 192.168.90.110/24 ipv4.method manual type ethernet ifname eth1',
  'nmcli con up eth1; nmcli device status; nmcli -t -f NAME,UUID con show',
  'hostnamectl set-hostname node1.example.com',
  'cat <<EOF>> /etc/hosts\n192.168.90.110 node1.example.com node1\nEOF',
  'ssh-keygen -t rsa -N "" -f ~/.ssh/id_rsa',
  "for i in node{1..4}; do sshpass -p centos ssh root@$i 'dnf -y install tar'; done",
  'dnf --enablerepo=highavailability -y install pacemaker pcs',
  'rpm -qa | sort | head -3; rpm -ql pcs | wc -l',
  'firewall-cmd --permanent --add-service=high-availability && firewall-cmd --reload',
  'echo centos | passwd --stdin hacluster',
  'systemctl enable --now pcsd.service; systemctl status sshd --no-pager',
  'journalctl -u sshd -n 5 --no-pager -o short-iso | grep -i start',
  'pcs host auth -u hacluster -p centos node1.example.com addr=192.168.90.110 node2.example.com',
  'pcs cluster setup lab node1.example.com addr=192.168.90.110 node2.example.com --start --enable --wait=30',
  'pcs cluster node add node4.example.com --start --enable',
  'pcs cluster status; pcs status --full; pcs quorum status; pcs property set no-quorum-policy=ignore',
  'pcs resource create vip ocf:heartbeat:IPaddr2 ip=192.168.90.250 cidr_netmask=24 op monitor interval=10s',
  'pcs node standby node2.example.com; pcs node attribute node1.example.com rack=1',
  'corosync-cfgtool -s; corosync-quorumtool -l; corosync-cmapctl -g totem.token',
  'crm_mon -1rnAf; cibadmin -Q -o nodes; crm_node -l; crmadmin -D',
  'ip -4 -br addr show eth1; ss -npltu | grep pcsd; ping -c1 -W1 node2.example.com',
  'useradd -m kim && id kim && userdel -r kim; getent passwd root',
  "find /etc -maxdepth 2 -name '*.conf' -type f -exec grep -l cluster {} \\;",
  "awk -F: '{print $1}' /etc/passwd | sort -r | uniq -c | head -n 3; sed -n '1,2p' /etc/hosts",
  'if [ -f /etc/hosts ]; then x=$(wc -l < /etc/hosts); echo "${x:-0} $((x * 2))"; fi',
  'tar --help; vi /etc/hosts; kill -9 $$ & wait; (exit 3) || echo $?; trap "echo bye" EXIT',
  'chmod u+x /tmp/a; cp -r /etc/ssh /tmp/x; ls -laR /tmp/x; rm -rf /tmp/x; date -d "+2 days" +%F',
];

const WORDS = [
  '--help',
  '-h',
  '-x',
  '--',
  '-',
  '',
  '*',
  '$',
  '"',
  "'",
  '|',
  '>',
  '<',
  '&',
  ';',
  '(',
  ')',
  '{',
  '}',
  '한글',
  '\\',
  '0',
  '-1',
  '=',
  '@',
  '%s',
  '~',
  '!',
  '#',
  '&&',
  '$(',
  '`',
  '/dev/null',
  'nosuch',
  '99999999999',
  '\t',
];

/** A line with some words dropped, doubled, swapped, or replaced by something odd. */
const mutatedLine = fc
  .record({
    line: fc.constantFrom(...LINES),
    edits: fc.array(fc.record({ at: fc.nat(), kind: fc.nat(5), word: fc.constantFrom(...WORDS), other: fc.nat() }), {
      maxLength: 4,
    }),
  })
  .map(({ line, edits }) => {
    const words = line.split(/(\s+)/);
    for (const { at, kind, word, other } of edits) {
      const i = at % words.length;
      if (kind === 0) words.splice(i, 1);
      else if (kind === 1) words.splice(i, 0, words[other % words.length] ?? '');
      else if (kind === 2) words[i] = word;
      else if (kind === 3) words.splice(i, 0, ` ${word} `);
      else if (kind === 4) words[i] = (words[i] ?? '').slice(0, other % 8);
      else words[i] = (words[i] ?? '') + word;
      if (words.length === 0) words.push('');
    }
    return words.join('');
  });

const commandLine = fc.oneof(
  { weight: 8, arbitrary: mutatedLine },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom(...WORDS, ...LINES.flatMap((line) => line.split(' '))), { maxLength: 8 })
      .map((words) => words.join(' ')),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
);

const RUNS = Number(process.env.QUORATE_FUZZ ?? 10_000);
const SEED = Number(process.env.QUORATE_FUZZ_SEED ?? 20230508);

describe('any command line', () => {
  it(`ends with an exit status and never with an exception of ours (${RUNS} lines)`, async () => {
    const start = startWorld('ready', 1);
    let simulation = new Simulation(start);
    let typed = 0;
    await fc.assert(
      fc.asyncProperty(commandLine, async (line) => {
        // A fresh world now and then, as lines break what later ones need.
        if (typed++ % 200 === 0) simulation = new Simulation(start);
        const before = simulation.world;
        try {
          const result = await simulation.command(typed % 3 === 0 ? 'node2' : 'node1', line, { limit: 20_000 });
          expect(result.status).toBeGreaterThanOrEqual(0);
          expect(result.status).toBeLessThanOrEqual(255);
        } catch (error) {
          simulation = new Simulation(before);
          throw error;
        }
        if (simulation.world.machines.node1?.power !== 'running') simulation = new Simulation(start);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  }, 900_000);
});
