import { expect, test } from '@playwright/test';
import { Student } from './student';

test('a newcomer gets a prompt, types, errs, and interrupts', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('ko');
  await student.sit('node1');
  expect(await student.type('hostname', 'node1')).toMatch(/localhost|node1/);
  expect(await student.type('psc status', 'node1')).toContain('-bash: psc: command not found');
  await page.keyboard.type('sleep 100000; ping -c 1000 192.168.122.1');
  await page.keyboard.press('Control+c');
  await student.prompt('node1');
  expect(await student.type('echo $?', 'node1')).toContain('130');
  await page.keyboard.type('ping 127.0.0.1');
  await page.keyboard.press('Enter');
  await expect.poll(() => student.screen('node1')).toContain('icmp_seq=2');
  await page.keyboard.press('Control+c');
  await student.prompt('node1');
  expect(await student.screen('node1')).toContain('packets transmitted');
});

test('Ctrl-C copies only when something is selected', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('en');
  await student.sit('node1');
  await student.type('echo copied-text', 'node1');
  const line = page.locator('.terminal-panel[data-machine="node1"] .xterm-screen');
  await line.dblclick({ position: { x: 30, y: 24 } });
  await page.keyboard.press('Control+c');
  expect(await page.evaluate(() => navigator.clipboard.readText())).not.toBe('');
  await page.keyboard.type('half a line');
  await page.keyboard.press('Control+c');
  await expect.poll(() => student.screen('node1')).toContain('^C');
});

test('several pasted lines wait for Enter at a prompt, and are asked for first elsewhere', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('en');
  await student.sit('node1');
  await page.evaluate(() => navigator.clipboard.writeText('echo one\necho two\n'));
  await page.keyboard.press('Control+v');
  await expect.poll(() => student.screen('node1')).toContain('echo two');
  await page.keyboard.press('Control+c');
  await page.keyboard.type('echo begun; cat > /dev/null');
  await page.keyboard.press('Enter');
  await expect.poll(() => student.screen('node1')).toContain('\nbegun');
  await page.keyboard.press('Control+v');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('2 lines');
  await dialog.getByRole('button', { name: 'Paste' }).click();
  await expect.poll(() => student.screen('node1')).toContain('echo two');
});

test('a click on a tab is enough to type there', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('en');
  await page.getByRole('tab', { name: /\bnode2\b/ }).click();
  await student.prompt('node2');
  await page.keyboard.type('echo typed-here');
  await expect.poll(() => student.screen('node2')).toContain('echo typed-here');
  await expect(page.getByRole('tab', { name: /\bnode2\b/ }).locator('.unseen-mark')).toHaveCount(0);
});

test('pulling a plug darkens the machine, and undo brings it back', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('en');
  await page.getByRole('button', { name: 'Power of node3' }).click();
  await page.getByRole('menuitem', { name: 'Pull the plug' }).click();
  await expect(page.locator('.card[data-machine="node3"]')).toHaveAttribute('data-state', 'off');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.locator('.card[data-machine="node3"]')).toHaveAttribute('data-state', 'running');
});

test('vi opens an editor that writes the file', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('en');
  await student.sit('node1');
  await page.keyboard.type('vi /root/notes');
  await page.keyboard.press('Enter');
  await expect(page.locator('.cm-content')).toBeFocused();
  await page.keyboard.type('ihello from vi');
  await page.keyboard.press('Escape');
  await page.keyboard.type(':wq');
  await page.keyboard.press('Enter');
  await student.prompt('node1');
  expect(await student.type('cat /root/notes', 'node1')).toContain('hello from vi');
});
