import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bash } from '../../shell/bash/main';
import { type CommandResult, type ProcessTable, runCommand } from '../../shell/processes';
import { programs as network } from '../network';
import { networkManager } from '../network/manager/service';
import { labWorld, startDaemon, startLab } from '../network/testlab';
import { firewalld } from './daemon';
import { programs } from './index';

interface Step {
  command: string;
  status: number;
  stdout: string;
  stderr: string;
}

/** Recorded on Debian 12 with firewalld 1.3.3; CentOS differs in the cockpit service and in the interface names. */
const STEPS: readonly Step[] = JSON.parse(
  readFileSync(new URL('./fixtures/firewall-cmd.json', import.meta.url), 'utf8'),
);

function lab(): ProcessTable {
  return startLab(labWorld({ packages: ['firewalld'] }), { ...network, ...programs, bash }, {});
}

function run(table: ProcessTable, command: string): Promise<CommandResult> {
  return runCommand(table, { machine: 'node1', command });
}

describe('firewall-cmd', () => {
  it('answers the recorded session', async () => {
    const table = startLab(
      labWorld({
        packages: ['firewalld'],
        nics: () => [{ name: 'enp1s0', network: 'internal', address: '192.168.90.110/24' }],
      }),
      { ...network, ...programs, bash },
      {},
    );
    await startDaemon(table, 'node1', 'NetworkManager.service', networkManager);
    const recorded: string[] = [];
    const simulated: string[] = [];
    for (const step of STEPS) {
      if (step.command === 'systemctl start firewalld') {
        await startDaemon(table, 'node1', 'firewalld.service', firewalld);
        table.runtime.transact((world) => {
          const zones = world.machines.node1?.network.firewall?.zones ?? {};
          for (const zone of Object.values(zones)) zone.services = zone.services.filter((name) => name !== 'cockpit');
        });
        continue;
      }
      const result = await run(table, step.command);
      recorded.push(`$ ${step.command}\n${step.stdout}${step.stderr}[${step.status}]`);
      simulated.push(`$ ${step.command}\n${result.stdout}${result.stderr}[${result.status}]`);
    }
    expect(simulated.map(withoutCockpit)).toEqual(recorded.map(withoutCockpit));
  });

  it('lets the course open the cluster ports for good', async () => {
    const table = lab();
    await startDaemon(table, 'node1', 'firewalld.service', firewalld);
    expect(
      await run(table, 'firewall-cmd --add-service=high-availability && firewall-cmd --runtime-to-permanent'),
    ).toEqual({
      status: 0,
      stdout: 'success\nsuccess\n',
      stderr: '',
    });
    expect((await run(table, 'firewall-cmd --permanent --list-services')).stdout).toBe(
      'cockpit dhcpv6-client high-availability ssh\n',
    );
    expect((await run(table, 'firewall-cmd --reload; firewall-cmd --query-service=high-availability')).stdout).toBe(
      'success\nyes\n',
    );
  });

  it('keeps ports, sources and rich rules', async () => {
    const table = lab();
    await startDaemon(table, 'node1', 'firewalld.service', firewalld);
    await run(table, 'firewall-cmd --permanent --add-port=8080/tcp --add-source=10.0.0.0/8');
    await run(
      table,
      "firewall-cmd --permanent --add-rich-rule='rule family=ipv4 source address=192.168.90.0/24 service name=http accept'",
    );
    expect((await run(table, 'firewall-cmd --reload; firewall-cmd --list-all')).stdout).toBe(`success
public (active)
  target: default
  icmp-block-inversion: no
  interfaces: 
  sources: 10.0.0.0/8
  services: cockpit dhcpv6-client ssh
  ports: 8080/tcp
  protocols: 
  forward: yes
  masquerade: no
  forward-ports: 
  source-ports: 
  icmp-blocks: 
  rich rules: 
\trule family="ipv4" source address="192.168.90.0/24" service name="http" accept
`);
  });
});

/** What differs for reasons of the machine: cockpit in CentOS's zones, a service of the package booth, interfaces. */
function withoutCockpit(text: string): string {
  return text
    .replace(/(services: |\n|^)cockpit /, '$1')
    .replace(/^( {2}interfaces:).*$/m, '$1')
    .replace('public (active)', 'public')
    .replace(' booth ', ' ');
}
