import { chronyUnit, isSynchronized, timeSources } from '../../machine/daemons';
import { isActive } from '../../machine/units';
import type { Process, Program } from '../../shell/process';
import { formatDate } from '../coreutils/dates';
import { unixTime } from './format';

const NO_DAEMON = '506 Cannot talk to daemon\n';

/** `chronyc [sources|tracking|activity|makestep] …` */
export const chronyc: Program = async (process) => {
  const words = process.argv.slice(1).filter((word) => !/^-[na46]$/.test(word));
  const verb = words[0] ?? '';
  if (!isActive(process.machine, chronyUnit(process.machine))) {
    await process.sleep(100);
    await process.stdout.write(NO_DAEMON);
    return 1;
  }
  switch (verb) {
    case 'sources':
      await process.stdout.write(sources(process, words.includes('-v')));
      return 0;
    case 'sourcestats':
      await process.stdout.write(sourceStatistics(process));
      return 0;
    case 'tracking':
      await process.stdout.write(tracking(process));
      return 0;
    case 'activity': {
      const list = timeSources(process.world, process.machine);
      const online = list.filter((source) => source.reachable).length;
      await process.stdout.write(
        `200 OK\n${online} sources online\n${list.length - online} sources offline\n0 sources doing burst (return to online)\n0 sources doing burst (return to offline)\n0 sources with unknown address\n`,
      );
      return 0;
    }
    case 'makestep':
    case 'burst':
    case 'online':
    case 'offline':
      await process.stdout.write(process.credentials.uid === 0 ? '200 OK\n' : '501 Not authorised\n');
      return process.credentials.uid === 0 ? 0 : 1;
    default:
      await process.stdout.write('Unrecognized command\n');
      return 1;
  }
};

const LEGEND = `
  .-- Source mode  '^' = server, '=' = peer, '#' = local clock.
 / .- Source state '*' = current best, '+' = combined, '-' = not combined,
| /             'x' = may be in error, '~' = too variable, '?' = unusable.
||                                                 .- xxxx [ yyyy ] +/- zzzz
||      Reachability register (octal) -.           |  xxxx = adjusted offset,
||      Log2(Polling interval) --.      |          |  yyyy = measured offset,
||                                \\     |          |  zzzz = estimated error.
||                                 |    |           \\
`;

function sources(process: Process, verbose: boolean): string {
  let text = verbose ? LEGEND : '';
  text += 'MS Name/IP address         Stratum Poll Reach LastRx Last sample               \n';
  text += '===============================================================================\n';
  const synchronized = isSynchronized(process.world, process.machine);
  const age = Math.floor((process.world.now - (process.machine.units[chronyUnit(process.machine)]?.since ?? 0)) / 1000);
  const list = timeSources(process.world, process.machine);
  const best = list.findIndex((source) => source.reachable);
  for (const [at, source] of list.entries()) {
    const state = !source.reachable || !synchronized ? '?' : at === best ? '*' : '+';
    const heard = source.reachable && synchronized;
    const reach = heard ? Math.min(0o377, 2 ** (Math.floor(age / 64) + 4) - 1).toString(8) : '0';
    const sample = heard
      ? `${offset(at * 37 + 11)}[${offset(at * 37 + 19)}] +/- ${String(14 + at * 3).padStart(4)}ms`
      : '+0ns[   +0ns] +/-    0ns'.padStart(24);
    text += `^${state} ${source.name.padEnd(24)}  ${heard ? 2 : 0}   6   ${reach.padStart(3)}   ${String(heard ? age % 64 : '-').padStart(4)}   ${sample}\n`;
  }
  return text;
}

function offset(seed: number): string {
  const microseconds = (seed * 7919) % 900;
  return `${seed % 2 === 0 ? '+' : '-'}${microseconds}us`.padStart(7);
}

function sourceStatistics(process: Process): string {
  let text =
    'Name/IP Address            NP  NR  Span  Frequency  Freq Skew  Offset  Std Dev\n==============================================================================\n';
  for (const [at, source] of timeSources(process.world, process.machine).entries()) {
    text += `${source.name.padEnd(25)} ${String(source.reachable ? 6 : 0).padStart(3)} ${String(source.reachable ? 4 : 0).padStart(3)}   ${source.reachable ? ' 8m' : '  0'}     +0.000      0.${String(100 + at)}  ${offset(at * 5 + 3)}   ${20 + at}us\n`;
  }
  return text;
}

function tracking(process: Process): string {
  const synchronized = isSynchronized(process.world, process.machine);
  const best = timeSources(process.world, process.machine).find((source) => source.reachable);
  const utc = { env: { TZ: 'UTC' }, machine: process.machine };
  const id =
    best?.address
      .split('.')
      .map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase())
      .join('') ?? '';
  const rows: [string, string][] =
    synchronized && best
      ? [
          ['Reference ID', `${id} (${best.name})`],
          ['Stratum', '3'],
          ['Ref time (UTC)', formatDate(utc, unixTime(process, process.world.now - 30_000), '%a %b %d %H:%M:%S %Y')],
          ['System time', '0.000012431 seconds fast of NTP time'],
          ['Last offset', '+0.000009120 seconds'],
          ['RMS offset', '0.000031876 seconds'],
          ['Frequency', '12.731 ppm slow'],
          ['Residual freq', '+0.002 ppm'],
          ['Skew', '0.087 ppm'],
          ['Root delay', '0.012418322 seconds'],
          ['Root dispersion', '0.000841153 seconds'],
          ['Update interval', '64.2 seconds'],
          ['Leap status', 'Normal'],
        ]
      : [
          ['Reference ID', '00000000 ()'],
          ['Stratum', '0'],
          ['Ref time (UTC)', 'Thu Jan 01 00:00:00 1970'],
          ['System time', '0.000000000 seconds fast of NTP time'],
          ['Last offset', '+0.000000000 seconds'],
          ['RMS offset', '0.000000000 seconds'],
          ['Frequency', '0.000 ppm slow'],
          ['Residual freq', '+0.000 ppm'],
          ['Skew', '0.000 ppm'],
          ['Root delay', '1.000000000 seconds'],
          ['Root dispersion', '1.000000000 seconds'],
          ['Update interval', '0.0 seconds'],
          ['Leap status', 'Not synchronised'],
        ];
  return rows.map(([label, value]) => `${label.padEnd(16)}: ${value}\n`).join('');
}
