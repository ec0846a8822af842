import type { Process } from '../../../shell/process';

/** How ip prints, from its options. */
export interface Style {
  family: 'inet' | 'inet6' | null;
  brief: boolean;
  oneline: boolean;
  color: boolean;
  json: boolean;
  pretty: boolean;
  statistics: boolean;
  details: boolean;
}

/** A wrong call or a refusal of the kernel: ip's message and exit status. */
export class IpError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Exit statuses: 1 for what ip itself finds wrong, 2 for what the kernel refuses. */
export const WRONG = 1;
export const REFUSED = 2;

export function kernelError(text: string): IpError {
  return new IpError(`RTNETLINK answers: ${text}`, REFUSED);
}

export function requireRoot(process: Process): void {
  if (process.credentials.uid !== 0) throw kernelError('Operation not permitted');
}

const COLORS = { name: 36, mac: 33, inet: 35, inet6: 34, up: 32, down: 31 } as const;

/** A text in ip's colour for what it is. */
export function paint(style: Style, kind: keyof typeof COLORS, text: string): string {
  return style.color ? `\u001b[${COLORS[kind]}m${text}\u001b[0m` : text;
}

/** Whether a word is a keyword or a beginning of it. */
export function matches(word: string | undefined, keyword: string): boolean {
  return word !== undefined && word !== '' && keyword.startsWith(word);
}

/** Joins the lines of a block as `-o` does. */
export function joinLines(style: Style, lines: readonly string[]): string {
  return style.oneline ? `${lines.join('\\')}\n` : lines.map((line) => `${line}\n`).join('');
}

export function jsonText(style: Style, value: unknown): string {
  return `${style.pretty ? prettyJson(value) : JSON.stringify(value)}\n`;
}

/** JSON as `ip -p` lays it out: objects opened behind the bracket. */
function prettyJson(value: unknown): string {
  const text = JSON.stringify(value, null, 4);
  return text
    .replace(/\[\n\s+\{/g, '[ {')
    .replace(/\},\n\s+\{/g, '},{')
    .replace(/\}\n\s*\]/g, '} ]');
}
