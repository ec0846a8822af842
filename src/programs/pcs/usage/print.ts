import { screens, type UsageEntry, type UsageScreen } from './screens';

/** The screen of `pcs` itself. */
const MAIN = `
Usage: pcs [-f file] [-h] [commands]...
Configure pacemaker and corosync.

Options:
    -h, --help         Display usage and exit.
    -f file            Perform actions on file instead of active CIB.
                       Commands that change the CIB change the file; some only
                       read it.
    --debug            Print all network traffic and external commands run.
    --version          Print pcs version information. With --full, list what
                       this version can do.
    --request-timeout  Timeout for each outgoing request to another node in
                       seconds. Default is 60s.
    --force            Override checks and errors, the exact behavior depends on
                       the command. Be sure of what you do.

Commands:
    cluster     Configure cluster options and nodes.
    resource    Manage cluster resources.
    stonith     Manage fence devices.
    constraint  Manage resource constraints.
    property    Manage pacemaker properties.
    acl         Manage pacemaker access control lists.
    qdevice     Manage quorum device provider on the local host.
    quorum      Manage cluster quorum settings.
    booth       Manage booth (cluster ticket manager).
    status      View cluster status.
    config      View and manage cluster configuration.
    pcsd        Manage pcs daemon.
    host        Manage hosts known to pcs/pcsd.
    node        Manage cluster nodes.
    alert       Manage pacemaker alerts.
    client      Manage pcsd client configuration.
    dr          Manage disaster recovery configuration.
    tag         Manage pacemaker tags.

`;

const WIDTH = 80;

/** Breaks a paragraph at spaces. */
function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line !== indent && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  lines.push(line);
  return lines;
}

function entryText([synopsis, explanation]: UsageEntry): string {
  const head = synopsis.map((line) => `    ${line}`);
  const body = explanation.split('\n').flatMap((paragraph) => wrap(paragraph, '        '));
  return [...head, ...body, ''].join('\n');
}

function wholeScreen(screen: UsageScreen): string {
  const gap = screen.gap ? '\n' : '';
  return `\n${screen.title}\n${screen.about}\n${gap}Commands:\n${screen.entries.map(entryText).join('\n')}\n`;
}

/**
 * The usage of a section of pcs, or of those of its commands that begin with `words`. Words that match nothing are
 * dropped from the end; an empty last word stands for "some command below".
 */
export function usageText(section: string | undefined, words: readonly string[] = []): string {
  const screen = section === undefined ? undefined : screens[section];
  if (!screen) return MAIN;
  if (words.length === 0) return wholeScreen(screen);
  const wanted = [...words];
  const matching = () => screen.entries.filter(([synopsis]) => synopsis[0]?.startsWith(wanted.join(' ')));
  while (matching().length === 0) wanted.pop();
  const title = screen.title.replace('[commands]', wanted.join(' '));
  return `\n${title}\n${matching().map(entryText).join('\n')}\n`;
}
