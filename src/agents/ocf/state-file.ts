import {
  FileError,
  lookup,
  makeDirectory,
  parentPath,
  readFileIfThere,
  removeFileIfThere,
  writeFile,
} from '../../machine/files';
import type { AgentCall } from '../../pacemaker/executor/agent';

/** Unix time in ms. */
export function unixNow(call: AgentCall): number {
  return call.world.epoch + call.world.now;
}

/** Writes an agent's file; false where the file system refuses. */
export function writeState(call: AgentCall, path: string, content: string): boolean {
  const time = unixNow(call);
  try {
    if (!lookup(call.machine, parentPath(path))) makeDirectory(call.machine, parentPath(path), { time, parents: true });
    writeFile(call.machine, path, content, { time });
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

export function readState(call: AgentCall, path: string): string | undefined {
  return readFileIfThere(call.machine, path);
}

export function removeState(call: AgentCall, path: string): void {
  removeFileIfThere(call.machine, path, unixNow(call));
}
