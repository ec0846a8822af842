import { describe, expect, it } from 'vitest';
import { lineDifferences } from './differences';
import { normalise } from './normalise';
import { comparePolls } from './polls';
import type { StepOutput } from './recording';
import { parseScenario } from './scenario';

const look = (t: number, stdout: string): StepOutput => ({
  t,
  node: 'node1',
  cmd: 'crm_mon -1',
  stdout,
  stderr: '',
  rc: 0,
  secs: 0.1,
});
const looks = (changes: [number, string][], until: number): StepOutput[] => {
  const out: StepOutput[] = [];
  for (let t = 0; t <= until; t += 0.5)
    out.push(look(t, (changes.findLast(([from]) => from <= t) as [number, string])[1]));
  return out;
};

describe('comparison with recordings', () => {
  it('reads steps with user, limit and standard input, and directives', () => {
    expect(parseScenario('# note\n!sleep 3\n~node1$ true\nstudent@node2[60]<"a\\nb\\n"$ pcs status')).toEqual([
      { kind: 'directive', name: 'sleep', argument: '3' },
      { kind: 'step', quiet: true, user: 'root', node: 'node1', limit: 120, stdin: '', command: 'true' },
      { kind: 'step', quiet: false, user: 'student', node: 'node2', limit: 60, stdin: 'a\nb\n', command: 'pcs status' },
    ]);
  });

  it('forgives clocks, process ids and random ids, and nothing else', () => {
    const one = 'Last updated: Sun Nov 22 11:06:28 2026 pid=55 255e97fe26034b4cabbc9dd5f02126ca\n';
    const two = 'Last updated: Mon Nov 23 01:00:00 2026 pid=7123 00000000000000000000000000000000\n';
    expect(normalise(one)).toBe(normalise(two));
    expect(normalise('2 nodes configured\n')).not.toBe(normalise('3 nodes configured\n'));
  });

  it('ignores the order in which hosts answered', () => {
    expect(normalise('node2.example.com: Authorized\nnode1.example.com: Authorized\n')).toBe(
      normalise('node1.example.com: Authorized\nnode2.example.com: Authorized\n'),
    );
  });

  it('accepts polls whose states come in the same order at about the same times', () => {
    const recorded = looks(
      [
        [0, 'starting'],
        [10, 'online'],
      ],
      20,
    );
    expect(
      comparePolls(
        recorded,
        looks(
          [
            [0, 'starting'],
            [11, 'online'],
          ],
          20,
        ),
      ),
    ).toBeNull();
    expect(
      comparePolls(
        recorded,
        looks(
          [
            [0, 'starting'],
            [14, 'online'],
          ],
          20,
        ),
      ),
    ).toContain('is reached at 10.0 s');
    expect(comparePolls(recorded, looks([[0, 'starting']], 20))).toContain("isn't reached");
    expect(
      comparePolls(
        recorded,
        looks(
          [
            [0, 'starting'],
            [5, 'broken'],
            [10, 'online'],
          ],
          20,
        ),
      ),
    ).toContain("isn't in the recording");
  });

  it('shows the lines that differ', () => {
    expect(lineDifferences('a\nb\nc', 'a\nx\nc')).toBe('- b\n+ x');
  });
});
