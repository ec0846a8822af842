import { expect, test } from 'vitest';
import { programs } from '../index';
import { runOnCib, twoNodes } from '../testing';

const run = (cib: string, line: string) => runOnCib(programs, cib, line);
const address = (ip: string) =>
  `<primitive id="a" class="ocf" provider="heartbeat" type="IPaddr2"><instance_attributes id="i"><nvpair id="i1" name="ip" value="${ip}"/></instance_attributes></primitive>`;

test('crm_resource --validate runs only agents that are installed', async () => {
  const line = 'crm_resource --validate --class ocf --provider heartbeat --agent Nope';
  expect(await run(twoNodes({}), line)).toMatchObject({
    stderr: 'crm_resource: ocf:heartbeat:Nope is not a known resource\n',
    status: 64,
  });
});

test('crm_resource --validate of a group is unimplemented', async () => {
  const cib = twoNodes({ resources: `<group id="g">${address('192.168.122.9')}</group>` });
  expect(await run(cib, 'crm_resource --validate -r g')).toMatchObject({
    stderr:
      "Sorry, the validate option doesn't support group resources\ncrm_resource: Error performing operation: Unimplemented\n",
    status: 3,
  });
});
