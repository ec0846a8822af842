import type { Element } from '../../world/xml';

/** The first difference between two configurations, as the journal names it; null where there is none. */
export function firstChange(before: Element, after: Element): string | null {
  const of = (cib: Element) => cib.children.find((child) => child.name === 'configuration');
  const [old, now] = [of(before), of(after)];
  return old && now ? compare(old, now) : null;
}

function compare(old: Element, now: Element): string | null {
  if (old === now) return null;
  const gone = old.children.find((child) => !counterpart(now, child));
  if (gone) return `deletion of ${gone.name}[@id='${gone.attributes.id ?? ''}']`;
  for (const child of now.children) {
    const match = counterpart(old, child);
    const found = match ? compare(match, child) : describe(child, 'create');
    if (found !== null) return found;
  }
  return sameAttributes(old, now) ? null : describe(now, 'modify');
}

function describe({ name, attributes }: Element, what: 'create' | 'modify'): string {
  const id = attributes.id ?? '';
  if (name === 'nvpair') return `${id} doing ${what} ${attributes.name}=${attributes.value}`;
  return `${name}.${id} '${what}'`;
}

/** The child that is the same element in the other version: of the same name and id. */
function counterpart(parent: Element, child: Element): Element | undefined {
  return parent.children.find((each) => each.name === child.name && each.attributes.id === child.attributes.id);
}

function sameAttributes(first: Element, second: Element): boolean {
  const names = Object.keys(first.attributes);
  return (
    names.length === Object.keys(second.attributes).length &&
    names.every((name) => first.attributes[name] === second.attributes[name])
  );
}
