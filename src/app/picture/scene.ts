import type { MachineState, MachineView, PublicView } from '../../engine/view';
import { clusterNetwork, clusterPicture, type Island } from '../state/cluster';

/** Size of a card, in CSS pixels. */
export const CARD = { width: 132, height: 62 } as const;
/** Height of one network rail, and of the row of names above them. */
export const RAIL = { height: 26, head: 20, label: 64 } as const;
/** How far a partition pulls its islands apart, as a share of the ring's radius. */
const PULL = 0.14;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Card extends Point {
  readonly machine: MachineView;
  readonly state: MachineState;
  readonly isDc: boolean;
}

/** The outline around machines that agree on a membership. */
export interface Hull {
  readonly id: string;
  readonly points: readonly Point[];
  readonly centre: Point;
  /** Lies in the upper half of the box. */
  readonly isUpper: boolean;
  readonly quorate: boolean;
  readonly votes: number;
  readonly expected: number;
}

/** What two machines have to say to each other over the cluster's network. */
export interface Link {
  readonly id: string;
  readonly network: string;
  readonly from: Card;
  readonly to: Card;
  readonly state: 'up' | 'cut' | 'idle';
}

export interface Plug extends Point {
  readonly machine: string;
  readonly nic: string;
  readonly network: string;
  readonly state: 'up' | 'down' | 'unplugged';
  readonly title: string;
}

interface Rail {
  readonly network: string;
  readonly y: number;
  readonly active: boolean;
  readonly plugs: readonly Plug[];
}

export interface Scene {
  readonly cards: readonly Card[];
  readonly hulls: readonly Hull[];
  readonly links: readonly Link[];
  readonly rails: readonly Rail[];
  readonly columns: readonly { readonly machine: string; readonly x: number; readonly y: number }[];
}

/** Places everything of a view in a box. */
export function sceneOf(view: PublicView, width: number, height: number): Scene {
  const { islands, outside, hosts } = clusterPicture(view);
  const networks = Object.values(view.networks);
  const railsHeight = RAIL.head + networks.length * RAIL.height + 10;
  const top = Math.max(180, height - railsHeight);
  const cards = placeCards(islands, outside, width, top);
  const byName = new Map(cards.map((card) => [card.machine.name, card]));
  const hulls = islands.flatMap((island) => hullOf(island, byName, top / 2));
  const machines = [...hosts, ...Object.values(view.machines).filter(({ kind }) => kind === 'guest')].filter(
    ({ nics }) => nics.some(({ network }) => network !== null && network in view.networks),
  );
  return {
    cards,
    hulls,
    links: linksOf(view, cards),
    ...railsOf(networks, machines, width, top),
  };
}

function placeCards(
  islands: readonly Island[],
  outside: readonly MachineView[],
  width: number,
  height: number,
): Card[] {
  const seats = [
    ...islands.flatMap((island) => [...island.members].sort(byName).map((machine) => ({ machine, island }))),
    ...[...outside].sort(byName).map((machine) => ({ machine, island: null })),
  ];
  const parted = islands.length > 1;
  const pull = parted ? 1 - PULL : 1;
  const rx = Math.max(0, width / 2 - CARD.width / 2 - 14) * pull;
  const ry = Math.max(0, height / 2 - CARD.height / 2 - 18) * pull;
  const angles = seats.map((_, index) => angleOf(index, seats.length));
  // Four seats are the corners of the box, not the middles of its sides.
  const corner = seats.length === 4 ? Math.SQRT2 : 1;
  return seats.map(({ machine, island }, index) => {
    const angle = angles[index] ?? 0;
    const away = island && parted ? islandDirection(island, seats, angles) : { x: 0, y: 0 };
    return {
      machine,
      state: machine.state,
      isDc: machine.cluster !== null && machine.cluster.dc === machine.cluster.nodeName,
      x: width / 2 + Math.cos(angle) * rx * corner + away.x * rx * PULL,
      y: height / 2 + Math.sin(angle) * ry * corner + away.y * ry * PULL,
    };
  });
}

const byName = (a: MachineView, b: MachineView): number => a.name.localeCompare(b.name, 'en', { numeric: true });

