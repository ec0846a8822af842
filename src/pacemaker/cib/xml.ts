import type { Element } from '../../world/xml';

/** First child element of that name. */
export function childNamed(element: Element, name: string): Element | undefined {
  return element.children.find((child) => child.name === name);
}

/** Descendant by a path of child names, first match at each level. */
export function descendant(element: Element, ...names: string[]): Element | undefined {
  let at: Element | undefined = element;
  for (const name of names) at = at && childNamed(at, name);
  return at;
}

/** The element itself and everything below it, in document order. */
export function* walk(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* walk(child);
}

/** The element below `root` (or `root`) whose `id` is this. */
export function byId(root: Element, id: string): Element | undefined {
  for (const element of walk(root)) if (element.attributes.id === id) return element;
  return undefined;
}

/** A deep copy, plain again if it was a draft. */
export function copyElement(element: Element): Element {
  const copy: Element = {
    name: element.name,
    attributes: { ...element.attributes },
    children: element.children.map(copyElement),
  };
  if (element.text !== undefined) copy.text = element.text;
  return copy;
}
