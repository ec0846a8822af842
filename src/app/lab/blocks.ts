import MarkdownIt from 'markdown-it';

/** A lab's text in pieces: prose as HTML, and commands that get marks of their own. */
export type Block =
  | { readonly kind: 'html'; readonly html: string }
  | { readonly kind: 'command'; readonly machine: string; readonly text: string };

// No raw HTML: labs are written by many hands.
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });

/** A fence such as ```` ```sh node1 ```` or ```` ```node1 ```` is a command for that machine. */
function commandMachine(info: string): string | null {
  const words = info.trim().split(/\s+/).filter(Boolean);
  const [first, second] = words;
  if (first === undefined) return null;
  if (['sh', 'bash', 'shell', 'console'].includes(first)) return second?.replace(/^@|^on=/, '') ?? null;
  return /^(host|node\d+|qdevice|[a-z]+-?node\d+)$/.test(first) ? first : null;
}

export function blocksOf(text: string): Block[] {
  const tokens = markdown.parse(text, {});
  const blocks: Block[] = [];
  let prose: typeof tokens = [];
  const flush = () => {
    if (prose.length > 0) blocks.push({ kind: 'html', html: markdown.renderer.render(prose, markdown.options, {}) });
    prose = [];
  };
  for (const token of tokens) {
    const machine = token.type === 'fence' && token.level === 0 ? commandMachine(token.info) : null;
    if (machine === null) {
      prose.push(token);
    } else {
      flush();
      blocks.push({ kind: 'command', machine, text: token.content.replace(/\n$/, '') });
    }
  }
  flush();
  return blocks;
}
