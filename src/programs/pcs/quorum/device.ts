import { type ConfigSection, newSection, sectionsOf, setValue } from '../../../corosync/config';
import type { Pcs } from '../context';
import type { CorosyncConf } from '../corosync-conf';
import { LibraryFailure } from '../failure';
import { compareText, error, overridable, quoteList, type Report } from '../reports';
import { BadCall } from '../router';
import { groupByKeywords, parseOptions, wordsOf } from '../text';
import { badOptions, badValue, isPositiveInteger, missingOptions } from '../validate';
import { loadQuorumConf, saveQuorumConf } from './conf';

type Options = ReadonlyMap<string, string>;

const POSITIVE = 'a positive integer';
const isPort = (value: string) => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65535;

interface Request {
  readonly generic: Map<string, string>;
  /** Undefined: the keyword wasn't there or no name followed it. */
  readonly model: string | undefined;
  readonly modelOptions: Map<string, string>;
  readonly heuristics: Map<string, string>;
}

function parse(args: readonly string[], named: boolean): Request {
  const groups = groupByKeywords(args, ['model', 'heuristics']);
  for (const keyword of ['heuristics', 'model']) {
    if ((groups.get(keyword)?.length ?? 0) > 1) throw new BadCall(`'${keyword}' cannot be used more than once`);
  }
  const modelWords = wordsOf(groups, 'model');
  const generic = parseOptions(wordsOf(groups, ''));
  let model: string | undefined;
  if (named) {
    model = modelWords.shift();
    if (model === undefined || model.includes('=')) throw new BadCall();
  }
  if (generic.has('model')) throw new BadCall('Model cannot be specified in generic options');
  return {
    generic,
    model,
    modelOptions: parseOptions(modelWords),
    heuristics: parseOptions(wordsOf(groups, 'heuristics')),
  };
}

const NET_OPTIONS = ['algorithm', 'connect_timeout', 'force_ip_version', 'host', 'port', 'tie_breaker'];

/** Options of model net. */
function checkNet(options: Options, nodeIds: readonly string[], force: boolean, update: boolean): Report[] {
  const reports: Report[] = [];
  const required = ['algorithm', 'host'];
  const missing = update ? [] : required.filter((name) => !options.has(name));
  if (missing.length > 0) reports.push(missingOptions(missing, 'quorum device model'));
  const unknown = [...options.keys()].filter((name) => !NET_OPTIONS.includes(name));
  if (unknown.length > 0) reports.push(badOptions(unknown, NET_OPTIONS, 'quorum device model', force));
  const check = (
    name: string,
    allowed: string | readonly string[],
    fits: (value: string) => boolean,
    forceable = true,
  ) => {
    const value = options.get(name);
    if (value === undefined) return;
    if (value === '' && update && !required.includes(name)) return;
    if (value === '' && name === 'host') reports.push(error('host cannot be empty, use a qdevice host address'));
    else if (!fits(value)) reports.push(badValue(name, value, allowed, forceable ? force : undefined));
  };
  const among = (list: readonly string[]) => (value: string) => list.includes(value);
  check('algorithm', ['ffsplit', 'lms'], among(['ffsplit', 'lms']));
  check(
    'connect_timeout',
    '1000-120000',
    (value) => /^\d+$/.test(value) && Number(value) >= 1000 && Number(value) <= 120000,
  );
  check('force_ip_version', ['0', '4', '6'], among(['0', '4', '6']));
  check('host', '', () => true);
  check('port', 'a port number (1..65535)', isPort);
  const ties = ['highest', 'lowest', ...nodeIds];
  check('tie_breaker', ties, among(ties));
  return reports;
}

function checkGeneric(options: Options, force: boolean, update: boolean): Report[] {
  const allowed = ['sync_timeout', 'timeout'];
  const unknown = [...options.keys()].filter((name) => !allowed.includes(name));
  const reports = unknown.length > 0 ? [badOptions(unknown, allowed, 'quorum device', force)] : [];
  for (const name of allowed) {
    const value = options.get(name);
    if (value === undefined || (update && value === '') || isPositiveInteger(value)) continue;
    reports.push(badValue(name, value, POSITIVE, force));
  }
  return reports;
}

function checkHeuristics(options: Options, force: boolean, update: boolean): Report[] {
  const allowed = ['interval', 'mode', 'sync_timeout', 'timeout'];
  const unknown = [...options.keys()].filter((name) => !allowed.includes(name) && !name.startsWith('exec_'));
  const reports: Report[] = [];
  if (unknown.length > 0) {
    const list = unknown.length === 1 ? `option ${quoteList(unknown)}` : `options: ${quoteList(unknown)}`;
    reports.push(
      overridable(
        `invalid heuristics ${list}, allowed options are: ${quoteList(allowed)} and options matching patterns: 'exec_NAME'`,
        force,
      ),
    );
  }
  const mode = options.get('mode');
  if (mode !== undefined && !(update && mode === '') && !['off', 'on', 'sync'].includes(mode)) {
    reports.push(badValue('mode', mode, ['off', 'on', 'sync'], force));
  }
  for (const name of ['interval', 'sync_timeout', 'timeout']) {
    const value = options.get(name);
    if (value === undefined || (update && value === '') || isPositiveInteger(value)) continue;
    reports.push(badValue(name, value, POSITIVE, force));
  }
  return reports;
}

