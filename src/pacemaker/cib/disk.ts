import { findGroup, findUser } from '../../machine/accounts';
import { exists, makeDirectory, readFileIfThere, writeFile } from '../../machine/files';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { unixMs } from '../time';
import { diskDigest } from './digest';
import { formatXml } from './format';
import { newCib } from './new';
import { parseXml, XmlError } from './parse';
import { childNamed } from './xml';

const DIRECTORY = '/var/lib/pacemaker/cib';
export const CIB_PATH = `${DIRECTORY}/cib.xml`;
/** Older versions kept beside cib.xml. */
const SERIES_LENGTH = 100;

/** What the CIB manager found on disk when it started. */
export interface StoredCib {
  cib: Element;
  /** `missing`: a new node; `corrupt`: unreadable or changed by hand, so an older version (or nothing) was taken. */
  found: 'good' | 'missing' | 'corrupt';
}

/** Reads the stored configuration, falling back to the archived versions and then to an empty one. */
export function readStoredCib(machine: Machine): StoredCib {
  const text = readFileIfThere(machine, CIB_PATH);
  const primary = verified(machine, CIB_PATH);
  if (primary) return { cib: withStatus(primary), found: 'good' };
  const found = text === undefined ? 'missing' : 'corrupt';
  for (let number = lastNumber(machine); number > 0; number--) {
    const archived = verified(machine, `${DIRECTORY}/cib-${number}.raw`);
    if (archived) return { cib: withStatus(archived), found };
  }
  return { cib: newCib(0), found };
}

/** The CIB in a file if it is well-formed and fits its digest. */
function verified(machine: Machine, path: string): Element | null {
  const text = readFileIfThere(machine, path);
  if (text === undefined) return null;
  try {
    const cib = parseXml(text, { comments: true });
    const digest = readFileIfThere(machine, `${path}.sig`)?.trim();
    return cib.name === 'cib' && (digest === undefined || digest === diskDigest(cib)) ? cib : null;
  } catch (error) {
    if (error instanceof XmlError) return null;
    throw error;
  }
}

/** A stored CIB has no status, and nobody is DC before the first election. */
function withStatus(stored: Element): Element {
  const attributes = { ...stored.attributes };
  delete attributes['dc-uuid'];
  const children = childNamed(stored, 'status')
    ? stored.children
    : [...stored.children, { name: 'status', attributes: {}, children: [] }];
  return { ...stored, attributes, children };
}

function lastNumber(machine: Machine): number {
  const number = Number.parseInt(readFileIfThere(machine, `${DIRECTORY}/cib.last`) ?? '0', 10);
  return Number.isNaN(number) ? 0 : number;
}

/** Writes the configuration (without status) and its digest; the version before it is archived. */
export function storeCib(world: World, machine: Machine, cib: Element): void {
  const time = unixMs(world);
  const owner = {
    time,
    mode: 0o600,
    uid: findUser(machine, 'hacluster')?.uid ?? 0,
    gid: findGroup(machine, 'haclient')?.gid ?? 0,
  };
  if (!exists(machine, DIRECTORY))
    makeDirectory(machine, DIRECTORY, { time, mode: 0o750, parents: true, uid: owner.uid, gid: owner.gid });
  const previous = readFileIfThere(machine, CIB_PATH);
  if (previous !== undefined) {
    const number = (lastNumber(machine) % SERIES_LENGTH) + 1;
    writeFile(machine, `${DIRECTORY}/cib-${number}.raw`, previous, owner);
    writeFile(machine, `${DIRECTORY}/cib-${number}.raw.sig`, readFileIfThere(machine, `${CIB_PATH}.sig`) ?? '', owner);
    writeFile(machine, `${DIRECTORY}/cib.last`, String(number), { ...owner, mode: 0o640 });
  }
  const stored = { ...cib, children: cib.children.filter((child) => child.name !== 'status') };
  stored.attributes = { ...stored.attributes, num_updates: '0' };
  writeFile(machine, CIB_PATH, formatXml(stored), owner);
  writeFile(machine, `${CIB_PATH}.sig`, diskDigest(stored), owner);
}
