import type { Element } from '../../world/xml';
import { COMMENT } from './parse';

const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '    ',
  '\n': '\\n',
  '\r': '\\r',
};

/** Attribute values as pacemaker's own dump writes them: tabs become four spaces, line ends `\n` in letters. */
export function escapeAttribute(value: string): string {
  return value.replace(/[&<>"'\t\n\r]/g, (character) => ATTRIBUTE_ESCAPES[character] as string);
}

/** Attribute values as libxml2 itself writes them (`--output-as=xml` of the tools). */
export function escapeLibxmlAttribute(value: string): string {
  return value.replace(
    /[&<>"\t\n\r]/g,
    (character) =>
      (({ '\t': '&#9;', '\n': '&#10;', '\r': '&#13;' }) as Record<string, string>)[character] ??
      (ATTRIBUTE_ESCAPES[character] as string),
  );
}

export function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) =>
    character === '\r' ? '&#13;' : (ATTRIBUTE_ESCAPES[character] as string),
  );
}

/** The start tag without its end, attributes in their order: `<nvpair id="x"`. */
function opening(element: Element): string {
  let tag = `<${element.name}`;
  for (const [name, value] of Object.entries(element.attributes)) tag += ` ${name}="${escapeAttribute(value)}"`;
  return tag;
}

function formatInto(lines: string[], element: Element, indent: string): void {
  if (element.name === COMMENT) {
    lines.push(`${indent}<!--${element.text ?? ''}-->`);
    return;
  }
  const tag = indent + opening(element);
  if (element.text !== undefined && element.children.length === 0) {
    lines.push(`${tag}>${escapeText(element.text)}</${element.name}>`);
    return;
  }
  if (element.children.length === 0) {
    lines.push(`${tag}/>`);
    return;
  }
  lines.push(`${tag}>`);
  if (element.text !== undefined) lines.push(`${indent}  ${escapeText(element.text)}`);
  for (const child of element.children) formatInto(lines, child, `${indent}  `);
  lines.push(`${indent}</${element.name}>`);
}

/** The element, indented by two spaces a level, as `cibadmin -Q` prints it; ends with a newline. */
export function formatXml(element: Element, indent = ''): string {
  const lines: string[] = [];
  formatInto(lines, element, indent);
  return `${lines.join('\n')}\n`;
}

/** The element on one line, without white space between elements. */
export function formatXmlLine(element: Element): string {
  if (element.name === COMMENT) return `<!--${element.text ?? ''}-->`;
  const tag = opening(element);
  if (element.children.length === 0 && element.text === undefined) return `${tag}/>`;
  return `${tag}>${element.text === undefined ? '' : escapeText(element.text)}${element.children.map(formatXmlLine).join('')}</${element.name}>`;
}
