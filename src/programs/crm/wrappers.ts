import type { Process, Program } from '../../shell/process';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { crmAttribute } from './crm-attribute';
import { crmResource } from './resource';
import { EX, versionText } from './tool';

/** Runs another tool in this process, with other arguments and streams. */
function runAs(
  process: Process,
  program: Program,
  argv: readonly string[],
  overrides: Partial<Process> = {},
): Promise<number> {
  const other: Partial<Record<string | symbol, unknown>> = { ...overrides, argv };
  // All but those belongs to the process itself, whose methods work on nothing else.
  const stand = new Proxy(process, {
    get(target, key) {
      if (key in other) return other[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return program(stand);
}

/** Runs another tool and keeps what it prints. */
async function captureAs(process: Process, program: Program, argv: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const sink = (add: (text: string) => void) => ({ isTerminal: false, write: async (text: string) => add(text) });
  const status = await runAs(process, program, argv, {
    stdout: sink((text) => {
      stdout += text;
    }),
    stderr: sink((text) => {
      stderr += text;
    }),
  });
  return { status, stdout, stderr };
}

const STANDBY: readonly OptionSpec[] = [
  { key: 'help', long: ['help'] },
  { key: 'version', long: ['version'] },
  { key: 'verbose', short: 'V', long: ['verbose'] },
  { key: 'quiet', short: 'qQ', long: ['quiet'] },
  { key: 'query', short: 'G', long: ['query', 'get-value'] },
  { key: 'update', short: 'v', long: ['update', 'attr-value'], value: 'required' },
  { key: 'delete', short: 'D', long: ['delete', 'delete-attr'] },
  { key: 'node', short: 'NU', long: ['node', 'uname', 'node-uname'], value: 'required' },
  { key: 'lifetime', short: 'l', long: ['lifetime'], value: 'required' },
  { key: 'id', short: 'i', long: ['id'], value: 'required' },
  { key: 'inhibit', short: '!', long: ['inhibit-policy-engine'] },
];

const STANDBY_USAGE = `crm_standby - Query, enable, or disable standby mode for a node

Usage: crm_standby <command> [options]

Common options:
 --help                 Show this screen
 --version              Show the version
 -V, --verbose          Tell more
 -q, --quiet            Print the value only

Commands:
 -G, --query            Query the current value of standby mode (on/off)
 -v, --update=VALUE     Set it (on/off)
 -D, --delete           Remove it

Additional Options:
 -N, --node=NODE        This node instead of the local one
 -l, --lifetime=VALUE   Until reboot or forever
 -i, --id=VALUE         The nvpair with this id
`;

/** Screen or version where asked for; a wrong call's message. Null: go on. */
async function preliminaries(
  process: Process,
  name: string,
  specs: readonly OptionSpec[],
  usage: string,
): Promise<ParsedOptions | number> {
  let options: ParsedOptions;
  try {
    options = parseOptions(name, process.argv, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${usage}`);
    return EX.usage;
  }
  if (options.has('help') || options.has('version')) {
    await process.stdout.write(options.has('help') ? usage : versionText());
    return EX.ok;
  }
  return options;
}

/** `crm_standby`: the node attribute `standby`, by way of crm_attribute. */
export const crmStandby: Program = async (process) => {
  const options = await preliminaries(process, 'crm_standby', STANDBY, STANDBY_USAGE);
  if (typeof options === 'number') return options;
  const node = options.value('node');
  const base = ['crm_attribute', '-n', 'standby', ...(node ? ['-N', node] : [])];
  const quiet = options.has('quiet') ? ['-q'] : [];
  const lifetime = options.value('lifetime');
  const value = options.value('update');
  if (value) return runAs(process, crmAttribute, [...base, '-v', value, '-l', lifetime ?? 'forever']);
  if (options.has('delete')) {
    if (lifetime) return runAs(process, crmAttribute, [...base, '-D', '-l', lifetime]);
    const first = await runAs(process, crmAttribute, [...base, '-D', '-l', 'forever']);
    return first === EX.ok ? runAs(process, crmAttribute, [...base, '-D', '-l', 'reboot']) : first;
  }
  if (lifetime) return runAs(process, crmAttribute, [...base, '-G', '-l', lifetime, '-d', 'off', ...quiet]);
  const forever = await captureAs(process, crmAttribute, [...base, '-G', '-l', 'forever', ...quiet]);
  if (forever.status === EX.ok) {
    await process.stdout.write(forever.stdout);
    return EX.ok;
  }
  return runAs(process, crmAttribute, [...base, '-G', '-l', 'reboot', '-d', 'off', ...quiet]);
};

const FAILCOUNT: readonly OptionSpec[] = [
  ...STANDBY.filter((spec) => !['update', 'lifetime', 'id', 'inhibit'].includes(spec.key)),
  { key: 'resource', short: 'r', long: ['resource', 'resource-id'], value: 'required' },
  { key: 'operation', short: 'n', long: ['operation'], value: 'required' },
  { key: 'interval', short: 'I', long: ['interval'], value: 'required' },
  { key: 'update', short: 'v', long: ['update', 'attr-value'], value: 'required' },
];

const FAILCOUNT_USAGE = `Usage: crm_failcount <command> [<options>]
Common options:
 --help                 Show this screen
 --version              Show the version
 -V, --verbose          Tell more
 -q, --quiet            Print the value only

Commands:
 -G, --query            Query the current value of the resource's fail count
 -D, --delete           Delete resource's recorded failures

Additional Options:
 -r, --resource=value   Name of the resource (required)
 -n, --operation=value  This operation only
 -I, --interval=value   Its interval
 -N, --node=value       This node instead of the local one
`;

/** `crm_failcount`: failures of a resource on a node. */
export const crmFailcount: Program = async (process) => {
  const options = await preliminaries(process, 'crm_failcount', FAILCOUNT, FAILCOUNT_USAGE);
  if (typeof options === 'number') return options;
  const resource = options.value('resource');
  const fail = async (message: string): Promise<number> => {
    await process.stderr.write(`error: ${message}\n\n${FAILCOUNT_USAGE}`);
    return EX.usage;
  };
  if (!resource) return fail('resource name required');
  const node = options.value('node') ?? process.machine.pacemaker?.nodeName;
  if (!node) return fail('node name required');
  if (options.has('delete') || options.value('update') !== undefined) {
    const update = options.value('update');
    if (update !== undefined && update !== '0') {
      await process.stderr.write('error: fail counts can only be set to 0\n');
      return EX.usage;
    }
    const operation = options.value('operation');
    const interval = options.value('interval');
    const more = [...(operation ? ['-n', operation] : []), ...(interval ? ['-I', interval] : [])];
    return runAs(process, crmResource, ['crm_resource', '--cleanup', '-N', node, '-r', resource, ...more]);
  }
  return showFailures(process, options, resource, node);
};

/** Sums the attributes of all operations (or of one) up. */
async function showFailures(process: Process, options: ParsedOptions, resource: string, node: string): Promise<number> {
  const operation = options.value('operation');
  const suffix = operation ? `#${operation}_${intervalMs(options.value('interval') ?? '0')}` : '';
  const pattern = operation ? `^fail-count-${resource}${suffix}$` : `^fail-count-${resource}(#|$)`;
  const found = await captureAs(process, crmAttribute, [
    'crm_attribute',
    '-t',
    'status',
    '-N',
    node,
    '-P',
    pattern,
    '-G',
    '-q',
  ]);
  let total: string;
  if (found.stderr.includes('Could not map')) {
    await process.stderr.write(found.stderr);
    total = '';
  } else {
    const values = found.stdout.split('\n').filter((line) => line !== '');
    total = values.includes('INFINITY')
      ? 'INFINITY'
      : String(values.reduce((sum, value) => sum + (Number.parseInt(value, 10) || 0), 0));
  }
  const line = options.has('quiet') ? total : `scope=status  name=fail-count-${resource} value=${total}`;
  await process.stdout.write(`${line}\n`);
  return EX.ok;
}

function intervalMs(text: string): number {
  const found = /^(\d+)\s*(ms|s|m|min|h)?$/.exec(text);
  if (!found) return 0;
  const unit = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[found[2] ?? 's'] ?? 1000;
  return Number(found[1]) * unit;
}
