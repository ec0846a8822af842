import { type CelInput, CelScalar, celEnv, celFunc, isCelError, parse, plan } from '@bufbuild/cel';
import { checkPassword } from '../machine/accounts';
import type { World } from '../world/world';
import type { LabView } from './view';

/** A predicate that can't be parsed or evaluated: the lab's author made a mistake. */
export class PredicateError extends Error {}

/** A compiled condition over a world. */
export type Predicate = (view: LabView, world: World) => boolean;

/** Objects as maps, whole numbers as CEL integers: what the evaluator takes. */
function celInput(value: unknown): CelInput {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celInput);
  if (typeof value === 'object') {
    return new Map(
      Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .map(([key, entry]) => [key, celInput(entry)]),
    );
  }
  throw new PredicateError(`a ${typeof value} has no place in a view`);
}

const inputs = new WeakMap<LabView, Record<string, CelInput>>();

function bindings(view: LabView): Record<string, CelInput> {
  let bound = inputs.get(view);
  if (!bound) {
    bound = Object.fromEntries(Object.entries(view).map(([name, value]) => [name, celInput(value)]));
    inputs.set(view, bound);
  }
  return bound;
}

/**
 * Compiles a CEL expression over the view's fields. Besides CEL's own functions there is
 * `password(machine, user, text)`: whether that user's password is this text. Throws PredicateError.
 */
export function compilePredicate(source: string): Predicate {
  // The function needs the world of the evaluation under way; evaluation is synchronous.
  let world: World | null = null;
  const { STRING, BOOL } = CelScalar;
  const password = celFunc('password', [STRING, STRING, STRING], BOOL, (machine, user, text) => {
    const target = world?.machines[machine];
    return target !== undefined && checkPassword(target, user, text);
  });
  let evaluate: ReturnType<typeof plan>;
  try {
    evaluate = plan(celEnv({ funcs: [password] }), parse(source));
  } catch (error) {
    throw new PredicateError(`${source}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return (view, present) => {
    world = present;
    const result = evaluate(bindings(view));
    if (isCelError(result)) throw new PredicateError(`${source}: ${result.message}`);
    if (typeof result !== 'boolean') throw new PredicateError(`${source}: gives ${typeof result}, not true or false`);
    return result;
  };
}
