/** Names of exit statuses that systemd knows. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  0: 'SUCCESS',
  1: 'FAILURE',
  2: 'INVALIDARGUMENT',
  3: 'NOTIMPLEMENTED',
  4: 'NOPERMISSION',
  5: 'NOTINSTALLED',
  6: 'NOTCONFIGURED',
  7: 'NOTRUNNING',
  200: 'CHDIR',
  201: 'NICE',
  202: 'FDS',
  203: 'EXEC',
  204: 'MEMORY',
  216: 'GROUP',
  217: 'USER',
  226: 'NAMESPACE',
};

/** Numbers of signals on x86-64 Linux. */
export const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  WINCH: 28,
};

/** `1/FAILURE`, `8/n/a`: an exit status in the journal. */
export function statusInJournal(status: number): string {
  return `${status}/${STATUS_NAMES[status] ?? 'n/a'}`;
}

/** `status=1/FAILURE`, `status=8`, `signal=KILL`: how a process ended, in `systemctl status`. */
export function endInStatus(code: 'exited' | 'killed', status: number | string): string {
  if (code === 'killed') return `code=killed, signal=${status}`;
  const name = STATUS_NAMES[Number(status)];
  return `code=exited, status=${status}${name === undefined ? '' : `/${name}`}`;
}
