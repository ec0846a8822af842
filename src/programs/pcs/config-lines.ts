import type { Element } from '../../world/xml';
import { alertLines } from './alert';
import { allLines as constraintLines } from './constraint/constraint';
import type { Pcs } from './context';
import { defaultsLines } from './defaults/defaults';
import { propertyLines } from './property';
import { allLines as resourceLines } from './resource/show';
import { levelLines } from './stonith/level';
import { tagLines } from './tag';

const indent = (lines: readonly string[], by = '  ') => lines.map((line) => `${by}${line}`);

/** Everything that a CIB configures, from its resources to its tags. */
export function configLines(pcs: Pcs, cib: Element): string[] {
  const view = { all: false, full: true, now: pcs.now };
  const tags = tagLines(cib);
  return [
    'Resources:',
    ...indent(resourceLines(cib, false)),
    '',
    'Stonith Devices:',
    ...indent(resourceLines(cib, true)),
    'Fencing Levels:',
    ...indent(levelLines(cib)),
    '',
    ...constraintLines(pcs, cib, true, false),
    '',
    'Alerts:',
    ...alertLines(cib),
    '',
    'Resources Defaults:',
    ...indent(defaultsLines(cib, 'rsc', view)),
    'Operations Defaults:',
    ...indent(defaultsLines(cib, 'op', view)),
    '',
    'Cluster Properties:',
    ...indent(propertyLines(cib), ' '),
    '',
    'Tags:',
    ...(tags.length === 0 ? [' No tags defined'] : indent(tags, ' ')),
  ];
}
