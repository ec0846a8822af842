import { describe, expect, it } from 'vitest';
import { diskDigest } from './digest';
import { CibError } from './errors';
import { formatXml } from './format';
import { newCib } from './new';
import { applyOperation, type CibOperation } from './operations';
import { parseXml, XmlError } from './parse';
import { validateCib } from './schema';
import { countChange } from './write';
import { describePath, selectElements, selectPaths } from './xpath';

const CIB =
  parseXml(`<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="4" num_updates="2" admin_epoch="0">
  <configuration>
    <crm_config><cluster_property_set id="x"><nvpair id="y" name="n" value="1"/></cluster_property_set></crm_config>
    <nodes><node id="1" uname="a"/><node id="2" uname="b"/></nodes>
    <resources><primitive id="p" class="ocf" provider="pacemaker" type="Dummy"/></resources>
    <constraints/>
  </configuration>
  <status/>
</cib>`);

function code(operation: CibOperation): string {
  try {
    applyOperation(CIB, operation);
    return 'ok';
  } catch (error) {
    if (error instanceof CibError) return error.code;
    throw error;
  }
}

describe('XML', () => {
  it('is printed with two spaces a level, and tabs and line ends of values as pacemaker writes them', () => {
    const element = parseXml('<a b="&lt;x&gt; &amp; &quot;q&quot; \'s\'&#9;t&#10;n"><!-- c --><d/></a>', {
      comments: true,
    });
    expect(formatXml(element)).toBe(
      '<a b="&lt;x&gt; &amp; &quot;q&quot; &apos;s&apos;    t\\nn">\n  <!-- c -->\n  <d/>\n</a>\n',
    );
  });

  it('that breaks off gives what could be read', () => {
    expect(() => parseXml('<cib><a')).toThrow(XmlError);
    try {
      parseXml('<group id="g">');
    } catch (error) {
      expect((error as XmlError).partial?.attributes.id).toBe('g');
    }
  });

  it('has the digest that cibadmin --md5-sum prints', () => {
    expect(diskDigest(newCib())).toBe('a072cbbb8cf0bc0a4c9214043d46f53d');
    expect(diskDigest({ name: 'parameters', attributes: {}, children: [] })).toBe('f2317cad3d54cec5d7d7aa7d0bf35cf8');
  });
});

describe('XPath', () => {
  it('selects by id, name tests, positions, functions and unions', () => {
    const ids = (expression: string) =>
      selectElements(CIB, expression).map((element) => element.attributes.id ?? element.name);
    expect(ids("//nvpair[@id='y']")).toEqual(['y']);
    expect(ids('//node')).toEqual(['1', '2']);
    expect(ids('//node[2]')).toEqual(['2']);
    expect(ids('//node[last()]')).toEqual(['2']);
    expect(ids("//node[starts-with(@uname,'a') or @id='2']")).toEqual(['1', '2']);
    expect(ids('//nvpair/..')).toEqual(['x']);
    expect(ids('//nodes | //resources')).toEqual(['nodes', 'resources']);
    expect(ids('/cib/configuration/*[count(node)=2]')).toEqual(['nodes']);
  });

  it('describes where an element stands', () => {
    const [path] = selectPaths(CIB, '//nvpair');
    expect(describePath(CIB, path ?? [])).toBe(
      "/cib/configuration/crm_config/cluster_property_set[@id='x']/nvpair[@id='y']",
    );
  });
});

describe('CIB operations', () => {
  const node = parseXml('<node id="3" uname="c"/>');

  it('refuse what the real ones refuse', () => {
    expect(code({ kind: 'create', section: 'nodes', input: parseXml('<node id="1" uname="z"/>') })).toBe('EEXIST');
    expect(code({ kind: 'create', section: 'tags', input: parseXml('<tag id="t"/>') })).toBe('EINVAL');
    expect(code({ kind: 'modify', section: 'nodes', input: node })).toBe('ENXIO');
    expect(code({ kind: 'replace', input: parseXml('<cib/>') })).toBe('old');
    expect(code({ kind: 'delete', section: 'nodes', input: parseXml('<node id="1" uname="other"/>') })).toBe('ok');
  });

  it('change nothing but what they are about, and share the rest', () => {
    const changed = applyOperation(CIB, { kind: 'modify', section: 'nodes', input: node, allowCreate: true });
    expect(selectElements(changed, '//node')).toHaveLength(3);
    expect(changed.children[0]?.children[2]).toBe(CIB.children[0]?.children[2]);
    expect(selectElements(CIB, '//node')).toHaveLength(2);
  });

  it('raise the epoch for the configuration and num_updates for all else', () => {
    const operation: CibOperation = { kind: 'create', section: 'nodes', input: node };
    const configured = countChange(CIB, applyOperation(CIB, operation), operation);
    expect(configured.attributes).toMatchObject({ epoch: '5', num_updates: '0' });
    const status: CibOperation = { kind: 'create', section: 'status', input: parseXml('<node_state id="1"/>') };
    expect(countChange(CIB, applyOperation(CIB, status), status).attributes).toMatchObject({
      epoch: '4',
      num_updates: '3',
    });
    expect(countChange(CIB, CIB, { kind: 'modify', input: node })).toBe(CIB);
  });

  it('add to counters written as name++', () => {
    const operation: CibOperation = { kind: 'modify', input: parseXml('<cib admin_epoch="admin_epoch++"/>') };
    expect(applyOperation(CIB, operation).attributes.admin_epoch).toBe('1');
  });
});

describe('the schema', () => {
  const withConstraint = (text: string) =>
    validateCib(applyOperation(CIB, { kind: 'create', section: 'constraints', input: parseXml(text) })).length;

  it('takes a valid configuration', () => {
    expect(validateCib(CIB)).toEqual([]);
    expect(validateCib(newCib())).toEqual([]);
    expect(withConstraint('<rsc_location id="l" rsc="p" node="a" score="INFINITY"/>')).toBe(0);
  });

  it('refuses unknown references, double ids, missing and unknown attributes', () => {
    expect(withConstraint('<rsc_location id="l" rsc="nosuch" node="a" score="5"/>')).toBeGreaterThan(0);
    expect(withConstraint('<rsc_location id="p" rsc="p" node="a" score="5"/>')).toBeGreaterThan(0);
    expect(withConstraint('<rsc_location id="l" rsc="p" node="a"/>')).toBeGreaterThan(0);
    expect(withConstraint('<rsc_order id="o" first="p" then="p" bogus="1"/>')).toBeGreaterThan(0);
    expect(withConstraint('<bogus id="b"/>')).toBeGreaterThan(0);
  });
});
