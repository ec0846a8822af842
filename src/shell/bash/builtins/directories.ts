import { FileError, normalizePath, permitted, realPath, stat } from '../../../machine/files';
import type { BuiltinTable } from '../interpreter';
import type { Shell } from '../shell';

/** Changes the directory. Gives the error text, or null. */
export function changeDirectory(shell: Shell, path: string, physical: boolean): string | null {
  const { machine, credentials, cwd } = shell.view;
  const full = path.startsWith('/') ? path : `${cwd}/${path}`;
  try {
    // Logical: `..` goes back the way one came, even through symlinks.
    let target = physical ? realPath(machine, full, { as: credentials }) : normalizePath(full);
    let inode: ReturnType<typeof stat>;
    try {
      inode = stat(machine, target, { as: credentials });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      target = realPath(machine, full, { as: credentials });
      inode = stat(machine, full, { as: credentials });
    }
    if (inode.kind !== 'directory') return 'Not a directory';
    if (!permitted(inode, credentials, 1)) return 'Permission denied';
    shell.vars.force('OLDPWD', shell.vars.get('PWD') ?? cwd, true);
    shell.view.cwd = target;
    shell.vars.force('PWD', target, true);
    return null;
  } catch (error) {
    if (error instanceof FileError) return error.text;
    throw error;
  }
}

async function cd(shell: Shell, args: readonly string[]): Promise<number> {
  const rest = [...args];
  let physical = shell.options.has('physical');
  while (rest[0]?.startsWith('-') && rest[0].length > 1) {
    const option = rest.shift() as string;
    if (option === '--') break;
    if (!/^-[LPe@]+$/.test(option)) {
      await shell.error(`cd: ${option.slice(0, 2)}: invalid option`);
      await shell.writeError('cd: usage: cd [-L|[-P [-e]] [-@]] [dir]\n');
      return 2;
    }
    physical = option.includes('P');
  }
  if (rest.length > 1) {
    await shell.error('cd: too many arguments');
    return 1;
  }
  let path = rest[0];
  let show = false;
  if (path === undefined) {
    path = shell.vars.get('HOME');
    if (path === undefined) {
      await shell.error('cd: HOME not set');
      return 1;
    }
  } else if (path === '-') {
    path = shell.vars.get('OLDPWD');
    if (path === undefined) {
      await shell.error('cd: OLDPWD not set');
      return 1;
    }
    show = true;
  }
  if (path === '') return 0;
  const cdpath = shell.vars.get('CDPATH');
  if (cdpath && !/^\.{0,2}\//.test(path) && !/^\.\.?$/.test(path)) {
    for (const base of cdpath.split(':')) {
      if (changeDirectory(shell, base === '' ? path : `${base}/${path}`, physical) === null) {
        if (base !== '') await shell.print(`${shell.view.cwd}\n`);
        return 0;
      }
    }
  }
  const problem = changeDirectory(shell, path, physical);
  if (problem) {
    await shell.error(`cd: ${path}: ${problem}`);
    return 1;
  }
  if (show) await shell.print(`${shell.view.cwd}\n`);
  return 0;
}

/** The stack with the present directory on top. */
function stackOf(shell: Shell): string[] {
  return [shell.view.cwd, ...shell.directories];
}

function withTilde(shell: Shell, path: string): string {
  const home = shell.vars.get('HOME');
  if (home && home !== '/' && (path === home || path.startsWith(`${home}/`))) return `~${path.slice(home.length)}`;
  return path;
}

async function printStack(shell: Shell): Promise<void> {
  await shell.print(
    `${stackOf(shell)
      .map((path) => withTilde(shell, path))
      .join(' ')}\n`,
  );
}

/** Index that `+N` or `-N` means; null where it is out of range. */
function stackIndex(text: string, length: number): number | null {
  const number = Number(text.slice(1));
  const index = text.startsWith('+') ? number : length - 1 - number;
  return index >= 0 && index < length ? index : null;
}

