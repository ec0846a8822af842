import { expect, test } from 'vitest';
import { programs } from './index';
import { dummy, runOnCib, twoNodes } from './testing';

const cib = twoNodes({
  resources: `<group id="g">${dummy('a')}</group><primitive id="s" class="systemd" type="sshd"/>`,
});
const run = (line: string) => runOnCib(programs, cib, line);

test('only OCF agents can be run by hand', async () => {
  const { stdout, stderr, status } = await run('crm_resource --validate -r s');
  expect(stdout).toBe('');
  expect(stderr).toBe(
    'Operation validate for s (systemd:sshd) could not be executed (Error: Manual execution of the systemd standard is unsupported)\n' +
      'crm_resource: Error performing operation: Unimplemented\n',
  );
  expect(status).toBe(3);
});

test('a group has no agent to run', async () => {
  const { stderr, status } = await run('crm_resource --force-check -r g');
  expect(stderr).toBe(
    "Sorry, the force-check option doesn't support group resources\ncrm_resource: Error performing operation: Unimplemented\n",
  );
  expect(status).toBe(3);
});

test('what is given by hand counts instead of what is configured, and is told', async () => {
  const { stdout } = await run('crm_resource --validate -r a fake=3');
  expect(stdout).toMatch(
    /^Overriding the cluster configuration for 'a' with 'fake' = '3'\nOperation validate for a \(ocf:pacemaker:Dummy\)/,
  );
});

test('an agent without a resource must be known, and its options must have values', async () => {
  const unknown = await run('crm_resource --validate --class ocf --provider heartbeat --agent Nope');
  expect(unknown).toMatchObject({ stderr: 'crm_resource: ocf:heartbeat:Nope is not a known resource\n', status: 64 });
  const bare = await run('crm_resource --validate --class ocf --provider heartbeat --agent Dummy --option fake');
  expect(bare).toMatchObject({ stderr: 'crm_resource: Error parsing option --option\n', status: 64 });
});
