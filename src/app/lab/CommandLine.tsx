import { useState } from 'react';
import { CopyIcon, TypeIcon } from '../bar/icons';
import { useMessages } from '../messages';
import { act } from '../state/actions';
import { copyText } from '../terminals/clipboard';

/** A command of the text: can be copied, and typed into its machine's terminal without being run. */
export function CommandLine({ machine, text }: { machine: string; text: string }) {
  const words = useMessages();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(text));
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className="command">
      <div className="command-head">
        <span className="command-machine">{words.lab.runOn(machine)}</span>
        <button type="button" className="quiet-button" title={words.app.copy} onClick={() => void copy()}>
          <CopyIcon />
          <span>{copied ? words.app.copied : words.app.copy}</span>
        </button>
        <button
          type="button"
          className="quiet-button"
          title={words.app.typeForMeOn(machine)}
          onClick={() => act.type(machine, text)}
        >
          <TypeIcon />
          <span>{words.app.typeForMe}</span>
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll sideways by keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </div>
  );
}
