import type { Process, Program } from '../../../shell/process';
import { address } from './address';
import { link } from './link';
import { neighbour } from './neighbour';
import { route } from './route';
import { IpError, matches, type Style } from './style';

const USAGE = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch filename
where  OBJECT := { address | addrlabel | amt | fou | help | ila | ioam | l2tp |
                   link | macsec | maddress | monitor | mptcp | mroute | mrule |
                   neighbor | neighbour | netconf | netns | nexthop | ntable |
                   ntbl | route | rule | sr | tap | tcpmetrics |
                   token | tunnel | tuntap | vrf | xfrm }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |
                    -h[uman-readable] | -iec | -j[son] | -p[retty] |
                    -f[amily] { inet | inet6 | mpls | bridge | link } |
                    -4 | -6 | -M | -B | -0 |
                    -l[oops] { maximum-addr-flush-attempts } | -br[ief] |
                    -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |
                    -rc[vbuf] [size] | -n[etns] name | -N[umeric] | -a[ll] |
                    -c[olor]}
`;

function readOptions(process: Process, queue: string[]): Style | 'version' | 'help' {
  const style: Style = {
    family: null,
    brief: false,
    oneline: false,
    color: false,
    json: false,
    pretty: false,
    statistics: false,
    details: false,
  };
  while (queue[0]?.startsWith('-') && queue[0].length > 1) {
    const word = queue.shift() ?? '';
    const name = word.replace(/^--?/, '');
    if (name === '4') style.family = 'inet';
    else if (name === '6') style.family = 'inet6';
    else if (name === 'f' || (matches(name, 'family') && name.length > 1)) {
      const family = queue.shift();
      if (family === 'inet' || family === 'inet6') style.family = family;
      else if (family !== 'link')
        throw new IpError(`Error: argument "${family}" is wrong: invalid protocol family\n`, 255);
    } else if (matches(name, 'brief') && name.length > 1) style.brief = true;
    else if (matches(name, 'oneline')) style.oneline = true;
    else if (/^c(o(l(o(r)?)?)?)?(=|$)/.test(name)) {
      const when = name.split('=')[1] ?? 'always';
      style.color = when === 'always' || (when === 'auto' && process.stdout.isTerminal);
    } else if (matches(name, 'json')) style.json = true;
    else if (matches(name, 'pretty')) style.pretty = true;
    else if (matches(name, 'statistics') || matches(name, 'stats')) style.statistics = true;
    else if (matches(name, 'details')) style.details = true;
    else if (matches(name, 'Version')) return 'version';
    else if (matches(name, 'help') && name.length > 1) return 'help';
    else if (['h', 'r', 'N', 't', 'ts', 'iec', 'a', 'human', 'human-readable', 'resolve', 'Numeric'].includes(name))
      continue;
    else throw new IpError(`Option "${word}" is unknown, try "ip -help".`, 255);
  }
  return style;
}

/** Objects in the order in which abbreviations are looked up. */
const OBJECTS: readonly (readonly [
  string,
  (process: Process, style: Style, args: readonly string[]) => Promise<number>,
])[] = [
  ['address', address],
  ['route', route],
  ['rule', rule],
  ['neighbor', neighbour],
  ['neighbour', neighbour],
  ['link', link],
];

/** The policy routing table is the kernel's initial one. */
async function rule(process: Process): Promise<number> {
  await process.stdout.write(
    '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n',
  );
  return 0;
}

/** ip: shows and changes addresses, links, routes and neighbours. */
export const ip: Program = async (process) => {
  const queue = process.argv.slice(1);
  try {
    const style = readOptions(process, queue);
    if (style === 'version') {
      await process.stdout.write('ip utility, iproute2-6.1.0, libbpf 1.0.0\n');
      return 0;
    }
    const object = queue.shift();
    if (style === 'help' || object === undefined || matches(object, 'help')) {
      await process.stderr.write(USAGE);
      return 255;
    }
    const found = OBJECTS.find(([name]) => matches(object, name));
    if (!found) throw new IpError(`Object "${object}" is unknown, try "ip help".`, 1);
    return await found[1](process, style, queue);
  } catch (error) {
    if (!(error instanceof IpError)) throw error;
    await process.stderr.write(error.message.endsWith('\n') ? error.message : `${error.message}\n`);
    return error.status;
  }
};
