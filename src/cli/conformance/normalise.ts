import { synopsis } from './pcs';

/**
 * What two runs of the same thing on a real cluster differ in. Each rule says what it forgives; nothing else is
 * forgiven.
 */
const rules: readonly [what: string, pattern: RegExp, replacement: string][] = [
  // Clocks: the moment of the run.
  [
    'weekday date time',
    /\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:\d\d:\d\d( \d{4})?/g,
    '$DATE',
  ],
  ['weekday iso time', /\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d( UTC)?/g, '$DATE'],
  ['iso time', /\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z| ?[+-]\d\d:?\d\d)?/g, '$DATE'],
  ['journal time', /^(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d\d \d\d:\d\d:\d\d/gm, '$DATE'],
  ['time of an alert', /^\d\d:\d\d:\d\d\.\d{6}: /gm, '$TIME: '],
  ['ls time', /\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d ([ \d]\d:\d\d| \d{4})\b/g, '$DATE'],
  ['age', /; (\d+(y|month|w|d|h|min|s|ms|us) ?)+ ago/g, '; $AGE ago'],
  ['age on a heading', /\b\d+(min|s|ms) (\d+(s|ms) )?ago/g, '$AGE ago'],
  ['cpu time', /^( *CPU: ).*$/gm, '$1$TIME'],
  ['ps start and cpu time', /\b\d\d:\d\d (\?|pts\/\d+) +\d\d:\d\d:\d\d/g, '$TIME'],
  [
    'operation and run times in ms',
    /\b(exec|queue|last-run|exec_time|queue_time)(-time|_time)?=(["']?)\d+(ms)?\3/g,
    '$1$2=$N',
  ],
  ['run time of a failed action', /( at \$DATE after )(\d+ms|(\d+m)?[\d.]+s)$/gm, '$1$N'],
  [
    'unix times',
    /\b(last-rc-change|last-run|cib-last-written|in_ccm|crmd|shutdown|in_cluster|as_peer)(=")\d{10}(")/g,
    '$1$2$TIME$3',
  ],
  // Process ids, and the columns they widen.
  ['pid in brackets', /\[\d+\]:/g, '[$PID]:'],
  ['pid=', /pid=\d+/g, 'pid=$PID'],
  ['fd=', /fd=\d+/g, 'fd=$FD'],
  ['Main PID', /(Main PID|Process): \d+/g, '$1: $PID'],
  ['pid in a control group', /(├─|└─) *\d+ /g, '$1$PID '],
  ['pid column of corosync-cpgtool', /^(\t\t) *\d+(\t +\d+ \()/gm, '$1$PID$2'],
  // ss pads its lines to the longest, which is as long as the digits of the process ids make it.
  ['padding of ss', /(\)\)|Peer Address:Port ?Process) +$/gm, '$1'],
  ['pid columns of ps -ef', /^(\S+) +\d+ +\d+ +\d+ /gm, '$1 $PID '],
  // Artifacts of the recorder's containers: numbers of their links' other ends, addresses made from random MACs.
  ['other end of a link', /@if\d+\b *(?=UP|DOWN|UNKNOWN|:|$)/gm, '@if$N '],
  ['link-local address', /\bfe80::[0-9a-f:]+/g, 'fe80::$MAC'],
  // How long the kernel had been asking in vain for a host's address when curl came to ask it (0 to 6148 in one run).
  ['time of a refused connection', /(port \d+ after )\d+ ms:/g, '$1$N ms:'],
  // The old corosync.conf is kept under the moment at which it was replaced.
  ['time in a name', /\b(corosync\.conf\.)\d{10}\b/g, '$1$TIME'],
  // How much the daemons logged.
  ['sizes of log files that find prints', /^(\S{10} \S+ \S+) \d+( \/\S+\.log)$/gm, '$1 $N$2'],
  // How often the ring was formed while the daemons came up one after the other.
  ['sequence of the ring', /\b(Ring ID: +\d+)\.[0-9a-f]+/g, '$1.$SEQ'],
  // Random ids.
  ['32 hex digits', /\b[0-9a-f]{32}\b/g, '$HEX'],
  ['uuid', /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '$UUID'],
  ['SSH fingerprint', /SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:$KEY'],
  ['SSH key', /\bAAAA[A-Za-z0-9+/]{40,}={0,2}/g, '$KEY'],
  ['picture of an SSH key', /^\|[ .=+o*BOX@%&#/^SE]{17}\|$/gm, '|$ART|'],
  ['key files have other sizes in no run', /\b(cluster_uuid: )\S+/g, '$1$HEX'],
  // Debian's revision suffixes of versions.
  ['Debian revision', /(\d[\w.+:~-]*?)(-\d+)?\+deb12u\d+\b/g, '$1$DEB'],
];

/** Lines of a kind that several hosts print in the order in which they happened to answer. */
const hostLine = /^ *(Error: )?[\w.-]+\.example\.com: /;

/** Sorts runs of neighbouring lines of a kind whose order varies from run to run. */
function sortRuns(text: string, kind: RegExp): string {
  const out: string[] = [];
  let run: string[] = [];
  const flush = () => {
    out.push(...run.sort());
    run = [];
  };
  for (const line of text.split('\n')) {
    if (kind.test(line)) run.push(line);
    else {
      flush();
      out.push(line);
    }
  }
  flush();
  return out.join('\n');
}

/** A line of `find -printf '%M %u %g %s %p'`: files come in the order in which their file system keeps them. */
const foundLine = /^[-dlbcps][rwxsStT-]{9} \S+ \S+ \S+ \/\S*$/;

/** One host's reload of corosync is enough: which of them is asked first differs from call to call. */
const reloaded = /^[\w.-]+(: Corosync configuration reloaded)$/gm;

/** An output without what differs from run to run; usage screens by their synopsis lines. */
export function normalise(text: string): string {
  let plain = sortRuns(text.replace(reloaded, 'some.example.com$1'), hostLine);
  for (const [, pattern, replacement] of rules) plain = plain.replace(pattern, replacement);
  return synopsis(sortRuns(plain, foundLine));
}
