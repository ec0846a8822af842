import type { Hint } from '../../engine/ports';
import { useMessages, useTranslate } from '../messages';
import { CommandLine } from './CommandLine';

/** The rungs of a ladder that were asked for, in order. */
export function Hints({ hints }: { hints: readonly Hint[] }) {
  const words = useMessages().lab;
  const translate = useTranslate();
  if (hints.length === 0) return null;
  return (
    <ol className="hints">
      {hints.map((hint) => (
        <li key={hint.step}>
          <span className="hint-step">{words.hintStep(hint.step + 1, hint.steps)}</span>
          <p>{translate(hint.text)}</p>
          {hint.type && <CommandLine machine={hint.type.machine} text={hint.type.text} />}
        </li>
      ))}
    </ol>
  );
}
