import { type Completer, type CompletionTable, operandsBefore } from '../../shell/completion';
import { domains } from './domains';
import { commands } from './virsh';

/** What stands where: domains, networks, snapshots. Values of options are left to the user. */
const virsh: Completer = (context) => {
  const { world, current, machine } = context;
  const [verb, domain] = operandsBefore(context);
  if (verb === undefined)
    return current.startsWith('-') ? ['--connect', '--help', '--quiet', '--version'] : Object.keys(commands);
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (!command) return [];
  const before = context.words.at(-2);
  const wanted =
    before === '--domain' || before === '--network' || before === '--snapshotname' ? before.slice(2) : null;
  if (wanted === null && current.startsWith('-')) return command.spec.flags.map((flag) => `--${flag}`);
  const position = command.spec.data[operandsBefore(context).length - 1];
  switch (wanted ?? position) {
    case 'domain':
      return domains(world).map((guest) => guest.name);
    case 'network':
      return Object.keys(world.networks);
    case 'snapshotname':
      return machine.kind === 'hypervisor'
        ? (world.machines[domain ?? '']?.snapshots ?? []).map(({ name }) => name)
        : [];
    case 'file':
      return undefined;
    default:
      return [];
  }
};

export const completions: CompletionTable = { virsh };
