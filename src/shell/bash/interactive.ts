import { BoundInput } from '../view';
import { runSource } from './execute';
import type { Shell } from './shell';
import { parseSource } from './syntax';

/** An interactive shell without line editor: reads lines as they come. */
export async function runInteractive(shell: Shell): Promise<void> {
  const stdin = shell.core.fds.get(0);
  if (!stdin) return;
  const input = new BoundInput(shell.view, stdin);
  for (let text = ''; ; ) {
    const line = await input.readLine();
    if (line === null) return;
    text += `${line}\n`;
    if (parseSource(text).problem?.incomplete) continue;
    await runSource(shell, { text, file: '', firstLine: 1, command: false });
    text = '';
  }
}
