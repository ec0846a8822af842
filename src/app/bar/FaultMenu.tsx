import type { PublicView } from '../../engine/view';
import { useMessages } from '../messages';
import type { Messages } from '../messages/en';
import { act } from '../state/actions';
import { clusterNetwork } from '../state/cluster';
import { useSession } from '../state/session';
import { BoltIcon } from './icons';
import { MenuButton } from './MenuButton';
import type { MenuItem } from './PopupMenu';

/** What can be broken with one click. */
export function faultItems(view: PublicView, words: Messages): MenuItem[] {
  const network = clusterNetwork(view);
  const guests = Object.values(view.machines).filter(({ kind }) => kind === 'guest');
  const half = guests.slice(0, Math.floor(guests.length / 2)).map(({ name }) => name);
  const running = guests.filter(({ power }) => power === 'running');
  const items: MenuItem[] = running.map((machine, index) => ({
    label: words.faults.powerOff(machine.name),
    danger: true,
    act: () => act.power(machine.name, 'off'),
    ...(index === 0 && { heading: words.power.off }),
  }));
  items.push(
    ...running.map((machine, index) => ({
      label: words.faults.crash(machine.name),
      danger: true,
      act: () => act.power(machine.name, 'crash'),
      ...(index === 0 && { heading: words.power.crash }),
    })),
  );
  if (network) {
    items.push({
      heading: network,
      label: words.faults.split,
      note: words.faults.splitHint(half.join(', ')),
      act: () => act.fault({ kind: 'split', network, island: half }),
    });
  }
  items.push({ label: words.faults.heal, act: () => act.fault({ kind: 'heal' }) });
  return items;
}

export function FaultMenu() {
  const words = useMessages();
  const faults = useSession((session) => session.view.faults.length);
  return (
    <MenuButton
      label={words.faults.menu}
      title={faults > 0 ? words.faults.inForce(faults) : words.faults.none}
      items={() => faultItems(useSession.getState().view, words)}
    >
      <BoltIcon />
      <span className="wide-only">{words.faults.menu}</span>
      {faults > 0 && <span className="count-badge">{faults}</span>}
    </MenuButton>
  );
}
