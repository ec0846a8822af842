import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Kernel } from '../../kernel/kernel';
import { Runtime } from '../../kernel/runtime';
import { lookup, makeDirectory, readFile, readFileIfThere, writeFile } from '../../machine/files';
import { parseXml } from '../../pacemaker/cib/parse';
import type { AgentSource } from '../../programs/pcs/agents';
import { installation } from '../../programs/pcs/installation';
import { pcsProgram } from '../../programs/pcs/main';
import { runProgram } from '../../shell/command';
import { ProcessTable } from '../../shell/processes';
import { programs } from '../../simulation/programs';
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { mockAgents, recordedAgents } from './pcs-agents';
import { programOf, recordingWorld } from './pcs-world';

export interface PcsConformanceOptions {
  /** Only records whose `area`, `cmd` or `id` contains this. */
  filter?: string;
  /** Stops after this many failures; their details are still complete. */
  limit?: number;
}

export interface PcsFailure {
  readonly id: string;
  readonly cmd: string;
  readonly argv: string;
  /** What differs: `rc`, `stdout`, `stderr`, `cib`, `corosync`, `files`, `missing` (no such program), `exception`. */
  readonly differs: readonly string[];
  readonly detail: string;
}

export interface PcsConformance {
  readonly area: 'pcs' | 'pcs-course';
  readonly passed: number;
  readonly total: number;
  readonly failures: readonly PcsFailure[];
}

interface RecordedFile {
  /** A blob, or the folder's files. */
  in?: string | { dir: Record<string, string> } | null;
  out?: string;
}
interface PcsRecord {
  id: string;
  area: string;
  cmd: string;
  agents?: 'debian' | 'mock';
  settings?: Record<string, string>;
  argv: string[];
  env?: Record<string, string>;
  stdin?: string;
  cib_in?: string;
  cib_out?: string;
  corosync_in?: string;
  corosync_out?: string;
  corosync_host?: string;
  files?: Record<string, RecordedFile | { dir: Record<string, string> }>;
  stdout: string;
  stderr: string;
  rc: number;
}

/** Folder of the simulated machine that stands for the placeholders' files. */
const FOLDER = '/conformance';
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  $CIB: `${FOLDER}/cib.xml`,
  $COROSYNC: `${FOLDER}/corosync.conf`,
};

