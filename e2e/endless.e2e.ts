import { expect, test } from '@playwright/test';
import { Student } from './student';

const endless = [
  { name: 'yes', line: 'yes' },
  { name: 'an endless loop', line: 'while true; do :; done' },
  { name: 'an endless loop that prints', line: 'while true; do echo again; done' },
];

for (const { name, line } of endless) {
  test(`${name} leaves the page responsive, and Ctrl-C ends it`, async ({ page }) => {
    const student = new Student(page);
    await student.arrive('en');
    await student.sit('node1');
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
    await page.waitForTimeout(1_000);
    const longest = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let last = performance.now();
          let worst = 0;
          const end = last + 1_500;
          const frame = (now: number) => {
            worst = Math.max(worst, now - last);
            last = now;
            if (now < end) requestAnimationFrame(frame);
            else resolve(worst);
          };
          requestAnimationFrame(frame);
        }),
    );
    expect(longest).toBeLessThan(1_000);
    const asked = Date.now();
    await page.getByRole('radio', { name: '10×' }).click();
    await expect(page.getByRole('radio', { name: '10×' })).toHaveAttribute('aria-checked', 'true');
    expect(Date.now() - asked).toBeLessThan(2_000);
    await page.locator('.terminal-panel[data-machine="node1"] .xterm-helper-textarea').focus();
    await page.keyboard.press('Control+c');
    await student.prompt('node1', 5_000);
    expect(await student.type('echo alive', 'node1')).toContain('alive');
  });
}
