import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { Questions } from './bar/Questions';
import { StatusLine } from './bar/StatusLine';
import { TopBar } from './bar/TopBar';
import { Trouble } from './bar/Trouble';
import { Dock } from './dock/Dock';
import { PanelBoundary } from './dock/PanelBoundary';
import { SmallPage } from './dock/SmallPage';
import { useMessages } from './messages';
import { listenForKeys } from './palette/keys';
import { useSession } from './state/session';

const Palette = lazy(() => import('./palette/Palette'));
const KeyList = lazy(() => import('./palette/KeyList'));
const EditorOverlay = lazy(() => import('./editor/EditorOverlay'));

const narrow = matchMedia('(max-width: 899px)');

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener('change', changed);
      return () => narrow.removeEventListener('change', changed);
    },
    () => narrow.matches,
  );
}

/** The whole page. */
export function App() {
  const words = useMessages();
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const editor = useSession((session) => session.editor);
  const isNarrow = useNarrow();

  useEffect(() => listenForKeys({ openPalette: () => setPalette(true), openKeys: () => setKeys(true) }), []);

  return (
    <div className="app">
      <TopBar openPalette={() => setPalette(true)} openKeys={() => setKeys(true)} />
      <main className="work" aria-label={words.landmarks.work}>
        <PanelBoundary>{isNarrow ? <SmallPage /> : <Dock />}</PanelBoundary>
      </main>
      <StatusLine />
      <Suspense>
        {palette && <Palette close={() => setPalette(false)} />}
        {keys && <KeyList close={() => setKeys(false)} />}
        {editor && <EditorOverlay request={editor} key={`${editor.terminal} ${editor.path}`} />}
      </Suspense>
      <Questions />
      <Trouble />
    </div>
  );
}
