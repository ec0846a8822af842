import { Dialog } from '../bar/Dialog';
import { useMessages } from '../messages';

/** Asks before several lines run at once. */
export function PasteQuestion({ text, answer }: { text: string; answer: (text: string | null) => void }) {
  const words = useMessages();
  const lines = text.replace(/[\r\n]+$/, '').split(/\r\n|\r|\n/);
  return (
    <Dialog title={words.terminal.pasteTitle} close={() => answer(null)}>
      <p>{words.terminal.pasteText(lines.length)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text must be scrollable by keyboard */}
      <pre className="paste-preview" tabIndex={0}>
        {lines.join('\n')}
      </pre>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => answer(null)}>
          {words.app.cancel}
        </button>
        <button type="button" className="button primary" data-autofocus onClick={() => answer(text)}>
          {words.terminal.paste}
        </button>
      </div>
    </Dialog>
  );
}
