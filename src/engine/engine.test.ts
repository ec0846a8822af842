import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Engine } from './engine';
import { fakeFactory, fakeLabs, fakeWorld } from './fake';
import { EngineHost, unpackWorld } from './host';
import { HIGH_WATER } from './output';
import type { WorldStore } from './ports';
import type { EngineNotice, FromEngine } from './protocol';
import { memoryStore } from './stores';
import { applyDiff, EMPTY_VIEW, type PublicView } from './view';
import { realWall } from './wall';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An engine with what a page would have seen of it. */
class Page {
  readonly engine: Engine;
  readonly host: EngineHost;
  readonly answers: FromEngine[] = [];
  view: PublicView = EMPTY_VIEW;
  shown = '';
  unpainted = 0;
  paints = true;
  closed: string[] = [];
  failures: string[] = [];

  constructor(readonly store: WorldStore = memoryStore()) {
    const options = {
      factory: fakeFactory,
      labs: fakeLabs,
      store,
      wall: realWall(),
      world: 'fake',
      seed: () => 1,
      emit: (notice: EngineNotice) => this.#see(notice),
    };
    this.engine = new Engine(options);
    this.host = new EngineHost(this.engine, options, (message) => this.answers.push(message));
  }

  #see(notice: EngineNotice): void {
    if (notice.kind === 'view') this.view = applyDiff(this.view, notice.diff);
    if (notice.kind === 'terminal.closed') this.closed.push(notice.why);
    if (notice.kind === 'failure') this.failures.push(notice.detail);
    if (notice.kind !== 'terminal.output') return;
    this.shown = (this.shown + notice.data).slice(-100_000);
    this.unpainted += notice.data.length;
    if (!this.paints) return;
    const characters = this.unpainted;
    this.unpainted = 0;
    setTimeout(() => this.engine.notice({ kind: 'terminal.ack', terminal: 1, characters }), 0);
  }

  async type(data: string): Promise<void> {
    this.engine.notice({ kind: 'terminal.input', terminal: 1, data });
    await pause(30);
  }
}

let page: Page;

beforeEach(async () => {
  page = new Page();
  await page.engine.start(null, false);
  page.engine.openTerminal(1, 'node1', 80, 24);
  await pause(20);
});

afterEach(() => page.engine.close());

describe('the clock', () => {
  test('follows the wall at a prompt', async () => {
    const before = page.engine.world.now;
    await pause(300);
    const elapsed = page.engine.world.now - before;
    expect(elapsed).toBeGreaterThan(150);
    expect(elapsed).toBeLessThan(900);
  });

  test('hurries while a command only waits for simulated time', async () => {
    await page.type('sleep 600000\r');
    await pause(50);
    expect(page.engine.world.now).toBeGreaterThan(600_000);
    expect(page.shown.match(/\$ /g)).toHaveLength(2);
  });

  test('keeps its speed for a program whose pace is its point', async () => {
    await page.type('ping\r');
    await pause(300);
    expect(page.engine.world.now).toBeLessThan(2_000);
    await page.type('\x03');
  });

  test('stands still when paused, and typing goes on', async () => {
    page.engine.setSpeed(0);
    const before = page.engine.world.now;
    await page.type('name x\r');
    expect(page.engine.world.now).toBe(before);
    expect(page.engine.world.machines.node1?.hostname).toBe('x');
  });
});

describe('a program that never stops', () => {
  test('leaves the engine responsive, and Ctrl-C ends it', async () => {
    await page.type('loop\r');
    const asked = performance.now();
    await page.host.receive({ id: 1, request: 'lab.text', params: { language: 'en' } });
    expect(performance.now() - asked).toBeLessThan(100);
    await page.type('\x03');
    await page.type('name after\r');
    expect(page.engine.world.machines.node1?.hostname).toBe('after');
  });

  test('stops writing when the page paints nothing, in a bounded buffer', async () => {
    page.paints = false;
    await page.type('yes\r');
    await pause(200);
    expect(page.unpainted).toBeLessThanOrEqual(HIGH_WATER + 40_000);
    await page.type('\x03');
    page.engine.notice({ kind: 'terminal.ack', terminal: 1, characters: page.unpainted });
    await pause(50);
    await page.type('name free\r');
    expect(page.engine.world.machines.node1?.hostname).toBe('free');
  });
});

