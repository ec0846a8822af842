import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { Vim, vim } from '@replit/codemirror-vim';
import type { EditorRequest } from '../state/session';
import './editor.css';

export interface EditorEvents {
  changed(changed: boolean): void;
  /** Writes the file; false when it couldn't. */
  save(content: string): Promise<boolean>;
  note(text: string): void;
  /** nano's Ctrl+X. */
  leave(hasChanges: boolean): void;
  close(): void;
  readonly noWrite: string;
}

export interface Editor {
  content(): string;
  destroy(): void;
}

const theme = EditorView.theme(
  {
    '&': { height: '100%', backgroundColor: 'var(--terminal)', color: 'var(--terminal-ink)', fontSize: '14px' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.4' },
    '.cm-gutters': { backgroundColor: 'var(--terminal)', color: '#8b98a5', border: 'none' },
    '.cm-content': { caretColor: '#7fc4ff' },
    '.cm-cursor': { borderLeftColor: '#7fc4ff' },
    '.cm-panels': { backgroundColor: '#1d242c', color: 'var(--terminal-ink)' },
  },
  { dark: true },
);

/** The file's text as the editor holds it: without the last line's break, which is put back when it is written. */
const withoutLastBreak = (text: string): string => (text.endsWith('\n') ? text.slice(0, -1) : text);
const withLastBreak = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** The editor that vim's Ex commands act on: there is one at a time. */
let present: { request: EditorRequest; view: EditorView; events: EditorEvents; saved: string } | null = null;

const contentOf = (view: EditorView): string => withLastBreak(view.state.doc.toString());
const hasChanges = (): boolean => present !== null && contentOf(present.view) !== present.saved;

async function write(): Promise<boolean> {
  if (!present) return false;
  const content = contentOf(present.view);
  const written = await present.events.save(content);
  if (written && present) present.saved = content;
  return written;
}

/** vim's own commands for writing and leaving. */
function defineExCommands(): void {
  const bang = (params: { argString?: string; input?: string }) =>
    (params.argString ?? '').trim().startsWith('!') || /!\s*$/.test(params.input ?? '');
  const quit = (params: { argString?: string; input?: string }) => {
    if (!present) return;
    if (hasChanges() && !bang(params)) present.events.note(present.events.noWrite);
    else present.events.close();
  };
  const writeAndQuit = async () => {
    if (await write()) present?.events.close();
  };
  Vim.defineEx('write', 'w', () => void write());
  Vim.defineEx('quit', 'q', (_editor: unknown, params: { argString?: string; input?: string }) => quit(params));
  Vim.defineEx('wq', 'wq', () => void writeAndQuit());
  Vim.defineEx('xit', 'x', () => (hasChanges() ? void writeAndQuit() : present?.events.close()));
  Vim.defineAction('writeAndQuit', () => void writeAndQuit());
  Vim.mapCommand('ZZ', 'action', 'writeAndQuit', {}, { context: 'normal' });
}

let defined = false;

export function openEditor(parent: HTMLElement, request: EditorRequest, events: EditorEvents): Editor {
  if (!defined) defineExCommands();
  defined = true;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: withoutLastBreak(request.content),
      extensions: [
        ...(request.editor === 'vi' ? [vim({ status: true })] : nanoKeys(events)),
        lineNumbers(),
        history(),
        drawSelection(),
        search({ top: false }),
        keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap]),
        EditorView.lineWrapping,
        EditorState.readOnly.of(request.readOnly),
        EditorView.contentAttributes.of({ 'aria-label': request.path }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) events.changed(hasChanges());
        }),
        theme,
      ],
    }),
  });
  present = { request, view, events, saved: request.content };
  view.focus();
  return {
    content: () => contentOf(view),
    destroy: () => {
      if (present?.view === view) present = null;
      view.destroy();
    },
  };
}

function nanoKeys(events: EditorEvents): Extension[] {
  const done = (act: () => void) => () => {
    act();
    return true;
  };
  return [
    keymap.of([
      { key: 'Ctrl-o', run: done(() => void write()), preventDefault: true },
      { key: 'Ctrl-s', run: done(() => void write()), preventDefault: true },
      { key: 'Ctrl-x', run: done(() => events.leave(hasChanges())), preventDefault: true },
      { key: 'Ctrl-w', run: openSearchPanel, preventDefault: true },
    ]),
  ];
}
