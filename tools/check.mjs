// `npm test`: every check of the project, one after the other. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';

const folder = mkdtempSync(join(tmpdir(), 'quorate-'));
const report = (name) => join(folder, `${name}.json`);
const shared = join(import.meta.dirname, '..', '..', 'shared');

/** A check: a command, and how many tests it stands for (one, unless it reports its own). */
const checks = [
  { name: 'types', command: ['npx', 'tsc', '--noEmit'] },
  { name: 'lint, format, rooms, cycles', command: ['npx', 'biome', 'check', '--error-on-warnings'] },
  { name: 'unused code', command: ['npx', 'knip'] },
  {
    name: 'unit tests',
    environment: existsSync(join(shared, 'oracle', 'cluster'))
      ? { QUORATE_RECORDINGS: join(shared, 'oracle', 'cluster') }
      : {},
    command: ['npx', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report('vitest')}`],
    count: () => {
      const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
        readFileSync(report('vitest'), 'utf8'),
      );
      return {
        passed: numPassedTests,
        failed: Math.max(numFailedTests, numFailedTests === 0 ? numFailedTestSuites : 0),
      };
    },
  },
  { name: 'labs', command: ['node', 'bin/quorate.mjs', 'lab', 'check'] },
  { name: 'conformance', command: ['npx', 'tsx', 'tools/conformance.ts', shared], needs: shared },
  { name: 'benchmarks', command: ['node', 'bin/quorate.mjs', 'bench'] },
  { name: 'build', command: ['npx', 'vite', 'build', '--logLevel', 'warn'] },
  { name: 'size budget', command: ['npx', 'tsx', 'tools/budget.ts'] },
  {
    name: 'browser tests',
    command: ['npx', 'playwright', 'test'],
    browser: true,
    environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: report('playwright') },
    count: () => {
      const { stats } = JSON.parse(readFileSync(report('playwright'), 'utf8'));
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected };
    },
  },
];

/** A port that nobody listens on, so that no other build is tested by mistake. */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(String(port)));
    });
  });
}

function run(command, environment) {
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), { stdio: 'inherit', env: { ...process.env, ...environment } });
    child.on('error', () => resolve(127));
    child.on('exit', (status) => resolve(status ?? 1));
  });
}

let passed = 0;
let failed = 0;
const only = process.argv.slice(2);
for (const check of checks) {
  if (only.length > 0 && !only.some((word) => check.name.includes(word))) continue;
  console.log(`\n== ${check.name}`);
  if (check.needs && !existsSync(check.needs)) {
    console.log('   left out: the shared recordings are not here');
    continue;
  }
  const environment = { ...check.environment };
  if (check.browser) {
    environment.PORT = await freePort();
    const chromium = ensureChromium();
    if (chromium) environment.CHROMIUM_PATH = chromium;
    else console.log('   no Chromium was found, and none could be installed');
  }
  const begin = Date.now();
  const status = await run(check.command, environment);
  let counted = { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
  try {
    if (check.count) counted = check.count();
    if (status !== 0 && counted.failed === 0) counted.failed = 1;
  } catch {
    // No report was written: the command itself failed.
  }
  passed += counted.passed;
  failed += counted.failed;
  const seconds = ((Date.now() - begin) / 1000).toFixed(0);
  console.log(`   ${check.name}: ${counted.passed} passed, ${counted.failed} failed (${seconds} s)`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
