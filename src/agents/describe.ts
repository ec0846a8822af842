import { parseXml, XmlError } from '../pacemaker/cib/parse';
import type { Element } from '../world/xml';
import type { AgentAction, AgentMetadata, AgentParameter } from './metadata';

/** A parameter as configuration tools want it: with descriptions, where there are any. */
export interface DescribedParameter extends Omit<AgentParameter, 'unique'> {
  readonly shortdesc: string | null;
  readonly longdesc: string | null;
  readonly advanced: boolean;
}

export interface DescribedAgent extends Omit<AgentMetadata, 'parameters'> {
  readonly shortdesc: string | null;
  readonly longdesc: string | null;
  readonly parameters: readonly DescribedParameter[];
}

/** Why an agent's metadata can't be used: what is said after its name, or the whole message. */
export interface MetadataProblem {
  readonly reason: string;
  readonly whole: boolean;
}

/** OCF versions that pcs knows. */
const VERSIONS = ['1.0', '1.1'];

function child(element: Element, name: string): Element | undefined {
  return element.children.find((each) => each.name === name);
}

function words(element: Element | undefined): string | null {
  const text = element?.text?.trim().replace(/\s+/g, ' ');
  return text === undefined || text === '' ? null : text;
}

function parameterOf(element: Element): DescribedParameter {
  const content = child(element, 'content');
  const { name = '', unique, required, deprecated, reloadable } = element.attributes;
  const type = content?.attributes.type ?? 'string';
  const group = element.attributes['unique-group'];
  return {
    name,
    type,
    default: content?.attributes.default ?? null,
    values:
      type === 'select'
        ? (content?.children ?? []).filter((each) => each.name === 'option').map((each) => each.attributes.value ?? '')
        : null,
    required: required === '1',
    advanced: false,
    deprecated: deprecated === '1' || child(element, 'deprecated') !== undefined,
    deprecatedBy: (child(element, 'deprecated')?.children ?? []).flatMap((each) => each.attributes.name ?? []),
    uniqueGroup: group ?? (unique === '1' ? name : null),
    reloadable: reloadable === '1',
    shortdesc: words(child(element, 'shortdesc')),
    longdesc: words(child(element, 'longdesc')),
  };
}

/** Reads what an OCF agent's `meta-data` action prints. */
export function readMetadata(
  id: { standard: string; provider: string | null; type: string },
  text: string,
): DescribedAgent | MetadataProblem {
  let root: Element;
  try {
    root = parseXml(text);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const at = `line ${error.line}`;
    return { reason: `${error.message}, ${at}, column 1 (<string>, ${at})`, whole: false };
  }
  if (root.name !== 'resource-agent')
    return { reason: `Expecting element resource-agent, got ${root.name}, line 1`, whole: false };
  const version = words(child(root, 'version')) ?? '1.0';
  const name = [id.standard, id.provider, id.type].filter((part) => part !== null).join(':');
  if (!VERSIONS.includes(version)) {
    const supported = VERSIONS.map((each) => `'${each}'`).join(', ');
    return {
      reason: `Unable to process agent '${name}' as it implements unsupported OCF version '${version}', supported versions are: ${supported}`,
      whole: true,
    };
  }
  const actions: AgentAction[] = (child(root, 'actions')?.children ?? [])
    .filter((each) => each.name === 'action')
    .map((each) => ({ ...each.attributes }));
  return {
    ...id,
    shortdesc: words(child(root, 'shortdesc')),
    longdesc: words(child(root, 'longdesc')),
    parameters: (child(root, 'parameters')?.children ?? [])
      .filter((each) => each.name === 'parameter')
      .map(parameterOf),
    actions,
  };
}
