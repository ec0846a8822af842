import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { type Language, Student } from './student';

/** Begins with three members, fencing on and no fence device. */
const LAB = 'node-add-remove';
const CREATE = 'pcs resource create vip ocf:heartbeat:IPaddr2 ip=192.168.90.50 cidr_netmask=24';
const BAN = 'pcs resource ban vip node1.example.com';

const words = {
  ko: {
    trap: '펜스 장치가 없어서',
    stays: 'vip 리소스는 node1에서 실행 중입니다',
    banned: 'node1: cli-ban-vip-on-node1.example.com 제약이 금지',
    moved: 'vip 리소스는 node2에서 실행 중입니다',
    scores: '노드별 점수',
    typeForMe: '대신 입력',
  },
  en: {
    trap: 'no fence device is configured',
    stays: 'vip runs on node1 because',
    banned: 'node1 is banned by cli-ban-vip-on-node1.example.com',
    moved: 'vip runs on node2 because',
    scores: 'Scores by node',
    typeForMe: 'Type it for me',
  },
} satisfies Record<Language, Record<string, string>>;

for (const [language, theme] of [
  ['ko', 'dark'],
  ['en', 'light'],
] as const) {
  test(`a VIP's chip says why it is where it is (${language}, ${theme})`, async ({ page }) => {
    test.setTimeout(300_000);
    const student = new Student(page);
    const text = words[language];
    await student.arrive(language, { lab: LAB, theme });
    await student.sit('node1');
    await student.type(CREATE, 'node1');

    // The newcomer's trap: it lies in the tray until fencing is dealt with.
    const chip = page.locator('.chip[data-resource="vip"]');
    await expect(chip).toHaveAttribute('data-state', 'stopped', { timeout: 60_000 });
    await expect(chip).toHaveAttribute('data-machine', '');
    await chip.click();
    const why = page.locator('aside.why');
    const sentence = why.locator('.why-sentence');
    await expect(sentence).toContainText(text.trap, { timeout: 60_000 });
    await why.getByRole('button', { name: text.typeForMe }).click();
    await expect.poll(() => student.screen('node1')).toContain('stonith-enabled=false');
    await page.keyboard.press('Enter');
    await student.prompt('node1', 60_000);

    await expect(chip).toHaveAttribute('data-state', 'started', { timeout: 60_000 });
    await expect(chip).toHaveAttribute('data-machine', 'node1');
    await expect(chip).toContainText('192.168.90.50');
    await expect(sentence).toContainText(text.stays, { timeout: 30_000 });
    await expect(why.getByRole('table', { name: text.scores }).locator('thead .is-chosen')).toContainText('node1');

    await student.sit('node1');
    await student.type(BAN, 'node1');
    await expect(chip).toHaveAttribute('data-machine', 'node2', { timeout: 60_000 });
    await expect(sentence).toContainText(text.moved, { timeout: 30_000 });
    await expect(sentence).toContainText(text.banned);
    await expect(why).toContainText('pcs resource clear vip');
    await expect(why.getByRole('table', { name: text.scores })).toContainText('−∞');
    await expect(page.locator('.timeline-panel')).toContainText(/vip (시작|started)/);

    const { violations } = await new AxeBuilder({ page }).exclude('.xterm').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
  });
}

test('what the picture shows of resources can be reached by keyboard, as a list too', async ({ page }) => {
  test.setTimeout(300_000);
  const student = new Student(page);
  await student.arrive('en', { lab: LAB });
  await student.sit('node1');
  await student.type('pcs property set stonith-enabled=false', 'node1');
  await student.type('pcs resource create a ocf:pacemaker:Dummy --group g', 'node1');
  await student.type('pcs resource create b ocf:pacemaker:Dummy --group g', 'node1');
  await expect(page.locator('.chip[data-resource="b"]')).toHaveAttribute('data-state', 'started', { timeout: 60_000 });
  await page.locator('.chip[data-resource="b"]').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.why-sentence')).toContainText('in the group g it follows a', { timeout: 30_000 });
  await page.keyboard.press('Alt+w');
  await expect(page.locator('.why-body')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('aside.why')).toHaveCount(0);
  await expect(page.locator('.chip[data-resource="b"]')).toBeFocused();
  await page.getByRole('button', { name: 'As a list' }).click();
  await page.locator('.machine-list [data-resource="g"]').click();
  await expect(page.locator('.why-sentence')).toContainText('g runs on');
});
