import { expect, it } from 'vitest';
import { latinFromHangul } from './hangul';

it('gives the Latin keys of jamo typed on a Korean keyboard', () => {
  expect(latinFromHangul('ㅔㅊㄴ status')).toBe('pcs status');
});

it('takes composed syllables apart', () => {
  expect(latinFromHangul('ㅔㅊㄴ ㅊㅣㅕㄴㅅㄷㄱ ㄴㅅㅁㄱㅅ')).toBe('pcs cluster start');
  expect(latinFromHangul('듀ㅜㅊ')).toBe('ebnc');
});

it('says nothing about Latin text', () => {
  expect(latinFromHangul('pcs status')).toBeNull();
});
