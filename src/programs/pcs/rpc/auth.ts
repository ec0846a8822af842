import { randomUuid } from '../../../kernel/random';
import { checkPassword, findGroup, findUser, groupsOf } from '../../../machine/accounts';
import { writeFile } from '../../../machine/files';
import type { Machine } from '../../../world/machine';
import type { World } from '../../../world/world';
import { TOKENS_FILE, tokensOf } from './tokens';

/** Lets a user of group haclient in and gives a token; null: wrong name, password or group. */
export function giveToken(machine: Machine, world: World, user: string, password: string): string | null {
  const account = findUser(machine, user);
  const haclient = findGroup(machine, 'haclient');
  if (!account || !haclient || !checkPassword(machine, user, password)) return null;
  if (!groupsOf(machine, account).includes(haclient.gid)) return null;
  const token = randomUuid(world);
  const now = world.epoch + world.now;
  const date = new Date(now);
  const pad = (value: number) => String(value).padStart(2, '0');
  const created = `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())} ${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())} +0000`;
  writeTokens(machine, now, [...tokensOf(machine), { creation_date: created, token, username: user }]);
  return token;
}

/** Takes tokens back; all where none is named. */
export function dropTokens(machine: Machine, world: World, tokens: readonly string[]): string[] {
  const present = tokensOf(machine);
  const missing = tokens.filter((token) => !present.some((record) => record.token === token));
  const kept = tokens.length === 0 ? [] : present.filter((record) => !tokens.includes(record.token));
  if (missing.length === 0) writeTokens(machine, world.epoch + world.now, kept);
  return missing;
}

function writeTokens(
  machine: Machine,
  time: number,
  records: readonly { creation_date: string; token: string; username: string }[],
): void {
  const text = JSON.stringify(records, null, 4);
  writeFile(machine, TOKENS_FILE, text, { mode: 0o600, uid: 0, gid: 0, time, makeParents: true });
}
