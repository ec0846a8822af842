import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LabError, readLab } from './lab';
import { compilePredicate, PredicateError } from './predicate';
import { labWorld } from './start';
import { viewOf } from './view';
import { startWorld } from './worlds';

const text = '{ko: 가, en: a}';
const yaml = (more = '') => `
id: tiny
title: ${text}
world: bare
machines: [node1]
goals:
  - id: g1
    level: required
    text: ${text}
    checks: [{holds: "machines.node1.hostname == 'a'", otherwise: ${text}}]
hints: []
exam: []
${more}`;
const files = { 'lab.yaml': yaml(), 'ko.md': '# 가', 'en.md': '# a', 'solution.sh': 'node1# true\n' };

function problems(changed: Record<string, string>): readonly string[] {
  try {
    readLab('tiny', { ...files, ...changed });
    return [];
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return error.problems;
  }
}

describe('lab files', () => {
  it('reads a lab with its goals, texts and scripts', () => {
    const lab = readLab('tiny', { ...files, 'wrong/lazy.sh': 'node1# false\n' });
    expect(lab.goals.map((goal) => goal.id)).toEqual(['g1']);
    expect(lab.solutions[0]?.steps).toHaveLength(1);
    expect(lab.nearMisses.map((script) => script.file)).toEqual(['wrong/lazy.sh']);
  });

  it('names every problem with its place', () => {
    expect(problems({ 'lab.yaml': yaml('colour: red\n') })).toEqual([expect.stringContaining('colour')]);
    expect(problems({ 'lab.yaml': 'id: [' })[0]).toMatch(/^lab\.yaml: /);
    expect(problems({ 'lab.yaml': yaml().replace("== 'a'", '==') })[0]).toMatch(/^lab\.yaml: goals\.g1\.checks\.0: /);
    expect(problems({ 'ko.md': '' })).toEqual(['ko.md: missing']);
    expect(problems({ 'solution.sh': 'true\n' })[0]).toMatch(/^solution\.sh: line 1: /);
    expect(problems({ 'lab.yaml': yaml().replace('id: tiny', 'id: other') })[0]).toContain('the folder is tiny');
  });
});

describe('predicates', () => {
  const world = startWorld('bare', 1);
  const holds = (source: string) => compilePredicate(source)(viewOf(world), world);

  it('see machines, addresses, packages, units and clusters', () => {
    expect(
      holds(
        "machines.node1.running && machines.node1.units.sshd.active && 'openssh-server' in machines.node1.packages",
      ),
    ).toBe(true);
    expect(holds('size(machines.node1.addresses.eth1) == 0 && !machines.node1.cluster.configured')).toBe(true);
  });

  it('can ask for a password', () => {
    expect(holds("password('node1', 'root', 'centos')")).toBe(true);
    expect(holds("password('node1', 'root', 'wrong')")).toBe(false);
    expect(holds("password('node1', 'hacluster', 'centos')")).toBe(false);
  });

  it("complain about what they can't evaluate, and what isn't true or false", () => {
    expect(() => holds('machines.node9.running')).toThrow(PredicateError);
    expect(() => holds("'a'")).toThrow('not true or false');
  });
});

describe('what is typed before a lab', () => {
  const find = async () => readLab('tiny', files);

  it('is done when it begins', async () => {
    const lab = readLab('tiny', { ...files, 'before.sh': 'node1# hostnamectl set-hostname b\n' });
    expect((await labWorld(lab, 1, find)).machines.node1?.hostname).toBe('b');
  });

  it('must succeed', async () => {
    const lab = readLab('tiny', { ...files, 'before.sh': 'node1# true\nnode1# ls /nowhere\n' });
    await expect(labWorld(lab, 1, find)).rejects.toThrow(
      "before.sh: line 2: exit status 2: ls: cannot access '/nowhere'",
    );
  });

  it('leaves resources that predicates see', async () => {
    const setup = readFileSync(new URL('../../labs/acl/before.sh', import.meta.url), 'utf8');
    const lab = readLab('tiny', { ...files, 'lab.yaml': yaml().replace('bare', 'ready'), 'before.sh': setup });
    const world = await labWorld(lab, 1, find);
    const holds = (source: string) => compilePredicate(source)(viewOf(world), world);
    expect(holds("idle && machines.node2.cluster.resources.web.agent == 'ocf:pacemaker:Dummy'")).toBe(true);
    expect(holds('size(machines.node2.cluster.resources.web.running) == 1')).toBe(true);
  }, 60_000);
});
