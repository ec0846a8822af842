import type { Program } from '../../shell/process';
import { withOptions } from '../options';
import { complain } from './common';

/** users: names of all open logins, sorted. */
export const users: Program = (process) =>
  withOptions(process, [], async () => {
    const names = process.machine.logins.filter(({ until }) => until === null).map(({ user }) => user);
    if (names.length > 0) await process.stdout.write(`${names.toSorted().join(' ')}\n`);
    return 0;
  });

/** logname: who logged in on this terminal, whoever the process acts as now. */
export const logname: Program = (process) =>
  withOptions(process, [], async (options) => {
    const [extra] = options.operands;
    if (extra !== undefined) {
      await complain(process, `extra operand ‘${extra}’`);
      await process.stderr.write("Try 'logname --help' for more information.\n");
      return 1;
    }
    const line = process.tty?.path.replace('/dev/', '');
    const login = process.machine.logins.find((one) => one.until === null && one.line === line);
    if (!login) {
      await complain(process, 'no login name');
      return 1;
    }
    await process.stdout.write(`${login.user}\n`);
    return 0;
  });

/** sync: what is written here is on the disk at once. */
export const sync: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'data', short: 'd', long: ['data'] },
      { key: 'filesystem', short: 'f', long: ['file-system'] },
    ],
    async () => 0,
  );
