import type { Action, Input } from './action';
import { OrderKind } from './order-kind';

/** Links two actions. False: nothing new. */
export function linkActions(first: Action, then: Action, kind: number): boolean {
  if (kind === OrderKind.None || first === then) return false;
  for (const output of first.outputs) if (output.action === then && (output.kind & kind) !== 0) return false;
  const input: Input = { action: first, kind, inGraph: false };
  then.inputs.push(input);
  first.outputs.push({ action: then, kind, inGraph: false });
  return true;
}

const TASK_KEY = /^(.+)_([^_]+(?:_to|_from)?)_(\d+)$/;

/** Resource, task and interval of a key; the task may be of two words (migrate_to). */
export function parseKey(key: string): { resource: string; task: string; intervalMs: number } | null {
  const interval = /^(.*)_(\d+)$/.exec(key);
  if (!interval) return null;
  const rest = interval[1] ?? '';
  for (const task of ['migrate_to', 'migrate_from', 'clear_failcount', 'lrm_delete']) {
    if (rest.endsWith(`_${task}`))
      return { resource: rest.slice(0, -task.length - 1), task, intervalMs: Number(interval[2]) };
  }
  const match = TASK_KEY.exec(key);
  return match ? { resource: match[1] ?? '', task: match[2] ?? '', intervalMs: Number(match[3]) } : null;
}

/** The order in which actions are looked at. */
export function newestFirst<T>(list: readonly T[]): T[] {
  return [...list].reverse();
}
