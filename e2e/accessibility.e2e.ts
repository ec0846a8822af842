import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { Student } from './student';

async function problemsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).exclude('.xterm').analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} — ${node.failureSummary ?? ''}`));
}

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on the ${theme} page`, async ({ page }) => {
    const student = new Student(page);
    await student.arrive(theme === 'light' ? 'ko' : 'en', { theme });
    await expect(page.locator('[data-goal]').first()).toBeVisible();
    expect(await problemsOf(page)).toEqual([]);
    await page.locator('.picture-switch').click();
    await page.locator('[data-goal] .quiet-button').first().click();
    await expect(page.locator('.hints').first()).toBeVisible();
    expect(await problemsOf(page)).toEqual([]);
    await page.keyboard.press('Control+F6');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox')).toBeFocused();
    expect(await problemsOf(page)).toEqual([]);
  });
}

test('axe finds nothing serious on a small screen', async ({ page }) => {
  await page.setViewportSize({ width: 420, height: 860 });
  await new Student(page).arrive('ko');
  expect(await problemsOf(page)).toEqual([]);
});
