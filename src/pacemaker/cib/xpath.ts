import type { Element } from '../../world/xml';
import type { TreePath } from './tree';
import { evaluate, parseXPath } from './xpath-engine';

export { XPathError } from './xpath-engine';

/** Paths of the elements that an XPath 1.0 expression selects, in document order; an attribute counts as its element. */
export function selectPaths(root: Element, expression: string): TreePath[] {
  const result = evaluate(parseXPath(expression), root);
  if (!Array.isArray(result)) return [];
  const paths: TreePath[] = [];
  const seen = new Set<Element>();
  for (const node of result) {
    if (node.kind === 'document' || node.kind === 'text') continue;
    if (seen.has(node.element)) continue;
    seen.add(node.element);
    paths.push(node.path);
  }
  return paths;
}

/** The selected elements themselves. */
export function selectElements(root: Element, expression: string): Element[] {
  const result = evaluate(parseXPath(expression), root);
  if (!Array.isArray(result)) return [];
  const elements = new Set<Element>();
  for (const node of result) if (node.kind === 'element' || node.kind === 'attribute') elements.add(node.element);
  return [...elements];
}

/** Where an element stands, as `cibadmin --node-path` prints it: steps with `[@id='…']` where there is an id. */
export function describePath(root: Element, path: TreePath): string {
  let at = root;
  let text = `/${step(root)}`;
  for (const index of path) {
    at = at.children[index] as Element;
    text += `/${step(at)}`;
  }
  return text;
}

function step(element: Element): string {
  const id = element.attributes.id;
  return id === undefined ? element.name : `${element.name}[@id='${id}']`;
}
