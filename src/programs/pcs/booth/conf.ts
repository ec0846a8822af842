import { FileError } from '../../../machine/files';
import type { Pcs } from '../context';
import { LibraryFailure } from '../failure';
import { error } from '../reports';

/** A line of a booth configuration: a name, a value, and below a ticket its options. */
interface BoothItem {
  readonly name: string;
  readonly value: string;
  readonly options: BoothItem[];
}

export const BOOTH_CONF = '/etc/booth/booth.conf';
export const BOOTH_KEY = '/etc/booth/booth.key';

/** A booth configuration. Options behind a ticket are the ticket's. */
export class BoothConf {
  constructor(readonly items: BoothItem[]) {}

  values(name: string): string[] {
    return this.items.filter((item) => item.name === name).map((item) => item.value);
  }

  get tickets(): string[] {
    return this.values('ticket');
  }

  addTicket(ticket: string, options: ReadonlyMap<string, string>): void {
    const inner = [...options].sort(([first], [second]) => (first < second ? -1 : 1));
    const items = inner.map(([name, value]) => ({ name, value, options: [] }));
    this.items.push({ name: 'ticket', value: ticket, options: items });
  }

  removeTicket(ticket: string): void {
    const at = this.items.findIndex((item) => item.name === 'ticket' && item.value === ticket);
    if (at >= 0) this.items.splice(at, 1);
  }

  get text(): string {
    const line = ({ name, value }: BoothItem) => `${name} = ${name === 'ticket' ? `"${value}"` : value}\n`;
    return this.items.map((item) => line(item) + item.options.map((option) => `  ${line(option)}`).join('')).join('');
  }
}

const GLOBAL = ['authfile', 'enable-authfile', 'site', 'arbitrator', 'port', 'transport', 'name', 'ticket'];

/** Reads a configuration; null where a line isn't one. */
export function parseBooth(text: string): BoothConf | null {
  const items: BoothItem[] = [];
  for (const line of text.split('\n').map((each) => each.replace(/#.*/, '').trim())) {
    if (line === '') continue;
    const match = /^([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(.*))$/.exec(line);
    if (!match) return null;
    const item = { name: match[1] ?? '', value: match[2] ?? match[3] ?? match[4] ?? '', options: [] };
    const last = items.at(-1);
    if (last?.name === 'ticket' && !GLOBAL.includes(item.name)) last.options.push(item);
    else items.push(item);
  }
  return new BoothConf(items);
}

/** Where this call finds the files: `--booth-conf` and `--booth-key` name others, for preparing them. */
export function boothPaths(pcs: Pcs): { conf: string; key: string } {
  return { conf: pcs.options.value('--booth-conf') ?? BOOTH_CONF, key: pcs.options.value('--booth-key') ?? BOOTH_KEY };
}

/** The configuration of this machine. Ends the command where there is none that can be read. */
export function loadBooth(pcs: Pcs): BoothConf {
  const { conf: path } = boothPaths(pcs);
  let conf: BoothConf | null = null;
  try {
    conf = parseBooth(pcs.readFile(path));
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    pcs.report(error(`Unable to read Booth configuration '${path}': ${failure.text}: '${path}'`));
  }
  pcs.stopOnErrors();
  if (conf) return conf;
  pcs.report(error(`unexpected line appeared in config: ${path}`));
  throw new LibraryFailure();
}
