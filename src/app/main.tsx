import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { afterPaint } from './state/first-prompt';
import { useSession } from './state/session';

// Ctrl+W is a key of the shell; without this it would close a cluster in the making.
window.addEventListener('beforeunload', (event) => {
  if (useSession.getState().view.saving.state !== 'saved') event.preventDefault();
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

// Gone already when the dock has adopted its terminal; a layout may show other panels first.
afterPaint(() => document.querySelector('.first-terminal')?.remove());

// The interface's font comes in many small files; nothing waits for it.
void import('./styles/interface-font');
