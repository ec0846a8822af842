import { expect, type Page, test } from '@playwright/test';
import { Student } from './student';

/** Reads or replaces what the page keeps in IndexedDB. */
function store(page: Page, text?: string): Promise<string | null> {
  return page.evaluate(
    (value) =>
      new Promise<string | null>((resolve, reject) => {
        const opening = indexedDB.open('quorate');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const worlds = opening.result
            .transaction('worlds', value === undefined ? 'readonly' : 'readwrite')
            .objectStore('worlds');
          const request = value === undefined ? worlds.get('current') : worlds.put(value, 'current');
          request.onsuccess = () => {
            opening.result.close();
            resolve(typeof request.result === 'string' && value === undefined ? request.result : null);
          };
        };
      }),
    text,
  );
}

test('a reload goes on where it was', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('en');
  await student.sit('node2');
  await student.type('echo kept > /root/kept', 'node2');
  await expect.poll(async () => (await store(page))?.includes('"kept"')).toBe(true);
  await page.reload();
  await student.sit('node2');
  expect(await student.type('cat /root/kept', 'node2')).toContain('kept');
});

test('a corrupted saved world is told, kept, and can be left behind', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('en');
  await student.sit('node1');
  await student.type('touch /root/x', 'node1');
  await expect.poll(async () => (await store(page)) !== null).toBe(true);
  await page.goto('about:blank');
  await page.goto('./favicon.svg');
  await store(page, '{"format": 2, "machines": {"node1"');
  await page.goto('./');
  const dialog = page.getByRole('dialog', { name: 'The saved world cannot be read' });
  await expect(dialog).toBeVisible();
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save the damaged data as a file' }).click();
  expect((await download).suggestedFilename()).toMatch(/^quorate-broken-.*\.json$/);
  expect(await store(page)).toBe('{"format": 2, "machines": {"node1"');
  await dialog.getByRole('button', { name: 'Delete it and go on with the fresh world' }).click();
  await expect(dialog).toBeHidden();
  await student.prompt('node1');
  await expect.poll(async () => (await store(page))?.startsWith('{"format":2')).toBe(true);
});

test('an exported world opens again', async ({ page }) => {
  const student = new Student(page);
  await student.arrive('en');
  await student.sit('node1');
  await student.type('echo travelled > /root/note', 'node1');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('menuitem', { name: 'Export the world as a file' }).click();
  const file = await (await downloading).path();
  await student.sit('node1');
  await student.type('rm -f /root/note', 'node1');
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('menuitem', { name: 'Open a world from a file' }).click();
  await (await choosing).setFiles(file);
  await expect.poll(() => student.screen('node1')).toContain('The world was put back');
  await student.sit('node1');
  expect(await student.type('cat /root/note', 'node1')).toContain('travelled');
});
