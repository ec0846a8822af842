import { walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';

/** All ids in use. References (`id-ref`, `obj_ref` …) don't count, nor does the status section. */
export function usedIds(cib: Element): Set<string> {
  const ids = new Set<string>();
  for (const section of cib.children) {
    if (section.name === 'status') continue;
    for (const element of walk(section)) {
      // An obj_ref or role names what stands elsewhere.
      if (REFERENCES.has(element.name)) continue;
      if (element.attributes.id !== undefined) ids.add(element.attributes.id);
    }
  }
  return ids;
}

const REFERENCES: ReadonlySet<string> = new Set(['obj_ref', 'role', 'resource_ref']);

export function idExists(cib: Element, id: string): boolean {
  return usedIds(cib).has(id);
}

/** An id that isn't in use: as wanted, else with `-1`, `-2` … behind it. */
export function freeId(cib: Element, wanted: string, reserved?: ReadonlySet<string>): string {
  const used = usedIds(cib);
  const taken = (id: string) => used.has(id) || reserved?.has(id) === true;
  let id = wanted;
  for (let at = 1; taken(id); at++) id = `${wanted}-${at}`;
  return id;
}

/** Hands out ids in a CIB while elements are made that aren't in it yet. */
export class IdMaker {
  readonly #used: Set<string>;

  constructor(cib: Element) {
    this.#used = usedIds(cib);
  }

  has(id: string): boolean {
    return this.#used.has(id);
  }

  /** Takes an id that the user chose. */
  take(id: string): void {
    this.#used.add(id);
  }

  make(wanted: string): string {
    let id = wanted;
    for (let at = 1; this.#used.has(id); at++) id = `${wanted}-${at}`;
    this.#used.add(id);
    return id;
  }
}

const FIRST = /^[\p{L}_]/u;
const REST = /[^\p{L}\p{N}_.-]/u;

/** Makes an XML id of any text: characters that can't stand in one are dropped or replaced. */
export function cleanId(text: string, replacement = ''): string {
  return text.replace(/^[^\p{L}_]+/u, '').replace(/[^\p{L}\p{N}_.-]/gu, replacement);
}

/** Why a text can't be an id, as pcs words it; null when it can. */
export function idComplaint(id: string, description = 'id'): string | null {
  if (id === '') return `${description} cannot be empty`;
  const first = id[0] as string;
  if (!FIRST.test(id))
    return `invalid ${description} '${id}', '${first}' is not a valid first character for a ${description}`;
  const bad = REST.exec(id.slice(1));
  return bad ? `invalid ${description} '${id}', '${bad[0]}' is not a valid character for a ${description}` : null;
}
