import type { SignalName } from './process';

/** Signal numbers of Linux on x86-64. */
export const signalNumbers: Readonly<Record<SignalName, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  WINCH: 28,
};

/** All 64 names as `kill -l` of bash lists them, with `SIG`; index = number - 1. Unused numbers are empty. */
export const signalList: readonly string[] = (() => {
  const low =
    'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS';
  const names = low.split(' ').map((name) => `SIG${name}`);
  names.push('', '', 'SIGRTMIN');
  for (let i = 1; i <= 15; i++) names.push(`SIGRTMIN+${i}`);
  for (let i = 14; i >= 1; i--) names.push(`SIGRTMAX-${i}`);
  names.push('SIGRTMAX');
  return names;
})();

/** What the shell prints about a job that a signal ended; absent: nothing. */
export const signalTexts: Readonly<Partial<Record<SignalName, string>>> = {
  HUP: 'Hangup',
  QUIT: 'Quit',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  USR2: 'User defined signal 2',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
};

/** What a signal does to a process that hasn't said otherwise. */
export function defaultAction(name: SignalName): 'end' | 'stop' | 'continue' | 'nothing' {
  switch (name) {
    case 'CHLD':
    case 'WINCH':
      return 'nothing';
    case 'CONT':
      return 'continue';
    case 'STOP':
    case 'TSTP':
    case 'TTIN':
    case 'TTOU':
      return 'stop';
    default:
      return 'end';
  }
}

/** Signal by number or by name with or without `SIG`, any case. Undefined: the machine has no such signal. */
export function findSignal(text: string): { number: number; name: string } | undefined {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number === 0) return { number, name: 'EXIT' };
    const name = signalList[number - 1];
    return name ? { number, name: name.slice(3) } : undefined;
  }
  const upper = text.toUpperCase().replace(/^SIG/, '');
  if (upper === 'EXIT') return { number: 0, name: 'EXIT' };
  const at = signalList.indexOf(`SIG${upper}`);
  return at >= 0 && upper !== '' ? { number: at + 1, name: upper } : undefined;
}

/** Whether processes of the simulation tell this signal from others; the rest act as TERM does. */
export function isSignalName(name: string): name is SignalName {
  return Object.hasOwn(signalNumbers, name);
}
