/**
 * How the scheduler's cost grows with the number of resources and of nodes, ours beside the real one's:
 * `npx tsx bench/scheduler-growth.ts` measures (some minutes) and draws docs/scheduler-growth.svg. Fails when ours grows
 * faster. Needs crm_simulate.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type MadeUpCluster, madeUpCib } from '../src/cli/bench/made-up-cib';
import { measureMadeUp, profileOf } from '../src/cli/bench/scheduler';

interface Point {
  readonly size: number;
  readonly oursMs: number;
  readonly realMs: number;
}

interface Series {
  readonly title: string;
  readonly points: readonly Point[];
}

const RESOURCES = [50, 100, 200, 400, 700, 1000];
const NODES = [2, 4, 8, 16, 32];
const NODES_THEN = 8;
const RESOURCES_THEN = 200;
/** How much steeper than the real one's a fitted slope may come out: measurements scatter. */
const SLOPE_TOLERANCE = 0.15;

function measure(size: MadeUpCluster): { oursMs: number; realMs: number } {
  // The real one says its time to 0.01 s only: small clusters are repeated.
  const repeat = size.nodes * size.resources > 4000 ? 2 : 20;
  const point = { oursMs: measureMadeUp(size).ms, realMs: profileOf(madeUpCib(size), repeat) };
  console.log(`${JSON.stringify(size)} ours ${point.oursMs.toFixed(1)} ms, C ${point.realMs.toFixed(1)} ms`);
  return point;
}

function series(settled: boolean, by: 'resources' | 'nodes'): Series {
  const state = settled ? 'settled cluster' : 'first start, nothing probed';
  const title =
    by === 'resources' ? `${state}: resources, on ${NODES_THEN} nodes` : `${state}: nodes, ${RESOURCES_THEN} resources`;
  const points = (by === 'resources' ? RESOURCES : NODES).map((size) => ({
    size,
    ...measure({
      nodes: by === 'nodes' ? size : NODES_THEN,
      resources: by === 'resources' ? size : RESOURCES_THEN,
      settled,
    }),
  }));
  return { title, points };
}

/** Exponent k of cost ~ size^k, by least squares over the logarithms. */
function slope(points: readonly Point[], cost: (point: Point) => number): number {
  const xs = points.map((point) => Math.log(point.size));
  const ys = points.map((point) => Math.log(cost(point)));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, x, i) => sum + (x - mx) * ((ys[i] as number) - my), 0);
  return covariance / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}

const WIDTH = 420;
const HEIGHT = 280;
const MARGIN = { left: 58, right: 112, top: 40, bottom: 40 };

/** One chart, both axes logarithmic, at (left, top). */
function chart({ title, points }: Series, left: number, top: number): string {
  const costs = points.flatMap((point) => [point.oursMs, point.realMs]);
  const low = Math.floor(Math.log10(Math.min(...costs)));
  const high = Math.ceil(Math.log10(Math.max(...costs)));
  const first = Math.log(points[0]?.size ?? 1);
  const last = Math.log(points.at(-1)?.size ?? 1);
  const x = (size: number) =>
    MARGIN.left + ((Math.log(size) - first) / (last - first)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (ms: number) =>
    HEIGHT - MARGIN.bottom - ((Math.log10(ms) - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const parts = [`<text class="title" x="${MARGIN.left}" y="20">${title}</text>`];
  for (let power = low; power <= high; power++) {
    const height = y(10 ** power).toFixed(1);
    const label = power >= 3 ? `${10 ** (power - 3)} s` : `${10 ** power} ms`;
    parts.push(`<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${height}" y2="${height}"/>`);
    parts.push(`<text text-anchor="end" x="${MARGIN.left - 8}" y="${height}" dy="4">${label}</text>`);
  }
  for (const { size } of points)
    parts.push(
      `<text text-anchor="middle" x="${x(size).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 20}">${size}</text>`,
    );
  for (const [name, cost] of [
    ['ours', (point: Point) => point.oursMs],
    ['real', (point: Point) => point.realMs],
  ] as const) {
    const path = points.map((point) => `${x(point.size).toFixed(1)},${y(cost(point)).toFixed(1)}`);
    const end = points.at(-1) as Point;
    const label = `${name === 'ours' ? 'Quorate' : 'Pacemaker'} n^${slope(points, cost).toFixed(1)}`;
    parts.push(`<polyline class="${name}" points="${path.join(' ')}"/>`);
    for (const point of path) {
      const [cx, cy] = point.split(',');
      parts.push(`<circle class="${name}" cx="${cx}" cy="${cy}" r="3"/>`);
    }
    parts.push(`<text class="${name}" x="${x(end.size) + 8}" y="${y(cost(end)).toFixed(1)}" dy="4">${label}</text>`);
  }
  return `<g transform="translate(${left} ${top})">${parts.join('\n')}</g>`;
}

const STYLE = `
text { font: 12px sans-serif; fill: #444; } .title { font-weight: 600; }
.grid { stroke: #8884; } polyline { fill: none; stroke-width: 2; }
.ours { stroke: #0a7d6c; } .real { stroke: #b4532a; } circle.ours, text.ours { fill: #0a7d6c; } circle.real, text.real { fill: #b4532a; }
text.ours, text.real { stroke: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #bbb; } .ours { stroke: #3cc9b3; } .real { stroke: #ee9166; }
  circle.ours, text.ours { fill: #3cc9b3; } circle.real, text.real { fill: #ee9166; }
}`;

// The engine compiles what is hot before the first point is measured.
measureMadeUp({ nodes: NODES_THEN, resources: 1000, settled: false });
const all = [series(true, 'resources'), series(true, 'nodes'), series(false, 'resources'), series(false, 'nodes')];
const charts = all.map((each, index) => chart(each, (index % 2) * (WIDTH + 20), Math.floor(index / 2) * HEIGHT));
writeFileSync(
  fileURLToPath(new URL('../docs/scheduler-growth.svg', import.meta.url)),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH + 20} ${2 * HEIGHT}" role="img" ` +
    'aria-label="Time for one scheduling against the size of the cluster, Quorate and Pacemaker 2.1.5">' +
    `<style>${STYLE}</style>\n${charts.join('\n')}\n</svg>\n`,
);
for (const { title, points } of all) {
  const [ours, real] = [slope(points, (point) => point.oursMs), slope(points, (point) => point.realMs)];
  console.log(`${title}: ours n^${ours.toFixed(2)}, C n^${real.toFixed(2)}`);
  if (ours > real + SLOPE_TOLERANCE) process.exitCode = 1;
}
