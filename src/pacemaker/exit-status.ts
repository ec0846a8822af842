/** Agents' exit statuses in the words of Pacemaker's tools. */
const RC_TEXT: Readonly<Record<number, string>> = {
  0: 'ok',
  1: 'error',
  2: 'invalid parameter',
  3: 'unimplemented feature',
  4: 'insufficient privileges',
  5: 'not installed',
  6: 'not configured',
  7: 'not running',
  8: 'promoted',
  9: 'promoted (failed)',
  190: 'OCF_DEGRADED',
  191: 'promoted (degraded)',
};

/** How results are named in logs and displays. */
export function rcText(rc: number): string {
  return RC_TEXT[rc] ?? 'unknown';
}
