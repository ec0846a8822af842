import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { CommandFailure } from '../failure';
import { newElement } from './nvset';

/** A section of the configuration, made at its end where it is missing. */
export function sectionOf(cib: Element, name: string): Element {
  const configuration = childNamed(cib, 'configuration');
  if (!configuration) throw new CommandFailure('unable to get cib');
  const found = childNamed(configuration, name);
  if (found) return found;
  const made = newElement(name);
  configuration.children.push(made);
  return made;
}

/** Removes a section that has become empty. */
export function dropSection(cib: Element, name: string): void {
  const configuration = childNamed(cib, 'configuration');
  if (!configuration) return;
  configuration.children = configuration.children.filter((child) => child.name !== name || child.children.length > 0);
}
