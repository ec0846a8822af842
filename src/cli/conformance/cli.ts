import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Kernel } from '../../kernel/kernel';
import { Runtime } from '../../kernel/runtime';
import { makeDirectory, readFileIfThere, writeFile } from '../../machine/files';
import { runProgram } from '../../shell/command';
import { ProcessTable } from '../../shell/processes';
import { programs } from '../../simulation/programs';
import type { World } from '../../world/world';
import { sameText } from './pcs';
import { programOf, recordingWorld } from './pcs-world';

export interface CliFailure {
  readonly id: string;
  readonly cmd: string;
  readonly argv: string;
  /** What differs: `rc`, `stdout`, `stderr`, `cib`, `missing` (no such program), `exception`. */
  readonly differs: readonly string[];
  readonly detail: string;
}

export interface CliConformance {
  readonly area: 'cli';
  readonly passed: number;
  readonly total: number;
  readonly failures: readonly CliFailure[];
}

interface CliRecord {
  id: string;
  area: string;
  cmd: string;
  argv: string[];
  env?: Record<string, string>;
  stdin?: string;
  cib_in?: string;
  cib_out?: string;
  files?: Record<string, { in?: string; out?: string; dir?: Record<string, string> }>;
  stdout: string;
  stderr: string;
  rc: number;
}

type Blobs = Readonly<Record<string, string>>;

const FOLDER = '/conformance';
const FOLDERS = ['$SHADOW_DIR', '$CLI', '$TMP'];

function pathFor(placeholder: string): string {
  if (placeholder === '$CIB') return `${FOLDER}/cib.xml`;
  const folder = FOLDERS.find((name) => placeholder === name || placeholder.startsWith(`${name}/`));
  if (folder) return `${FOLDER}/${folder.slice(1)}${placeholder.slice(folder.length)}`;
  return `${FOLDER}/${placeholder.slice(1)}`;
}

function placeholders(record: CliRecord): string[] {
  return [...Object.keys(record.files ?? {}), '$CIB', '$OUT', ...FOLDERS].sort((a, b) => b.length - a.length);
}

function fill(text: string, record: CliRecord): string {
  return placeholders(record).reduce((filled, name) => filled.replaceAll(name, pathFor(name)), text);
}

function unfill(text: string, record: CliRecord): string {
  return placeholders(record).reduce((plain, name) => plain.replaceAll(pathFor(name), name), text);
}

/** The copy that a crm_shadow call is about. */
function createdShadow(record: CliRecord): string | undefined {
  if (record.cmd !== 'crm_shadow' || record.env?.CIB_file !== undefined) return undefined;
  const at = record.argv.findIndex((word) => /^--(create|create-empty|commit|delete|reset)$/.test(word));
  return at < 0 ? undefined : record.argv[at + 1];
}

/** Where the record's CIB lies: a file, or the shadow copy of the name in the environment. */
function cibPath(record: CliRecord): string {
  const shadow = record.env?.CIB_shadow ?? createdShadow(record);
  return shadow ? `${pathFor('$SHADOW_DIR')}/shadow.${shadow}` : pathFor('$CIB');
}

