import type { Process } from '../../shell/process';
import type { LogEntry } from '../../world/unit';

interface Subject {
  subject: string;
  text: string;
}

/** What the message catalogue has to say about a line of systemd, if anything. */
function subjectOf(entry: LogEntry): Subject | null {
  const unit = entry.unit ?? '';
  if (entry.identifier !== 'systemd' || unit === '') return null;
  const { message } = entry;
  const exited = /Main process exited, code=(\w+), status=(\d+)/.exec(message);
  if (exited) {
    return {
      subject: 'Unit process exited',
      text: `An ExecStart= process belonging to unit ${unit} has exited.\n\nThe process' exit code is '${exited[1]}' and its exit status is ${exited[2]}.`,
    };
  }
  const failed = /Failed with result '([^']+)'/.exec(message);
  if (failed)
    return {
      subject: 'Unit failed',
      text: `The unit ${unit} has entered the 'failed' state with result '${failed[1]}'.`,
    };
  if (/Deactivated successfully/.test(message))
    return { subject: 'Unit succeeded', text: `The unit ${unit} has successfully entered the 'dead' state.` };
  const job = (kind: string, how: string) => ({
    subject: `A ${kind} job for unit ${unit} has ${how}`,
    text: `A ${kind} job for unit ${unit} has ${how}.`,
  });
  if (/^Starting /.test(message)) return { ...job('start', 'begun execution') };
  if (/^(Started|Finished|Reached target|Listening on) /.test(message)) return job('start', 'finished successfully');
  if (/^Failed to start /.test(message) || /^Dependency failed/.test(message)) {
    return {
      subject: `A start job for unit ${unit} has failed`,
      text: `A start job for unit ${unit} has finished with a failure.`,
    };
  }
  if (/^Stopping /.test(message)) return job('stop', 'begun execution');
  if (/^(Stopped|Closed) /.test(message))
    return { subject: `A stop job for unit ${unit} has finished`, text: `A stop job for unit ${unit} has finished.` };
  if (/Scheduled restart job/.test(message)) {
    return {
      subject: 'Automatic restarting of a unit has been scheduled',
      text: `Automatic restarting of the unit ${unit} has been scheduled, as the result for\nthe configured Restart= setting for the unit.`,
    };
  }
  return null;
}

/** The lines that `journalctl -x` adds below an entry. */
export function explanation(process: Process, entry: LogEntry): string {
  const found = subjectOf(entry);
  if (!found) return '';
  const support =
    process.machine.distribution === 'debian-12' ? 'https://www.debian.org/support' : 'https://centos.org/';
  const lines = [
    `Subject: ${found.subject}`,
    'Defined-By: systemd',
    `Support: ${support}`,
    '',
    ...found.text.split('\n'),
  ];
  return lines.map((line) => `░░ ${line}\n`).join('');
}
