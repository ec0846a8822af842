import type { Element } from '../../world/xml';

/** Name of the pseudo element that holds an XML comment in its `text`. */
export const COMMENT = '#comment';

/** Malformed XML. The message is libxml2's, for the tools that print it. */
export class XmlError extends Error {
  constructor(
    message: string,
    /** Line of the error, from 1. */
    readonly line: number,
    /** The rest of the tree that could be read, as libxml2's recovery mode gives it; null if there was none. */
    readonly partial: Element | null,
  ) {
    super(message);
    this.name = 'XmlError';
  }
}

export interface ParseOptions {
  /** Keep comments as elements named `#comment`. */
  comments?: boolean;
}

const NAME = /[A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*/y;
const SPACE = /[ \t\r\n]*/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Reads a document and gives its root element. Throws `XmlError`. White space between elements isn't kept. */
export function parseXml(text: string, options: ParseOptions = {}): Element {
  return new Parser(text, options.comments === true).document();
}

class Parser {
  #at = 0;
  /** Open elements, outermost first. */
  readonly #open: Element[] = [];
  #root: Element | null = null;

  constructor(
    readonly source: string,
    readonly keepComments: boolean,
  ) {
    if (source.charCodeAt(0) === 0xfeff) this.#at = 1;
  }

  document(): Element {
    if (this.source.slice(this.#at).trim() === '') this.#fail('Document is empty');
    this.#prolog();
    if (this.source[this.#at] !== '<') this.#fail("Start tag expected, '<' not found");
    this.#startTag();
    while (this.#open.length > 0) this.#content();
    this.#misc();
    if (this.#at < this.source.length) this.#fail('Extra content at the end of the document');
    return this.#root as Element;
  }

  #fail(message: string): never {
    throw new XmlError(message, this.#line(), this.#root);
  }

  #line(): number {
    let line = 1;
    for (let at = 0; at < this.#at && at < this.source.length; at++) if (this.source[at] === '\n') line++;
    return line;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.source)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** XML declaration, document type, comments and processing instructions before the root. */
  #prolog(): void {
    this.#misc();
    if (this.source.startsWith('<!DOCTYPE', this.#at)) {
      let depth = 0;
      while (this.#at < this.source.length) {
        const character = this.source[this.#at++];
        if (character === '[' || character === '<') depth++;
        if (character === ']') depth--;
        if (character === '>' && --depth <= 0) break;
      }
      this.#misc();
    }
  }

  #misc(): void {
    for (;;) {
      this.#match(SPACE);
      if (this.source.startsWith('<?', this.#at)) this.#until('?>', 'PI not terminated');
      else if (this.source.startsWith('<!--', this.#at)) this.#until('-->', 'Comment not terminated');
      else return;
    }
  }

  /** Skips to the end of a construct; gives all of it. */
  #until(end: string, complaint: string): string {
    const stop = this.source.indexOf(end, this.#at);
    if (stop < 0) {
      this.#at = this.source.length;
      this.#fail(complaint);
    }
    const all = this.source.slice(this.#at, stop + end.length);
    this.#at = stop + end.length;
    return all;
  }

  #startTag(): void {
    this.#at++;
    const name = this.#match(NAME);
    if (name === '') this.#fail('StartTag: invalid element name');
    const element: Element = { name, attributes: {}, children: [] };
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else this.#root = element;
    for (;;) {
      const before = this.#at;
      this.#match(SPACE);
      if (this.source.startsWith('/>', this.#at)) {
        this.#at += 2;
        return;
      }
      if (this.source[this.#at] === '>') {
        this.#at++;
        this.#open.push(element);
        return;
      }
      const attribute = this.#match(NAME);
      if (attribute === '') this.#fail(`Couldn't find end of Start Tag ${name} line ${this.#line()}`);
      if (before === this.#at - attribute.length) this.#fail('attributes construct error');
      this.#attribute(element, attribute);
    }
  }

  #attribute(element: Element, name: string): void {
    this.#match(SPACE);
    if (this.source[this.#at] !== '=') this.#fail(`Specification mandates value for attribute ${name}`);
    this.#at++;
    this.#match(SPACE);
    const quote = this.source[this.#at];
    if (quote !== '"' && quote !== "'") this.#fail(`AttValue: " or ' expected`);
    const end = this.source.indexOf(quote, this.#at + 1);
    if (end < 0) this.#fail("AttValue: ' expected");
    const raw = this.source.slice(this.#at + 1, end);
    if (raw.includes('<')) this.#fail("Unescaped '<' not allowed in attributes values");
    if (element.attributes[name] !== undefined) this.#fail(`Attribute ${name} redefined`);
    element.attributes[name] = this.#decode(raw.replace(/\r\n|[\t\r\n]/g, ' '));
    this.#at = end + 1;
  }

  #content(): void {
    const element = this.#open.at(-1) as Element;
    const next = this.source.indexOf('<', this.#at);
    if (next < 0) {
      this.#at = this.source.length;
      this.#fail(`Premature end of data in tag ${element.name} line ${this.#lineOf(element)}`);
    }
    this.#text(element, this.#decode(this.source.slice(this.#at, next)), false);
    this.#at = next;
    if (this.source.startsWith('</', next)) this.#endTag(element);
    else if (this.source.startsWith('<!--', next)) {
      const comment = this.#until('-->', 'Comment not terminated');
      if (this.keepComments)
        element.children.push({ name: COMMENT, attributes: {}, children: [], text: comment.slice(4, -3) });
    } else if (this.source.startsWith('<![CDATA[', next)) {
      this.#text(element, this.#until(']]>', 'CData section not finished').slice(9, -3), true);
    } else if (this.source.startsWith('<?', next)) this.#until('?>', 'PI not terminated');
    else this.#startTag();
  }

  #text(element: Element, text: string, whitespaceCounts: boolean): void {
    if (!whitespaceCounts && text.trim() === '') return;
    element.text = (element.text ?? '') + text;
  }

  #endTag(element: Element): void {
    this.#at += 2;
    const name = this.#match(NAME);
    if (name !== element.name)
      this.#fail(`Opening and ending tag mismatch: ${element.name} line ${this.#lineOf(element)} and ${name}`);
    this.#match(SPACE);
    if (this.source[this.#at] !== '>') this.#fail("expected '>'");
    this.#at++;
    this.#open.pop();
  }

  /** Line of an open element's start tag: found again by counting, as this is needed for errors only. */
  #lineOf(element: Element): number {
    const at = this.source.lastIndexOf(`<${element.name}`, this.#at - 1);
    return at < 0 ? 1 : this.source.slice(0, at).split('\n').length;
  }

  #decode(raw: string): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(/&(#x[0-9A-Fa-f]+|#[0-9]+|\w+)?;?/g, (all: string, name: string | undefined) => {
      if (name === undefined) this.#fail('xmlParseEntityRef: no name');
      if (!all.endsWith(';')) this.#fail(`EntityRef: expecting ';'`);
      if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
      if (name.startsWith('#')) return String.fromCodePoint(Number.parseInt(name.slice(1), 10));
      const known = ENTITIES[name];
      if (known === undefined) this.#fail(`Entity '${name}' not defined`);
      return known;
    });
  }
}

/** A copy of the tree without comments. */
export function withoutComments(element: Element): Element {
  const copy: Element = {
    name: element.name,
    attributes: { ...element.attributes },
    children: element.children.filter((child) => child.name !== COMMENT).map(withoutComments),
  };
  if (element.text !== undefined) copy.text = element.text;
  return copy;
}
