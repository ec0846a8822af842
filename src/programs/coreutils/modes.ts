import type { Inode } from '../../world/file';

const kindLetter: Record<Inode['kind'], string> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  block: 'b',
  character: 'c',
  fifo: 'p',
  socket: 's',
};

/** `-rw-r--r--` */
export function modeString(inode: Inode): string {
  const letters = [...'rwxrwxrwx'].map((letter, bit) => ((inode.mode >> (8 - bit)) & 1 ? letter : '-'));
  const special = (at: number, bit: number, set: string) => {
    if (inode.mode & bit) letters[at] = letters[at] === 'x' ? set : set.toUpperCase();
  };
  special(2, 0o4000, 's');
  special(5, 0o2000, 's');
  special(8, 0o1000, 't');
  return kindLetter[inode.kind] + letters.join('');
}

/** The mode that a `chmod` expression makes of another; undefined when the expression is wrong. */
export function applyMode(expression: string, mode: number, directory: boolean, umask = 0o022): number | undefined {
  if (/^[0-7]{1,4}$/.test(expression)) return Number.parseInt(expression, 8);
  let result = mode;
  for (const clause of expression.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (!match) return undefined;
    const who = match[1] as string;
    for (const action of (match[2] as string).match(/[-+=](?:[ugo](?![rwxXst])|[rwxXst]*)/g) ?? []) {
      result = applyAction(action, who, result, directory, umask);
    }
  }
  return result;
}

const classShift = { u: 6, g: 3, o: 0 } as const;

function applyAction(action: string, who: string, mode: number, directory: boolean, umask: number): number {
  const operator = action.charAt(0);
  const permissions = action.slice(1);
  const classes = (who === '' || who.includes('a') ? ['u', 'g', 'o'] : [...new Set(who)]) as ('u' | 'g' | 'o')[];
  let result = mode;
  for (const name of classes) {
    const shift = classShift[name];
    let bits = 0;
    if (/^[ugo]$/.test(permissions)) bits = (mode >> classShift[permissions as 'u' | 'g' | 'o']) & 7;
    if (permissions.includes('r')) bits |= 4;
    if (permissions.includes('w')) bits |= 2;
    if (permissions.includes('x') || (permissions.includes('X') && (directory || mode & 0o111))) bits |= 1;
    if (who === '') bits &= ~((umask >> shift) & 7);
    let special = 0;
    if (permissions.includes('s')) special |= name === 'u' ? 0o4000 : name === 'g' ? 0o2000 : 0;
    if (permissions.includes('t')) special |= 0o1000;
    const wanted = (bits << shift) | special;
    if (operator === '+') result |= wanted;
    else if (operator === '-') result &= ~wanted;
    else result = (result & ~(7 << shift)) | wanted;
  }
  return result;
}
