import '@xterm/xterm/css/xterm.css';
import 'flexlayout-react/style/alpha_light.css';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/page.css';
import './styles/panels.css';
import './styles/picture.css';
import { engine, FIRST_TERMINAL, firstTerminalOpened, onEngineDeath } from './state/engine';
import { afterFirstPrompt, firstPromptIsPast } from './state/first-prompt';
import { connectSession } from './state/session';
import { applySettings } from './state/settings';
import { screenText, tendTerminals, terminalOf } from './terminals/pool';

/*
 * The first terminal stands alone where the page will have it, and can be typed in; then comes the page around it.
 */
applySettings();
tendTerminals();
onEngineDeath(firstPromptIsPast);
void firstTerminalOpened().then((opened) => {
  if (!opened) firstPromptIsPast();
});
connectSession();

declare global {
  interface Window {
    /** For tests and for instructors' scripts. */
    quorate?: { screen(machine: string): string };
  }
}
window.quorate = { screen: screenText };

const slot = document.createElement('div');
slot.className = 'first-terminal';
document.body.append(slot);
terminalOf(FIRST_TERMINAL.machine).attach(slot);

// What the engine has said so far is heard now that everybody listens.
engine().begin();

afterFirstPrompt(() => void import('./main'));
