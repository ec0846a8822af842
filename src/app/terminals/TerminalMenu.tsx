import { PopupMenu } from '../bar/PopupMenu';
import { useMessages } from '../messages';
import { clipboardText, copyText } from './clipboard';
import { terminalOf } from './pool';

/** The menu of the right mouse button. */
export function TerminalMenu(props: { machine: string; at: { x: number; y: number }; close: () => void }) {
  const words = useMessages().terminal;
  const terminal = terminalOf(props.machine);
  const close = () => {
    props.close();
    terminal.focus();
  };
  const paste = async () => {
    const text = await clipboardText();
    if (text) terminal.paste(text);
  };
  return (
    <PopupMenu
      at={props.at}
      close={close}
      items={[
        {
          label: words.copySelection,
          disabled: terminal.selection === '',
          act: () => void copyText(terminal.selection),
        },
        { label: words.pasteHere, act: () => void paste() },
        { label: words.selectAll, act: () => terminal.xterm.selectAll() },
        { label: words.clear, act: () => terminal.xterm.clear() },
      ]}
    />
  );
}
