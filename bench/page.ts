import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from '@playwright/test';

/**
 * Measures the built page in a real Chromium and prints JSON: time to the first prompt under a processor four times
 * slower, and from Enter to the painted output of `pcs status`.
 */
const PORT = 4297;
const ADDRESS = `http://127.0.0.1:${PORT}/`;
const SLOW_DOWN = 4;
const FIRST_PROMPT_MS_MAX = 1_500;
const ENTER_TO_PAINT_MS_MAX = 50;
const RUNS = 5;
const COMMANDS = 25;
/** What runs this file names functions through a helper that the page doesn't have. */
const NAME_HELPER = 'globalThis.__name = (named) => named';

const executablePath = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Answers wall time in the page at which its terminal ends with a prompt. */
const promptTime = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (/[#$]\s*$/.test(window.quorate?.screen('node1') ?? '')) resolve(performance.now());
          else requestAnimationFrame(look);
        };
        look();
      }),
  );

async function firstPrompt(browser: Browser): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(NAME_HELPER);
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOW_DOWN });
  await page.goto(ADDRESS, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.quorate !== undefined);
  const time = await promptTime(page);
  await context.close();
  return time;
}

/** Milliseconds from Enter to the frame after the one in which the prompt has come back. */
async function enterToPaint(browser: Browser, command: string): Promise<number[]> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(NAME_HELPER);
  await page.goto(`${ADDRESS}#lab=node-add-remove`);
  await page.waitForFunction(() => window.quorate !== undefined);
  await promptTime(page);
  await page.waitForTimeout(3_000);
  await page.locator('.terminal-panel[data-machine="node1"] .xterm-helper-textarea').focus();
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { measuredTimes: times });
    const prompts = () => window.quorate?.screen('node1').match(/# ?$|# [^\n]*\n/g)?.length ?? 0;
    addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Enter') return;
        const begin = performance.now();
        const before = prompts();
        const look = () => {
          if (prompts() > before && /[#$]\s*$/.test(window.quorate?.screen('node1') ?? ''))
            requestAnimationFrame(() => times.push(performance.now() - begin));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
      { capture: true },
    );
  });
  for (let run = 1; run <= COMMANDS; run++) {
    await page.keyboard.type(command);
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      (count) => (window as unknown as { measuredTimes: number[] }).measuredTimes.length >= count,
      run,
    );
  }
  const times = await page.evaluate(() => (window as unknown as { measuredTimes: number[] }).measuredTimes);
  await page.close();
  return times;
}

/** Waits until the server answers. */
async function answers(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      await fetch(ADDRESS);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`nothing answers at ${ADDRESS}`);
}

const server = spawn('npx', ['vite', 'preview', '--host', '127.0.0.1', '--port', String(PORT), '--strictPort'], {
  detached: true,
  stdio: 'ignore',
});
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
});
try {
  await answers();
  const prompts: number[] = [];
  for (let run = 0; run < RUNS; run++) prompts.push(await firstPrompt(browser));
  const status = await enterToPaint(browser, 'pcs status');
  const figures = {
    'first-prompt-ms': {
      median: Math.round(median(prompts)),
      runs: prompts.map(Math.round),
      limit: FIRST_PROMPT_MS_MAX,
    },
    'enter-to-paint-ms': {
      median: Math.round(median(status)),
      runs: status.map(Math.round),
      limit: ENTER_TO_PAINT_MS_MAX,
    },
  };
  console.log(JSON.stringify(figures, null, 2));
  process.exitCode = Object.values(figures).some(({ median: value, limit }) => value > limit) ? 1 : 0;
} finally {
  await browser.close();
  if (server.pid) process.kill(-server.pid);
}
