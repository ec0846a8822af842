import type { Package } from '../package';
import { base } from './base';
import { cluster } from './cluster';
import { fence } from './fence';
import { host } from './host';
import { network } from './network';
import { services } from './services';
import { system } from './system';

/** All packages that the repositories offer, by name. A new family is a file beside this one and a line here. */
export const catalogue: ReadonlyMap<string, Package> = new Map(
  [...base, ...system, ...network, ...cluster, ...fence, ...host, ...services].map((entry) => [entry.name, entry]),
);

const providers = new Map<string, Package[]>();
for (const entry of catalogue.values()) {
  for (const capability of entry.provides ?? []) {
    const known = providers.get(capability);
    if (known) known.push(entry);
    else providers.set(capability, [entry]);
  }
}

/** The packages that a name can stand for: the one of that name, else those that provide it. */
export function packagesFor(name: string): readonly Package[] {
  const exact = catalogue.get(name);
  return exact ? [exact] : (providers.get(name) ?? []);
}
