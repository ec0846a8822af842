import { type BaseType, type Selection, select } from 'd3-selection';
import 'd3-transition';
import { CHIP, type Chip, type ChipState, type More } from './chips';
import { button, type DrawOptions, duration, type Group } from './drawing';
import type { Scene } from './scene';
import { CHIP_SHAPES } from './shapes';

/** How far a failover rises above the straight way, as a share of its length. */
const ARC = 0.28;

/** Where a chip stood when it was drawn last. */
interface Stand {
  readonly machine: string | null;
  readonly x: number;
  readonly y: number;
}
const stands = new WeakMap<Element, Stand>();

/** The ledge on which lies what isn't running. */
export function drawTray(parent: Group<unknown>, { tray }: Scene, { words }: DrawOptions): void {
  const ledges = parent.selectAll<SVGGElement, NonNullable<Scene['tray']>>('g.tray-ledge').data(tray ? [tray] : []);
  ledges.exit().remove();
  const entered = ledges.enter().append('g').attr('class', 'tray-ledge');
  entered.append('rect').attr('rx', 8);
  entered.append('text');
  const all = entered.merge(ledges);
  all
    .select('rect')
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .attr('width', ({ width }) => width)
    .attr('height', ({ height }) => height);
  all
    .select('text')
    .attr('x', ({ x }) => x + 8)
    .attr('y', ({ y }) => y + 19)
    .text(words.resource.tray);
}

/** Resources as chips: one that moves slides, one whose machine has died flies, a new one comes up. */
export function drawChips(parent: Group<unknown>, scene: Scene, options: DrawOptions): void {
  const { words, actions } = options;
  // What others lie on comes first.
  const sorted = [...scene.chips].sort((a, b) => Number(b.isContainer) - Number(a.isContainer));
  const groups = parent.selectAll<SVGGElement, Chip>('g.chip').data(sorted, ({ key }) => key);
  groups.exit().transition().duration(duration(options)).style('opacity', 0).remove();
  const entered = groups.enter().append('g').style('opacity', 0);
  entered.append('title');
  entered.append('rect').attr('class', 'chip-box').attr('rx', 5);
  entered.append('path').attr('class', 'chip-mark');
  entered.append('text').attr('class', 'chip-name');
  entered.append('text').attr('class', 'chip-note');
  entered.append('path').attr('class', 'chip-unmanaged').attr('d', 'M4 0L8 4L4 8L0 4Z');
  entered.append('g').attr('class', 'chip-dots');
  const all = entered.merge(groups);
  all
    .order()
    .attr('class', ({ state, isContainer, managed, resource, machine }) =>
      [
        'chip',
        `state-${state}`,
        isContainer && 'is-container',
        !managed && 'is-unmanaged',
        machine === null && 'is-idle',
        resource.id === options.selectedResource && 'is-selected',
      ]
        .filter(Boolean)
        .join(' '),
    )
    .attr('data-resource', ({ resource }) => resource.id)
    .attr('data-machine', ({ machine }) => machine ?? '')
    .attr('data-state', ({ state }) => state);
  button(all, (_event, { resource }) => actions.selectResource(resource.id));
  const label = ({ resource, state, machine, managed }: Chip) =>
    words.resource.chip(resource.id, words.resource.state[state], machine, resource.address, managed);
  all.attr('aria-label', label);
  all.select('title').text((chip) => `${label(chip)}\n${words.resource.askWhy}`);
  arrangeChip(all);
  all.each(function (chip) {
    settle(this, chip, scene, options);
  });
  drawMore(parent, scene.more, options);
}

