import { escapeLibxmlAttribute, escapeText } from '../../pacemaker/cib/format';
import type { Element } from '../../world/xml';
import { exitText } from './exit-codes';

/** An element of `--output-as=xml`. */
export function xml(
  name: string,
  attributes: Record<string, string | undefined> = {},
  children: Element[] = [],
): Element {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) kept[key] = value;
  return { name, attributes: kept, children };
}

export function xmlText(name: string, text: string, attributes: Record<string, string | undefined> = {}): Element {
  return { ...xml(name, attributes), text };
}

/** The tree as libxml2 prints it with indentation. */
export function formatLibxml(element: Element, indent = ''): string {
  let tag = `${indent}<${element.name}`;
  for (const [name, value] of Object.entries(element.attributes)) tag += ` ${name}="${escapeLibxmlAttribute(value)}"`;
  if (element.children.length === 0) {
    if (element.text === undefined) return `${tag}/>\n`;
    return `${tag}>${escapeText(element.text)}</${element.name}>\n`;
  }
  const children = element.children.map((child) => formatLibxml(child, `${indent}  `)).join('');
  return `${tag}>\n${children}${indent}</${element.name}>\n`;
}

/** The version of the schema of the tools' XML output in 2.1.5. */
const API_VERSION = '2.25';

/** An argument as the `request` attribute repeats it. */
function quoted(argument: string): string {
  return /[\s'"\\$`!*?;&|<>()[\]{}#~]/.test(argument) || argument === ''
    ? `'${argument.replaceAll("'", "'\\''")}'`
    : argument;
}

/** The whole document of `--output-as=xml`. */
export function resultDocument(
  argv: readonly string[],
  children: readonly Element[],
  status: number,
  errors: readonly string[] = [],
): string {
  const end = xml('status', { code: String(status), message: exitText(status) });
  if (errors.length > 0)
    end.children.push(
      xml(
        'errors',
        {},
        errors.map((error) => xmlText('error', error)),
      ),
    );
  const root = xml('pacemaker-result', { 'api-version': API_VERSION, request: argv.map(quoted).join(' ') }, [
    ...children,
    end,
  ]);
  return formatLibxml(root);
}
