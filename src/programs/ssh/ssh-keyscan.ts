import type { Program } from '../../shell/process';
import { openConnection, resolve } from '../network/client';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { formatPublic, typeOfAlgorithm } from './keys';
import { hostKeys } from './server';

const OPTIONS: readonly OptionSpec[] = [
  ...['4', '6', 'c', 'D', 'H', 'v'].map((letter) => ({ key: letter, short: letter })),
  ...['f', 'p', 'T', 't'].map((letter) => ({ key: letter, short: letter, value: 'required' as const })),
];

/** A connection is made for each kind of key; security keys are no host keys here. */
const KEY_TYPES = ['rsa', 'ecdsa', 'ed25519', 'ecdsa-sk', 'ed25519-sk'];

const USAGE = `usage: ssh-keyscan [-46cDHv] [-f file] [-p port] [-T timeout] [-t type]
\t\t   [host | addrlist namelist]
`;

/** ssh-keyscan: prints the host keys of machines. */
export const sshKeyscan: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('ssh-keyscan', process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${USAGE}`);
    return 1;
  }
  if (options.operands.length === 0) {
    await process.stderr.write(USAGE);
    return 1;
  }
  const port = Number(options.value('p') ?? 22);
  const patience = Number(options.value('T') ?? 5) * 1000;
  const types = (options.value('t') ?? KEY_TYPES.join(',')).split(',');
  const debian = process.machine.distribution === 'debian-12';
  const banner = debian ? 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2' : 'SSH-2.0-OpenSSH_8.7';
  let found = 0;
  for (const host of options.operands.flatMap((word) => word.split(','))) {
    const result = await resolve(process, host);
    if (result.kind !== 'found') {
      await process.stderr.write(
        `getaddrinfo ${host}: ${result.kind === 'unknown' ? 'Name or service not known' : 'Temporary failure in name resolution'}\n`,
      );
      continue;
    }
    const connection = await openConnection(process, result.addresses[0] ?? host, port, 'tcp', patience);
    if (connection.kind !== 'connected') continue;
    const remote = process.world.machines[connection.machine];
    const keys = remote ? hostKeys(remote) : [];
    for (const type of KEY_TYPES) {
      if (!types.includes(type)) continue;
      await process.stderr.write(`# ${host}:${port} ${banner}\n`);
      const key = keys.find((candidate) => typeOfAlgorithm(candidate.algorithm) === type);
      if (!key) continue;
      found++;
      const name = port === 22 ? host : `[${host}]:${port}`;
      await process.stdout.write(`${name} ${formatPublic(key)}`);
    }
  }
  return found > 0 ? 0 : 1;
};
