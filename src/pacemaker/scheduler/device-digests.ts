import { digestParameters, isFenceParameter, parameterDigest } from './digest';
import type { Node } from './node';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

export interface DeviceDigests {
  /** `ID:AGENT:DIGEST,` of each device that unfences. */
  all: string;
  /** The same of the agent's own parameters, without passwords. */
  secure: string;
  /** A device is defined otherwise than when the node was last unfenced. */
  changed: boolean;
}

/** Parameters that fence agents keep secret. */
const SECRET = new Set(['passwd', 'password', 'user']);

/** The devices that unfence, by what they require or provide. */
function* devicesIn(resources: readonly Resource[]): Generator<Resource> {
  for (const resource of resources) {
    if (resource.children.length > 0) yield* devicesIn(resource.children);
    else if (resource.isFenceDevice && resource.meta.get('provides')?.toLowerCase() === 'unfencing') yield resource;
  }
}

/** How the devices that unfence are defined now, compared with what the node's attributes say they were. */
export function deviceDigests(ws: WorkingSet, node: Node): DeviceDigests {
  const digests: DeviceDigests = { all: '', secure: '', changed: false };
  const knownAll = node.attributes.get('#digests-all');
  const knownSecure = node.attributes.get('#digests-secure');
  for (const device of devicesIn(ws.resources)) {
    const parameters = digestParameters(ws, device, node, 'stonith-on', 0);
    const summary = (of: ReadonlyMap<string, string>) => `${device.id}:${device.type}:${parameterDigest(of)},`;
    const all = summary(parameters);
    const secure = summary(new Map([...parameters].filter(([name]) => !SECRET.has(name) && !isFenceParameter(name))));
    digests.all += all;
    digests.secure += secure;
    if (knownAll !== undefined && !knownAll.includes(all) && !(knownSecure ?? '').includes(secure))
      digests.changed = true;
  }
  return digests;
}
