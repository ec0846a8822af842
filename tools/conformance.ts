// Replays all recordings that are here and holds the result against the committed baselines: a case that passed must
// go on passing, and each that doesn't has its reason. Baselines only shrink: `--update` takes out what passes now.
// `--accept` takes in what fails, for new recordings; its reasons are then to be written by hand.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { areaRunner } from '../src/cli/conformance';

/** Failing case -> why it fails. */
type Baseline = Record<string, string>;

const BASELINES = fileURLToPath(new URL('../src/cli/conformance/baseline/', import.meta.url));
const UNEXPLAINED = 'not looked into yet';

/** Area, where its data lies below the shared folder, and which of its cases count. */
const AREAS: [area: string, data: string, filters: (string | undefined)[]][] = [
  [
    'cluster',
    'oracle/cluster',
    ['01-basic', '02-nodes', '03-resources', '03b-constraints', '06-acl-alerts-misc', '08-clean-start'],
  ],
  ['course', 'course', [undefined]],
  ['pcs', 'conformance', [undefined]],
  ['pcs-course', 'conformance', [undefined]],
  ['cli', 'conformance', [undefined]],
  ['scheduler', 'conformance', [undefined]],
];

const [shared = '', ...flags] = process.argv.slice(2);
const accept = flags.includes('--accept');
const update = accept || flags.includes('--update');
const chosen = flags.filter((flag) => !flag.startsWith('--'));
let good = true;
for (const [area, folder, filters] of AREAS) {
  if (chosen.length > 0 && !chosen.includes(area)) continue;
  const run = areaRunner(area);
  const data = join(shared, folder);
  if (!run || !existsSync(data)) {
    console.log(`${area}: left out, its recordings are not here`);
    continue;
  }
  const failing: Baseline = {};
  let passed = 0;
  let total = 0;
  const file = join(BASELINES, `${area}.json`);
  const baseline: Baseline = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Baseline) : {};
  for (const filter of filters) {
    const result = await (await run())(data, filter === undefined ? {} : { filter });
    passed += result.passed;
    total += result.total;
    for (const { id } of result.failures) failing[id] = baseline[id] ?? UNEXPLAINED;
  }
  const fresh = Object.keys(failing).filter((id) => !(id in baseline));
  const mended = Object.keys(baseline).filter((id) => !(id in failing));
  console.log(`${area}: ${passed} of ${total} (${((100 * passed) / total).toFixed(1)} %)`);
  if (update) {
    const kept = Object.entries(failing).filter(([id]) => accept || id in baseline);
    writeFileSync(file, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
  }
  if (!accept && fresh.length > 0) {
    good = false;
    console.log(`  passed before, fail now: ${fresh.slice(0, 20).join(', ')}`);
  }
  const unexplained = Object.keys(failing).filter((id) => failing[id] === UNEXPLAINED && id in baseline);
  if (unexplained.length > 0) {
    good = false;
    console.log(`  without a reason in the baseline: ${unexplained.slice(0, 20).join(', ')}`);
  }
  if (!update && mended.length > 0)
    console.log(`  ${mended.length} pass now that are in the baseline: run with --update`);
}
process.exit(good ? 0 : 1);
