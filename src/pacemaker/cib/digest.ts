import type { Element } from '../../world/xml';
import { md5 } from '../md5';
import { formatXmlLine } from './format';

/** The digest that goes beside cib.xml, and `cibadmin --md5-sum`: of the tree as it stands. */
export function diskDigest(element: Element): string {
  return md5(` ${formatXmlLine(element)}\n`);
}

/** Attributes of the root that two equal CIBs may differ in. */
const FILTERED = ['update-origin', 'update-client', 'update-user', 'cib-last-written', 'dc-uuid', 'have-quorum'];

/** `cibadmin --md5-sum-versioned`: what cluster members compare, without who wrote it and when. */
export function wireDigest(cib: Element): string {
  const attributes = { ...cib.attributes };
  for (const name of FILTERED) delete attributes[name];
  return md5(formatXmlLine({ ...cib, attributes }));
}