async function pushd(shell: Shell, args: readonly string[]): Promise<number> {
  const rest = args.filter((arg) => arg !== '-n' && arg !== '--');
  const [arg] = rest;
  const stack = stackOf(shell);
  if (arg !== undefined && /^[-+]\d+$/.test(arg)) {
    const index = stackIndex(arg, stack.length);
    if (index === null) {
      await shell.error(`pushd: ${arg}: directory stack index out of range`);
      return 1;
    }
    const rotated = [...stack.slice(index), ...stack.slice(0, index)];
    return goTo(shell, 'pushd', rotated[0] as string, rotated.slice(1));
  }
  if (arg === undefined) {
    if (stack.length < 2) {
      await shell.error('pushd: no other directory');
      return 1;
    }
    return goTo(shell, 'pushd', stack[1] as string, [stack[0] as string, ...stack.slice(2)]);
  }
  return goTo(shell, 'pushd', arg, stack);
}

async function goTo(shell: Shell, name: string, path: string, below: string[]): Promise<number> {
  const problem = changeDirectory(shell, path, false);
  if (problem) {
    await shell.error(`${name}: ${path}: ${problem}`);
    return 1;
  }
  shell.directories = below;
  await printStack(shell);
  return 0;
}

async function popd(shell: Shell, args: readonly string[]): Promise<number> {
  const [arg = '+0'] = args.filter((item) => item !== '-n' && item !== '--');
  const stack = stackOf(shell);
  if (stack.length < 2) {
    await shell.error('popd: directory stack empty');
    return 1;
  }
  const index = /^[-+]\d+$/.test(arg) ? stackIndex(arg, stack.length) : null;
  if (index === null) {
    await shell.error(
      `popd: ${arg}: ${/^[-+]\d+$/.test(arg) ? 'directory stack index out of range' : 'invalid argument'}`,
    );
    if (!/^[-+]\d+$/.test(arg)) await shell.writeError('popd: usage: popd [-n] [+N | -N]\n');
    return /^[-+]\d+$/.test(arg) ? 1 : 2;
  }
  stack.splice(index, 1);
  if (index === 0) return goTo(shell, 'popd', stack[0] as string, stack.slice(1));
  shell.directories = stack.slice(1);
  await printStack(shell);
  return 0;
}

async function dirs(shell: Shell, args: readonly string[]): Promise<number> {
  const letters = args.filter((arg) => /^-[clpv]+$/.test(arg)).join('');
  const position = args.find((arg) => /^[-+]\d+$/.test(arg));
  if (letters.includes('c')) {
    shell.directories = [];
    return 0;
  }
  const stack = stackOf(shell);
  const shown = stack.map((path) => (letters.includes('l') ? path : withTilde(shell, path)));
  if (position) {
    const index = stackIndex(position, stack.length);
    if (index === null) {
      await shell.error(`dirs: ${position}: directory stack index out of range`);
      return 1;
    }
    await shell.print(`${shown[index]}\n`);
    return 0;
  }
  if (letters.includes('v'))
    await shell.print(shown.map((path, index) => `${String(index).padStart(2)}  ${path}\n`).join(''));
  else if (letters.includes('p')) await shell.print(shown.map((path) => `${path}\n`).join(''));
  else await shell.print(`${shown.join(' ')}\n`);
  return 0;
}

export const directoryBuiltins: BuiltinTable = {
  cd,
  pwd: async (shell, args) => {
    const bad = args.find((arg) => arg.startsWith('-') && !/^-[LP]*$/.test(arg));
    if (bad) {
      await shell.error(`pwd: ${bad.slice(0, 2)}: invalid option`);
      await shell.writeError('pwd: usage: pwd [-LP]\n');
      return 2;
    }
    const physical = args.some((arg) => arg.includes('P'));
    const path = physical ? realPath(shell.view.machine, shell.view.cwd) : shell.view.cwd;
    await shell.print(`${path}\n`);
    return 0;
  },
  pushd,
  popd,
  dirs,
};
