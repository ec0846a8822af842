import { create } from 'zustand';
import type { ExamResult } from '../../engine/ports';
import type { EngineNotice, StartAnswer } from '../../engine/protocol';
import { applyDiff, EMPTY_VIEW, type PublicView, type ViewDiff } from '../../engine/view';
import type { HistoryEntry } from '../../world/history';
import { engine, engineStarted, onEngineDeath } from './engine';
import { afterFirstPrompt, afterPaint } from './first-prompt';

/** History entries the page keeps. */
const HISTORY_MAX = 2_000;

export interface EditorRequest {
  readonly terminal: number;
  readonly editor: 'vi' | 'nano';
  readonly path: string;
  readonly content: string;
  readonly readOnly: boolean;
}

type Exam =
  | { readonly state: 'running'; readonly done: number; readonly of: number }
  | { readonly state: 'done'; readonly result: ExamResult }
  | { readonly state: 'failed'; readonly message: string };

export interface Trouble {
  readonly kind: 'broken-world' | 'engine' | 'failure' | 'import';
  readonly message: string;
  readonly detail: string;
}

/** What the user has picked in the picture or a list. */
type Selection =
  | { readonly kind: 'machine'; readonly machine: string }
  | { readonly kind: 'resource'; readonly resource: string }
  | { readonly kind: 'nic'; readonly machine: string; readonly nic: string }
  | null;

export interface Session {
  readonly view: PublicView;
  readonly history: readonly HistoryEntry[];
  readonly start: StartAnswer | null;
  readonly editor: EditorRequest | null;
  readonly exam: Exam | null;
  readonly trouble: Trouble | null;
  readonly selection: Selection;
  /** A world is being made: a lab was opened, or is started over. */
  readonly preparing: boolean;
  /** Machine whose terminal was used last. */
  readonly activeMachine: string;
  /** Machines whose terminals have output nobody saw. */
  readonly unseen: ReadonlySet<string>;
}

export const useSession = create<Session>()(() => ({
  view: EMPTY_VIEW,
  history: [],
  start: null,
  editor: null,
  exam: null,
  trouble: null,
  selection: null,
  preparing: true,
  activeMachine: 'node1',
  unseen: new Set<string>(),
}));

/** Listens to the engine for the rest of the page's life. */
export function connectSession(): void {
  engine().listen(receive);
  engineStarted().then(
    (start) => {
      const trouble: Trouble | null =
        start.outcome === 'broken' ? { kind: 'broken-world', message: start.reason ?? '', detail: '' } : null;
      useSession.setState({ start, trouble, preparing: false });
    },
    (error: Error) => useSession.setState({ trouble: { kind: 'engine', message: error.message, detail: '' } }),
  );
  onEngineDeath((message) => useSession.setState({ trouble: { kind: 'engine', message, detail: '' } }));
  document.addEventListener('visibilitychange', () =>
    engine().tell({ kind: 'visibility', visible: document.visibilityState === 'visible' }),
  );
  window.addEventListener('pagehide', () => engine().tell({ kind: 'visibility', visible: false }));
}

/** Views that have come and aren't shown yet. */
let arrived: ViewDiff[] = [];

/**
 * Shows the views that have come since the last time. A view that comes with a command's output waits until that is
 * painted: who types looks at the terminal, and drawing all the panels takes longer than a line of text.
 */
function showViews(): void {
  let { view, history } = useSession.getState();
  const before = history;
  for (const diff of arrived) {
    view = applyDiff(view, diff);
    const added = diff.history;
    if (added) history = [...(added.restart ? [] : history), ...added.entries].slice(-HISTORY_MAX);
  }
  arrived = [];
  useSession.setState({ view, ...(history !== before && { history }) });
}

function receive(notice: EngineNotice): void {
  switch (notice.kind) {
    case 'view':
      arrived.push(notice.diff);
      if (arrived.length === 1) afterFirstPrompt(() => afterPaint(showViews));
      break;
    case 'editor.open': {
      const { kind: _kind, ...editor } = notice;
      useSession.setState({ editor });
      break;
    }
    case 'editor.closed':
      if (useSession.getState().editor?.terminal === notice.terminal) useSession.setState({ editor: null });
      break;
    case 'exam.progress':
      useSession.setState({ exam: { state: 'running', done: notice.done, of: notice.of } });
      break;
    case 'failure':
      useSession.setState({ trouble: { kind: 'failure', message: notice.message, detail: notice.detail } });
      break;
    case 'terminal.output':
    case 'terminal.closed':
      break; // the terminals listen themselves
  }
}
