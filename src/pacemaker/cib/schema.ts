import type { Element } from '../../world/xml';
import { CibError } from './errors';
import { formatXml } from './format';
import { COMMENT } from './parse';
import { type AttributeType, cibModel, configurationModel, type ElementModel } from './schema-model';
import { childNamed } from './xml';

/** What a document says that the schema doesn't allow. */
export interface SchemaProblem {
  /** Name of the element. */
  element: string;
  message: string;
  /** The element itself. */
  at: Element;
  /** A reference to nothing, in a document that is well-formed otherwise. */
  dangling: boolean;
}

/** xsd:ID is a name without colons. */
const NC_NAME = /^[A-Za-z_\u00b7-\uffff][\w.\-\u00b7-\uffff]*$/;

/** Schemas that are checked: the 3 series only adds to itself. Older ones and `none` count as valid. */
function isChecked(schema: string | undefined): boolean {
  return schema === undefined || /^pacemaker-(3\.\d+|next)$/.test(schema);
}

/** Problems of a CIB, none if it is valid. */
export function validateCib(cib: Element): SchemaProblem[] {
  if (!isChecked(cib.attributes['validate-with'])) return [];
  const check = new Check();
  if (cib.name !== 'cib') {
    const message = `Expecting element cib, got ${cib.name}`;
    return [{ element: cib.name, message, at: cib, dangling: false }];
  }
  check.attributes(cib, cibModel);
  const configuration = childNamed(cib, 'configuration');
  if (!configuration) check.problem(cib, 'Expecting an element configuration, got nothing');
  else check.element(configuration, configurationModel);
  for (const child of cib.children)
    if (!['configuration', 'status', COMMENT].includes(child.name))
      check.problem(child, `Did not expect element ${child.name} there`);
  check.references();
  return check.problems;
}

class Check {
  readonly problems: SchemaProblem[] = [];
  readonly #ids = new Set<string>();
  readonly #references: { element: Element; attribute: string; id: string }[] = [];

  problem(element: Element, message: string, dangling = false): void {
    this.problems.push({ element: element.name, message, at: element, dangling });
  }

  element(element: Element, model: ElementModel): void {
    const reference = element.attributes['id-ref'];
    if (model.byReference && reference !== undefined) {
      this.#references.push({ element, attribute: 'id-ref', id: reference });
      if (element.children.length > 0) this.problem(element, `Element ${element.name} has extra content`);
      return;
    }
    this.attributes(element, model);
    this.#children(element, model);
    const names = element.children.map((child) => child.name).filter((name) => name !== COMMENT);
    if (model.also && !model.also(element.attributes, names))
      this.problem(element, `Element ${element.name} failed to validate content`);
  }

  attributes(element: Element, model: ElementModel): void {
    const alternatives = model.oneOf ?? [];
    const known: Record<string, AttributeType> = { ...model.required, ...model.optional };
    for (const alternative of alternatives) Object.assign(known, alternative);
    for (const [name, value] of Object.entries(element.attributes)) {
      const type = known[name];
      if (type === undefined) this.problem(element, `Invalid attribute ${name} for element ${element.name}`);
      else if (!this.#fits(element, name, type, value))
        this.problem(element, `Invalid attribute ${name} for element ${element.name}`);
    }
    for (const name of Object.keys(model.required ?? {}))
      if (!(name in element.attributes)) this.problem(element, `Element ${element.name} failed to validate attributes`);
    if (alternatives.length > 0 && alternatives.filter((set) => isWhole(element, set)).length !== 1)
      this.problem(element, `Element ${element.name} failed to validate attributes`);
  }

  #children(element: Element, model: ElementModel): void {
    const counts = new Map<string, number>();
    for (const child of element.children) {
      if (child.name === COMMENT) continue;
      const entry = model.children?.[child.name];
      if (!entry) {
        this.problem(child, `Did not expect element ${child.name} there`);
        continue;
      }
      counts.set(child.name, (counts.get(child.name) ?? 0) + 1);
      this.element(child, entry[0]());
    }
    for (const [name, [, least, most]] of Object.entries(model.children ?? {})) {
      const count = counts.get(name) ?? 0;
      if (count < least) this.problem(element, `Expecting an element ${name}, got nothing`);
      if (count > most) this.problem(element, `Extra element ${name} in interleave`);
    }
    if (model.choice) {
      const count = model.choice.names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
      if (count < model.choice.least || count > model.choice.most)
        this.problem(element, `Element ${element.name} failed to validate content`);
    }
  }

  #fits(element: Element, attribute: string, type: AttributeType, value: string): boolean {
    if (typeof type === 'object') {
      if ('oneOf' in type) return type.oneOf.includes(value);
      if ('noneOf' in type) return !type.noneOf.includes(value);
      return type.pattern.test(value);
    }
    switch (type) {
      case 'text':
        return true;
      case 'boolean':
        return ['true', 'false', '0', '1'].includes(value.trim());
      case 'integer':
        return /^\s*[+-]?\d+\s*$/.test(value);
      case 'natural':
        return /^\s*\+?\d+\s*$/.test(value);
      case 'positive':
        return /^\s*\+?0*[1-9]\d*\s*$/.test(value);
      case 'score':
        return /^([+-]?INFINITY|\s*[+-]?\d+\s*)$/.test(value);
      case 'idref':
        this.#references.push({ element, attribute, id: value });
        return true;
      case 'id':
        if (this.#ids.has(value)) return false;
        this.#ids.add(value);
        return NC_NAME.test(value);
    }
  }

  references(): void {
    for (const { element, attribute, id } of this.#references)
      if (!this.#ids.has(id))
        this.problem(element, `IDREF attribute ${attribute} references an unknown ID "${id}"`, true);
  }
}

function isWhole(element: Element, alternative: Readonly<Record<string, AttributeType>>): boolean {
  return Object.keys(alternative).every((name) => name in element.attributes);
}

/** The refused CIB as the tools print it on stderr: each line with its number. */
function numbered(cib: Element): string {
  return `${formatXml(cib)}`
    .split('\n')
    .map((line, at) => `${String(at + 1).padStart(4)} ${line}\n`)
    .join('');
}

/** Throws CibError `schema` if a change made a valid CIB invalid. */
export function checkCib(after: Element, before: Element): void {
  if (validateCib(after).length === 0) return;
  if (after.attributes['validate-with'] === before.attributes['validate-with'] && validateCib(before).length > 0)
    return;
  throw new CibError('schema', { stderr: numbered(after) });
}
