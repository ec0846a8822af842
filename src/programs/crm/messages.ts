import type { WorkingSet } from '../../pacemaker/scheduler/working-set';
import type { Tool } from './tool';

/** The log of the unpacking, which goes to stderr when PCMK_stderr asks for it. */
export function printMessages(tool: Tool, ws: WorkingSet): void {
  if (tool.process.env.PCMK_stderr !== '1') return;
  for (const { level, text } of ws.messages) tool.complain(`(unpack_resources) \t${level}: ${text}\n`);
}
