import { type Selection, select } from 'd3-selection';
import 'd3-transition';
import type { MachineState } from '../../engine/view';
import { drawChips, drawTray } from './draw-chips';
import { button, type DrawOptions, duration, type Group, layer } from './drawing';
import { type Card, type Hull, type Link, type Plug, RAIL, type Scene } from './scene';

const SHAPES: Record<MachineState, string> = {
  off: 'M2.5 2.5h7v7h-7z',
  booting: 'M3 2l6.5 4L3 10z',
  stopping: 'M2.5 3h7L6 9.5z',
  paused: 'M3 2h2v8H3zM7 2h2v8H7z',
  crashed: 'M2.5 2.5l7 7M9.5 2.5l-7 7',
  running: 'M6 2.1a3.9 3.9 0 1 0 .01 0z',
  joining: 'M6 2.1a3.9 3.9 0 1 0 .01 0z',
  member: 'M6 1.6a4.4 4.4 0 1 0 .01 0z',
  standby: 'M6 2.1a3.9 3.9 0 0 1 0 7.8z',
  maintenance: 'M6 1.2L10.8 6 6 10.8 1.2 6z',
  unclean: 'M6 1.2L11 10.3H1z',
};

/** Draws a scene into an svg; what stays is moved, what goes is faded. */
export function drawPicture(svg: SVGSVGElement, scene: Scene, options: DrawOptions): void {
  const root = select(svg);
  drawHulls(layer(root, 'hulls'), scene.hulls, options);
  drawLinks(layer(root, 'links'), scene.links, options);
  drawVotes(layer(root, 'votes'), scene.hulls, options);
  drawTray(layer(root, 'tray'), scene, options);
  drawCards(layer(root, 'cards'), scene.cards, options);
  drawChips(layer(root, 'chips'), scene, options);
  drawRails(layer(root, 'rails'), scene, options);
}

/** Below this width a card's face says less. */
const NARROW = 128;

/** Room between the cards and the outline around them. */
const HULL_MARGIN = 11;

/** The outline of a convex hull, a margin outside of it, with round corners. */
function hullPath({ points }: Hull): string {
  const count = points.length;
  const parts = points.map((point, index) => {
    const next = points[(index + 1) % count] ?? point;
    const length = Math.hypot(next.x - point.x, next.y - point.y) || 1;
    const dx = ((next.y - point.y) / length) * HULL_MARGIN;
    const dy = (-(next.x - point.x) / length) * HULL_MARGIN;
    const from = `${(point.x + dx).toFixed(1)},${(point.y + dy).toFixed(1)}`;
    const to = `${(next.x + dx).toFixed(1)},${(next.y + dy).toFixed(1)}`;
    return `${index === 0 ? 'M' : `A${HULL_MARGIN},${HULL_MARGIN} 0 0 1 `}${from}L${to}`;
  });
  const [first] = points;
  const second = points[1] ?? first;
  if (!first || !second) return '';
  const length = Math.hypot(second.x - first.x, second.y - first.y) || 1;
  const dx = ((second.y - first.y) / length) * HULL_MARGIN;
  const dy = (-(second.x - first.x) / length) * HULL_MARGIN;
  return `${parts.join('')}A${HULL_MARGIN},${HULL_MARGIN} 0 0 1 ${(first.x + dx).toFixed(1)},${(first.y + dy).toFixed(1)}Z`;
}

function drawHulls(parent: Group<unknown>, hulls: readonly Hull[], options: DrawOptions): void {
  const groups = parent.selectAll<SVGGElement, Hull>('g.hull').data(hulls, ({ id }) => id);
  groups.exit().transition().duration(duration(options)).style('opacity', 0).remove();
  const entered = groups.enter().append('g').attr('class', 'hull').style('opacity', 0);
  entered.append('path').attr('class', 'hull-edge');
  const all = entered.merge(groups).classed('is-blocked', ({ quorate }) => !quorate);
  all.transition().duration(duration(options)).style('opacity', 1);
  all.select('.hull-edge').attr('d', hullPath);
}

/** The votes of each island, above the links that cross it. */
function drawVotes(parent: Group<unknown>, hulls: readonly Hull[], { words }: DrawOptions): void {
  const texts = parent.selectAll<SVGTextElement, Hull>('text').data(hulls, ({ id }) => id);
  texts.exit().remove();
  texts
    .enter()
    .append('text')
    .merge(texts)
    .attr('class', (hull) => `hull-votes ${hull.gap === null ? 'is-outside' : ''} ${hull.quorate ? '' : 'is-blocked'}`)
    .attr('x', ({ centre }) => centre.x)
    .attr('y', votesLine)
    .style('display', (hull) => (hull.gap === null && hulls.length === 1 ? 'none' : null))
    .text(({ quorate, votes, expected }) =>
      quorate ? words.picture.islandQuorate(votes, expected) : words.picture.islandBlocked(votes, expected),
    );
}

