import type { PowerAction } from '../../engine/protocol';
import type { MachineView } from '../../engine/view';
import type { MenuItem } from '../bar/PopupMenu';
import type { Messages } from '../messages/en';
import { act } from '../state/actions';

const ACTIONS: Partial<Record<MachineView['power'], readonly PowerAction[]>> = {
  off: ['on'],
  crashed: ['reset', 'off'],
  running: ['shutdown', 'reboot', 'off', 'reset', 'crash'],
};
const HARMFUL: readonly PowerAction[] = ['off', 'reset', 'crash'];

/** What the power button of a machine offers now. */
export function powerItems(machine: MachineView, words: Messages): MenuItem[] {
  return (ACTIONS[machine.power] ?? ['off', 'reset']).map((action) => ({
    label: words.power[action],
    danger: HARMFUL.includes(action) && machine.power !== 'crashed',
    act: () => act.power(machine.name, action),
  }));
}
