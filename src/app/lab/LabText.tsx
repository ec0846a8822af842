import { lazy, Suspense, useEffect, useState } from 'react';
import type { Language } from '../../engine/ports';
import { useMessages } from '../messages';
import { engine } from '../state/engine';
import { useSettings } from '../state/settings';

/** markdown-it is no part of what the first prompt waits for. */
const Markdown = lazy(() => import('./Markdown'));

/** The lab's text in the chosen language. */
export function LabText({ lab }: { lab: string }) {
  const words = useMessages().lab;
  const language = useSettings((settings) => settings.language);
  const text = useLabText(lab, language);
  if (text === null) return <p className="empty">{words.loading}</p>;
  return (
    <Suspense fallback={<p className="empty">{words.loading}</p>}>
      <Markdown text={text} />
    </Suspense>
  );
}

function useLabText(lab: string, language: Language): string | null {
  const [loaded, setLoaded] = useState<{ key: string; text: string } | null>(null);
  const key = `${lab} ${language}`;
  useEffect(() => {
    let wanted = true;
    engine()
      .ask('lab.text', { language })
      .then((text) => wanted && setLoaded({ key, text }));
    return () => {
      wanted = false;
    };
  }, [key, language]);
  return loaded?.key === key ? loaded.text : null;
}
