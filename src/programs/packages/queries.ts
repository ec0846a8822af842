import { catalogue } from '../../machine/packages/catalogue';
import type { Package } from '../../machine/packages/package';
import type { InstalledPackage } from '../../world/machine';
import { type Call, globPattern, matchOffered, repositoryIds } from './call';
import { lineWidth } from './metadata';
import { repositories } from './repositories';
import { offered } from './solver';
import { compareVersions, nevra, size, splitEpoch } from './text';

/** Names, versions and repositories in dnf's three columns. */
function columns(rows: readonly (readonly [string, string, string])[], width: number): string {
  const first = Math.max(...rows.map(([name]) => name.length), 0) + 1;
  const second = Math.max(...rows.map(([, version]) => version.length), 0) + 1;
  const third = Math.max(...rows.map(([, , repository]) => repository.length), 0);
  const spare = Math.max(0, width - first - second - third - 1);
  const a = first + Math.floor(spare / 2);
  const b = second + spare - Math.floor(spare / 2);
  return rows
    .map(([name, version, repository]) => `${name.padEnd(a)}${version.padEnd(b)}${repository.padEnd(third)} \n`)
    .join('');
}

const order = (a: { name: string }, b: { name: string }) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);

function installedRows(call: Call, patterns: readonly string[]): InstalledPackage[] {
  return Object.values(call.process.machine.packages)
    .filter(
      ({ name, architecture }) =>
        patterns.length === 0 ||
        patterns.some((text) => globPattern(text).test(name) || globPattern(text).test(`${name}.${architecture}`)),
    )
    .sort(order);
}

function availableRows(call: Call, patterns: readonly string[]): Package[] {
  const { packages } = call.process.machine;
  return offered(repositoryIds(call))
    .filter(({ name }) => patterns.length === 0 || patterns.some((text) => globPattern(text).test(name)))
    .filter((entry) => {
      const present = packages[entry.name];
      return !present || compareVersions(entry.version, present.version) > 0;
    })
    .sort(order);
}

/** `dnf list [installed|available|upgrades] [PATTERN]...` */
export async function list(call: Call): Promise<number> {
  const { process, options } = call;
  const [first, ...rest] = call.operands;
  const kinds = ['installed', 'available', 'upgrades', 'updates', 'all'];
  const word = first !== undefined && kinds.includes(first) ? first : kinds.find((kind) => options.has(kind));
  const patterns = word !== undefined && word === first ? rest : call.operands;
  const width = lineWidth(process);
  const showInstalled = word === undefined || word === 'installed' || word === 'all';
  const showAvailable = word === undefined || word === 'available' || word === 'all';
  let text = '';
  const present = showInstalled ? installedRows(call, patterns) : [];
  if (present.length > 0) {
    text += `Installed Packages\n${columns(
      present.map((entry) => [`${entry.name}.${entry.architecture}`, entry.version, `@${entry.repository}`]),
      width,
    )}`;
  }
  const offers = availableRows(call, patterns);
  const upgrades =
    word === 'upgrades' || word === 'updates' ? offers.filter(({ name }) => process.machine.packages[name]) : [];
  const shown = showAvailable ? offers : upgrades;
  if (shown.length > 0) {
    text += showAvailable ? 'Available Packages\n' : 'Available Upgrades\n';
    text += columns(
      shown.map((entry) => [`${entry.name}.${entry.architecture}`, entry.version, entry.repository]),
      width,
    );
  }
  if (text === '') {
    if (patterns.length === 0) return 0;
    await process.stderr.write('Error: No matching Packages to list\n');
    return 1;
  }
  await process.stdout.write(text);
  return 0;
}

function packageText(entry: Package, version: string, place: string, from: string | null): string {
  const { epoch, rest } = splitEpoch(version);
  const dash = rest.lastIndexOf('-');
  const rows: [string, string][] = [
    ['Name', entry.name],
    ...(epoch === null ? [] : ([['Epoch', epoch]] as [string, string][])),
    ['Version', rest.slice(0, dash)],
    ['Release', rest.slice(dash + 1)],
    ['Architecture', entry.architecture],
    ['Size', size(from === null ? entry.download : entry.installed)],
    ['Source', `${entry.source ?? `${entry.name}-${rest}`}.src.rpm`],
    ['Repository', place],
    ...(from === null ? [] : ([['From repo', from]] as [string, string][])),
    ['Summary', entry.summary],
    ...(entry.url === undefined ? [] : ([['URL', entry.url]] as [string, string][])),
    ['License', entry.license ?? 'GPLv2+'],
    ['Description', `${entry.summary}.`],
  ];
  return rows.map(([label, value]) => `${label.padEnd(12)} : ${value}\n`).join('');
}

/** `dnf info PACKAGE...` */
export async function info(call: Call): Promise<number> {
  const { process } = call;
  const present = installedRows(call, call.operands);
  const offers = availableRows(call, call.operands);
  let text = '';
  const parts = present.flatMap((entry) => {
    const known = catalogue.get(entry.name);
    return known ? [packageText(known, entry.version, '@System', entry.repository)] : [];
  });
  if (parts.length > 0) text += `Installed Packages\n${parts.join('\n')}\n`;
  if (offers.length > 0)
    text += `Available Packages\n${offers.map((entry) => packageText(entry, entry.version, entry.repository, null)).join('\n')}\n`;
  if (text === '') {
    await process.stderr.write('Error: No matching Packages to list\n');
    return 1;
  }
  await process.stdout.write(text);
  return 0;
}

