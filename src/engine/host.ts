import { gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate';
import type { Engine, EngineOptions } from './engine';
import type { FromEngine, RequestName, Requests, ToEngine } from './protocol';

type Answers = { [N in RequestName]: (params: Requests[N]['params']) => Promise<Requests[N]['answer']> };

/** Most bytes that a world may have after unpacking: a file that isn't ours mustn't fill the memory. */
const WORLD_BYTES_MAX = 256 * 1024 * 1024;

/** Text of an exported world: gzipped or plain. Throws what the user may read. */
export function unpackWorld(bytes: Uint8Array): string {
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!gzipped) return strFromU8(bytes);
  const size = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  if (size > WORLD_BYTES_MAX) throw new Error(`the file holds ${size} bytes, more than a world can have`);
  return strFromU8(gunzipSync(bytes));
}

/** Speaks the protocol for an engine: a worker's messages in, its answers and notices out. */
export class EngineHost {
  readonly #engine: Engine;
  readonly #answers: Answers;
  readonly #send: (message: FromEngine) => void;

  constructor(engine: Engine, options: Pick<EngineOptions, 'factory' | 'store'>, send: (message: FromEngine) => void) {
    this.#engine = engine;
    this.#send = send;
    this.#answers = answersOf(engine, options);
  }

  async receive(message: ToEngine): Promise<void> {
    if ('notice' in message) {
      this.#engine.notice(message.notice);
      return;
    }
    const { id, request, params } = message;
    try {
      const answer = await (this.#answers[request] as (params: unknown) => Promise<unknown>)(params);
      this.#send({ answerTo: id, answer });
    } catch (error) {
      this.#send({ answerTo: id, error: error instanceof Error ? error.message : String(error) });
    }
  }
}

function answersOf(engine: Engine, { factory, store }: Pick<EngineOptions, 'factory' | 'store'>): Answers {
  /** For requests whose answer is only that it is done. */
  const done = (act: () => void | Promise<void>) => async () => {
    await act();
    return null;
  };
  let started: Promise<unknown> | null = null;
  return {
    start: ({ language, lab, fresh }) => {
      engine.language = language;
      const starting = engine.start(lab, fresh);
      started = starting;
      return starting;
    },
    // The page asks for its first terminal before the world is there.
    'terminal.open': ({ terminal, machine, columns, rows }) =>
      done(async () => {
        await started;
        engine.openTerminal(terminal, machine, columns, rows);
      })(),
    'terminal.close': ({ terminal }) => done(() => engine.terminals.close(terminal))(),
    'editor.save': async ({ terminal, content }) => engine.terminals.saveEditor(terminal, content),
    'editor.close': ({ terminal }) =>
      done(() => {
        engine.terminals.closeEditor(terminal);
        engine.poke();
      })(),
    speed: ({ speed }) => done(() => engine.setSpeed(speed))(),
    step: done(() => engine.step()),
    fault: (request) => done(() => engine.fault(request))(),
    undo: done(() => engine.undo()),
    reset: done(() => engine.reset()),
    'lab.open': ({ lab, keepWorld }) => done(() => engine.openLab(lab, keepWorld))(),
    'lab.text': async ({ language }) => {
      engine.language = language;
      return engine.desk.text(language);
    },
    'lab.hint': ({ goal, step }) => engine.desk.hint(engine.world, goal, step),
    'lab.exam': () => engine.exam(),
    explain: ({ resource }) => engine.explain(resource),
    export: async () => gzipSync(strToU8(engine.simulation.save())),
    import: async ({ bytes }) => {
      try {
        engine.replace(factory.parse(unpackWorld(bytes)), 'import');
        return { error: null };
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    },
    'broken.export': () => store.read('current'),
    'broken.discard': done(() => engine.discardBroken()),
  };
}
