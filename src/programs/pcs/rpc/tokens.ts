import { readFileIfThere } from '../../../machine/files';
import type { Machine } from '../../../world/machine';

/** Where pcsd keeps the tokens it gave out. */
export const TOKENS_FILE = '/var/lib/pcsd/pcs_users.conf';

export interface TokenRecord {
  username: string;
  token: string;
  creation_date: string;
}

/** The tokens of a machine's pcsd, oldest first. */
export function tokensOf(machine: Machine): TokenRecord[] {
  try {
    const data = JSON.parse(readFileIfThere(machine, TOKENS_FILE) ?? '[]') as TokenRecord[];
    return Array.isArray(data) ? data : [];
  } catch {
    return [];
  }
}

/** Who owns a token of this machine's pcsd; null: nobody. */
export function tokenUser(machine: Machine, token: string): string | null {
  return tokensOf(machine).find((record) => record.token === token)?.username ?? null;
}
