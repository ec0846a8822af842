import { useEffect, useState } from 'react';
import { StateMark } from '../bar/StateMark';
import { useMessages } from '../messages';
import { onShowPicture, onShowTerminal } from '../state/actions';
import { useSession } from '../state/session';
import { TerminalPanel } from '../terminals/TerminalPanel';
import { PanelBoundary } from './PanelBoundary';
import { COURSE_MACHINES } from './presets';
import { type SideKind, SidePanel } from './SidePanel';

const DRAWERS: readonly SideKind[] = ['lab', 'picture', 'timeline'];

/** Below 900 px, where three columns would leave too little for each: one terminal with tabs, and a drawer for all else. */
export function SmallPage() {
  const words = useMessages();
  const machine = useSession((session) => session.activeMachine);
  const machines = useSession((session) => session.view.machines);
  const [drawer, setDrawer] = useState<SideKind | null>('lab');
  const names = Object.keys(machines).length > 0 ? Object.keys(machines) : COURSE_MACHINES;

  useEffect(() => {
    onShowTerminal(() => setDrawer(null));
    onShowPicture(() => setDrawer('picture'));
  }, []);

  return (
    <div className="small-page">
      <nav className="small-tabs" aria-label={words.landmarks.terminals}>
        {names.map((name) => {
          const state = machines[name]?.state;
          return (
            <button
              type="button"
              key={name}
              aria-pressed={name === machine}
              onClick={() => useSession.setState({ activeMachine: name })}
            >
              {state && <StateMark state={state} label={words.state[state]} />}
              {name}
            </button>
          );
        })}
      </nav>
      <div className="small-terminal">
        <PanelBoundary key={machine}>
          <TerminalPanel machine={machine} visible />
        </PanelBoundary>
      </div>
      <div className="small-drawer">
        <nav className="small-tabs" aria-label={words.app.drawer}>
          {DRAWERS.map((name) => (
            <button
              type="button"
              key={name}
              aria-expanded={drawer === name}
              onClick={() => setDrawer(drawer === name ? null : name)}
            >
              {words[name].title}
            </button>
          ))}
        </nav>
        {drawer && (
          <div className="small-drawer-body">
            <PanelBoundary key={drawer}>
              <SidePanel kind={drawer} />
            </PanelBoundary>
          </div>
        )}
      </div>
    </div>
  );
}
