import { expect, test } from '@playwright/test';
import { Student } from './student';

test('Tab completes commands, their arguments and labs', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('en');
  await student.sit('node1');
  const press = async (line: string, completed: RegExp) => {
    await page.keyboard.type(line);
    await page.keyboard.press('Tab');
    await expect.poll(() => student.screen('node1')).toMatch(completed);
    await page.keyboard.press('Control+u');
  };
  await press('systemc', /# systemctl$/);
  await press('systemctl daemon-rel', /# systemctl daemon-reload$/);
  await press('pcs clu', /# pcs cluster$/);
  await press('lab gr', /# lab grade$/);
});
