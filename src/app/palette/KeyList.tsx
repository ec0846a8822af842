import { Dialog } from '../bar/Dialog';
import { useMessages } from '../messages';

/** All keys of the page. */
export default function KeyList({ close }: { close: () => void }) {
  const words = useMessages().keys;
  const keys: readonly (readonly [string, string])[] = [
    ['Ctrl+K · Ctrl+Shift+K', words.palette],
    ['?', words.list],
    ['Alt+0 … Alt+4', words.terminals],
    ['Alt+L', words.lab],
    ['Alt+W', words.why],
    ['Tab · Enter', words.picture],
    ['Esc', words.close],
    ['Ctrl+F6', words.leave],
    ['Ctrl+Shift+Z', words.undo],
    ['Alt+P', words.pause],
    ['Alt+.', words.step],
    ['Ctrl+C', words.interrupt],
    ['Ctrl+Shift+C', words.copy],
    ['Ctrl+V · Shift+Insert', words.paste],
  ];
  return (
    <Dialog title={words.title} close={close}>
      <dl className="key-list">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
