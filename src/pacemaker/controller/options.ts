import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { editLiveCib } from '../cib/edit';
import { element } from '../cib/new';
import { ensurePath, updateAt, withAttributes } from '../cib/tree';
import { descendant } from '../cib/xml';
import type { PacemakerMachine } from '../peers';

/** A cluster option as configured in the CIB, ignoring rules; undefined when it isn't set. */
export function clusterOption(cib: Element, name: string): string | undefined {
  const sets = descendant(cib, 'configuration', 'crm_config')?.children ?? [];
  for (const set of sets)
    for (const pair of set.children) if (pair.attributes.name === name) return pair.attributes.value;
  return undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  msec: 1,
  us: 0.001,
  usec: 0.001,
  '': 1000,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
};

/** Milliseconds of a time as the configuration writes it (`20`, `20s`, `5min`, `PT10M`); undefined if it is none. */
export function milliseconds(text: string): number | undefined {
  const plain = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text);
  if (plain) {
    const unit = UNITS[(plain[2] as string).toLowerCase()];
    return unit === undefined ? undefined : Math.floor(Number(plain[1]) * unit);
  }
  const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (!iso) return undefined;
  const part = (at: number) => Number(iso[at] ?? 0);
  return (((part(1) * 24 + part(2)) * 60 + part(3)) * 60 + part(4)) * 1000;
}

export function timeOption(cib: Element, name: string, otherwise: number): number {
  const text = clusterOption(cib, name);
  return (text === undefined ? undefined : milliseconds(text)) ?? otherwise;
}

/** A controller sets a cluster option. */
export function setOption(world: World, machine: PacemakerMachine, name: string, value: string): void {
  const setId = 'cib-bootstrap-options';
  editLiveCib(world, machine.name, (cib) => {
    const { root, path } = ensurePath(cib, ['configuration', 'crm_config']);
    return updateAt(root, path, (section) => {
      const pair = element('nvpair', { id: `${setId}-${name}`, name, value });
      const at = section.children.findIndex(
        (child) => child.name === 'cluster_property_set' && child.attributes.id === setId,
      );
      if (at < 0)
        return { ...section, children: [element('cluster_property_set', { id: setId }, [pair]), ...section.children] };
      return updateAt(section, [at], (set) => {
        const present = set.children.findIndex((child) => child.attributes.name === name);
        if (present < 0) return { ...set, children: [...set.children, pair] };
        return updateAt(set, [present], (old) => withAttributes(old, { value }));
      });
    });
  });
}
