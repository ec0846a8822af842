import { describe, expect, it } from 'vitest';
import { readLab } from './lab';
import { type Proof, prove } from './prover';

const text = '{ko: 가, en: a}';
const yaml = `
id: tiny
title: ${text}
world: bare
machines: [node1]
goals:
  - id: name
    level: required
    text: ${text}
    checks:
      - {holds: "machines.node1.hostname == 'node1.example.com'", otherwise: ${text}}
  - id: file
    level: required
    text: ${text}
    checks:
      - {probe: {machine: node1, run: "cat /root/answer", shows: '^42$'}, otherwise: ${text}}
  - id: moment
    level: required
    text: ${text}
    latched: true
    checks:
      - {probe: {machine: node1, run: test -e /root/once}, otherwise: ${text}}
hints: []
exam:
  - id: reboot
    title: ${text}
    do: [{reboot: node1}, {wait: 5}]
    expect: [{text: ${text}, within: 60, holds: "machines.node1.running && machines.node1.hostname == 'node1.example.com'"}]
symptoms:
  - {at: end, machine: node1, run: hostname, shows: '^node1\\.example\\.com$'}
`;
const solution = `node1# hostnamectl set-hostname node1.example.com
node1# touch /root/once
node1# rm /root/once && echo 42 > /root/answer
`;

async function proof(changed: Record<string, string> = {}): Promise<Proof> {
  const lab = readLab('tiny', { 'lab.yaml': yaml, 'ko.md': '가', 'en.md': 'a', 'solution.sh': solution, ...changed });
  return prove(lab, { find: async () => lab });
}

const failures = (found: Proof) => found.findings.filter((finding) => !finding.holds).map((finding) => finding.demand);

describe('prover', () => {
  it('proves a lab whose solution passes, whose every step counts, and whose exam is survived', async () => {
    const found = await proof({ 'wrong/other.sh': 'node1# hostnamectl set-hostname node2\n' });
    expect(failures(found)).toEqual([]);
    expect(found.holds).toBe(true);
    expect(found.findings.map((finding) => finding.demand)).toContain('leaving out solution.sh:2 is noticed');
  });

  it('fails when a line of the solution is missing', async () => {
    for (const line of [0, 1, 2]) {
      const lines = solution.trimEnd().split('\n').toSpliced(line, 1);
      expect(failures(await proof({ 'solution.sh': `${lines.join('\n')}\n` }))).toContain(
        'solution.sh meets every goal',
      );
    }
  });

  it('fails when a step has no effect that anybody notices', async () => {
    expect(failures(await proof({ 'solution.sh': `${solution}node1# true\n` }))).toEqual([
      'leaving out solution.sh:4 is noticed',
    ]);
  });

  it('fails when a goal is met from the start', async () => {
    const easy = yaml.replace("machines.node1.hostname == 'node1.example.com'\"", 'machines.node1.running"');
    expect(failures(await proof({ 'lab.yaml': easy }))).toContain('doing nothing meets no goal');
  });

  it('fails when a near miss passes, the exam is failed, or a symptom is not seen', async () => {
    expect(failures(await proof({ 'wrong/same.sh': solution }))).toEqual(["wrong/same.sh doesn't pass"]);
    const hard = yaml.replace('within: 60, holds: "machines.node1.running', 'within: 60, holds: "false');
    expect(failures(await proof({ 'lab.yaml': hard }))).toEqual(["the exam's reboot is survived"]);
    const silent = yaml.replace('run: hostname, shows', 'run: "true", shows');
    expect(failures(await proof({ 'lab.yaml': silent }))).toEqual([expect.stringContaining('node1# true shows')]);
  });
});
