import { unescapeEcho } from '../escapes';
import type { BuiltinTable } from '../interpreter';
import { formatPrintf } from '../printf';
import type { Shell } from '../shell';

/** Prints, or says that the descriptor is closed. */
export async function printOr(shell: Shell, name: string, text: string): Promise<number> {
  if (!shell.core.fds.has(1)) {
    await shell.error(`${name}: write error: Bad file descriptor`);
    return 1;
  }
  await shell.print(text);
  return 0;
}

export const outputBuiltins: BuiltinTable = {
  echo: async (shell, args) => {
    let newline = true;
    let escapes = shell.shopts.has('xpg_echo');
    let i = 0;
    for (; i < args.length; i++) {
      const arg = args[i] as string;
      if (!/^-[neE]+$/.test(arg)) break;
      for (const letter of arg.slice(1)) {
        if (letter === 'n') newline = false;
        else escapes = letter === 'e';
      }
    }
    let text = args.slice(i).join(' ');
    if (escapes) {
      const decoded = unescapeEcho(text, true);
      text = decoded.text;
      if (decoded.stop) newline = false;
    }
    return printOr(shell, 'echo', newline ? `${text}\n` : text);
  },

  printf: async (shell, args) => {
    let rest = [...args];
    let variable: string | null = null;
    if (rest[0] === '-v') {
      if (rest[1] === undefined) {
        await shell.error('printf: -v: option requires an argument');
        await shell.writeError('printf: usage: printf [-v var] format [arguments]\n');
        return 2;
      }
      variable = rest[1];
      rest = rest.slice(2);
    } else if (rest[0]?.startsWith('-') && rest[0] !== '--' && rest[0] !== '-') {
      if (!/^-v/.test(rest[0])) {
        await shell.error(`printf: ${rest[0].slice(0, 2)}: invalid option`);
        await shell.writeError('printf: usage: printf [-v var] format [arguments]\n');
        return 2;
      }
      variable = rest[0].slice(2);
      rest = rest.slice(1);
    }
    if (rest[0] === '--') rest.shift();
    const format = rest.shift();
    if (format === undefined) {
      await shell.writeError('printf: usage: printf [-v var] format [arguments]\n');
      return 2;
    }
    if (variable !== null && !/^[A-Za-z_]\w*(\[[\s\S]*\])?$/.test(variable)) {
      await shell.error(`printf: \`${variable}': not a valid identifier`);
      return 2;
    }
    const result = formatPrintf(format, rest, shell.view.world.epoch + shell.view.world.now);
    let status = 0;
    if (variable !== null) await shell.assignText(variable, result.text);
    else status = await printOr(shell, 'printf', result.text);
    for (const error of result.errors) await shell.error(`printf: ${error}`);
    return result.errors.length > 0 ? 1 : status;
  },
};
