/** Keys of the standard Korean layout (dubeolsik) by the letters they give. */
const KEYS: Readonly<Record<string, string>> = {
  ㅂ: 'q',
  ㅈ: 'w',
  ㄷ: 'e',
  ㄱ: 'r',
  ㅅ: 't',
  ㅛ: 'y',
  ㅕ: 'u',
  ㅑ: 'i',
  ㅐ: 'o',
  ㅔ: 'p',
  ㅁ: 'a',
  ㄴ: 's',
  ㅇ: 'd',
  ㄹ: 'f',
  ㅎ: 'g',
  ㅗ: 'h',
  ㅓ: 'j',
  ㅏ: 'k',
  ㅣ: 'l',
  ㅋ: 'z',
  ㅌ: 'x',
  ㅊ: 'c',
  ㅍ: 'v',
  ㅠ: 'b',
  ㅜ: 'n',
  ㅡ: 'm',
  ㅃ: 'Q',
  ㅉ: 'W',
  ㄸ: 'E',
  ㄲ: 'R',
  ㅆ: 'T',
  ㅒ: 'O',
  ㅖ: 'P',
  ㅘ: 'hk',
  ㅙ: 'ho',
  ㅚ: 'hl',
  ㅝ: 'nj',
  ㅞ: 'np',
  ㅟ: 'nl',
  ㅢ: 'ml',
  ㄳ: 'rt',
  ㄵ: 'sw',
  ㄶ: 'sg',
  ㄺ: 'fr',
  ㄻ: 'fa',
  ㄼ: 'fq',
  ㄽ: 'ft',
  ㄾ: 'fx',
  ㄿ: 'fv',
  ㅀ: 'fg',
  ㅄ: 'qt',
};

const INITIALS = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'];
const MEDIALS = [...'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ'];
const FINALS = ['', ...'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'];

/** What the same keys give on a Latin layout: `ㅔㅊㄴ` is `pcs`. Null where the text has no Hangul. */
export function latinFromHangul(text: string): string | null {
  let latin = '';
  let found = false;
  for (const character of text) {
    const keys = keysOf(character);
    if (keys !== undefined) found = true;
    latin += keys ?? character;
  }
  return found ? latin : null;
}

function keysOf(character: string): string | undefined {
  if (Object.hasOwn(KEYS, character)) return KEYS[character];
  const index = (character.codePointAt(0) ?? 0) - 0xac00;
  if (index < 0 || index >= 11172) return undefined;
  const letters = [
    INITIALS[Math.floor(index / 588)] ?? '',
    MEDIALS[Math.floor((index % 588) / 28)] ?? '',
    FINALS[index % 28] ?? '',
  ];
  return letters.map((letter) => KEYS[letter] ?? '').join('');
}
