import { FileError } from '../../../machine/files';
import { formatXml } from '../../../pacemaker/cib/format';
import { parseXml, XmlError } from '../../../pacemaker/cib/parse';
import { findSection } from '../../../pacemaker/cib/sections';
import { cibVersion, compareVersions, NEWEST_SCHEMA } from '../../../pacemaker/cib/version';
import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { applyOperation, LIVE } from '../cib/apply';
import { sameElement } from '../cib/compare';
import { waitSilently } from '../cib/live';
import type { Pcs } from '../context';
import { runCrm } from '../crm';
import { CommandFailure } from '../failure';
import { BadCall } from '../router';

/** Sections that `scope=` may name. */
const SCOPES = [
  'acls',
  'alerts',
  'configuration',
  'constraints',
  'crm_config',
  'fencing-topology',
  'nodes',
  'op_defaults',
  'resources',
  'rsc_defaults',
  'tags',
];

interface Words {
  file: string | undefined;
  scope: string | undefined;
  against: string | undefined;
}

/** A file name and `scope=` or `diff-against=`. */
function parseWords(pcs: Pcs, args: readonly string[], diff: boolean): Words {
  const words: Words = { file: undefined, scope: undefined, against: undefined };
  for (const word of args) {
    const equals = word.indexOf('=');
    if (equals < 0) {
      if (words.file !== undefined) throw new BadCall();
      words.file = word;
      continue;
    }
    const [key, value] = [word.slice(0, equals), word.slice(equals + 1)];
    if (key === 'scope' && value !== '') setScope(words, value);
    else if (key === 'diff-against' && diff && value !== '') {
      if (words.scope !== undefined) throw new BadCall();
      words.against = value;
    } else throw new BadCall();
  }
  if (pcs.options.has('--config')) {
    if (words.scope !== undefined) throw new CommandFailure('Cannot use both scope and --config');
    words.scope = 'configuration';
  }
  if (words.scope !== undefined && words.against !== undefined) {
    throw new CommandFailure('Cannot use both scope and diff-against');
  }
  return words;
}

export function checkScope(scope: string): void {
  if (!SCOPES.includes(scope)) throw new CommandFailure(`invalid CIB scope '${scope}'`);
}

function setScope(words: Words, value: string): void {
  if (words.against !== undefined) throw new BadCall();
  checkScope(value);
  words.scope = value;
}

/** The CIB, or one section of it, as it is shown and edited. */
export async function cibText(pcs: Pcs, scope: string | undefined): Promise<string> {
  const cib = await pcs.cib();
  const section = scope === undefined ? cib : findSection(cib, scope);
  if (!section) throw new CommandFailure(`unable to get cib, scope '${scope}' not present in cib`);
  return formatXml(section);
}

/** `pcs cluster cib`. */
export async function printCib(pcs: Pcs, args: string[]): Promise<void> {
  const { file, scope } = parseWords(pcs, args, false);
  const text = await cibText(pcs, scope);
  if (file === undefined) pcs.raw(text);
  else {
    try {
      pcs.writeFile(file, text);
    } catch (failure) {
      if (!(failure instanceof FileError)) throw failure;
      throw new CommandFailure(`Unable to write to file '${file}', ${failure.text}`);
    }
  }
}

function readXml(pcs: Pcs, path: string, what: string): Element {
  let text: string;
  try {
    text = pcs.readFile(path);
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    throw new CommandFailure(`unable to parse ${what}: [Errno 2] ${failure.text}: '${path}'`);
  }
  return xmlOf(text, what);
}

function xmlOf(text: string, what: string): Element {
  try {
    return parseXml(text);
  } catch (failure) {
    if (!(failure instanceof XmlError)) throw failure;
    throw new CommandFailure(`unable to parse ${what}: ${failure.message}: line ${failure.line}, column 0`);
  }
}

/** Pushes a CIB (or with a scope the section of it) that somebody edited: as `cib-push` does with a file. */
export async function pushText(pcs: Pcs, text: string, scope: string | undefined): Promise<void> {
  const wanted = xmlOf(text, 'new cib');
  const present = await pcs.cib();
  if (scope !== undefined) await pushScope(pcs, present, wanted, scope);
  else await pushWhole(pcs, present, wanted);
}

/** `pcs cluster cib-push`. */
export async function pushCib(pcs: Pcs, args: string[]): Promise<void> {
  const { file, scope, against } = parseWords(pcs, args, true);
  if (file === undefined) throw new BadCall();
  const wait = pcs.options.wait();
  if (wait !== undefined && pcs.store.file !== null) throw new CommandFailure("Cannot use '-f' together with '--wait'");
  const wanted = readXml(pcs, file, 'new cib');
  const present = await pcs.cib();
  if (against !== undefined) await pushDiff(pcs, present, wanted, readXml(pcs, against, 'original cib'));
  else if (scope !== undefined) await pushScope(pcs, present, wanted, scope);
  else await pushWhole(pcs, present, wanted);
  if (wait !== undefined) await waitSilently(pcs, wait);
}

function replaceSection(cib: Element, scope: string, section: Element): void {
  const parent = scope === 'configuration' ? cib : childNamed(cib, 'configuration');
  if (!parent) return;
  const at = parent.children.findIndex((child) => child.name === section.name);
  if (at < 0) parent.children.push(section);
  else parent.children[at] = section;
}

