import { expect, test } from 'vitest';
import { dummy, runOnCib, twoNodes } from '../../crm/testing';
import { programs } from '../index';

const clone = `<clone id="c">${dummy('a')}</clone>${dummy('b')}`;
const set =
  '<rsc_order id="o"><resource_set id="s"><resource_ref id="c"/><resource_ref id="b"/></resource_set></rsc_order>';
const plain = '<rsc_location id="l" rsc="c" node="node1" score="1"/>';

test('a set that names the clone around a primitive keeps both from being deleted; other constraints are gone', async () => {
  for (const id of ['c', 'a']) {
    const cib = twoNodes({ resources: clone, constraints: set + plain });
    const { stderr, status, file } = await runOnCib(programs, cib, `pcs -f /cib.xml resource delete ${id}`);
    expect(stderr).toBe(
      'Removing Constraint - l\nDeleting Resource - a\nError: unable to remove resource: a, it may still be referenced in constraints.\n',
    );
    expect(status).toBe(1);
    expect(file('/cib.xml')).toContain('<resource_ref id="c"/>');
    expect(file('/cib.xml')).not.toContain('rsc_location');
  }
});

test('out of a set a primitive of its own is taken', async () => {
  const cib = twoNodes({ resources: clone, constraints: set });
  const { stderr, file } = await runOnCib(programs, cib, 'pcs -f /cib.xml resource delete b');
  expect(stderr).toBe('Removing b from set s\nDeleting Resource - b\n');
  expect(file('/cib.xml')).not.toContain('"b"');
});
