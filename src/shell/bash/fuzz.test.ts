import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernel } from '../../kernel/kernel';
import { Runtime } from '../../kernel/runtime';
import type { Program, ProgramTable } from '../process';
import { ProcessTable, runCommand } from '../processes';
import { testWorld } from '../testing';

const cat: Program = async (process) => {
  await process.stdout.write(await process.stdin.readAll());
  return 0;
};
const programs: ProgramTable = { cat };

async function statusOf(command: string): Promise<number> {
  const table = new ProcessTable(new Runtime(new Kernel(testWorld(programs), {})), programs);
  const { status } = await runCommand(table, { machine: 'node1', command, limit: 5000 });
  return status;
}

const pieces = fc.constantFrom(
  'echo',
  'a',
  '"b c"',
  "'d'",
  '$x',
  '${x',
  '}',
  '${x:-y}',
  '${x/a/b}',
  '${#x}',
  '${!x}',
  '$((1+',
  '))',
  '$(',
  ')',
  '`',
  '|',
  '||',
  '&&',
  '&',
  ';',
  ';;',
  '\n',
  ' ',
  '(',
  '{',
  'if',
  'then',
  'else',
  'fi',
  'for',
  'in',
  'do',
  'done',
  'while',
  'case',
  'esac',
  '[[',
  ']]',
  '[',
  ']',
  '==',
  '=~',
  '-f',
  '>',
  '<',
  '>>',
  '<<E',
  'E',
  '<<<',
  '2>&1',
  '>&-',
  '1',
  '99',
  '/',
  '*',
  '?',
  '[a-z]',
  '~',
  '\\',
  '"',
  "'",
  '$',
  '!',
  '#',
  'x=',
  'x=5',
  'x=(1 2)',
  'x[1]=',
  'declare',
  '-A',
  '-i',
  'local',
  'export',
  'read',
  'set',
  '-e',
  '-u',
  'trap',
  'eval',
  'source',
  'return',
  'break',
  'exit',
  'printf',
  '%s',
  '%d',
  'test',
  'cat',
  'f()',
  'wait',
  'kill',
  'cd',
  'shift',
  'unset',
  'getopts',
  'let',
  '((',
  'function',
  'select',
  'time',
  'coproc',
  'exec',
  '3>&1',
  '{a,b}',
  '{1..3}',
  '@(a|b)',
  '$@',
  '"$@"',
  '${@:1}',
  '$*',
  "$'\\n'",
  'mapfile',
  'shopt',
  'alias',
);

const samples = [
  'for i in 1 2 3; do echo "$i" | cat; done',
  'x=(a b c); echo "${x[@]:1}" ${#x[@]} ${x[0]^^}',
  'f() { local a=$1; return $((a+1)); }; f 3; echo $?',
  'case $x in a*) echo a;; *) echo other;; esac',
  'cat <<E\n$x ${y:-z} $(echo hi)\nE\n',
  'while read -r a b; do echo "$b"; done <<< "1 2"',
  '[[ $a =~ ^(x|y)$ && -n $b ]] || echo no',
];

describe('any command line', () => {
  it('of random pieces ends with an exit status, never with a bug of ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 14 }), async (parts) => {
        const status = await statusOf(parts.join(' '));
        expect(status).toBeGreaterThanOrEqual(0);
        expect(status).toBeLessThanOrEqual(255);
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  it('mutated from a good one ends with an exit status, never with a bug of ours', async () => {
    const mutation = fc.tuple(
      fc.constantFrom(...samples),
      fc.nat(60),
      fc.nat(4),
      fc.oneof(pieces, fc.string({ maxLength: 3 })),
    );
    await fc.assert(
      fc.asyncProperty(mutation, async ([sample, at, cut, inserted]) => {
        const status = await statusOf(sample.slice(0, at) + inserted + sample.slice(at + cut));
        expect(status).toBeLessThanOrEqual(255);
      }),
      { numRuns: 400 },
    );
  }, 60_000);
});
