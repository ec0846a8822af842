import { openInput, openOutput } from '../../shell/openpath';
import type { Process } from '../../shell/process';

/** Asks on the controlling terminal. Null: there is none, or it was closed. `echo` off for what must not be seen. */
export async function askOnTerminal(process: Process, prompt: string, echo: boolean): Promise<string | null> {
  const { tty } = process;
  if (!tty) return null;
  const output = await openOutput(process, '/dev/tty');
  const input = await openInput(process, '/dev/tty');
  try {
    if (!echo) tty.setEcho(false);
    await output.write(prompt);
    const line = await input.readLine();
    if (!echo) await output.write('\n');
    return line;
  } finally {
    if (!echo) tty.setEcho(true);
    input.close();
    output.close();
  }
}
