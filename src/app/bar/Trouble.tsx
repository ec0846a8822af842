import { useMessages } from '../messages';
import { act } from '../state/actions';
import { type Trouble as TroubleState, useSession } from '../state/session';
import { discardBroken, exportBroken, exportWorld } from '../state/transfer';
import { Dialog } from './Dialog';

const close = () => useSession.setState({ trouble: null });

/** Says what happened, what was kept, and what can be done. */
export function Trouble() {
  const trouble = useSession((session) => session.trouble);
  return trouble && <TroubleDialog trouble={trouble} />;
}

function TroubleDialog({ trouble }: { trouble: TroubleState }) {
  const words = useMessages();
  const { title, text } = {
    'broken-world': { title: words.trouble.brokenTitle, text: words.trouble.broken },
    engine: { title: words.trouble.engineTitle, text: words.trouble.engine },
    failure: { title: words.trouble.failureTitle, text: words.trouble.failure },
    import: { title: words.trouble.importTitle, text: words.trouble.import },
  }[trouble.kind];
  return (
    <Dialog title={title} close={close} className="trouble">
      <p>{text}</p>
      <details>
        <summary>{words.trouble.details}</summary>
        <pre>{[trouble.message, trouble.detail].filter(Boolean).join('\n')}</pre>
      </details>
      <div className="dialog-buttons">
        {trouble.kind === 'broken-world' && (
          <>
            <button type="button" className="button" data-autofocus onClick={() => void exportBroken()}>
              {words.trouble.brokenExport}
            </button>
            <button type="button" className="button primary" onClick={() => void discardBroken()}>
              {words.trouble.brokenFresh}
            </button>
          </>
        )}
        {trouble.kind === 'failure' && (
          <>
            <button type="button" className="button" onClick={() => void exportWorld()}>
              {words.settings.export}
            </button>
            <button
              type="button"
              className="button"
              onClick={() => {
                act.undo();
                close();
              }}
            >
              {words.undo.action}
            </button>
            <button type="button" className="button primary" data-autofocus onClick={close}>
              {words.trouble.goOn}
            </button>
          </>
        )}
        {trouble.kind === 'engine' && (
          <button type="button" className="button primary" data-autofocus onClick={() => location.reload()}>
            {words.trouble.reload}
          </button>
        )}
        {trouble.kind === 'import' && (
          <button type="button" className="button primary" data-autofocus onClick={close}>
            {words.app.close}
          </button>
        )}
      </div>
    </Dialog>
  );
}