const tops = (hull: Hull): number => Math.min(...hull.points.map(({ y }) => y));
const bottoms = (hull: Hull): number => Math.max(...hull.points.map(({ y }) => y));

/** Where a hull's votes stand: inside, else on the side that looks to the middle of the picture. */
function votesLine(hull: Hull): number {
  if (hull.gap !== null) return hull.gap + 4;
  return hull.isUpper ? bottoms(hull) + HULL_MARGIN + 15 : tops(hull) - HULL_MARGIN - 6;
}

function drawLinks(parent: Group<unknown>, links: readonly Link[], options: DrawOptions): void {
  const { words, actions } = options;
  const groups = parent.selectAll<SVGGElement, Link>('g.link').data(links, ({ id }) => id);
  groups.exit().remove();
  const entered = groups.enter().append('g');
  entered.append('title');
  entered.append('line').attr('class', 'link-line');
  entered.append('line').attr('class', 'link-target');
  entered.append('path').attr('class', 'link-cut').attr('d', 'M-5 -5L5 5M5 -5L-5 5');
  const all = entered.merge(groups).attr('class', ({ state }) => `link link-${state}`);
  button(all, (_event, link) => actions.toggleLink(link));
  const label = (link: Link) =>
    (link.state === 'cut' ? words.picture.healLink : words.picture.cutLink)(
      link.from.machine.name,
      link.to.machine.name,
    );
  all.attr('aria-label', label);
  all.select('title').text(label);
  for (const line of ['.link-line', '.link-target']) {
    all
      .select<SVGLineElement>(line)
      .transition()
      .duration(duration(options))
      .attr('x1', ({ from }) => from.x)
      .attr('y1', ({ from }) => from.y)
      .attr('x2', ({ to }) => to.x)
      .attr('y2', ({ to }) => to.y);
  }
  all
    .select('.link-cut')
    .attr('transform', ({ from, to }) => `translate(${(from.x + to.x) / 2},${(from.y + to.y) / 2})`);
}

function drawCards(parent: Group<unknown>, cards: readonly Card[], options: DrawOptions): void {
  const { words, actions } = options;
  const groups = parent.selectAll<SVGGElement, Card>('g.card').data(cards, ({ machine }) => machine.name);
  groups.exit().transition().duration(duration(options)).style('opacity', 0).remove();
  const entered = groups
    .enter()
    .append('g')
    .attr('class', 'card')
    .attr('transform', ({ x, y }) => `translate(${x},${y})`);
  enterCard(entered);
  const all = entered.merge(groups);
  arrangeCard(all, options);
  all.attr('data-machine', ({ machine }) => machine.name).attr('data-state', ({ state }) => state);
  all.attr(
    'class',
    ({ state, machine }) => `card state-${state} ${machine.name === options.selected ? 'is-selected' : ''}`,
  );
  all
    .transition()
    .duration(duration(options))
    .attr('transform', ({ x, y }) => `translate(${x},${y})`);
  const face = all.select<SVGGElement>('g.card-face') as unknown as Group<Card>;
  button(face, (_event, card) => actions.select(card.machine.name));
  face.on('dblclick', (_event, card) => actions.openTerminal(card.machine.name));
  face.attr(
    'aria-label',
    (card) => `${card.machine.name}: ${words.state[card.state]}${card.isDc ? `, ${words.picture.isDc}` : ''}`,
  );
  all.select('.card-name').text(({ machine }) => machine.name);
  all.select('.card-state').text(({ state }) => words.state[state]);
  all.select('.card-address').text(({ machine, width }) => addressOf(machine.nics, width < NARROW));
  all.select('.card-mark').attr('d', ({ state }) => SHAPES[state]);
  all.select<SVGGElement>('.card-dc').style('display', ({ isDc }) => (isDc ? null : 'none'));
  const power = all.select<SVGGElement>('g.card-power') as unknown as Group<Card>;
  power.attr('aria-label', ({ machine }) => words.power.label(machine.name));
  button(power, (event, card) => {
    const box = (event.currentTarget as SVGGElement).getBoundingClientRect();
    actions.powerMenu(card.machine.name, { x: box.left, y: box.bottom + 2 });
  });
}

function enterCard(entered: Selection<SVGGElement, Card, SVGGElement, unknown> | Group<Card>): void {
  const face = (entered as Group<Card>).append('g').attr('class', 'card-face');
  face.append('rect').attr('class', 'card-box').attr('rx', 8);
  face.append('path').attr('class', 'card-mark');
  for (const name of ['card-name', 'card-state', 'card-address']) face.append('text').attr('class', name);
  const dc = face.append('g').attr('class', 'card-dc');
  dc.append('rect').attr('width', 26).attr('height', 15).attr('rx', 4);
  dc.append('text').attr('x', 13).attr('y', 11.5).text('DC');
  const power = (entered as Group<Card>).append('g').attr('class', 'card-power');
  power.append('circle').attr('r', 11);
  power.append('path').attr('d', 'M0 -5.5v5M-3.4 -3.4a4.8 4.8 0 1 0 6.8 0');
}

