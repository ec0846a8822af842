import { describe, expect, it } from 'vitest';
import { formatXmlLine } from './format';
import { parseXml } from './parse';
import { applyPatch, checkPatchVersion, createPatch } from './patch';

function cib(ids: string, epoch = 2) {
  const resources = [...ids].map((id) => `<primitive id="${id}"/>`).join('');
  return parseXml(
    `<cib epoch="${epoch}" num_updates="0" admin_epoch="0"><configuration><resources>${resources}</resources></configuration></cib>`,
  );
}

const moves = (before: string, after: string): string[] =>
  (createPatch(cib(before), cib(after))?.children ?? []).flatMap(({ attributes }) =>
    attributes.operation === undefined ? [] : [`${attributes.operation} ${attributes.position ?? ''}`.trim()],
  );

describe('patches', () => {
  it('name only what came forward or went back, not what was passed, as crm_diff does', () => {
    expect(moves('abcd', 'dabc')).toEqual(['move 0', 'move 1']);
    expect(moves('abcd', 'dcba')).toEqual(['move 0', 'move 1', 'move 2', 'move 3']);
    expect(moves('abc', 'bc')).toEqual(['delete']);
    expect(moves('bc', 'abc')).toEqual(['create 0']);
  });

  it('lead from the one tree to the other', () => {
    for (const [before, after] of [
      ['abcd', 'dcba'],
      ['abcd', 'xdbya'],
      ['', 'abc'],
      ['abc', ''],
    ] as const) {
      const patch = createPatch(cib(before), cib(after, 3));
      if (!patch) throw new Error('no difference');
      expect(formatXmlLine(applyPatch(cib(before), patch))).toBe(formatXmlLine(cib(after, 3)));
    }
  });

  it('are refused where the version they begin with is another, or they lead nowhere', () => {
    const patch = createPatch(cib('a', 2), cib('b', 3));
    if (!patch) throw new Error('no difference');
    expect(() => checkPatchVersion(cib('a', 1), patch)).toThrow('Application of update diff failed');
    expect(() => checkPatchVersion(cib('a', 4), patch)).toThrow('older');
    expect(() => checkPatchVersion(cib('a', 2), patch)).not.toThrow();
  });
});