describe('the view', () => {
  test('reaches the page as diffs that add up to the world', async () => {
    await page.type('name shown\r');
    await pause(120);
    expect(page.view.machines.node1?.hostname).toBe('shown');
    expect(page.view.machines.node1?.state).toBe('running');
    expect(page.view.networks.internal?.bridge).toBe('virbr1');
  });

  test('tells the verdicts of the goals when the world has changed', async () => {
    await page.engine.openLab('names', false);
    await pause(20);
    page.engine.openTerminal(1, 'node1', 80, 24);
    await pause(500);
    expect(page.view.lab?.verdicts[0]?.verdict).toBe('unmet');
    await page.type('name right\r');
    await pause(900);
    expect(page.view.lab?.verdicts[0]?.verdict).toBe('met');
  });
});

describe('undo and reset', () => {
  test('bring the world before a command back, and tell the terminals', async () => {
    await page.type('name one\r');
    await page.type('name two\r');
    page.engine.undo();
    await pause(60);
    expect(page.engine.world.machines.node1?.hostname).toBe('one');
    expect(page.closed).toEqual(['replaced']);
  });

  test('pass over commands that changed nothing', async () => {
    await page.type('name one\r');
    await page.type('sleep 5\r');
    page.engine.undo();
    expect(page.engine.world.machines.node1?.hostname).toBe('node1.example.com');
  });

  test('take less than 50 ms', async () => {
    await page.engine.reset();
    const before = performance.now();
    await page.engine.reset();
    expect(performance.now() - before).toBeLessThan(50);
  });
});

describe('saving', () => {
  test('writes the world soon after a change, and the next start goes on from there', async () => {
    await page.type('name kept\r');
    await pause(1_400);
    const second = new Page(page.store);
    expect(await second.engine.start(null, false)).toEqual({ outcome: 'resumed', reason: null });
    expect(second.engine.world.machines.node1?.hostname).toBe('kept');
    await second.engine.close();
  });

  test('keeps a saved world that cannot be read until the user decides', async () => {
    await page.engine.close();
    const store = memoryStore();
    await store.write('current', '{"format": 2, "machines": ');
    const second = new Page(store);
    const answer = await second.engine.start(null, false);
    expect(answer.outcome).toBe('broken');
    expect(answer.reason).toMatch(/JSON/);
    second.engine.notice({ kind: 'visibility', visible: false });
    await pause(50);
    expect(await store.read('current')).toBe('{"format": 2, "machines": ');
    await second.engine.discardBroken();
    second.engine.notice({ kind: 'visibility', visible: false });
    await pause(50);
    expect(JSON.parse((await store.read('current')) ?? '').name).toBe('fake');
    await second.engine.close();
  });

  test('exports a world that import takes back, and refuses what is none', async () => {
    await page.type('name carried\r');
    await page.host.receive({ id: 7, request: 'export', params: null });
    const answer = page.answers.find((message) => 'answer' in message && message.answerTo === 7);
    const bytes = (answer as { answer: Uint8Array }).answer;
    expect(JSON.parse(unpackWorld(bytes)).machines.node1.hostname).toBe('carried');
    await page.host.receive({ id: 8, request: 'import', params: { bytes: new Uint8Array([1, 2, 3]) } });
    expect(page.answers.at(-1)).toMatchObject({ answerTo: 8, answer: { error: expect.any(String) } });
    page.engine.replace(fakeWorld(), 'x');
    await page.host.receive({ id: 9, request: 'import', params: { bytes } });
    expect(page.engine.world.machines.node1?.hostname).toBe('carried');
  });
});