function angleOf(index: number, seats: number): number {
  const first = seats === 4 ? (-3 * Math.PI) / 4 : -Math.PI / 2;
  return first + (index * 2 * Math.PI) / Math.max(1, seats);
}

function islandDirection(
  island: Island,
  seats: readonly { island: Island | null }[],
  angles: readonly number[],
): Point {
  const mine = angles.filter((_, index) => seats[index]?.island === island);
  const x = mine.reduce((sum, angle) => sum + Math.cos(angle), 0) / Math.max(1, mine.length);
  const y = mine.reduce((sum, angle) => sum + Math.sin(angle), 0) / Math.max(1, mine.length);
  const length = Math.hypot(x, y);
  return length < 0.01 ? { x: 0, y: 0 } : { x: x / length, y: y / length };
}

function hullOf(island: Island, cards: ReadonlyMap<string, Card>, middle: number): Hull[] {
  const members = island.members.flatMap(({ name }) => cards.get(name) ?? []);
  if (members.length === 0) return [];
  const corners = members.flatMap(({ x, y }) => {
    const [w, h] = [CARD.width / 2, CARD.height / 2];
    return [
      { x: x - w, y: y - h },
      { x: x + w, y: y - h },
      { x: x + w, y: y + h },
      { x: x - w, y: y + h },
    ];
  });
  const { belief } = island;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const centre = { x: mean(members.map(({ x }) => x)), y: mean(members.map(({ y }) => y)) };
  return [
    {
      id: members.map(({ machine }) => machine.name).join('+'),
      points: convexHull(corners),
      centre,
      isUpper: centre.y < middle,
      quorate: belief.quorate,
      votes: belief.votes,
      expected: belief.expectedVotes,
    },
  ];
}

/** Andrew's monotone chain. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half([...sorted].reverse())];
}

const turn = (a: Point, b: Point, c: Point): number => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

function linksOf(view: PublicView, cards: readonly Card[]): Link[] {
  const network = clusterNetwork(view);
  if (!network) return [];
  const isCut = (a: string, b: string) =>
    view.faults.some(
      (fault) =>
        fault.verdict === 'drop' &&
        (fault.network === null || fault.network === network) &&
        ((matches(fault.from, a) && matches(fault.to, b)) || (matches(fault.from, b) && matches(fault.to, a))),
    );
  const links: Link[] = [];
  for (const [index, from] of cards.entries()) {
    for (const to of cards.slice(index + 1)) {
      const [a, b] = [from.machine.name, to.machine.name];
      const state = isCut(a, b)
        ? 'cut'
        : carries(from.machine, network) && carries(to.machine, network)
          ? 'up'
          : 'idle';
      links.push({ id: [a, b].sort().join(':'), network, from, to, state });
    }
  }
  return links;
}

const matches = (pattern: string | null, name: string): boolean => pattern === null || pattern === name;

function carries(machine: MachineView, network: string): boolean {
  return machine.nics.some((nic) => nic.network === network && nic.plugged && nic.up && nic.addresses.length > 0);
}

function railsOf(
  networks: readonly PublicView['networks'][string][],
  machines: readonly MachineView[],
  width: number,
  top: number,
) {
  const space = width - RAIL.label - 24;
  const step = space / Math.max(1, machines.length);
  const xOf = (index: number) => RAIL.label + 12 + step * (index + 0.5);
  const rails = networks.map((network, row): Rail => {
    const y = top + RAIL.head + row * RAIL.height + RAIL.height / 2;
    const plugs = machines.flatMap((machine, index) =>
      machine.nics
        .filter((nic) => nic.network === network.name)
        .map((nic): Plug => {
          const state = !nic.plugged ? 'unplugged' : nic.up && machine.power === 'running' ? 'up' : 'down';
          const title = [nic.name, ...nic.addresses].join(' ');
          return { machine: machine.name, nic: nic.name, network: network.name, x: xOf(index), y, state, title };
        }),
    );
    return { network: network.name, y, active: network.active, plugs };
  });
  const columns = machines.map((machine, index) => ({ machine: machine.name, x: xOf(index), y: top + 10 }));
  return { rails, columns };
}
