/** An element of a small XML document. */
export interface Markup {
  name: string;
  attributes: Record<string, string>;
  children: Markup[];
  text: string;
}

/** Why a document can't be parsed, in libxml2's words. */
export interface MarkupProblem {
  problem: string;
  line: number;
}

/** Parses the kind of XML that libvirt's definitions are. */
export function parseMarkup(text: string): Markup | MarkupProblem {
  const lineAt = (index: number) => text.slice(0, index).split('\n').length;
  const stack: { element: Markup; line: number }[] = [];
  let root: Markup | null = null;
  const pattern =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_:][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)|(<)/g;
  for (const match of text.matchAll(pattern)) {
    const [, closing, name = '', attributes = '', empty, chars, stray] = match;
    const top = stack.at(-1);
    if (chars !== undefined) {
      if (top) top.element.text += chars;
      else if (chars.trim() !== '')
        return {
          problem: root ? 'Extra content at the end of the document' : "Start tag expected, '<' not found",
          line: lineAt(match.index),
        };
      continue;
    }
    if (stray !== undefined) return { problem: 'StartTag: invalid element name', line: lineAt(match.index) };
    if (name === '') continue;
    if (closing) {
      if (!top || top.element.name !== name) {
        const open = top?.element.name ?? name;
        return {
          problem: `Opening and ending tag mismatch: ${open} line ${top?.line ?? 1} and ${name}`,
          line: lineAt(match.index),
        };
      }
      stack.pop();
      continue;
    }
    const element: Markup = { name, attributes: {}, children: [], text: '' };
    for (const [, key = '', value = ''] of attributes.matchAll(/([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g))
      element.attributes[key] = value.slice(1, -1);
    if (top) top.element.children.push(element);
    else if (root) return { problem: 'Extra content at the end of the document', line: lineAt(match.index) };
    else root = element;
    if (!empty) stack.push({ element, line: lineAt(match.index) });
  }
  const open = stack.at(-1);
  if (open)
    return {
      problem: `Premature end of data in tag ${open.element.name} line ${open.line}`,
      line: lineAt(text.length),
    };
  return root ?? { problem: 'Document is empty', line: 1 };
}
