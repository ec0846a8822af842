import type { Pcs } from './context';

/** Runs a tool of pacemaker on the CIB of this call: the live one, or the file of `-f`. */
export async function runCrm(
  pcs: Pcs,
  argv: readonly string[],
): Promise<{ status: number; stdout: string; stderr: string }> {
  await pcs.flush();
  const { file } = pcs.store;
  pcs.store.prepare();
  const env: Record<string, string> = file === null ? {} : { CIB_file: pcs.absolute(file) };
  return pcs.process.capture(argv, { env: { ...pcs.process.env, ...env } });
}
