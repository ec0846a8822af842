/** An option of firewall-cmd: whether it takes a value, and whether the value may be left out. */
interface OptionSpec {
  name: string;
  value: 'none' | 'required' | 'repeated';
  /** Options of this group exclude each other. */
  alone?: boolean;
}

const flag = (names: string, alone = false): OptionSpec[] =>
  names.split(' ').map((name) => ({ name, value: 'none' as const, alone }));
const one = (names: string, alone = false): OptionSpec[] =>
  names.split(' ').map((name) => ({ name, value: 'required' as const, alone }));
const many = (names: string): OptionSpec[] => names.split(' ').map((name) => ({ name, value: 'repeated' as const }));

/** Every option, without its dashes. */
export const OPTIONS: readonly OptionSpec[] = [
  ...flag('help version quiet permanent verbose'),
  ...flag(
    'state reload complete-reload runtime-to-permanent check-config panic-on panic-off query-panic get-default-zone get-zones get-services get-icmptypes get-active-zones list-all-zones get-log-denied get-ipset-types',
    true,
  ),
  ...one(
    'set-default-zone new-zone delete-zone new-service delete-service info-zone info-service path-zone path-service get-zone-of-interface get-zone-of-source set-log-denied',
    true,
  ),
  ...one('zone policy timeout service set-target set-short set-description'),
  ...flag(
    'list-all list-services list-ports list-protocols list-source-ports list-icmp-blocks list-forward-ports list-rich-rules list-interfaces list-sources get-target get-ports',
  ),
  ...flag('add-masquerade remove-masquerade query-masquerade add-forward remove-forward query-forward'),
  ...flag('add-icmp-block-inversion remove-icmp-block-inversion query-icmp-block-inversion get-short get-description'),
  ...many('add-service remove-service query-service add-port remove-port query-port'),
  ...many('add-protocol remove-protocol query-protocol add-source-port remove-source-port query-source-port'),
  ...many('add-icmp-block remove-icmp-block query-icmp-block add-rich-rule remove-rich-rule query-rich-rule'),
  ...many('add-forward-port remove-forward-port query-forward-port'),
  ...many(
    'add-interface remove-interface query-interface change-interface change-zone add-source remove-source query-source change-source',
  ),
];

/** A command line of firewall-cmd. */
export interface Arguments {
  /** Options in the order in which they came, with their values. */
  given: { name: string; value: string | null }[];
}

/** What argparse says of a wrong command line. */
export class ArgumentError extends Error {}

/** Reads a command line as argparse does: beginnings of option names count when they are no other's. */
export function parseArguments(argv: readonly string[]): Arguments {
  const given: Arguments['given'] = [];
  const unknown: string[] = [];
  const queue = argv.slice(1);
  const short: Record<string, string> = { '-h': 'help', '-V': 'version', '-q': 'quiet', '-v': 'verbose' };
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    const known = short[word];
    if (known !== undefined) {
      given.push({ name: known, value: null });
      continue;
    }
    if (!word.startsWith('--') || word === '--') {
      unknown.push(word);
      continue;
    }
    const at = word.indexOf('=');
    const name = at < 0 ? word.slice(2) : word.slice(2, at);
    const option = findOption(name, word);
    if (!option) {
      unknown.push(word);
      continue;
    }
    const attached = at < 0 ? null : word.slice(at + 1);
    if (option.value === 'none') {
      if (attached !== null)
        throw new ArgumentError(`argument --${option.name}: ignored explicit argument '${attached}'`);
      checkAlone(given, option);
      given.push({ name: option.name, value: null });
      continue;
    }
    const value = attached ?? (queue[0] !== undefined && !queue[0].startsWith('-') ? (queue.shift() ?? null) : null);
    if (value === null) throw new ArgumentError(`argument --${option.name}: expected one argument`);
    checkAlone(given, option);
    given.push({ name: option.name, value });
  }
  if (unknown.length > 0) throw new ArgumentError(`unrecognized arguments: ${unknown.join(' ')}`);
  return { given };
}

function findOption(name: string, word: string): OptionSpec | null {
  const exact = OPTIONS.find((option) => option.name === name);
  if (exact) return exact;
  const matches = name === '' ? [] : OPTIONS.filter((option) => option.name.startsWith(name));
  if (matches.length > 1) {
    const names = matches.map((option) => `--${option.name}`).join(', ');
    throw new ArgumentError(`ambiguous option: ${word} could match ${names}`);
  }
  return matches[0] ?? null;
}

/** Options that stand alone aren't taken beside one another. */
function checkAlone(given: Arguments['given'], option: OptionSpec): void {
  if (!option.alone) return;
  const other = given.find(
    ({ name }) => name !== option.name && OPTIONS.some((spec) => spec.name === name && spec.alone),
  );
  if (other) throw new ArgumentError(`argument --${option.name}: not allowed with argument --${other.name}`);
}
