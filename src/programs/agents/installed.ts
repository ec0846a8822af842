import { type DescribedAgent, type MetadataProblem, readMetadata } from '../../agents/describe';
import { ownScripts } from '../../agents/installed';
import { ocfEnvironment, scriptPath } from '../../agents/ocf/script';
import type { AgentSource } from '../../agents/source';
import type { Process } from '../../shell/process';

/** What an own script prints for `meta-data`; null where it fails or says nothing. */
export async function scriptMetadata(process: Process, provider: string, type: string): Promise<string | null> {
  const env = { ...process.env, ...ocfEnvironment({ id: type, provider, type }, {}) };
  const result = await process.capture([scriptPath(provider, type), 'meta-data'], { env });
  return result.status === 0 && result.stdout.trim() !== '' ? result.stdout : null;
}

/** The agents of a process's machine. Where it is about resources, own scripts are asked what they are. */
export async function installedAgents(process: Process, source: AgentSource): Promise<AgentSource> {
  const scripts = new Map<string, DescribedAgent | MetadataProblem>();
  const asked = process.argv.includes('resource') ? ownScripts(process.machine) : [];
  for (const { provider, type } of asked) {
    const text = await scriptMetadata(process, provider, type);
    if (text !== null) scripts.set(`ocf:${provider}:${type}`, readMetadata({ standard: 'ocf', provider, type }, text));
  }
  return source.on({ machine: process.machine, scripts });
}
