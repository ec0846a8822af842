import type { Action } from './action';
import { newestFirstActions } from './actions';
import { inputBelongs } from './graph';
import { OrderKind } from './order-kind';
import type { WorkingSet } from './working-set';

/**
 * Resources that migrate to each other's node would each wait for the other to free its capacity: of such a circle the one
 * whose migration was thought of last doesn't wait.
 */
export function breakLoadLoops(ws: WorkingSet): void {
  for (const action of newestFirstActions(ws)) {
    if (action.task !== 'migrate_to') continue;
    for (const input of action.inputs) {
      if (input.kind !== OrderKind.Load || !inputBelongs(action, input)) continue;
      if (waitsFor(input.action, action, new Set())) input.kind = OrderKind.None;
    }
  }
}

/** Whether an action comes after another one, if only indirectly. */
function waitsFor(action: Action, other: Action, seen: Set<Action>): boolean {
  if (action === other) return true;
  if (seen.has(action)) return false;
  seen.add(action);
  return action.inputs.some((input) => inputBelongs(action, input) && waitsFor(input.action, other, seen));
}
