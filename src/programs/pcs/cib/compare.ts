import type { Element } from '../../../world/xml';

/** Whether two trees say the same; the order of attributes doesn't matter. */
export function sameElement(first: Element, second: Element): boolean {
  if (first.name !== second.name || (first.text ?? '') !== (second.text ?? '')) return false;
  const names = Object.keys(first.attributes);
  if (names.length !== Object.keys(second.attributes).length) return false;
  if (names.some((name) => first.attributes[name] !== second.attributes[name])) return false;
  return (
    first.children.length === second.children.length &&
    first.children.every((child, at) => sameElement(child, second.children[at] as Element))
  );
}