function arrangeChip(all: Group<Chip>): void {
  all
    .select('.chip-box')
    .attr('width', ({ width }) => width)
    .attr('height', ({ height }) => height);
  all
    .select('.chip-mark')
    .attr('transform', 'translate(5,4)')
    .attr('d', ({ state }) => CHIP_SHAPES[state]);
  all
    .select('.chip-name')
    .attr('x', 22)
    .attr('y', 14.2)
    .text(({ label }) => label);
  all
    .select('.chip-note')
    .attr('x', ({ isTall, width, managed }) => (isTall ? 22 : width - (managed ? 6 : 20)))
    .attr('y', ({ isTall }) => (isTall ? 27.5 : 14))
    .attr('text-anchor', ({ isTall }) => (isTall ? 'start' : 'end'))
    .text(({ note }) => note);
  all
    .select('.chip-unmanaged')
    .style('display', ({ managed }) => (managed ? 'none' : null))
    .attr('transform', ({ width }) => `translate(${width - 14},6)`);
  const dots = all
    .select<SVGGElement>('.chip-dots')
    .attr(
      'transform',
      ({ width, dots: states, managed }) => `translate(${width - 4 - states.length * 11 - (managed ? 0 : 14)},5.5)`,
    )
    .selectAll<SVGPathElement, ChipState>('path')
    .data(({ dots: states }) => [...states]);
  dots.exit().remove();
  dots
    .enter()
    .append('path')
    .merge(dots)
    .attr('class', (state) => `chip-dot state-${state}`)
    .attr('transform', (_, index) => `translate(${index * 11},0) scale(0.75)`)
    .attr('d', (state) => CHIP_SHAPES[state]);
}

const at = ({ x, y }: { x: number; y: number }): string => `translate(${x.toFixed(1)},${y.toFixed(1)})`;

/** Brings a chip to its place: the way depends on where it was. */
function settle(element: SVGGElement, chip: Chip, scene: Scene, options: DrawOptions): void {
  const before = stands.get(element);
  stands.set(element, { machine: chip.machine, x: chip.x, y: chip.y });
  const group = select<SVGGElement, Chip>(element);
  const time = duration(options);
  if (!before) {
    group.attr('transform', at(chip));
    group.transition('shown').duration(time).style('opacity', 1);
    return;
  }
  group.transition('shown').duration(time).style('opacity', 1);
  if (before.x === chip.x && before.y === chip.y) return;
  if (time === 0) {
    group.interrupt('moved').attr('transform', at(chip));
    return;
  }
  const from = scene.cards.find(({ machine }) => machine.name === before.machine);
  const changed = before.machine !== chip.machine;
  const flies = changed && chip.machine !== null && from !== undefined && isDead(from.state);
  if (changed) group.raise();
  const rise = flies ? Math.hypot(chip.x - before.x, chip.y - before.y) * ARC : 0;
  group
    .transition('moved')
    .duration(flies ? time + 80 : time)
    .attrTween(
      'transform',
      () => (t) =>
        at({
          x: before.x + (chip.x - before.x) * t,
          y: before.y + (chip.y - before.y) * t - Math.sin(Math.PI * t) * rise,
        }),
    );
}

const isDead = (state: string): boolean => ['off', 'crashed', 'unclean', 'booting', 'running'].includes(state);

function drawMore(parent: Group<unknown>, more: readonly More[], { words, actions }: DrawOptions): void {
  const groups = parent.selectAll<SVGGElement, More>('g.chip-more').data(more, ({ machine }) => machine ?? '');
  groups.exit().remove();
  const entered = groups.enter().append('g').attr('class', 'chip-more');
  entered.append('rect').attr('rx', 5).attr('height', CHIP.height);
  entered.append('text').attr('y', 14.2);
  const all = entered.merge(groups) as Selection<SVGGElement, More, BaseType, unknown>;
  all.attr('transform', ({ x, y }) => at({ x, y }));
  all.select('rect').attr('width', ({ width }) => width);
  all
    .select('text')
    .attr('x', ({ width }) => width / 2)
    .text(({ count }) => `+${count}`);
  all.attr('aria-label', ({ machine, count }) => words.resource.more(count, machine));
  button(all as Group<More>, (_event, { machine }) => actions.showAll(machine));
}
