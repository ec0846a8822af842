import { describe, expect, test } from 'vitest';
import { programs } from './index';
import { entry, history, runOnCib, twoNodes } from './testing';

const run = (cib: string, line: string) => runOnCib(programs, cib, line);

/** `a` is known by its history on node1 alone. */
const orphaned = twoNodes({ history: history('a', entry('a', 'start_0', 1)) });
/** The same, active on both nodes. */
const twice = orphaned.replace(
  /(uname="node2" in_ccm[^>]*>)/,
  `$1<lrm id="2"><lrm_resources>${history('a', entry('a', 'start_0', 1))}</lrm_resources></lrm>`,
);

describe('resources that only a history knows', () => {
  test('are listed by crm_resource, without a place', async () => {
    expect((await run(orphaned, 'crm_resource -l')).stdout).toBe('a\n');
    expect((await run(orphaned, 'crm_resource -l --output-as=xml')).stdout).toContain(
      '<list name="resource names" count="1">\n    <item name="resource">a</item>\n  </list>',
    );
    const line = 'Full List of Resources:\n  * a\t(ocf:pacemaker:Dummy):\t ORPHANED Started\n';
    expect((await run(twice, 'crm_resource -L')).stdout).toBe(line);
  });

  test('can be given nothing, as no configuration is theirs', async () => {
    for (const set of ['', ' -m', ' -z']) {
      const { stderr, status } = await run(orphaned, `crm_resource -r a -p x -v 1${set}`);
      expect(stderr).toBe('crm_resource: Error performing operation: No such object\n');
      expect(status).toBe(105);
    }
    const { stderr, status } = await run(orphaned, 'crm_resource --restart -r a');
    expect(stderr).toMatch(/^Could not set target-role for a: No such device or address \(6\)\n/);
    expect(status).toBe(105);
  });

  test('count below each node as often as they are active anywhere', async () => {
    const { stdout } = await run(twice, 'crm_mon -1nb');
    expect(stdout.match(/ {6}\* 1\t\(ocf:pacemaker:Dummy\):\tActive \n/g)).toHaveLength(4);
  });
});

describe('what the tools know without a match', () => {
  test('a pattern may match no attribute where there are any, but needs some', async () => {
    expect(await run(orphaned, 'crm_attribute -P nope')).toMatchObject({ stdout: '', stderr: '', status: 0 });
    const { stderr, status } = await run(orphaned, 'crm_attribute -P nope -N node1');
    expect(stderr).toBe('crm_attribute: Error performing operation: No such device or address\n');
    expect(status).toBe(105);
  });

  test('a section that does not exist gets the list of those that do, below the usage', async () => {
    const { stderr, status } = await run(orphaned, 'crm_mon --include=foo');
    expect(stderr).toMatch(/\ncrm_mon: --include options: all, attributes, bans\[:PREFIX\], counts, dc, default, /);
    expect(status).toBe(64);
  });

  test('a node without history takes passwords for private when it computes digests', async () => {
    const secret =
      '<instance_attributes id="i"><nvpair id="i1" name="passwd" value="1"/><nvpair id="i2" name="fake" value="1"/></instance_attributes>';
    const resources = `<primitive id="a" class="ocf" provider="pacemaker" type="Dummy">${secret}</primitive>`;
    const { stdout } = await run(twoNodes({ resources }), 'crm_resource --digests -r a -N node1');
    expect(stdout).toBe(
      '29c290be168a65fb35574e1ff97558f0 (all parameters)\n2b1b5ccbabbdb96f3f7edb41b0775563 (non-private parameters)\n',
    );
  });
});
