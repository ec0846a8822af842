import type { MachineState, MachineView, PublicView } from '../../engine/view';
import { clusterNetwork, clusterPicture, type Island } from '../state/cluster';
import { CHIP, type Chip, type More, type Stack, stackOn, trayOf } from './chips';

/** Sizes of a card in CSS pixels: its face, in full and where there is little room, and its width by how many there are. */
export const CARD = { face: 62, low: 24, wide: 164, widest: 196, narrow: 132 } as const;
/** Height of one network rail, and of the row of names above them. */
export const RAIL = { height: 26, head: 20, label: 64 } as const;
/** How far a partition pulls its islands apart, as a share of the ring's radius. */
const PULL = 0.14;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Its point is the middle of its face and all that is docked to it. */
export interface Card extends Point {
  readonly machine: MachineView;
  readonly width: number;
  readonly height: number;
  /** Height of the part above the chips. */
  readonly face: number;
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
  /** Where there is room for words between its cards; null: nowhere. */
  readonly gap: number | null;
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
  /** All of them in the picture's coordinates, what is docked to cards and what lies in the tray. */
  readonly chips: readonly Chip[];
  readonly more: readonly More[];
  /** Where what isn't running lies; null when everything runs. */
  readonly tray: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null;
  readonly rails: readonly Rail[];
  readonly columns: readonly { readonly machine: string; readonly x: number; readonly y: number }[];
}

/** What is tried, in the order of preference: the first that shows everything is taken. */
const FORMATS = [
  { rails: true, isLow: false, isClose: false },
  { rails: true, isLow: true, isClose: false },
  { rails: false, isLow: false, isClose: false },
  { rails: false, isLow: true, isClose: false },
  { rails: false, isLow: true, isClose: true },
] as const;
type Format = (typeof FORMATS)[number];
/** The rails are worth showing from this height on. */
const RAILS_FROM = 300;
/** Below this height of the ring the cards stand close, without words between them. */
const CLOSE_BELOW = 215;

export interface SceneOptions {
  /** Stays in sight where not everything has room. */
  readonly selected?: string | null;
  /** Width of the words before what isn't running. */
  readonly trayLabel?: number;
}

/** Places everything of a view in a box. */
export function sceneOf(view: PublicView, width: number, height: number, options: SceneOptions = {}): Scene {
  const { islands, outside, hosts } = clusterPicture(view);
  const seats = seatsOf(islands, outside);
  const networks = Object.values(view.networks);
  const tries = FORMATS.filter(({ rails }) => !rails || height >= RAILS_FROM).map((format) => {
    const railsHeight = format.rails && networks.length > 0 ? RAIL.head + networks.length * RAIL.height + 10 : 0;
    const tray = trayOf(view.resources, options.trayLabel ?? 0, width - 24, format.isLow ? 1 : 2);
    const trayHeight = tray.height === 0 ? 0 : tray.height + 10;
    const top = Math.max(100, height - railsHeight - trayHeight);
    const cards = placeCards(view, seats, islands, { width, height: top, format, first: options.selected ?? null });
    return { format, tray, trayHeight, top, cards };
  });
  const shows = (test: (stack: Stack) => boolean) => tries.find(({ cards }) => cards.every(({ stack }) => test(stack)));
  const best = shows(({ isWhole }) => isWhole) ?? shows(({ more }) => more === null) ?? tries.at(-1);
  if (!best) throw new RangeError('a picture without a format');
  const { format, tray, trayHeight, top, cards } = best;
  const byName = new Map(cards.map((card) => [card.machine.name, card]));
  const machines = [...hosts, ...Object.values(view.machines).filter(({ kind }) => kind === 'guest')].filter(
    ({ nics }) => nics.some(({ network }) => network !== null && network in view.networks),
  );
  const docked = cards.map((card) =>
    moved(card.stack, card.x - card.width / 2, card.y - card.height / 2 + card.face, card.face),
  );
  const lying = moved(tray, 12, top + 5);
  const rails = format.rails ? { networks, machines } : { networks: [], machines: [] };
  return {
    cards,
    hulls: islands.flatMap((island) => hullOf(island, byName, top / 2)),
    links: linksOf(view, cards),
    chips: [...docked, lying].flatMap(({ chips }) => chips),
    more: [...docked, lying].flatMap(({ more }) => more ?? []),
    tray: tray.height === 0 ? null : { x: 6, y: top, width: width - 12, height: trayHeight - 3 },
    ...railsOf(rails.networks, rails.machines, width, top + trayHeight),
  };
}

/** Puts a stack in its place below a card's face of that height; the count of the rest stands in the face. */
function moved(stack: Stack, x: number, y: number, face = 0): Stack {
  const by = <T extends Point>(each: T, up = 0): T => ({ ...each, x: each.x + x, y: each.y + y - up });
  const up = face === 0 ? 0 : face - (face < 40 ? 2 : 5);
  return {
    ...stack,
    chips: stack.chips.map((chip) => by(chip)),
    more: stack.more && by(stack.more, stack.more.inFace ? up : 0),
  };
}

interface Seat {
  readonly machine: MachineView;
  readonly island: Island | null;
}

function seatsOf(islands: readonly Island[], outside: readonly MachineView[]): Seat[] {
  return [
    ...islands.flatMap((island) => [...island.members].sort(byName).map((machine) => ({ machine, island }))),
    ...[...outside].sort(byName).map((machine) => ({ machine, island: null })),
  ];
}

