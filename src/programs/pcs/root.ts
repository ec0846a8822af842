import type { Pcs } from './context';
import { CommandFailure } from './failure';
import { localToken } from './rpc/hosts';
import { tokenUser } from './rpc/tokens';

/** Commands that only root may run itself; others send them to the local pcsd. */
const ROOT_COMMANDS: readonly string[] = [
  'cluster auth',
  'cluster corosync',
  'cluster destroy',
  'cluster disable',
  'cluster enable',
  'cluster node',
  'cluster pcsd-status',
  'cluster start',
  'cluster stop',
  'cluster sync',
  'config restore',
  'host auth',
  'host deauth',
  'pcsd deauth',
  'pcsd status',
  'pcsd sync-certificates',
  'quorum device status',
  'quorum status',
  'status corosync',
  'status pcsd',
  'status quorum',
  'status status',
  'stonith sbd device setup',
];

/** Whether an ordinary user's call goes through pcsd. */
export function needsRoot(words: readonly string[]): boolean {
  if (words.length === 1 && words[0] === 'status') return true;
  const text = `${words.join(' ')} `;
  return ROOT_COMMANDS.some((command) => text.startsWith(`${command} `));
}

/** Runs the same call as root for a user who authorized at the local pcsd. */
export async function runThroughPcsd(pcs: Pcs, _words: readonly string[]): Promise<number> {
  const token = localToken(pcs);
  const user = token === null ? null : tokenUser(pcs.process.machine, token);
  if (user === null) {
    throw new CommandFailure(
      "Unable to authenticate against the local pcsd. Run the same command as root or authenticate yourself to the local pcsd using command 'pcs client local-auth'",
    );
  }
  await pcs.flush();
  const root = { user: 'root', uid: 0, gid: 0, groups: [0], home: '/root' };
  const result = await pcs.process.capture(['/usr/sbin/pcs', ...pcs.process.argv.slice(1)], {
    credentials: root,
    env: { ...pcs.process.env, HOME: '/root', CIB_user: user },
  });
  // What the daemon hands back is printed as a line of its own.
  if (result.stdout !== '') await pcs.process.stdout.write(`${result.stdout}\n`);
  await pcs.process.stderr.write(result.stderr);
  return result.status;
}