function checkModel(pcs: Pcs, model: string, options: Options, conf: CorosyncConf, update: boolean): void {
  const { force } = pcs.options;
  if (model === 'net') {
    pcs.report(
      ...checkNet(
        options,
        conf.nodes.map((node) => node.nodeId),
        force,
        update,
      ),
    );
    return;
  }
  if (!update) pcs.report(badValue('model', model, ['net'], force));
}

/** Heuristics that are on without a program to run do nothing. */
function warnIdle(pcs: Pcs, heuristics: Options): void {
  const on = ['on', 'sync'].includes(heuristics.get('mode') ?? '');
  if (on && ![...heuristics.keys()].some((name) => name.startsWith('exec_'))) {
    pcs.warn('No exec_NAME options are specified, so heuristics are effectively disabled');
  }
}

const inOrder = (options: Options): [string, string][] =>
  [...options].filter(([, value]) => value !== '').sort(([first], [second]) => compareText(first, second));

export async function add(pcs: Pcs, args: string[]): Promise<void> {
  const request = parse(args, true);
  const model = request.model as string;
  const conf = loadQuorumConf(pcs);
  if (conf.device) throw new LibraryFailure([error('quorum device is already defined')]);
  checkModel(pcs, model, request.modelOptions, conf, false);
  pcs.report(...checkGeneric(request.generic, pcs.options.force, false));
  pcs.report(...checkHeuristics(request.heuristics, pcs.options.force, false));
  pcs.stopOnErrors();
  const device = newSection('device', inOrder(request.generic));
  device.values.push(['model', model]);
  if (model === 'net' && request.modelOptions.get('algorithm') === 'ffsplit') device.values.push(['votes', '1']);
  device.sections.push(newSection(model, inOrder(request.modelOptions)));
  if (request.heuristics.size > 0) {
    device.sections.push(newSection('heuristics', inOrder(request.heuristics)));
    warnIdle(pcs, request.heuristics);
  }
  const quorum = conf.section('quorum');
  for (const name of [
    'allow_downscale',
    'auto_tie_breaker',
    'last_man_standing',
    'last_man_standing_window',
    'two_node',
    'wait_for_all',
  ]) {
    if (name !== 'wait_for_all') setValue(quorum, name, undefined);
  }
  quorum.sections.push(device);
  conf.updateTwoNode();
  await saveQuorumConf(pcs, conf, false);
}

function requireDevice(conf: CorosyncConf): ConfigSection {
  const { device } = conf;
  if (!device) throw new LibraryFailure([error('no quorum device is defined in this cluster')]);
  return device;
}

export async function remove(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const conf = loadQuorumConf(pcs);
  requireDevice(conf);
  for (const quorum of sectionsOf(conf.config, 'quorum')) {
    quorum.sections = quorum.sections.filter((section) => section.name !== 'device');
  }
  conf.updateTwoNode();
  await saveQuorumConf(pcs, conf, false);
}

export async function removeHeuristics(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const conf = loadQuorumConf(pcs);
  const device = requireDevice(conf);
  device.sections = device.sections.filter((section) => section.name !== 'heuristics');
  await saveQuorumConf(pcs, conf, false);
}

export async function update(pcs: Pcs, args: string[]): Promise<void> {
  const request = parse(args, false);
  if (args.length === 0) throw new BadCall();
  const conf = loadQuorumConf(pcs);
  const device = requireDevice(conf);
  const model = new Map(device.values).get('model') ?? '';
  checkModel(pcs, model, request.modelOptions, conf, true);
  pcs.report(...checkGeneric(request.generic, pcs.options.force, true));
  pcs.report(...checkHeuristics(request.heuristics, pcs.options.force, true));
  pcs.stopOnErrors();
  change(device, request.generic);
  change(subsection(device, model), request.modelOptions);
  if (request.heuristics.size > 0) {
    const heuristics = subsection(device, 'heuristics');
    change(heuristics, request.heuristics);
    warnIdle(pcs, new Map(heuristics.values));
  }
  await saveQuorumConf(pcs, conf, true);
}

function subsection(device: ConfigSection, name: string): ConfigSection {
  const found = sectionsOf(device, name).at(-1);
  if (found) return found;
  const made = newSection(name);
  device.sections.push(made);
  return made;
}

function change(section: ConfigSection, options: Options): void {
  for (const [name, value] of [...options].sort(([first], [second]) => compareText(first, second))) {
    setValue(section, name, value === '' ? undefined : value);
  }
}
