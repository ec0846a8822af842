import type { WorkingSet } from '../../pacemaker/scheduler/working-set';
import type { Tool } from './tool';

/** A line of the log about a configuration. */
export interface ConfigMessage {
  level: 'error' | 'warning';
  /** Function that complains, as the log names it. */
  source: string;
  text: string;
  /** It tells of the cluster's state, not of its configuration. */
  state?: boolean;
}

const NO_FENCING: readonly string[] = [
  'Resource start-up disabled since no STONITH resources have been defined',
  'Either configure some or disable STONITH with the stonith-enabled option',
  'NOTE: Clusters with shared data need STONITH to ensure data integrity',
];

/** What is wrong or doubtful about a configuration. */
export function configMessages(ws: WorkingSet): ConfigMessage[] {
  const found: ConfigMessage[] = ws.messages.map(({ source = 'unpack_resources', ...message }) => ({
    ...message,
    source,
  }));
  const told = found.some((message) => message.text === NO_FENCING[0]);
  if (!told && ws.options.stonithEnabled && !ws.haveFenceDevice && !ws.options.haveWatchdog)
    found.push(...NO_FENCING.map((text) => ({ level: 'error' as const, source: 'unpack_resources', text })));
  return found;
}

export function messageLine({ level, source, text }: ConfigMessage): string {
  return `(${source}) \t${level}: ${text}\n`;
}

/** The log of the unpacking, which goes to stderr when PCMK_stderr asks for it. */
export function printMessages(tool: Tool, ws: WorkingSet): void {
  if (tool.process.env.PCMK_stderr !== '1') return;
  for (const message of configMessages(ws)) tool.complain(messageLine(message));
}
