import { useEffect, useRef, useState } from 'react';
import { Dialog } from '../bar/Dialog';
import { useMessages } from '../messages';
import { engine } from '../state/engine';
import { type EditorRequest, useSession } from '../state/session';
import { machineOfTerminal, terminalOf } from '../terminals/pool';
import { type Editor, openEditor } from './codemirror';

/** The editor that `vi` or `nano` opened over a terminal. */
export default function EditorOverlay({ request }: { request: EditorRequest }) {
  const words = useMessages().editor;
  const panel = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const [changed, setChanged] = useState(false);
  const [note, setNote] = useState('');
  const [leaving, setLeaving] = useState(false);
  const machine = machineOfTerminal(request.terminal);

  const close = () => {
    useSession.setState({ editor: null });
    void engine().ask('editor.close', { terminal: request.terminal });
    if (machine) terminalOf(machine).focus();
  };
  const save = async (content: string): Promise<boolean> => {
    const problem = await engine().ask('editor.save', { terminal: request.terminal, content });
    setNote(problem ?? words.saved(request.path));
    if (problem === null) setChanged(false);
    return problem === null;
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: an editor lives as long as its request
  useEffect(() => {
    if (!panel.current) return;
    editor.current = openEditor(panel.current, request, {
      changed: setChanged,
      save,
      note: setNote,
      leave: (hasChanges) => (hasChanges ? setLeaving(true) : close()),
      close,
      noWrite: words.noWrite,
    });
    return () => editor.current?.destroy();
  }, [request]);

  const saveAndClose = async () => {
    const content = editor.current?.content();
    if (content !== undefined && (await save(content))) close();
    else setLeaving(false);
  };

  return (
    <section className="editor-overlay" aria-label={`${request.editor} ${request.path}`}>
      <header className="editor-head">
        <strong>{request.editor}</strong>
        <span className="editor-path">
          {machine}:{request.path}
        </span>
        {request.readOnly && <span className="editor-flag">{words.readOnly}</span>}
        {changed && <span className="editor-flag">{words.unsaved}</span>}
      </header>
      <div className="editor-body" ref={panel} />
      <footer className="editor-foot">
        <span role="status">{note}</span>
        <span className="editor-keys">{request.editor === 'vi' ? words.vi : words.nano}</span>
      </footer>
      {leaving && (
        <Dialog title={words.leaveQuestion} close={() => setLeaving(false)}>
          <div className="dialog-buttons">
            <button type="button" className="button" onClick={close}>
              {words.discard}
            </button>
            <button type="button" className="button primary" data-autofocus onClick={() => void saveAndClose()}>
              {words.save}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
