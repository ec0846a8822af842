import { FileError, normalizePath, readFile, writeFile } from '../../machine/files';
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { mayChange, readablePart, rightsOf } from './acl';
import { CibError } from './errors';
import { formatXml } from './format';
import { changeLiveCib, liveCib, mayUseCluster } from './live';
import { applyOperation, type CibOperation, refusedCreation } from './operations';
import { parseXml, XmlError } from './parse';
import { checkCib } from './schema';
import { countChange } from './write';

/** The CIB that a tool works on: the running cluster's, or a file. */
export type CibTarget = { kind: 'live' } | { kind: 'file'; path: string };

/** Who asks. Credentials of a process fit, plus the name that goes into `update-client`. */
export interface CibClient {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly client: string;
}

const SHADOW_DIRECTORY = '/var/lib/pacemaker/cib';

/** What CIB_shadow and CIB_file say, in the order in which the tools look at them. */
export function cibTarget(env: Readonly<Record<string, string | undefined>>, cwd = '/'): CibTarget {
  const shadow = env.CIB_shadow;
  if (shadow) return { kind: 'file', path: shadowPath(env, shadow, cwd) };
  const file = env.CIB_file;
  if (file) return { kind: 'file', path: normalizePath(file, cwd) };
  return { kind: 'live' };
}

/** Where the shadow copy of that name lies. */
export function shadowPath(env: Readonly<Record<string, string | undefined>>, name: string, cwd = '/'): string {
  return normalizePath(`${env.CIB_shadow_dir || SHADOW_DIRECTORY}/shadow.${name}`, cwd);
}

/**
 * What the client may read of the CIB. Throws CibError: ENOTCONN where the cluster doesn't run here, the user may not
 * use it, or the file can't be read; EACCES where ACLs leave nothing to see.
 */
export function readCib(world: World, machineName: string, target: CibTarget, client: CibClient): Element {
  const cib = wholeCib(world, machineName, target, client);
  const shown = readablePart(cib, rightsOf(cib, client.user));
  if (!shown) throw new CibError('EACCES');
  return shown;
}

function wholeCib(world: World, machineName: string, target: CibTarget, client: CibClient): Element {
  const machine = world.machines[machineName];
  if (!machine) throw new CibError('ENOTCONN');
  if (target.kind === 'live') {
    if (!mayUseCluster(machine, client)) throw new CibError('ENOTCONN');
    const cib = liveCib(machine);
    if (!cib) throw new CibError('ENOTCONN');
    return cib;
  }
  try {
    const cib = parseXml(readFile(machine, target.path, client), { comments: true });
    if (cib.name !== 'cib') throw new CibError('ENOTCONN');
    return cib;
  } catch (error) {
    if (error instanceof FileError || error instanceof XmlError) throw new CibError('ENOTCONN');
    throw error;
  }
}

/**
 * Changes the CIB on a draft of the world. Throws CibError. Gives the CIB as it is afterwards; a live one has then
 * been given to all members of the partition, and the designated controller will look at it.
 */
export function changeCib(
  world: World,
  machineName: string,
  target: CibTarget,
  client: CibClient,
  operation: CibOperation,
): Element {
  const before = wholeCib(world, machineName, target, client);
  checkRights(before, operation, client.user);
  if (target.kind === 'live') return changeLiveCib(world, machineName, operation, client);
  const changed = applyOperation(before, operation);
  const after = countChange(before, changed, operation);
  if (after === before) return before;
  checkCib(after, before);
  const machine = world.machines[machineName];
  if (!machine) throw new CibError('ENOTCONN');
  try {
    writeFile(machine, target.path, formatXml(after), { as: client, time: world.epoch + world.now });
  } catch (error) {
    if (error instanceof FileError) throw new CibError('EACCES');
    throw error;
  }
  return after;
}

/** Throws EACCES where ACLs forbid the change. Somebody without any rights is refused before a new object is looked at. */
function checkRights(before: Element, operation: CibOperation, user: string): void {
  const rights = rightsOf(before, user);
  if (rights === 'all') return;
  if (rights === null) throw operation.kind === 'create' ? refusedCreation(operation.input) : new CibError('EACCES');
  const changed = operation.kind === 'bump' ? before : applyOperation(before, operation);
  if (operation.kind === 'bump' || !mayChange(before, changed, rights)) throw new CibError('EACCES');
}
