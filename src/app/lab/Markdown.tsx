import { useMemo } from 'react';
import { blocksOf } from './blocks';
import { CommandLine } from './CommandLine';

/** A lab's text. */
export default function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <article className="prose">
      {blocks.map((block, index) => {
        const key = `${index} ${block.kind}`;
        if (block.kind === 'command') return <CommandLine key={key} machine={block.machine} text={block.text} />;
        // biome-ignore lint/security/noDangerouslySetInnerHtml: markdown-it escapes raw HTML (html: false)
        return <div key={key} dangerouslySetInnerHTML={{ __html: block.html }} />;
      })}
    </article>
  );
}
