import { useMessages } from '../messages';
import { act } from '../state/actions';
import { closeQuestion, useQuestion } from '../state/questions';
import { Dialog } from './Dialog';

/** Asked before something is destroyed. */
export function Questions() {
  const words = useMessages();
  const question = useQuestion((state) => state.question);
  if (question === null) return null;
  return (
    <Dialog title={words.undo.reset} close={closeQuestion}>
      <p>{words.undo.resetQuestion}</p>
      <div className="dialog-buttons">
        <button type="button" className="button" data-autofocus onClick={closeQuestion}>
          {words.app.cancel}
        </button>
        <button
          type="button"
          className="button primary"
          onClick={() => {
            closeQuestion();
            act.reset();
          }}
        >
          {words.undo.reset}
        </button>
      </div>
    </Dialog>
  );
}