async function pushScope(pcs: Pcs, present: Element, wanted: Element, scope: string): Promise<void> {
  // A file that `cib scope=…` wrote has the section as its root.
  const section = wanted.name === scope ? wanted : findSection(wanted, scope);
  if (!section || (section === wanted && wanted.name !== scope)) {
    throw new CommandFailure(`unable to push cib, scope '${scope}' not present in new cib`);
  }
  replaceSection(present, scope, section);
  await replaceBy(() => pcs.push(present));
  pcs.note('CIB updated');
}

/** A refused push is worded as a push, which replaces what is there, not as a change of pcs's own. */
async function replaceBy(push: () => Promise<void> | void): Promise<void> {
  try {
    await push();
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure;
    const said = failure.message
      .replace(/^Unable to update cib\n/, 'unable to push cib\n')
      .replace(/\n$/, '')
      .replace('Call cib_apply_diff failed:', 'Call cib_replace failed:');
    throw new CommandFailure(said, failure.status);
  }
}

async function pushWhole(pcs: Pcs, present: Element, wanted: Element): Promise<void> {
  if (compareVersions(cibVersion(wanted), cibVersion(present)) < 0) {
    throw new CommandFailure(
      "Unable to push to the CIB because pushed configuration is older than existing one. If you are sure you want to push this configuration, try to use --config to replace only configuration part instead of whole CIB. Otherwise get current configuration by running command 'pcs cluster cib' and update that.",
    );
  }
  const configuration = childNamed(wanted, 'configuration');
  if (!configuration)
    throw new CommandFailure(
      'unable to push cib\nCall cib_replace failed (-203): Update does not conform to the configured schema',
    );
  if (pcs.store.file === null) await replaceBy(() => replaceLive(pcs, present, wanted));
  else {
    present.attributes['validate-with'] =
      wanted.attributes['validate-with'] ?? present.attributes['validate-with'] ?? '';
    replaceSection(present, 'configuration', configuration);
    await replaceBy(() => pcs.push(present));
  }
  pcs.note('CIB updated');
}

/**
 * The cluster takes the pushed CIB with its version. What the nodes' states are they know themselves, and tell at once:
 * one update more, so that the same file counts as older when it is pushed again.
 */
function replaceLive(pcs: Pcs, present: Element, wanted: Element): void {
  const status = present.children.filter((child) => child.name === 'status');
  const rest = wanted.children.filter((child) => child.name !== 'status');
  const { admin_epoch = '0', epoch = '0' } = wanted.attributes;
  const updates = Math.max(cibVersion(wanted).numUpdates, cibVersion(present).numUpdates) + 1;
  const kept = { ...present.attributes, 'validate-with': wanted.attributes['validate-with'] ?? '' };
  const attributes = { ...kept, admin_epoch, epoch, num_updates: String(updates) };
  const input = { ...wanted, attributes, children: [...rest, ...status] };
  applyOperation(pcs.process, LIVE, { kind: 'replace', input });
}

/** Pushes what differs between two files: sections that are equal in both stay as they are. */
async function pushDiff(pcs: Pcs, present: Element, wanted: Element, original: Element): Promise<void> {
  const [after, before] = [childNamed(wanted, 'configuration'), childNamed(original, 'configuration')];
  const target = childNamed(present, 'configuration');
  if (!after || !before || !target) throw new CommandFailure('unable to diff the CIBs');
  if (sameElement(after, before)) {
    pcs.note('The new CIB is the same as the original CIB, nothing to push.');
    return;
  }
  for (const section of after.children) {
    const old = childNamed(before, section.name);
    if (!old || !sameElement(old, section)) replaceSection(present, section.name, section);
  }
  target.children = target.children.filter(
    (section) => childNamed(after, section.name) !== undefined || childNamed(before, section.name) === undefined,
  );
  await pcs.push(present);
  pcs.note('CIB updated');
}

/** `pcs cluster cib-upgrade`. */
export async function upgradeCib(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  let cib: Element;
  try {
    cib = await pcs.cib();
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure;
    throw new CommandFailure(
      'unable to upgrade cluster: Could not connect to the CIB: Transport endpoint is not connected\nInit failed, could not perform requested operations\n',
    );
  }
  const isNewest = cib.attributes['validate-with'] === NEWEST_SCHEMA;
  if (!isNewest) {
    cib.attributes['validate-with'] = NEWEST_SCHEMA;
    await pcs.push(cib);
  }
  // Of a cluster that needed nothing no word is said; of a file it is.
  if (!isNewest || pcs.store.file !== null) pcs.note('Cluster CIB has been upgraded to latest version');
}

/** `pcs cluster verify`. */
export async function verify(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const full = pcs.options.has('--full');
  const argv = ['crm_verify', ...(full ? ['-V', '-V'] : [])];
  const path = pcs.store.file;
  argv.push(...(path === null ? ['--live-check'] : ['--xml-file', pcs.absolute(path)]));
  const result = await runCrm(pcs, argv);
  if (result.status === 0) return;
  // crm_verify's own advice names its option, not that of pcs.
  const said = result.stderr
    .split('\n')
    .filter((line) => !line.startsWith('-V may provide more details'))
    .join('\n')
    .trimEnd();
  const advice = full || !said.includes('Errors found') ? '' : '\n\nUse --full for more details.';
  throw new CommandFailure(
    `invalid cib:\n${said}\n${advice}\nError: Errors have occurred, therefore pcs is unable to continue`.replace(
      '\n\n\n\n',
      '\n\n\n',
    ),
  );
}