/** Puts a card's parts where its size wants them: from the upper left corner of its box. */
function arrangeCard(all: Group<Card>, options: DrawOptions): void {
  const left = ({ width }: Card) => -width / 2;
  const top = ({ height }: Card) => -height / 2;
  const isLow = ({ face }: Card) => face < 40;
  const box = all.select<SVGRectElement>('.card-box');
  box.attr('x', left).attr('width', ({ width }) => width);
  box
    .transition()
    .duration(duration(options))
    .attr('y', top)
    .attr('height', ({ height }) => height);
  /** How much lower the face is: its one line moves up by half of that. */
  const lift = (card: Card) => (isLow(card) ? 15 - card.face / 2 : 0);
  all
    .select('.card-mark')
    .attr('transform', (card) => `translate(${left(card) + 9},${top(card) + 9 - lift(card)}) scale(1.08)`);
  const place = (name: string, x: number, y: number) =>
    all
      .select<SVGTextElement>(name)
      .attr('x', (card) => left(card) + x)
      .attr('y', (card) => top(card) + y - lift(card));
  place('.card-name', 27, 20);
  place('.card-state', 10, 37).style('display', (card) => (isLow(card) ? 'none' : null));
  place('.card-address', 10, 53).style('display', (card) => (isLow(card) ? 'none' : null));
  all.select('.card-dc').attr('transform', (card) => {
    const isNarrow = card.width < NARROW;
    const at = `translate(${card.width / 2 - (isNarrow ? 47 : 56)},${top(card) + (isNarrow ? 10 : 8) - lift(card)})`;
    return isNarrow ? `${at} scale(0.76)` : at;
  });
  all
    .select('.card-power')
    .attr('transform', (card) => `translate(${card.width / 2 - 15},${top(card) + 15 - lift(card)})`);
}

function addressOf(nics: Card['machine']['nics'], isShort: boolean): string {
  const inner = nics.find(({ network, addresses }) => network !== 'default' && addresses.length > 0);
  const any = inner ?? nics.find(({ addresses }) => addresses.length > 0);
  const address = (any?.addresses[0] ?? '').replace(/\/\d+$/, '');
  return any && !isShort ? `${any.name} ${address}` : address;
}

function drawRails(parent: Group<unknown>, scene: Scene, options: DrawOptions): void {
  const { words, actions } = options;
  const heads = parent
    .selectAll<SVGTextElement, Scene['columns'][number]>('text.rail-head')
    .data(scene.columns, ({ machine }) => machine);
  heads.exit().remove();
  heads
    .enter()
    .append('text')
    .attr('class', 'rail-head')
    .merge(heads)
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .text(({ machine }) => machine);
  const rails = parent
    .selectAll<SVGGElement, Scene['rails'][number]>('g.rail')
    .data(scene.rails, ({ network }) => network);
  rails.exit().remove();
  const entered = rails.enter().append('g');
  entered.append('text').attr('class', 'rail-name').attr('x', 10);
  entered.append('line').attr('class', 'rail-line');
  entered.append('g').attr('class', 'plugs');
  const all = entered.merge(rails).attr('class', ({ active }) => `rail ${active ? '' : 'is-inactive'}`);
  all
    .select('.rail-name')
    .attr('y', ({ y }) => y + 4)
    .text(({ network }) => network);
  all
    .select('.rail-line')
    .attr('x1', RAIL.label)
    .attr('x2', (scene.columns.at(-1)?.x ?? RAIL.label) + 14)
    .attr('y1', ({ y }) => y)
    .attr('y2', ({ y }) => y);
  const plugs = all
    .select<SVGGElement>('g.plugs')
    .selectAll<SVGGElement, Plug>('g.plug')
    .data(
      (rail) => rail.plugs,
      ({ machine, nic }) => `${machine} ${nic}`,
    );
  plugs.exit().remove();
  const added = plugs.enter().append('g');
  added.append('title');
  added
    .append('rect')
    .attr('class', 'plug-box')
    .attr('x', -8)
    .attr('y', -8)
    .attr('width', 16)
    .attr('height', 16)
    .attr('rx', 4);
  added.append('path').attr('class', 'plug-mark');
  const every = added.merge(plugs).attr('class', ({ state }) => `plug plug-${state}`);
  every.attr('transform', ({ x, y }) => `translate(${x},${y})`);
  every
    .select('.plug-mark')
    .attr('d', ({ state }) =>
      state === 'up'
        ? 'M-3.5 0L-1 3L4 -3'
        : state === 'unplugged'
          ? 'M-3.5 -3.5L3.5 3.5M3.5 -3.5L-3.5 3.5'
          : 'M-3.5 0H3.5',
    );
  const label = (plug: Plug) =>
    `${(plug.state === 'unplugged' ? words.picture.plug : words.picture.cut)(plug.machine, plug.network)} (${plug.title})`;
  every.attr('aria-label', label);
  every.select('title').text(label);
  button(every as unknown as Group<Plug>, (_event, plug) => actions.toggleCable(plug));
}
