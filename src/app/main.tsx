import '@xterm/xterm/css/xterm.css';
import 'flexlayout-react/style/alpha_light.css';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/page.css';
import './styles/panels.css';
import './styles/picture.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { engine } from './state/engine';
import { afterFirstPrompt } from './state/first-prompt';
import { connectSession, useSession } from './state/session';
import { applySettings } from './state/settings';
import { screenText, tendTerminals } from './terminals/pool';

applySettings();
tendTerminals();
connectSession();

// Ctrl+W is a key of the shell; without this it would close a cluster in the making.
window.addEventListener('beforeunload', (event) => {
  if (useSession.getState().view.saving.state !== 'saved') event.preventDefault();
});

declare global {
  interface Window {
    /** For tests and for instructors' scripts. */
    quorate?: { screen(machine: string): string };
  }
}
window.quorate = { screen: screenText };

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

// What the engine has said so far is heard now that everybody listens and the page is about to be drawn.
engine().begin();

// The interface's font comes in many small files; the first prompt doesn't wait for it.
afterFirstPrompt(() => void import('./styles/interface-font'));
