import type { Shell } from './shell';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Backslash escapes of PS1 and its like; what they give isn't expanded here. */
export function decodePrompt(shell: Shell, text: string): string {
  const home = shell.vars.get('HOME') ?? '';
  const { cwd } = shell.view;
  const date = new Date(shell.view.world.epoch + shell.view.world.now);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = date.getUTCHours();
  const time = `${two(hours)}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const twelve = two(hours % 12 || 12);
  const directory = home !== '' && (cwd === home || cwd.startsWith(`${home}/`)) ? `~${cwd.slice(home.length)}` : cwd;
  const replace = (whole: string, code: string): string => {
    switch (code) {
      case 'u':
        return shell.view.credentials.user;
      case 'h':
        return shell.view.machine.hostname.split('.')[0] ?? '';
      case 'H':
        return shell.view.machine.hostname;
      case 'w':
        return directory;
      case 'W':
        return directory === '~' || directory === '/' ? directory : directory.slice(directory.lastIndexOf('/') + 1);
      case '$':
        return shell.view.credentials.uid === 0 ? '#' : '$';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 'e':
        return '\x1b';
      case 'a':
        return '\x07';
      case '\\':
        return '\\';
      case '[':
        return '\x01';
      case ']':
        return '\x02';
      case 't':
        return time;
      case 'T':
        return twelve + time.slice(2);
      case 'A':
        return time.slice(0, 5);
      case '@':
        return `${twelve}:${two(date.getUTCMinutes())} ${hours < 12 ? 'AM' : 'PM'}`;
      case 'd':
        return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())}`;
      case 's':
        return shell.name.replace(/^-/, '').replace(/^.*\//, '');
      case 'v':
        return '5.1';
      case 'V':
        return '5.1.8';
      case 'j':
        return String(shell.jobs.all.length);
      case 'l':
        return shell.core.tty?.path.replace(/^.*\//, '') ?? '';
      case '!':
        return String(shell.historyBase + shell.history.length);
      case '#':
        return String(shell.history.length + 1);
      default:
        return /^[0-7]{3}$/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : whole;
    }
  };
  return text.replace(/\\([0-7]{3}|[\s\S])/g, replace);
}
