import type { Process, Program } from '../../../shell/process';
import { connection } from './connection';
import { type Context, isCommand, managerOf, notUnderstood } from './context';
import { device } from './device';
import { general, networking, overview } from './general';
import { USAGE } from './help';
import { fail, NmcliError, type Style, status } from './output';

/** Options with a value; all may be shortened, and `-t` and `--terse` are the same. */
const OPTIONS: readonly { long: string; short: string; value: boolean }[] = [
  { long: 'ask', short: 'a', value: false },
  { long: 'colors', short: 'c', value: true },
  { long: 'escape', short: 'e', value: true },
  { long: 'fields', short: 'f', value: true },
  { long: 'get-values', short: 'g', value: true },
  { long: 'help', short: 'h', value: false },
  { long: 'mode', short: 'm', value: true },
  { long: 'overview', short: 'o', value: false },
  { long: 'pretty', short: 'p', value: false },
  { long: 'show-secrets', short: 's', value: false },
  { long: 'terse', short: 't', value: false },
  { long: 'version', short: 'v', value: false },
  { long: 'wait', short: 'w', value: true },
];

/** An option that ends the run with a text: help or version. */
class Answer extends Error {}

function readOptions(process: Process): { style: Style; rest: string[] } {
  const style: Style = {
    mode: 'tabular',
    terse: false,
    pretty: false,
    escape: true,
    valuesOnly: false,
    fields: null,
    colors: process.stdout.isTerminal,
    wait: null,
    ask: false,
  };
  const rest = process.argv.slice(1);
  while (rest[0]?.startsWith('-') && rest[0] !== '-') {
    const word = rest.shift() ?? '';
    const [name = '', attached] = word.replace(/^--?/, '').split('=');
    const option =
      OPTIONS.find((candidate) => candidate.short === name) ??
      OPTIONS.find((candidate) => name !== '' && candidate.long.startsWith(name));
    if (!option) {
      throw new NmcliError(`Error: Option '${word}' is unknown, try 'nmcli -help'.`, status.invalidInput);
    }
    let value = '';
    if (option.value) {
      const given = attached ?? rest.shift();
      if (given === undefined)
        throw new NmcliError(`Error: missing argument for '${word}' option.`, status.invalidInput);
      value = given;
    }
    apply(style, option.short, value, process);
  }
  return { style, rest };
}

function apply(style: Style, option: string, value: string, process: Process): void {
  const list = () => value.split(',').map((field) => field.trim());
  switch (option) {
    case 't':
      style.terse = true;
      break;
    case 'p':
      style.pretty = true;
      break;
    case 'f':
      style.fields = list();
      break;
    case 'g':
      style.fields = list();
      style.terse = true;
      style.valuesOnly = true;
      break;
    case 'm':
      if (!'tabular'.startsWith(value) && !'multiline'.startsWith(value)) {
        throw new NmcliError(`Error: '${value}' is not a valid argument for '--mode' option.`, status.invalidInput);
      }
      style.mode = 'multiline'.startsWith(value) ? 'multiline' : 'tabular';
      break;
    case 'e':
      style.escape = value !== 'no';
      break;
    case 'c':
      style.colors = value === 'yes' || (value !== 'no' && style.colors);
      break;
    case 'w':
      if (!/^\d+$/.test(value)) {
        throw new NmcliError(`Error: '${value}' is not a valid timeout for '--wait' option.`, status.invalidInput);
      }
      style.wait = Number(value);
      break;
    case 'a':
      style.ask = true;
      break;
    case 'h':
      throw new Answer(USAGE);
    case 'v': {
      const version = process.machine.packages.NetworkManager?.version ?? '1:1.43.5-1.el9';
      throw new Answer(`nmcli tool, version ${version.replace(/^\d+:/, '')}\n`);
    }
  }
}

/** nmcli: the command line of NetworkManager. */
export const nmcli: Program = async (process) => {
  try {
    const { style, rest } = readOptions(process);
    return await dispatch({ process, style }, rest);
  } catch (error) {
    if (error instanceof NmcliError) return fail(process, error);
    if (!(error instanceof Answer)) throw error;
    await process.stdout.write(error.message);
    return 0;
  }
};

async function dispatch(context: Context, args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined) return overview(context);
  if (isCommand(word, 'help')) {
    await context.process.stdout.write(USAGE);
    return 0;
  }
  if (isCommand(word, 'general')) return general(context, rest);
  if (isCommand(word, 'networking')) return networking(context, rest);
  if (isCommand(word, 'connection')) return connection(context, rest);
  if (isCommand(word, 'device')) return device(context, rest);
  if (isCommand(word, 'radio')) return radio(context);
  throw notUnderstood(word);
}

/** There is no radio hardware here. */
async function radio({ process }: Context): Promise<number> {
  managerOf(process.machine);
  await process.stdout.write('WIFI-HW  WIFI     WWAN-HW  WWAN    \nmissing  enabled  missing  enabled \n');
  return 0;
}
