import type { Program } from '../../shell/process';
import { deviceOf } from '../../shell/tty';
import { viewOf } from '../../shell/view';

export const clear: Program = async (process) => {
  await process.stdout.write('\x1b[H\x1b[2J\x1b[3J');
  return 0;
};

export const reset: Program = async (process) => {
  process.tty?.setRaw(false);
  process.tty?.setEcho(true);
  await process.stdout.write('\x1bc\x1b[?1049l\x1b[?25h\x1b[0m');
  return 0;
};

export const tty: Program = async (process) => {
  const silent = process.argv.slice(1).some((arg) => /^(-s|--silent|--quiet)$/.test(arg));
  if (process.stdin.isTerminal && process.tty) {
    if (!silent) await process.stdout.write(`${process.tty.path}\n`);
    return 0;
  }
  if (!silent) await process.stdout.write('not a tty\n');
  return 1;
};

export const tput: Program = async (process) => {
  const [name] = process.argv.slice(1);
  const columns = process.tty?.columns ?? 80;
  const rows = process.tty?.rows ?? 24;
  const known: Record<string, string> = {
    cols: `${columns}\n`,
    lines: `${rows}\n`,
    clear: '\x1b[H\x1b[2J',
    bold: '\x1b[1m',
    sgr0: '\x1b(B\x1b[m',
    smul: '\x1b[4m',
    rmul: '\x1b[24m',
    rev: '\x1b[7m',
    civis: '\x1b[?25l',
    cnorm: '\x1b[?12l\x1b[?25h',
    colors: '256\n',
    el: '\x1b[K',
    ed: '\x1b[J',
    home: '\x1b[H',
    bel: '\x07',
  };
  if (name === undefined) {
    await process.stderr.write('usage: tput [-V] [-S] [-T term] capname\n');
    return 2;
  }
  const argument = process.argv[2] ?? '0';
  const text = name === 'setaf' ? `\x1b[3${argument}m` : name === 'setab' ? `\x1b[4${argument}m` : known[name];
  if (text === undefined) {
    await process.stderr.write(`tput: unknown terminfo capability '${name}'\n`);
    return 4;
  }
  await process.stdout.write(text);
  return 0;
};

export const stty: Program = async (process) => {
  const args = process.argv.slice(1);
  const { tty: terminal } = process;
  const device = deviceOf(viewOf(process).core.tty);
  if (!process.stdin.isTerminal || !terminal || !device) {
    await process.stderr.write("stty: 'standard input': Inappropriate ioctl for device\n");
    return 1;
  }
  if (args.length === 0) {
    await process.stdout.write(`speed 38400 baud; line = 0;\n${device.echo ? '' : '-echo\n'}`);
    return 0;
  }
  for (const arg of args) {
    if (arg === 'size') await process.stdout.write(`${terminal.rows} ${terminal.columns}\n`);
    else if (arg === 'echo' || arg === '-echo') device.setEcho(arg === 'echo');
    else if (arg === 'raw' || arg === '-icanon' || arg === 'cbreak') device.setRaw(true);
    else if (arg === '-raw' || arg === 'icanon' || arg === '-cbreak') device.setRaw(false);
    else if (arg === 'sane') {
      device.setRaw(false);
      device.setEcho(true);
    } else if (arg === '-a' || arg === '--all') {
      await process.stdout.write(
        `speed 38400 baud; rows ${terminal.rows}; columns ${terminal.columns}; line = 0;\n` +
          'intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;\neol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;\nwerase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;\n' +
          `isig ${device.raw ? '-' : ''}icanon iexten ${device.echo ? '' : '-'}echo echoe echok -echonl -noflsh -xcase -tostop -echoprt\n`,
      );
    } else if (!/^-?(onlcr|ixon|isig|iexten|icrnl|opost|ixoff|brkint|hupcl|tostop)$/.test(arg)) {
      await process.stderr.write(`stty: invalid argument ‘${arg}’\nTry 'stty --help' for more information.\n`);
      return 1;
    }
  }
  return 0;
};
