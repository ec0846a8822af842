import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { HistoryEntry } from '../../world/history';
import { clockText } from '../bar/format';
import { useMessages } from '../messages';
import type { Messages } from '../messages/en';
import { useSession } from '../state/session';
import { useSettings } from '../state/settings';
import { entryText, isNotable, toneOf } from './words';

/** Entries drawn: the newest ones. */
const SHOWN_MAX = 300;

const Row = memo(function Row(props: {
  entry: HistoryEntry;
  epoch: number;
  words: Messages;
  open: boolean;
  toggle: (id: number) => void;
  causes: readonly HistoryEntry[];
}) {
  const { entry, epoch, words } = props;
  const language = useSettings((settings) => settings.language);
  return (
    <li className="event" data-kind={entry.kind}>
      <time>{clockText(epoch, entry.time).time}</time>
      <span className="event-machine">{entry.machine ?? words.timeline.cluster}</span>
      <span className={`event-text event-${toneOf(entry)}`}>{entryText(entry, language)}</span>
      {entry.cause !== null && (
        <button
          type="button"
          className="quiet-button"
          aria-expanded={props.open}
          onClick={() => props.toggle(entry.id)}
        >
          {words.timeline.why}
        </button>
      )}
      {props.open && (
        <ol className="event-causes">
          {props.causes.map((cause) => (
            <li key={cause.id}>
              <span className="event-because">{words.timeline.because}</span> {clockText(epoch, cause.time).time}{' '}
              {cause.machine ?? ''} {entryText(cause, language)}
            </li>
          ))}
        </ol>
      )}
    </li>
  );
});

function chain(byId: ReadonlyMap<number, HistoryEntry>, entry: HistoryEntry): HistoryEntry[] {
  const causes: HistoryEntry[] = [];
  let cause = entry.cause === null ? undefined : byId.get(entry.cause);
  while (cause && causes.length < 8) {
    causes.push(cause);
    cause = cause.cause === null ? undefined : byId.get(cause.cause);
  }
  return causes;
}

/** What happened in the world, newest last; each entry can say why. */
export function TimelinePanel() {
  const words = useMessages();
  const history = useSession((session) => session.history);
  const epoch = useSession((session) => session.view.clock.epoch);
  const [open, setOpen] = useState<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const following = useRef(true);
  const byId = useMemo(() => new Map(history.map((entry) => [entry.id, entry])), [history]);
  const [everything, setEverything] = useState(false);
  const shown = useMemo(
    () => (everything ? history : history.filter(isNotable)).slice(-SHOWN_MAX),
    [history, everything],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when entries arrive
  useEffect(() => {
    const element = list.current;
    if (element && following.current) element.scrollTop = element.scrollHeight;
  }, [history]);

  return (
    <section className="timeline-panel" aria-label={words.landmarks.timeline}>
      <label className="timeline-all">
        <input type="checkbox" checked={everything} onChange={(event) => setEverything(event.target.checked)} />
        {words.timeline.everything}
      </label>
      {shown.length === 0 ? (
        <p className="empty">{words.timeline.empty}</p>
      ) : (
        <ol
          className="events"
          ref={list}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard
          tabIndex={0}
          aria-label={words.landmarks.timeline}
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            following.current = scrollHeight - scrollTop - clientHeight < 24;
          }}
        >
          {shown.map((entry) => (
            <Row
              key={entry.id}
              entry={entry}
              epoch={epoch}
              words={words}
              open={open === entry.id}
              toggle={(id) => setOpen((old) => (old === id ? null : id))}
              causes={open === entry.id ? chain(byId, entry) : NO_CAUSES}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

const NO_CAUSES: readonly HistoryEntry[] = [];
