import { FileError } from '../../../machine/files';
import { saveConf } from '../cluster/sync';
import type { Pcs } from '../context';
import { type CorosyncConf, loadCorosyncConf, parseConf } from '../corosync-conf';
import { CommandFailure, LibraryFailure } from '../failure';
import { error } from '../reports';

/** The configuration that a quorum command is about. A file of `--corosync_conf` is read by the command line itself. */
export function loadQuorumConf(pcs: Pcs): CorosyncConf {
  const path = pcs.options.value('--corosync_conf');
  if (path === undefined) return loadCorosyncConf(pcs);
  let text: string;
  try {
    text = pcs.readFile(path);
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    throw new CommandFailure(`Unable to read ${path}: ${failure.text}`);
  }
  const conf = parseConf(text);
  if (typeof conf !== 'string') return conf;
  throw new LibraryFailure([error(`Unable to parse corosync config: ${conf}`)]);
}

/** Saves a changed configuration; `stopped`: only while corosync runs nowhere. */
export async function saveQuorumConf(pcs: Pcs, conf: CorosyncConf, stopped: boolean): Promise<void> {
  await saveConf(pcs, conf, stopped);
}
