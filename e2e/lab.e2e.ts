import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { parseScript } from '../src/lab/script';
import { type Language, Student } from './student';

const LAB = 'cluster-lab';
const solution = parseScript(readFileSync(`labs/${LAB}/solution.sh`, 'utf8'));

const words = {
  ko: { exam: '시험 보기', passed: '통과했습니다' },
  en: { exam: 'Take the exam', passed: 'Passed' },
} satisfies Record<Language, unknown>;

for (const language of ['ko', 'en'] as const) {
  test(`a student does the first lab (${language}): goals tick, the exam passes, a reload keeps it`, async ({
    page,
  }) => {
    test.setTimeout(300_000);
    const student = new Student(page);
    await student.arrive(language, { lab: LAB });
    await expect(page.locator('[data-goal]').first()).toBeVisible();
    await expect(page.locator('[data-goal][data-verdict="met"]')).toHaveCount(0);
    let at = '';
    for (const { machine, command } of solution) {
      if (machine !== at) await student.sit(machine);
      at = machine;
      const lines = command.split('\n');
      for (const line of lines.slice(0, -1)) {
        await page.keyboard.type(line);
        await page.keyboard.press('Enter');
      }
      await student.type(lines.at(-1) ?? '', machine);
    }
    await student.goalsMet();
    await page.getByRole('button', { name: words[language].exam }).click();
    await expect(page.locator('.exam-result')).toHaveAttribute('data-exam', 'passed', { timeout: 60_000 });
    await expect(page.locator('.exam-result')).toContainText(words[language].passed);
    await expect(page.locator('.status-line')).toContainText(/저장됨|Saved/, { timeout: 20_000 });
    await page.reload();
    await student.sit('node1');
    await student.goalsMet();
    expect(await student.type('pcs cluster status', 'node1')).toContain('node1.example.com');
  });
}
