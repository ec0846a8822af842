import type { Element } from '../../world/xml';
import type { WorkingSet } from './working-set';

export function unpackOrder(_ws: WorkingSet, _xml: Element): void {}