/** `dnf search WORD...` */
export async function search(call: Call): Promise<number> {
  const { process } = call;
  const words = call.operands.filter((word) => word !== 'all').map((word) => word.toLowerCase());
  const known = offered(repositoryIds(call)).sort(order);
  const exact = known.filter(({ name }) => words.some((word) => name.toLowerCase() === word));
  const inBoth = known.filter(
    (entry) =>
      !exact.includes(entry) &&
      words.every((word) => entry.name.toLowerCase().includes(word) && entry.summary.toLowerCase().includes(word)),
  );
  const inName = known.filter(
    (entry) =>
      !exact.includes(entry) &&
      !inBoth.includes(entry) &&
      words.every((word) => entry.name.toLowerCase().includes(word)),
  );
  const inSummary = known.filter(
    (entry) =>
      ![...exact, ...inBoth, ...inName].includes(entry) &&
      words.every((word) => entry.summary.toLowerCase().includes(word)),
  );
  let text = '';
  for (const [kind, entries] of [
    ['Name Exactly Matched', exact],
    ['Name & Summary Matched', inBoth],
    ['Name Matched', inName],
    ['Summary Matched', inSummary],
  ] as const) {
    if (entries.length === 0) continue;
    const title = ` ${kind}: ${call.operands.join(', ')} `;
    const side = Math.max(2, lineWidth(process) - title.length - 1);
    text += `${'='.repeat(Math.floor(side / 2))}${title}${'='.repeat(side - Math.floor(side / 2))}\n`;
    text += entries.map((entry) => `${entry.name}.${entry.architecture} : ${entry.summary}\n`).join('');
  }
  if (text === '') await process.stdout.write('No matches found.\n');
  else await process.stdout.write(text);
  return 0;
}

/** `dnf provides PATH|NAME...` */
export async function provides(call: Call): Promise<number> {
  const { process } = call;
  let status = 0;
  for (const operand of call.operands) {
    const pattern = globPattern(operand);
    const hits = offered(repositoryIds(call)).filter(
      (entry) =>
        (entry.files ?? []).some(
          (file) =>
            pattern.test(file.path) || file.path === `/usr/bin/${operand}` || file.path === `/usr/sbin/${operand}`,
        ) ||
        entry.name === operand ||
        entry.provides?.includes(operand),
    );
    if (hits.length === 0) {
      await process.stderr.write(
        `Error: No matches found. If searching for a file, try specifying the full path or using a wildcard prefix ("*/") at the beginning.\n`,
      );
      status = 1;
      continue;
    }
    for (const entry of hits) {
      const file = entry.files?.find(
        (candidate) => pattern.test(candidate.path) || candidate.path.endsWith(`/${operand}`),
      );
      const how = file ? `Filename    : ${file.path}` : `Provide    : ${operand}`;
      await process.stdout.write(
        `${nevra(entry)} : ${entry.summary}\nRepo        : ${entry.repository}\nMatched from:\n${how}\n\n`,
      );
    }
  }
  return status;
}

/** `dnf repolist [--all|--enabled|--disabled]` */
export async function repolist(call: Call): Promise<number> {
  const { process, options, operands } = call;
  const which = operands[0] ?? (options.has('all') ? 'all' : options.has('disabled') ? 'disabled' : 'enabled');
  const enabled = new Set(repositoryIds(call));
  const shown = repositories(process.machine)
    .filter(({ id }) => which === 'all' || enabled.has(id) === (which === 'enabled'))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const idWidth = Math.max(7, ...shown.map(({ id }) => id.length));
  const nameWidth = Math.max(9, ...shown.map(({ name }) => name.length));
  const pad = Math.max(idWidth + 1, Math.floor((lineWidth(process) - nameWidth - idWidth) / 2) + idWidth);
  let text =
    which === 'all'
      ? `${'repo id'.padEnd(idWidth + 2)}${'repo name'.padEnd(nameWidth + 2)}status\n`
      : `${'repo id'.padEnd(pad)}repo name\n`;
  for (const { id, name } of shown) {
    text +=
      which === 'all'
        ? `${id.padEnd(idWidth + 2)}${name.padEnd(nameWidth + 2)}${enabled.has(id) ? 'enabled' : 'disabled'}\n`
        : `${id.padEnd(pad)}${name}\n`;
  }
  if (shown.length > 0) await process.stdout.write(text);
  else await process.stdout.write('No repositories available\n');
  return 0;
}

/** `dnf repoquery [--requires|-l] PACKAGE...` */
export async function repoquery(call: Call): Promise<number> {
  const { process, options } = call;
  const hits =
    call.operands.length === 0
      ? offered(repositoryIds(call)).sort(order)
      : call.operands.flatMap((operand) => matchOffered(call, operand));
  for (const entry of hits) {
    const { epoch, rest } = splitEpoch(entry.version);
    let text = `${entry.name}-${epoch ?? '0'}:${rest}.${entry.architecture}\n`;
    if (options.has('requires')) text = (entry.requires ?? []).map((need) => `${need}\n`).join('');
    if (options.has('list')) text = (entry.files ?? []).map((file) => `${file.path}\n`).join('');
    await process.stdout.write(text);
  }
  return 0;
}

/** `dnf check-update`: status 100 when there is something. */
export async function checkUpdate(call: Call): Promise<number> {
  const { packages } = call.process.machine;
  const rows = offered(repositoryIds(call))
    .filter((entry) => {
      const present = packages[entry.name];
      return present && compareVersions(entry.version, present.version) > 0;
    })
    .sort(order);
  if (rows.length === 0) return 0;
  await call.process.stdout.write(
    `\n${columns(
      rows.map((entry) => [`${entry.name}.${entry.architecture}`, entry.version, entry.repository]),
      lineWidth(call.process),
    )}`,
  );
  return 100;
}