/** Replays recorded calls, of `pcs` and (course) of Pacemaker's commands between them, and compares them as the data's README says. */
export async function runPcsConformance(
  area: 'pcs' | 'pcs-course',
  dataDirectory: string,
  options: PcsConformanceOptions = {},
): Promise<PcsConformance> {
  const folder = join(dataDirectory, area);
  const blobs = JSON.parse(gunzipSync(readFileSync(join(folder, 'blobs.json.gz'))).toString('utf8')) as Record<
    string,
    string
  >;
  const records = readFileSync(join(folder, 'records.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as PcsRecord)
    .filter((record) => matches(record, options.filter));
  const agents = { debian: recordedAgents(dataDirectory), mock: mockAgents(dataDirectory) };
  const failures: PcsFailure[] = [];
  for (const record of records) {
    const failure = await replay(record, blobs, agents[record.agents ?? 'debian']);
    if (failure) failures.push(failure);
    if (options.limit !== undefined && failures.length >= options.limit) break;
  }
  return { area, passed: records.length - failures.length, total: records.length, failures };
}

function matches(record: PcsRecord, filter: string | undefined): boolean {
  if (filter === undefined) return true;
  return record.area.includes(filter) || record.cmd.startsWith(filter) || record.id === filter;
}

function pathFor(placeholder: string): string {
  return PLACEHOLDERS[placeholder] ?? `${FOLDER}/${placeholder.slice(1)}`;
}

/** A record's placeholders, the longest first: `$FILE1` is the beginning of `$FILE10`. */
function placeholders(record: PcsRecord): string[] {
  const names = new Set([...Object.keys(record.files ?? {}), ...Object.keys(PLACEHOLDERS)]);
  return [...names].sort((first, second) => second.length - first.length);
}

/** Puts paths where placeholders stand. */
function fill(text: string, record: PcsRecord): string {
  const names = placeholders(record);
  return names.reduce((filled, name) => filled.replaceAll(name, pathFor(name)), text);
}

function unfill(text: string, record: PcsRecord): string {
  const names = placeholders(record);
  return names.reduce((plain, name) => plain.replaceAll(pathFor(name), name), text);
}

/** Places a record's input files on the machine. */
function prepare(world: World, record: PcsRecord, blobs: Readonly<Record<string, string>>): void {
  const machine = world.machines.node1;
  if (!machine) return;
  const time = world.epoch;
  makeDirectory(machine, FOLDER, { time, parents: true });
  const put = (path: string, blob: string | undefined) => {
    if (blob === undefined || blobs[blob] === undefined) return;
    writeFile(machine, path, blobs[blob] as string, { time, makeParents: true });
  };
  const uidgid = record.settings?.corosync_uidgid_dir;
  if (uidgid !== undefined) makeDirectory(machine, fill(uidgid, record), { time, parents: true });
  put(pathFor('$CIB'), record.cib_in);
  put(pathFor('$COROSYNC'), record.corosync_in);
  put('/etc/corosync/corosync.conf', record.corosync_host);
  for (const [name, file] of Object.entries(record.files ?? {})) {
    const input = 'dir' in file ? file : file.in;
    if (typeof input !== 'object' || input === null) {
      put(pathFor(name), input ?? undefined);
      continue;
    }
    makeDirectory(machine, pathFor(name), { time, parents: true });
    for (const [entry, blob] of Object.entries(input.dir)) put(`${pathFor(name)}/${entry}`, blob);
  }
}

function settingsOf(record: PcsRecord, agents: AgentSource) {
  const setting = (name: string, usual: string) => {
    const value = record.settings?.[name];
    return value === undefined ? usual : fill(value, record);
  };
  return {
    ...installation,
    agents,
    corosyncConf: setting('corosync_conf_file', installation.corosyncConf),
    knownHosts: setting('pcsd_known_hosts_location', installation.knownHosts),
    uidgidDirectory: setting('corosync_uidgid_dir', installation.uidgidDirectory),
  };
}

async function replay(
  record: PcsRecord,
  blobs: Readonly<Record<string, string>>,
  agents: AgentSource,
): Promise<PcsFailure | null> {
  const pcs = pcsProgram(settingsOf(record, agents));
  const world = recordingWorld({ ...programs, pcs });
  prepare(world, record, blobs);
  const runtime = new Runtime(new Kernel(world, {}));
  const table = new ProcessTable(runtime, { ...programs, pcs });
  const argv = record.argv.map((word) => fill(word, record));
  const fail = (differs: string[], detail: string): PcsFailure => ({
    id: record.id,
    cmd: record.cmd,
    argv: record.argv.join(' '),
    differs,
    detail: `${record.argv.join(' ')}\n${detail}`,
  });
  const program = record.argv[0] === 'pcs' ? pcs : await programOf(record.argv[0] ?? '');
  if (!program) return fail(['missing'], `there is no ${record.argv[0]}`);
  const env = Object.fromEntries(Object.entries(record.env ?? {}).map(([name, value]) => [name, fill(value, record)]));
  try {
    const result = await runProgram(table, program, argv, {
      machine: 'node1',
      ...(record.stdin === undefined ? {} : { stdin: record.stdin }),
      env,
      cwd: FOLDER,
    });
    return compare(record, blobs, runtime.world, result, fail);
  } catch (error) {
    return fail(['exception'], error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function compare(
  record: PcsRecord,
  blobs: Readonly<Record<string, string>>,
  world: World,
  result: { stdout: string; stderr: string; status: number },
  fail: (differs: string[], detail: string) => PcsFailure,
): PcsFailure | null {
  const differs: string[] = [];
  const details: string[] = [];
  const note = (what: string, wanted: string, got: string) => {
    differs.push(what);
    details.push(`--- ${what} wanted\n${wanted}\n--- ${what} got\n${got}`);
  };
  if (result.status !== record.rc) note('rc', String(record.rc), String(result.status));
  for (const stream of ['stdout', 'stderr'] as const) {
    const got = unfill(result[stream], record);
    if (!sameText(record[stream], got)) note(stream, record[stream], got);
  }
  compareFiles(record, blobs, world, note);
  return differs.length === 0 ? null : fail(differs, details.join('\n'));
}

function compareFiles(
  record: PcsRecord,
  blobs: Readonly<Record<string, string>>,
  world: World,
  note: (what: string, wanted: string, got: string) => void,
): void {
  const machine = world.machines.node1;
  if (!machine) return;
  const expected = (input: string | undefined, output: string | undefined) =>
    output === undefined ? undefined : blobs[output === 'same' ? (input ?? '') : output];
  const cib = expected(record.cib_in, record.cib_out);
  const read = (placeholder: string) => {
    const text = readFileIfThere(machine, pathFor(placeholder));
    return text === undefined ? undefined : unfill(text, record);
  };
  const gotCib = read('$CIB');
  if (cib !== undefined && (gotCib === undefined || !sameCib(cib, gotCib))) note('cib', cib, gotCib ?? '(no file)');
  const conf = expected(record.corosync_in, record.corosync_out);
  const gotConf = read('$COROSYNC');
  if (conf !== undefined && withoutUuid(gotConf ?? '') !== withoutUuid(conf))
    note('corosync', conf, gotConf ?? '(no file)');
  for (const [name, file] of Object.entries(record.files ?? {})) {
    if ('dir' in file || (typeof file.in === 'object' && file.in) || file.out === undefined || file.out === 'random')
      continue;
    const wanted = expected(file.in ?? undefined, file.out);
    const inode = lookup(machine, pathFor(name));
    const got = inode?.kind === 'file' ? unfill(readFile(machine, pathFor(name)), record) : undefined;
    if (wanted !== undefined && (got === undefined || !sameDocument(wanted, got)))
      note(`file ${name}`, wanted, got ?? '(no file)');
  }
}

function withoutUuid(text: string): string {
  return text.replace(/\b[0-9a-f]{32}\b/g, '$UUID');
}

/** Attributes of the `cib` element that aren't compared: counters and who wrote it when. */
const IGNORED = new Set([
  'epoch',
  'num_updates',
  'admin_epoch',
  'cib-last-written',
  'update-origin',
  'update-client',
  'update-user',
  'crm_feature_set',
]);

function sameElement(first: Element, second: Element, top: boolean): boolean {
  if (first.name !== second.name || (first.text ?? '').trim() !== (second.text ?? '').trim()) return false;
  const names = (element: Element) => Object.keys(element.attributes).filter((name) => !(top && IGNORED.has(name)));
  const own = names(first);
  if (own.length !== names(second).length) return false;
  if (own.some((name) => first.attributes[name] !== second.attributes[name])) return false;
  if (first.children.length !== second.children.length) return false;
  return first.children.every((child, at) => sameElement(child, second.children[at] as Element, false));
}

function parsed(text: string): Element | null {
  try {
    return parseXml(text);
  } catch {
    return null;
  }
}

function sameCib(wanted: string, got: string): boolean {
  const [first, second] = [parsed(wanted), parsed(got)];
  return first === null || second === null ? wanted === got : sameElement(first, second, first.name === 'cib');
}

function sameDocument(wanted: string, got: string): boolean {
  return wanted.trimStart().startsWith('<') ? sameCib(wanted, got) : withoutUuid(wanted) === withoutUuid(got);
}

/** Whether two outputs are equal: usage screens by their synopsis lines, XML documents by their content. */
export function sameText(wanted: string, got: string): boolean {
  if (wanted === got) return true;
  if (/^<(\?xml|cib|pacemaker-result|configuration|crm_config)\b/.test(wanted)) return sameCib(wanted, got);
  return withoutUuid(synopsis(wanted)) === withoutUuid(synopsis(got));
}

/** An output with each usage screen cut down to its title and synopsis lines. */
export function synopsis(text: string): string {
  const start = text.search(/^Usage: pcs/m);
  if (start < 0) return text;
  const before = text.slice(0, start);
  const lines = text.slice(start).split('\n');
  const kept = [lines[0] as string];
  let inSynopsis = false;
  for (const line of lines.slice(1)) {
    if (/^ {4}\S/.test(line)) inSynopsis = true;
    else if (!/^ {9,}\S/.test(line)) inSynopsis = false;
    if (inSynopsis && !isExplained(lines[0] as string, line)) kept.push(line.trimEnd());
  }
  return `${before}${kept.join('\n')}`;
}

/** Lines of pcs' own screen and examples hold explanations beside the options. */
function isExplained(title: string, line: string): boolean {
  return title.startsWith('Usage: pcs [-f') || /^ {4}pcs /.test(line);
}
