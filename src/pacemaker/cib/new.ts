import type { Element } from '../../world/xml';
import { FEATURE_SET, NEWEST_SCHEMA } from './version';

export function element(name: string, attributes: Record<string, string> = {}, children: Element[] = []): Element {
  return { name, attributes, children };
}

/** The empty CIB that 2.1.5 starts with (and `cibadmin --empty` prints, with `epoch` 1). */
export function newCib(epoch = 1): Element {
  return element(
    'cib',
    {
      crm_feature_set: FEATURE_SET,
      'validate-with': NEWEST_SCHEMA,
      epoch: String(epoch),
      num_updates: '0',
      admin_epoch: '0',
    },
    [
      element('configuration', {}, [
        element('crm_config'),
        element('nodes'),
        element('resources'),
        element('constraints'),
      ]),
      element('status'),
    ],
  );
}
