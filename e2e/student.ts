import { expect, type Page } from '@playwright/test';

export type Language = 'ko' | 'en';

/** Someone at the page: types, looks, clicks. */
export class Student {
  constructor(readonly page: Page) {}

  /** Opens the page in a language and waits for the first prompt. */
  async arrive(
    language: Language = 'ko',
    options: { theme?: 'light' | 'dark'; lab?: string; machine?: string } = {},
  ): Promise<void> {
    const settings = {
      language,
      theme: options.theme ?? 'light',
      fontSize: 14,
      screenReader: false,
      preset: 'student',
      layouts: {},
    };
    await this.page.addInitScript((state) => {
      if (localStorage.getItem('quorate.settings') === null)
        localStorage.setItem('quorate.settings', JSON.stringify({ state, version: 1 }));
    }, settings);
    await this.page.goto(options.lab ? `./#lab=${options.lab}` : './');
    await this.prompt(options.machine ?? 'node1');
  }

  screen(machine: string): Promise<string> {
    return this.page.evaluate((name) => window.quorate?.screen(name) ?? '', machine);
  }

  /** Waits until the machine's terminal ends with a prompt. */
  async prompt(machine: string, timeout = 30_000): Promise<void> {
    await expect
      .poll(async () => lastLine(await this.screen(machine)), { timeout, intervals: [30, 60, 120, 250] })
      .toMatch(/[#$]$/);
  }

  /** Brings a machine's terminal to the front, with the focus in it. */
  async sit(machine: string): Promise<void> {
    const panel = this.page.locator(`.terminal-panel[data-machine="${machine}"]`);
    if (!(await panel.isVisible())) await this.page.getByRole('tab', { name: new RegExp(`\\b${machine}\\b`) }).click();
    await panel.locator('.xterm-helper-textarea').focus();
    await this.prompt(machine);
  }

  /** Types a line as a person would, and Enter; waits for the next prompt. */
  async type(line: string, machine: string): Promise<string> {
    const before = await this.screen(machine);
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
    const prompts = count(before);
    await expect
      .poll(
        async () => {
          const now = await this.screen(machine);
          return count(now) > prompts && /[#$]$/.test(lastLine(now));
        },
        { timeout: 60_000, intervals: [20, 40, 80, 160, 250] },
      )
      .toBe(true);
    return (await this.screen(machine)).slice(before.length);
  }

  /** Verdict of a goal as the page shows it. */
  verdict(goal: string): Promise<string | null> {
    return this.page.locator(`[data-goal="${goal}"]`).getAttribute('data-verdict');
  }

  async goalsMet(timeout = 60_000): Promise<void> {
    await expect
      .poll(() => this.page.locator('[data-goal][data-verdict="met"]').count(), { timeout })
      .toBe(await this.page.locator('[data-goal]').count());
  }
}

const lastLine = (screen: string): string => screen.split('\n').at(-1)?.trimEnd() ?? '';

/** Prompts on a screen. */
const count = (screen: string): number => screen.match(/^\[?\w+@[\w.-]+ ?[^\n]*[#$]( |$)/gm)?.length ?? 0;
