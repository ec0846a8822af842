import { describe, expect, it } from 'vitest';
import type { Element } from '../../world/xml';
import { mayChange, readablePart, rightsOf } from './acl';
import { formatXmlLine } from './format';
import { applyOperation } from './operations';
import { parseXml } from './parse';

function cib(acls: string, enabled = 'true'): Element {
  return parseXml(`<cib validate-with="pacemaker-3.9"><configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="a" name="enable-acl" value="${enabled}"/></cluster_property_set></crm_config>
    <nodes/><resources><primitive id="web"><meta_attributes id="web-meta"/></primitive></resources><constraints/>
    <acls><acl_target id="amy"><role id="r"/></acl_target><acl_role id="r">${acls}</acl_role></acls>
  </configuration><status/></cib>`);
}

const permission = (kind: string, xpath: string) => `<acl_permission id="${kind}" kind="${kind}" xpath="${xpath}"/>`;

describe('access control lists', () => {
  it('hold nobody back while they are off, nor root and hacluster', () => {
    expect(rightsOf(cib('', 'false'), 'amy')).toBe('all');
    expect(rightsOf(cib(''), 'root')).toBe('all');
    expect(rightsOf(cib(''), 'hacluster')).toBe('all');
  });

  it('leave nothing to somebody whom they do not name', () => {
    expect(readablePart(cib(''), rightsOf(cib(''), 'ben'))).toBeNull();
  });

  it('show bare tags above what may be read', () => {
    const whole = cib(permission('read', '//meta_attributes'));
    const shown = readablePart(whole, rightsOf(whole, 'amy'));
    expect(shown && formatXmlLine(shown)).toBe(
      '<cib><configuration><resources><primitive id="web"><meta_attributes id="web-meta"/></primitive></resources></configuration></cib>',
    );
  });

  it('let the nearest word decide: a denied section in a readable CIB is cut out', () => {
    const whole = cib(permission('read', '/cib') + permission('deny', '//acls'));
    const shown = readablePart(whole, rightsOf(whole, 'amy'));
    expect(shown?.children[0]?.children.map((child) => child.name)).toEqual([
      'crm_config',
      'nodes',
      'resources',
      'constraints',
    ]);
  });

  it('allow a new element that matches, and scaffolding with nothing but an id round it', () => {
    const whole = cib(permission('read', '/cib') + permission('write', "//nvpair[@name='target-role']"));
    const change = (name: string) =>
      applyOperation(whole, {
        kind: 'modify',
        input: parseXml(
          `<primitive id="web"><meta_attributes id="m"><nvpair id="m-1" name="${name}" value="Stopped"/></meta_attributes></primitive>`,
        ),
      });
    const rights = rightsOf(whole, 'amy');
    expect(mayChange(whole, change('target-role'), rights)).toBe(true);
    expect(mayChange(whole, change('is-managed'), rights)).toBe(false);
  });
});