interface StackedCard extends Card {
  readonly stack: Stack;
}

/** Gives the stacks as much room as they need, or as there is without a card upon another. */
function placeCards(
  view: PublicView,
  seats: readonly Seat[],
  islands: readonly Island[],
  box: { width: number; height: number; format: Format; first: string | null },
): StackedCard[] {
  const { width, height, format, first } = box;
  const isClose = format.isClose || height < CLOSE_BELOW;
  const half = (width - 44) / 2;
  const cardWidth = seats.length > 4 ? CARD.narrow : Math.min(half, format.isLow ? CARD.widest : CARD.wide);
  const columns = cardWidth > CARD.wide ? 2 : 1;
  const face = format.isLow ? CARD.low : CARD.face;
  let cards: StackedCard[] = [];
  for (let room = height; room > 0; room -= 6) {
    const stacks = seats.map(({ machine }) =>
      stackOn(view.resources, machine.name, { width: cardWidth, columns, room, first }),
    );
    cards = seatCards(seats, stacks, islands, { width, height, cardWidth, face, edge: isClose ? 13 : 18 });
    if (!overlapping(cards, isClose ? 8 : 27)) break;
    if (stacks.every((stack) => stack.height <= CHIP.height + CHIP.gap)) break;
  }
  return cards;
}

const isFull = ({ height }: Stack): boolean => height > 0;

/** Whether two cards come nearer to each other than is good to look at. */
function overlapping(cards: readonly Card[], between: number): boolean {
  return cards.some((a, index) =>
    cards
      .slice(index + 1)
      .some(
        (b) =>
          Math.abs(a.x - b.x) < (a.width + b.width) / 2 + 4 &&
          Math.abs(a.y - b.y) < (a.height + b.height) / 2 + between,
      ),
  );
}

interface Measures {
  readonly width: number;
  readonly height: number;
  readonly cardWidth: number;
  readonly face: number;
  /** Room at the outer side of the ring. */
  readonly edge: number;
}

function seatCards(
  seats: readonly Seat[],
  stacks: readonly Stack[],
  islands: readonly Island[],
  { width, height, cardWidth, face, edge }: Measures,
): StackedCard[] {
  const parted = islands.length > 1;
  const pull = parted ? 1 - PULL : 1;
  const rx = Math.max(0, width / 2 - cardWidth / 2 - 14) * pull;
  const angles = seats.map((_, index) => angleOf(index, seats.length));
  // Four seats are the corners of the box, not the middles of its sides.
  const corner = seats.length === 4 ? Math.SQRT2 : 1;
  const heights = stacks.map((stack) => face + stack.height + (isFull(stack) ? 5 : 0));
  const rowOf = (index: number) => Math.round(Math.sin(angles[index] ?? 0) * 100);
  return seats.map(({ machine, island }, index) => {
    const angle = angles[index] ?? 0;
    // Each row of the ring is as high as the card in it that has most to carry.
    const tallest = Math.max(...heights.filter((_, other) => rowOf(other) === rowOf(index)));
    const ry = Math.max(0, height / 2 - tallest / 2 - edge) * pull;
    const away = island && parted ? islandDirection(island, seats, angles) : { x: 0, y: 0 };
    const stack = stacks[index] ?? { chips: [], more: null, height: 0, isWhole: true };
    const own = heights[index] ?? face;
    const y = height / 2 + Math.sin(angle) * ry * corner + away.y * ry * PULL;
    return {
      machine,
      stack,
      width: cardWidth,
      height: own,
      face,
      state: machine.state,
      isDc: machine.cluster !== null && machine.cluster.dc === machine.cluster.nodeName,
      x: width / 2 + Math.cos(angle) * rx * corner + away.x * rx * PULL,
      // Faces of a row stand in a line, whatever is docked below them.
      y: y - tallest / 2 + own / 2,
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
  const corners = members.flatMap(({ x, y, width, height }) => {
    const [w, h] = [width / 2, height / 2];
    return [
      { x: x - w, y: y - h },
      { x: x + w, y: y - h },
      { x: x + w, y: y + h },
      { x: x - w, y: y + h },
    ];
  });
  const { belief } = island;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const centre = {
    x: mean(members.map(({ x }) => x)),
    y: (Math.min(...corners.map(({ y }) => y)) + Math.max(...corners.map(({ y }) => y))) / 2,
  };
  return [
    {
      id: members.map(({ machine }) => machine.name).join('+'),
      points: convexHull(corners),
      centre,
      isUpper: centre.y < middle,
      gap: gapBetween(members),
      quorate: belief.quorate,
      votes: belief.votes,
      expected: belief.expectedVotes,
    },
  ];
}

/** The middle of the widest gap between the rows of cards. */
function gapBetween(cards: readonly Card[]): number | null {
  const rows = cards
    .map(({ y, height }) => ({ from: y - height / 2, to: y + height / 2 }))
    .sort((a, b) => a.from - b.from);
  let [widest, middle, end]: [number, number | null, number] = [24, null, rows[0]?.to ?? 0];
  for (const { from, to } of rows) {
    if (from - end > widest) [widest, middle] = [from - end, (from + end) / 2];
    end = Math.max(end, to);
  }
  return middle;
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
