import { signalList } from '../signals';
import type { Shell } from './shell';

/** `trap -l`, `kill -l`: all signals in columns. */
export async function listSignals(shell: Shell): Promise<number> {
  let text = '';
  let column = 0;
  signalList.forEach((name, index) => {
    if (name === '') return;
    column++;
    text += `${String(index + 1).padStart(2)}) ${name}${column % 5 === 0 ? '\n' : '\t'}`;
  });
  await shell.print(text.endsWith('\n') ? text : `${text.replace(/\t$/, '\t')}\n`);
  return 0;
}
