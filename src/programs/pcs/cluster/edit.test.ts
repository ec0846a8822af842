import { expect, test } from 'vitest';
import { runOnCib, twoNodes } from '../../crm/testing';
import { programs } from '../index';

const edit = async (words: string, env: Record<string, string>) => {
  const { stderr, status } = await runOnCib(programs, twoNodes({}), `pcs -f /cib.xml cluster edit${words}`, env);
  return { text: stderr.split('\n')[0], status };
};

test('without an editor nothing else is looked at', async () => {
  expect(await edit(' nonsense', {})).toEqual({
    text: 'Error: $EDITOR environment variable is not set',
    status: 1,
  });
});

test('EDITOR names one program, without arguments', async () => {
  for (const editor of ['', 'nosuch', 'vi -R']) {
    expect(await edit('', { EDITOR: editor })).toEqual({
      text: `Error: unable to open file with $EDITOR: ${editor}`,
      status: 1,
    });
  }
});

test('the scope is a section that pcs knows', async () => {
  expect((await edit(' scope=status', { EDITOR: 'vi' })).text).toBe("Error: invalid CIB scope 'status'");
  expect((await edit(' scope=tags', { EDITOR: 'vi' })).text).toBe(
    "Error: unable to get cib, scope 'tags' not present in cib",
  );
});
