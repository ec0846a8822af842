import { isIpv4 } from '../../network/addresses';
import { outsideAddresses, outsideName } from '../../network/outside';
import { connect } from '../../network/reach';
import { nameServers } from '../../network/resolve';
import type { Process, Program } from '../../shell/process';

/** What a name server says, without /etc/hosts: these tools ask DNS only. */
type Answer =
  | { kind: 'addresses'; addresses: readonly string[]; server: string }
  | { kind: 'name'; name: string; server: string }
  | { kind: 'nothing'; server: string }
  | { kind: 'no-server'; server: string };

async function ask(process: Process, name: string, wanted: string | null): Promise<Answer> {
  const servers = wanted === null ? nameServers(process.machine) : [wanted];
  for (const server of servers) {
    if (connect(process.world, process.machineName, server, 53, 'udp').kind !== 'connected') continue;
    await process.sleep(15);
    const network = Object.values(process.world.networks).find((entry) => entry.address?.startsWith(`${server}/`));
    const forwards = network === undefined || network.forward === 'nat';
    if (isIpv4(name)) {
      const found = forwards ? outsideName(name) : null;
      return found === null ? { kind: 'nothing', server } : { kind: 'name', name: found, server };
    }
    const addresses = forwards ? outsideAddresses(name) : [];
    return addresses.length > 0 ? { kind: 'addresses', addresses, server } : { kind: 'nothing', server };
  }
  await process.sleep(10_000);
  return { kind: 'no-server', server: servers[0] ?? '127.0.0.1' };
}

function reversed(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

/** Operands of a command line, without options and their values. */
function operands(process: Process, withValue: string): { words: string[]; options: string[] } {
  const words: string[] = [];
  const options: string[] = [];
  const queue = process.argv.slice(1);
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (/^-./.test(word)) {
      options.push(word);
      if (word.length === 2 && withValue.includes(word.charAt(1))) options.push(queue.shift() ?? '');
    } else words.push(word);
  }
  return { words, options };
}

const UNREACHABLE = ';; connection timed out; no servers could be reached\n';

/** host: a look-up in DNS. */
export const host: Program = async (process) => {
  const { words } = operands(process, 'cNRtWm');
  const [name, server = null] = words;
  if (name === undefined) {
    await process.stderr.write(
      'Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] [-p port] hostname [server]\n',
    );
    return 1;
  }
  const answer = await ask(process, name, server);
  if (answer.kind === 'no-server') {
    await process.stdout.write(UNREACHABLE);
    return 1;
  }
  if (server !== null)
    await process.stdout.write(`Using domain server:\nName: ${server}\nAddress: ${answer.server}#53\nAliases: \n\n`);
  if (answer.kind === 'nothing') {
    await process.stdout.write(`Host ${isIpv4(name) ? `${reversed(name)}.` : name} not found: 3(NXDOMAIN)\n`);
    return 1;
  }
  if (answer.kind === 'name') await process.stdout.write(`${reversed(name)} domain name pointer ${answer.name}.\n`);
  else for (const address of answer.addresses) await process.stdout.write(`${name} has address ${address}\n`);
  return 0;
};

/** nslookup: the same in other words. */
export const nslookup: Program = async (process) => {
  const { words } = operands(process, '');
  const [name, server = null] = words;
  if (name === undefined) return 0;
  const answer = await ask(process, name, server);
  if (answer.kind === 'no-server') {
    await process.stdout.write(`${UNREACHABLE}\n`);
    return 1;
  }
  const head = `Server:\t\t${answer.server}\nAddress:\t${answer.server}#53\n\n`;
  if (answer.kind === 'nothing') {
    await process.stdout.write(`${head}** server can't find ${isIpv4(name) ? reversed(name) : name}: NXDOMAIN\n\n`);
    return 1;
  }
  if (answer.kind === 'name') {
    await process.stdout.write(
      `${reversed(name)}\tname = ${answer.name}.\n\nAuthoritative answers can be found from:\n\n`,
    );
    return 0;
  }
  const list = answer.addresses.map((address) => `Name:\t${name}\nAddress: ${address}\n`).join('');
  await process.stdout.write(`${head}Non-authoritative answer:\n${list}\n`);
  return 0;
};

/** dig: the answer as the servers give it. */
export const dig: Program = async (process) => {
  const { words, options } = operands(process, 'bcfkmpqtxy');
  const server = words.find((word) => word.startsWith('@'))?.slice(1) ?? null;
  const plain = words.filter((word) => !word.startsWith('@') && !word.startsWith('+'));
  const at = options.indexOf('-x');
  const short = words.includes('+short');
  const name =
    at >= 0 ? (options[at + 1] ?? '') : (plain.find((word) => !/^(A|AAAA|ANY|MX|NS|PTR|SOA|TXT)$/i.test(word)) ?? '.');
  const answer = await ask(process, name, server);
  if (answer.kind === 'no-server') {
    await process.stdout.write(
      `${short ? '' : `\n; <<>> DiG 9.16.23-RH <<>> ${process.argv.slice(1).join(' ')}\n;; global options: +cmd\n`}${UNREACHABLE}`,
    );
    return 9;
  }
  const question = at >= 0 ? `${reversed(name)}.` : `${name.replace(/\.$/, '')}.`;
  const type = at >= 0 ? 'PTR' : 'A';
  const records = answer.kind === 'addresses' ? answer.addresses : answer.kind === 'name' ? [`${answer.name}.`] : [];
  if (short) {
    await process.stdout.write(records.map((record) => `${record}\n`).join(''));
    return 0;
  }
  const id = process.transact((world) => (world.sequence++ * 7919) % 65536);
  const status = records.length > 0 ? 'NOERROR' : 'NXDOMAIN';
  const section = records.map((record) => `${question}\t\t300\tIN\t${type}\t${record}\n`).join('');
  await process.stdout.write(
    `\n; <<>> DiG 9.16.23-RH <<>> ${process.argv.slice(1).join(' ')}\n;; global options: +cmd\n;; Got answer:\n` +
      `;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${id}\n` +
      `;; flags: qr rd ra; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n` +
      `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n;; QUESTION SECTION:\n;${question}\t\t\tIN\t${type}\n\n` +
      `${section ? `;; ANSWER SECTION:\n${section}\n` : ''}` +
      `;; Query time: 15 msec\n;; SERVER: ${answer.server}#53(${answer.server})\n;; MSG SIZE  rcvd: ${40 + 16 * records.length}\n\n`,
  );
  return 0;
};
