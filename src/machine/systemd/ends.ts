import type { UnitState } from '../../world/unit';
import type { ServiceEnd } from '../service';
import type { UnitDefinition } from '../unitfile';
import { SIGNAL_NUMBERS, statusInJournal } from './exits';

/** An end as the journal words it. */
export function endText(how: ServiceEnd): string {
  if (how.kind === 'signal') return `code=killed, status=${SIGNAL_NUMBERS[how.signal] ?? 0}/${how.signal}`;
  return `code=exited, status=${statusInJournal(how.kind === 'exited' ? how.status : 0)}`;
}

/** The unit's result after an end. */
export function resultOf(how: ServiceEnd): string {
  if (how.kind === 'signal') return 'signal';
  return how.kind === 'exited' && how.status !== 0 ? 'exit-code' : 'success';
}

/** Whether an end counts as success: status 0, `SuccessExitStatus=`, or for daemons one of four signals. */
export function isClean(definition: UnitDefinition, how: ServiceEnd, command: boolean): boolean {
  if (how.kind === 'stopped') return true;
  const listed = definition.words('Service', 'SuccessExitStatus');
  if (how.kind === 'exited') return how.status === 0 || listed.includes(String(how.status));
  if (listed.includes(how.signal) || listed.includes(`SIG${how.signal}`)) return true;
  return !command && ['HUP', 'INT', 'TERM', 'PIPE'].includes(how.signal);
}

/** Whether `Restart=` asks for the unit again after this end. */
export function wantsRestart(definition: UnitDefinition, how: ServiceEnd, success: boolean, state: UnitState): boolean {
  if (how.kind === 'stopped') return false;
  if (how.kind === 'exited' && definition.words('Service', 'RestartPreventExitStatus').includes(String(how.status))) {
    return false;
  }
  const signalled = how.kind === 'signal' && !success;
  const timedOut = state.result === 'timeout';
  switch (definition.last('Service', 'Restart')) {
    case 'always':
      return true;
    case 'on-success':
      return success;
    case 'on-failure':
      return !success;
    case 'on-abnormal':
      return signalled || timedOut;
    case 'on-abort':
      return signalled;
    default:
      return false;
  }
}
