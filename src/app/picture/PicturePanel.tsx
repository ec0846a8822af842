import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { ListIcon } from '../bar/icons';
import { PopupMenu } from '../bar/PopupMenu';
import { useMessages } from '../messages';
import { act } from '../state/actions';
import { clusterPicture } from '../state/cluster';
import { healthOf } from '../state/health';
import { useSession } from '../state/session';
import { textWidth } from './chips';
import { drawPicture } from './draw';
import type { PictureActions } from './drawing';
import { Facts } from './Facts';
import { MachineList } from './MachineList';
import { powerItems } from './power';
import { sceneOf } from './scene';
import '../styles/resources.css';

const WhyPanel = lazy(() => import('../why/WhyPanel'));

/** Beyond this width and height (CSS pixels) the drawing grows with its box, so far. */
const SCALE_FROM = 520;
const SCALE_MAX = 1.5;

const stillMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** The picture of the cluster, or the same as a list. */
export function PicturePanel() {
  const words = useMessages();
  const [asList, setAsList] = useState(false);
  const selection = useSession((session) => session.selection);
  const selected = selection !== null && 'machine' in selection ? selection.machine : null;
  const resource = selection?.kind === 'resource' ? selection.resource : null;
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
      {resource === null && <Notice />}
      {empty ? (
        <p className="empty">{words.picture.nothing}</p>
      ) : asList ? (
        <MachineList />
      ) : (
        <Drawing selected={selected} resource={resource} showList={() => setAsList(true)} />
      )}
      {selected !== null && <Facts machine={selected} />}
      {resource !== null && (
        <Suspense>
          <WhyPanel resource={resource} />
        </Suspense>
      )}
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
  const { running, of, failed } = healthOf(view.resources);
  return (
    <span>
      {words.picture.members(first.belief.members.length)}
      {of > 0 && (
        <>
          {' · '}
          <span className={running < of ? 'is-warn' : 'is-good'}>{words.resource.running(running, of)}</span>
        </>
      )}
      {failed > 0 && (
        <>
          {' · '}
          <span className="is-bad">{words.resource.needLook(failed)}</span>
        </>
      )}
    </span>
  );
}

/** What keeps all resources from running; or how to get the first one. */
function Notice() {
  const words = useMessages().resource;
  const view = useSession((session) => session.view);
  const { islands } = clusterPicture(view);
  const first = Object.values(view.resources).find(({ idle }) => idle !== null) ?? Object.values(view.resources)[0];
  if (view.hold !== null && first)
    return (
      <p className="picture-notice is-hold">
        {words.hold[view.hold]}{' '}
        <button
          type="button"
          className="quiet-button"
          onClick={() => useSession.setState({ selection: { kind: 'resource', resource: first.id } })}
        >
          {words.what}
        </button>
      </p>
    );
  if (first || !islands.some(({ belief }) => belief.dc !== null)) return null;
  return (
    <p className="picture-notice">
      {words.none} <code>pcs resource create r1 ocf:pacemaker:Dummy</code>
    </p>
  );
}

function Drawing(props: { selected: string | null; resource: string | null; showList: () => void }) {
  const { selected, resource, showList } = props;
  const words = useMessages();
  const view = useSession((session) => session.view);
  const box = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [menu, setMenu] = useState<{ machine: string; x: number; y: number } | null>(null);
  const { machines, networks, resources, faults } = view;
  // A large picture is for a lecture: everything in it is larger.
  const scale = Math.max(1, Math.min(SCALE_MAX, size.width / SCALE_FROM, size.height / SCALE_FROM));
  const trayLabel = textWidth(words.resource.tray, 11) + 10;
  // Only what is drawn may draw again: the clock ticks twenty times a second.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scene depends on these parts of the view
  const scene = useMemo(
    () => sceneOf(view, size.width / scale, size.height / scale, { selected: resource, trayLabel }),
    [machines, networks, resources, faults, size, resource, trayLabel],
  );

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
      selectResource: (id) => useSession.setState({ selection: { kind: 'resource', resource: id } }),
      showAll: (machine) => {
        if (machine === null) showList();
        else useSession.setState({ selection: { kind: 'machine', machine } });
      },
      openTerminal: act.showTerminal,
      powerMenu: (machine, at) => setMenu({ machine, ...at }),
      toggleLink: ({ network, from, to, state }) =>
        act.fault({ kind: 'link', network, from: from.machine.name, to: to.machine.name, cut: state !== 'cut' }),
      toggleCable: ({ machine, nic, state }) =>
        act.fault({ kind: 'cable', machine, nic, plugged: state === 'unplugged' }),
    };
    drawPicture(svg.current, scene, {
      words,
      actions,
      selected,
      selectedResource: resource,
      still: stillMotion.matches,
    });
  }, [scene, words, selected, resource, showList, size]);

  const machine = menu ? machines[menu.machine] : undefined;
  return (
    <div className="picture-box" ref={box}>
      {/* biome-ignore lint/a11y/useSemanticElements: an svg can't be a fieldset */}
      <svg
        ref={svg}
        width={size.width}
        height={size.height}
        viewBox={`0 0 ${size.width / scale} ${size.height / scale}`}
        role="group"
        aria-label={words.landmarks.picture}
      />
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
