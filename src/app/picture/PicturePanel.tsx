import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { ListIcon } from '../bar/icons';
import { PopupMenu } from '../bar/PopupMenu';
import { useMessages } from '../messages';
import { act } from '../state/actions';
import { clusterPicture } from '../state/cluster';
import { useSession } from '../state/session';
import { drawPicture, type PictureActions } from './draw';
import { Facts } from './Facts';
import { MachineList } from './MachineList';
import { powerItems } from './power';
import { sceneOf } from './scene';

const stillMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** The picture of the cluster, or the same as a list. */
export function PicturePanel() {
  const words = useMessages();
  const [asList, setAsList] = useState(false);
  const selected = useSession((session) => session.selection?.machine ?? null);
  const empty = useSession((session) => Object.keys(session.view.machines).length === 0);
  return (
    <section className="picture-panel" aria-label={words.landmarks.picture}>
      <header className="picture-head">
        <Summary />
        <button
          type="button"
          className="bar-button picture-switch"
          aria-pressed={asList}
          onClick={() => setAsList(!asList)}
        >
          <ListIcon />
          <span>{asList ? words.picture.asPicture : words.picture.asList}</span>
        </button>
      </header>
      {empty ? (
        <p className="empty">{words.picture.nothing}</p>
      ) : asList ? (
        <MachineList />
      ) : (
        <Drawing selected={selected} />
      )}
      {selected !== null && <Facts machine={selected} />}
    </section>
  );
}

/** The cluster in a word: none, how many members, how many partitions. */
function Summary() {
  const words = useMessages();
  const view = useSession((session) => session.view);
  const { islands } = clusterPicture(view);
  const [first] = islands;
  if (!first) return <span>{words.picture.noCluster}</span>;
  if (islands.length > 1) return <span className="is-bad">{words.status.partitions(islands.length)}</span>;
  return <span>{words.picture.members(first.belief.members.length)}</span>;
}

function Drawing({ selected }: { selected: string | null }) {
  const words = useMessages();
  const view = useSession((session) => session.view);
  const box = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [menu, setMenu] = useState<{ machine: string; x: number; y: number } | null>(null);
  const { machines, networks, faults } = view;
  // Only what is drawn may draw again: the clock ticks twenty times a second.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scene depends on these parts of the view
  const scene = useMemo(() => sceneOf(view, size.width, size.height), [machines, networks, faults, size]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (!svg.current || size.width === 0) return;
    const actions: PictureActions = {
      select: (machine) => useSession.setState({ selection: { kind: 'machine', machine } }),
      openTerminal: act.showTerminal,
      powerMenu: (machine, at) => setMenu({ machine, ...at }),
      toggleLink: ({ network, from, to, state }) =>
        act.fault({ kind: 'link', network, from: from.machine.name, to: to.machine.name, cut: state !== 'cut' }),
      toggleCable: ({ machine, nic, state }) =>
        act.fault({ kind: 'cable', machine, nic, plugged: state === 'unplugged' }),
    };
    drawPicture(svg.current, scene, { words, actions, selected, still: stillMotion.matches });
  }, [scene, words, selected, size]);

  const machine = menu ? machines[menu.machine] : undefined;
  return (
    <div className="picture-box" ref={box}>
      {/* biome-ignore lint/a11y/useSemanticElements: an svg can't be a fieldset */}
      <svg ref={svg} width={size.width} height={size.height} role="group" aria-label={words.landmarks.picture} />
      {menu && machine && (
        <PopupMenu
          at={menu}
          close={() => setMenu(null)}
          label={words.power.label(menu.machine)}
          items={powerItems(machine, words)}
        />
      )}
    </div>
  );
}
