import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { parseScript } from '../src/lab/script';
import { Student } from './student';

const solution = parseScript(readFileSync('labs/score/solution.sh', 'utf8'));

test('a lab that begins with a running cluster: scores are set, both resources meet, the exam passes', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const student = new Student(page);
  await student.arrive('en', { lab: 'score' });
  await student.sit('node4');
  expect(await student.type('pcs status nodes', 'node4')).toContain('Online: node1.example.com node2.example.com');
  for (const { command } of solution) await student.type(command, 'node4');
  await student.goalsMet();
  await page.getByRole('button', { name: 'Take the exam' }).click();
  await expect(page.locator('.exam-result')).toHaveAttribute('data-exam', 'passed', { timeout: 60_000 });
});
