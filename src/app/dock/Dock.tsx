import { Actions, DockLocation, I18nLabel, Layout, type Model, type TabNode } from 'flexlayout-react';
import { useEffect, useRef, useState } from 'react';
import { StateMark } from '../bar/StateMark';
import { useMessages } from '../messages';
import type { Messages } from '../messages/en';
import { act, onShowPicture, onShowTerminal } from '../state/actions';
import { useSession } from '../state/session';
import { terminalOf } from '../terminals/pool';
import { TerminalPanel } from '../terminals/TerminalPanel';
import { PanelBoundary } from './PanelBoundary';
import { keepLayout, type PanelKind, terminalTab, terminalTabId, useDock } from './presets';
import { SidePanel } from './SidePanel';

function machineOf(node: TabNode): string {
  return (node.getConfig() as { machine?: string } | undefined)?.machine ?? '';
}

/** Whether a tab's panel can be seen. A tab that comes to the front isn't drawn anew: the model says so by an event. */
function useVisible(node: TabNode): boolean {
  const [visible, setVisible] = useState(node.isVisible());
  useEffect(() => {
    setVisible(node.isVisible());
    node.setEventListener('visibility', (change: { visible: boolean }) => setVisible(change.visible));
    return () => node.removeEventListener('visibility');
  }, [node]);
  return visible;
}

function Panel({ node }: { node: TabNode }) {
  const kind = node.getComponent() as PanelKind;
  const visible = useVisible(node);
  return (
    <PanelBoundary>
      {kind === 'terminal' ? <TerminalPanel machine={machineOf(node)} visible={visible} /> : <SidePanel kind={kind} />}
    </PanelBoundary>
  );
}

/** Colour and shape of the machine's state, and a mark for output that nobody saw. */
function TerminalTab({ machine }: { machine: string }) {
  const words = useMessages();
  const state = useSession((session) => session.view.machines[machine]?.state);
  const unseen = useSession((session) => session.unseen.has(machine));
  return (
    <span className="terminal-tab" data-machine={machine}>
      {state && <StateMark state={state} label={words.state[state]} />}
      <span>{machine}</span>
      {unseen && (
        <span className="unseen-mark" role="img" aria-label={words.terminal.unseen} title={words.terminal.unseen} />
      )}
    </span>
  );
}

/** Names of the panels, and what flexlayout itself says. */
function translate(key: string, words: Messages): string {
  switch (key) {
    case 'lab':
      return words.lab.title;
    case 'picture':
      return words.picture.title;
    case 'timeline':
      return words.timeline.title;
    case I18nLabel.Maximize:
      return words.dock.maximize;
    case I18nLabel.Restore:
      return words.dock.restore;
    case I18nLabel.Overflow_Menu_Tooltip:
      return words.dock.hiddenTabs;
    case I18nLabel.Splitter:
      return words.dock.splitter;
    default:
      return words.dock.others[key] ?? englishOf(key);
  }
}

const englishOf = (key: string): string =>
  key.startsWith('flexlayout.ui.') ? key.slice('flexlayout.ui.'.length).replace(/\./g, ' ') : key;

/** Machines that appear later get a tab beside the others. */
function addMissing(model: Model, machines: readonly string[]): void {
  for (const machine of machines) {
    if (model.getNodeById(terminalTabId(machine))) continue;
    const home = model.getNodeById('terminals') ?? model.getFirstTabSet();
    if (home) model.doAction(Actions.addTab(terminalTab(machine), home.getId(), DockLocation.CENTER, -1, false));
  }
}

/**
 * Who clicks on a terminal's tab goes on typing there; who walks the tabs by keyboard stays among them. Gives whether a
 * terminal was chosen.
 */
function typeAfterClick(event: MouseEvent): boolean {
  if (event.detail === 0 || !(event.target instanceof Element)) return false;
  const tab = event.target.closest('.flexlayout__tab_button')?.querySelector<HTMLElement>('.terminal-tab');
  const machine = tab?.dataset.machine;
  if (machine === undefined) return false;
  requestAnimationFrame(() => terminalOf(machine).focus());
  return true;
}

export function Dock() {
  const words = useMessages();
  const model = useDock((dock) => dock.model);
  const names = useSession((session) => Object.keys(session.view.machines).join(' '));

  useEffect(() => {
    if (names !== '') addMissing(model, names.split(' '));
  }, [model, names]);

  useEffect(() => {
    onShowTerminal((machine) => {
      if (model.getNodeById(terminalTabId(machine))) model.doAction(Actions.selectTab(terminalTabId(machine)));
    });
    onShowPicture(() => {
      if (model.getNodeById('picture')) model.doAction(Actions.selectTab('picture'));
    });
  }, [model]);

  /** A terminal was chosen before the first lab was there; null once it is. */
  const chosen = useRef<boolean | null>(false);
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      if (typeAfterClick(event) && chosen.current !== null) chosen.current = true;
    };
    document.addEventListener('click', onClick);
    return () => document.removeEventListener('click', onClick);
  }, []);

  const labMachine = useSession((session) => session.view.lab?.machines[0]);
  const startedFresh = useSession((session) => session.start?.outcome !== 'resumed');
  useEffect(() => {
    if (labMachine === undefined) return;
    // A lab begins at the machine to type on; who goes on finds the page as it was left, and who has chosen a terminal
    // before the lab came keeps it.
    if (startedFresh && !chosen.current) act.showTerminal(labMachine);
    chosen.current = null;
  }, [labMachine, startedFresh]);

  return (
    <Layout
      model={model}
      factory={(node) => <Panel node={node} />}
      realtimeResize={false}
      keyMap={{ closeTab: undefined, renameTab: undefined }}
      onModelChange={keepLayout}
      i18nTranslator={(key) => translate(key, words)}
      onRenderTab={(node, values) => {
        if (node.getComponent() === 'terminal') values.content = <TerminalTab machine={machineOf(node)} />;
      }}
    />
  );
}
