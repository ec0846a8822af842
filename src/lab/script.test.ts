import { describe, expect, it } from 'vitest';
import { parseScript, ScriptError } from './script';

describe('script', () => {
  it('reads commands with their machine, user and line', () => {
    expect(parseScript('# a comment\nnode1# hostname\n\nstudent@node2$ id\n')).toEqual([
      { machine: 'node1', user: 'root', command: 'hostname', line: 2 },
      { machine: 'node2', user: 'student', command: 'id', line: 4 },
    ]);
  });

  it('takes the lines of a heredoc to the command that opens it', () => {
    const steps = parseScript('node4# cat <<EOF>> /etc/hosts\n192.168.90.110 node1\n# kept\nEOF\nnode1# true\n');
    expect(steps.map((step) => step.command)).toEqual([
      'cat <<EOF>> /etc/hosts\n192.168.90.110 node1\n# kept\nEOF',
      'true',
    ]);
  });

  it('joins a line that ends in a backslash with the next one', () => {
    expect(parseScript('node1# echo a \\\n  b')[0]?.command).toBe('echo a \\\n  b');
  });

  it("doesn't take a here-string for a heredoc", () => {
    expect(parseScript('node1# cat <<< EOF\nnode1# true')).toHaveLength(2);
  });

  it("doesn't take what is within quotes for a heredoc", () => {
    const line = String.raw`node1# echo "a \" <<B" '<<C' \<<D`;
    expect(parseScript(`${line}\nnode1# cat <<'E' <<"F"\nE\nF\nnode1# true`)).toHaveLength(3);
  });

  it('says which line is wrong', () => {
    expect(() => parseScript('node1# true\nfalse\n')).toThrow(
      new ScriptError('line 2: expected "machine# command", not: false'),
    );
    expect(() => parseScript('node1# cat <<EOF\n')).toThrow('line 1: heredoc "EOF" has no end');
  });
});
