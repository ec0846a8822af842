import type { PublicView } from '../../engine/view';
import { useMessages } from '../messages';
import type { Messages } from '../messages/en';
import { act } from '../state/actions';
import { useSession } from '../state/session';
import { BoltIcon } from './icons';
import { MenuButton } from './MenuButton';
import type { MenuItem } from './PopupMenu';

/** The network that clusters talk over in this view: the one that most guests have an address on, not the default. */
export function clusterNetwork(view: PublicView): string | null {
  const counts = new Map<string, number>();
  for (const machine of Object.values(view.machines)) {
    if (machine.kind !== 'guest') continue;
    for (const nic of machine.nics) {
      if (nic.network && nic.network !== 'default') counts.set(nic.network, (counts.get(nic.network) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? Object.keys(view.networks)[0] ?? null;
}

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