/** Replays recorded calls of Pacemaker's commands and compares them as the data's README says. */
export async function runCliConformance(
  dataDirectory: string,
  options: { filter?: string } = {},
): Promise<CliConformance> {
  const folder = join(dataDirectory, 'cli');
  const blobs = JSON.parse(gunzipSync(readFileSync(join(folder, 'blobs.json.gz'))).toString('utf8')) as Blobs;
  const records = readFileSync(join(folder, 'records.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CliRecord)
    .filter((record) => matches(record, options.filter));
  const failures: CliFailure[] = [];
  for (const record of records) {
    const failure = await replay(record, blobs);
    if (failure) failures.push(failure);
  }
  return { area: 'cli', passed: records.length - failures.length, total: records.length, failures };
}

function matches(record: CliRecord, filter: string | undefined): boolean {
  if (filter === undefined) return true;
  return record.area === filter || record.cmd === filter || record.id === filter;
}

function prepare(world: World, record: CliRecord, blobs: Blobs): void {
  const machine = world.machines.node1;
  if (!machine) return;
  const time = world.epoch;
  machine.hostname = 'node1';
  for (const name of FOLDERS) makeDirectory(machine, pathFor(name), { time, parents: true });
  const put = (path: string, blob: string | undefined) => {
    const text = blob === undefined ? undefined : blobs[blob];
    if (text !== undefined) writeFile(machine, path, text, { time, makeParents: true });
  };
  put(cibPath(record), record.cib_in);
  for (const [name, file] of Object.entries(record.files ?? {})) {
    if (file.dir) for (const [entry, blob] of Object.entries(file.dir)) put(`${pathFor(name)}/${entry}`, blob);
    else put(pathFor(name), file.in);
  }
}

async function replay(record: CliRecord, blobs: Blobs): Promise<CliFailure | null> {
  const fail = (differs: string[], detail: string): CliFailure => ({
    id: record.id,
    cmd: record.cmd,
    argv: record.argv.join(' '),
    differs,
    detail: `${record.argv.join(' ')}\n${detail}`,
  });
  const program = await programOf(record.argv[0] ?? '');
  if (!program) return fail(['missing'], `there is no ${record.argv[0]}`);
  const world = recordingWorld(programs);
  prepare(world, record, blobs);
  const runtime = new Runtime(new Kernel(world, {}));
  const table = new ProcessTable(runtime, programs);
  const env = Object.fromEntries(Object.entries(record.env ?? {}).map(([name, value]) => [name, fill(value, record)]));
  try {
    const result = await runProgram(
      table,
      program,
      record.argv.map((word) => fill(word, record)),
      { machine: 'node1', env, cwd: FOLDER, stdin: record.stdin ?? '' },
    );
    return compare(record, blobs, runtime.world, result, fail);
  } catch (error) {
    return fail(['exception'], error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function compare(
  record: CliRecord,
  blobs: Blobs,
  world: World,
  result: { stdout: string; stderr: string; status: number },
  fail: (differs: string[], detail: string) => CliFailure,
): CliFailure | null {
  const differs: string[] = [];
  const details: string[] = [];
  const note = (what: string, wanted: string, got: string) => {
    differs.push(what);
    details.push(`--- ${what} wanted\n${wanted}\n--- ${what} got\n${got}`);
  };
  if (result.status !== record.rc) note('rc', String(record.rc), String(result.status));
  for (const stream of ['stdout', 'stderr'] as const) {
    const wanted = normal(blobs[record[stream]] ?? record[stream], record);
    const got = normal(unfill(result[stream], record), record);
    if (wanted !== got && !sameText(wanted, got)) note(stream, wanted, got);
  }
  const machine = world.machines.node1;
  const wantedCib = record.cib_out === 'same' ? record.cib_in : record.cib_out;
  const wanted = wantedCib === undefined || wantedCib === 'removed' ? undefined : blobs[wantedCib];
  const got = machine ? readFileIfThere(machine, cibPath(record)) : undefined;
  if (wanted !== undefined && (got === undefined || !sameText(wanted, got))) note('cib', wanted, got ?? '(no file)');
  if (record.cib_out === 'removed' && got !== undefined) note('cib', '(removed)', got);
  return differs.length === 0 ? null : fail(differs, details.join('\n'));
}

/** Lines of the library's own tracing, which the recordings switched on: no part of what a tool says. */
const TRACE = /^\(\w+\) \t(trace|debug): .*\n/gm;

/** Places in source files are dropped, traces too; usage screens count up to their first line. */
function normal(text: string, record: CliRecord): string {
  let places = text.replace(/\((\w+)@[\w.-]+:\d+\)/g, '($1)').replace(/ api-version="[^"]*"/, '');
  if (record.env?.PCMK_trace_functions !== undefined) places = places.replace(TRACE, '');
  const usage = places.search(/^(Usage:|\w+ - .*\n(.*\n)*?Usage:)/m);
  return (usage < 0 ? places : places.slice(0, usage)).replace(/ request="[^"]*"/, '');
}
