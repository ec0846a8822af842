import { type MouseEvent, useEffect, useRef, useState } from 'react';
import { useMessages } from '../messages';
import { act } from '../state/actions';
import { useSession } from '../state/session';
import { PasteQuestion } from './PasteQuestion';
import { terminalOf } from './pool';
import { TerminalMenu } from './TerminalMenu';

/** A panel that shows the terminal of one machine. */
export function TerminalPanel({ machine, visible }: { machine: string; visible: boolean }) {
  const words = useMessages();
  const panel = useRef<HTMLDivElement>(null);
  const power = useSession((session) => session.view.machines[machine]?.power);
  const [pasting, setPasting] = useState<string | null>(null);
  const [offer, setOffer] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ x: number; y: number } | null>(null);

  useEffect(() => {
    const element = panel.current;
    if (!element) return;
    const terminal = terminalOf(machine);
    terminal.confirmPaste = setPasting;
    terminal.offer = setOffer;
    terminal.attach(element);
    const observer = new ResizeObserver(() => terminal.fit());
    observer.observe(element);
    return () => observer.disconnect();
  }, [machine]);

  useEffect(() => {
    terminalOf(machine).show(visible);
    return () => terminalOf(machine).show(false);
  }, [machine, visible]);

  const openMenu = (event: MouseEvent) => {
    event.preventDefault();
    setMenu({ x: event.clientX, y: event.clientY });
  };
  const finishPaste = (text: string | null) => {
    setPasting(null);
    if (text !== null) terminalOf(machine).xterm.paste(text);
    terminalOf(machine).focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu repeats what keys do
    <div className="terminal-panel" data-machine={machine} onContextMenu={openMenu}>
      <div className="terminal-slot" ref={panel} />
      {power !== undefined && power !== 'running' && (
        <div className="terminal-notice" role="status">
          <span>
            {power === 'off' || power === 'crashed' ? words.terminal.off(machine) : words.terminal.notRunning(machine)}
          </span>
          {power === 'off' && (
            <button type="button" className="button" onClick={() => act.power(machine, 'on')}>
              {words.terminal.powerOn}
            </button>
          )}
        </div>
      )}
      {offer !== null && (
        <div className="terminal-offer" role="status">
          <span>{words.terminal.hangul}</span>
          <button type="button" className="button" onClick={() => terminalOf(machine).type(offer)}>
            <code>{offer}</code>
          </button>
        </div>
      )}
      {menu && <TerminalMenu machine={machine} at={menu} close={() => setMenu(null)} />}
      {pasting !== null && <PasteQuestion text={pasting} answer={finishPaste} />}
    </div>
  );
}
