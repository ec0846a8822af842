import { expect, test } from '@playwright/test';
import { Student } from './student';

test('a Hangul syllable typed through an IME arrives once', async ({ page, context }) => {
  const student = new Student(page);
  await student.arrive('ko');
  await student.sit('node1');
  const devtools = await context.newCDPSession(page);
  await page.keyboard.type('echo ');
  for (const syllable of [
    ['ㅎ', '하', '한'],
    ['ㄱ', '그', '글'],
  ]) {
    for (const text of syllable) {
      await devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    }
    await devtools.send('Input.insertText', { text: syllable.at(-1) ?? '' });
    await page.waitForTimeout(50);
  }
  await page.waitForTimeout(100);
  await page.keyboard.press('Enter');
  await expect.poll(() => student.screen('node1')).toMatch(/# echo 한글\n한글\n/);
});

test('a command typed on the Hangul layout is offered in Latin letters', async ({ page, context }) => {
  const student = new Student(page);
  await student.arrive('ko');
  await student.sit('node1');
  const devtools = await context.newCDPSession(page);
  for (const text of ['ㅕ', 'ㅔ', '샤', 'ㅡ', 'ㄷ']) await devtools.send('Input.insertText', { text });
  await page.keyboard.press('Enter');
  await expect.poll(() => student.screen('node1')).toMatch(/-bash: ㅕㅔ샤ㅡㄷ: command not found/);
  const offer = page.locator('.terminal-panel[data-machine="node1"] .terminal-offer button');
  await expect(offer).toHaveText('uptime');
  await offer.click();
  await expect(offer).toBeHidden();
  await expect.poll(() => student.screen('node1')).toMatch(/# uptime$/);
  await page.keyboard.press('Enter');
  await expect.poll(() => student.screen('node1')).toMatch(/load average/);
});
