import { useMemo, useState } from 'react';
import type { Decision } from '../../engine/protocol';
import type { ConstraintView, ResourceExplanation } from '../../pacemaker/explain/index';
import { clockText } from '../bar/format';
import { CommandLine } from '../lab/CommandLine';
import { useMessages } from '../messages';
import { ResourceMark } from '../picture/ResourceMark';
import { useSession } from '../state/session';
import { useSettings } from '../state/settings';
import { entryText } from '../timeline/words';
import { en, type WhyWords } from './en';
import { ko } from './ko';
import { ScoreTable } from './ScoreTable';
import { accountOf, countText, failureText, type Remedy, shortNode } from './sentence';
import { useWhy } from './use-why';
import './why.css';

const choose = (resource: string) => useSession.setState({ selection: { kind: 'resource', resource } });

/** Closes the panel; the keyboard goes back to where it was asked from. */
function leave(resource: string): void {
  useSession.setState({ selection: null });
  document.querySelector<HTMLElement>(`[data-resource="${CSS.escape(resource)}"]`)?.focus();
}

/** Why a resource is where it is: a sentence, what to do, the scores, constraints, failures and last decisions. */
export default function WhyPanel({ resource }: { resource: string }) {
  const page = useMessages();
  const words = useSettings((settings) => settings.language) === 'ko' ? ko : en;
  const answer = useWhy(resource);
  const view = useSession((session) => session.view.resources[resource]);
  const state = view?.places[0]?.state ?? view?.idle;
  return (
    <aside
      className="why"
      aria-label={words.title(resource)}
      onKeyDown={(event) => event.key === 'Escape' && leave(resource)}
    >
      <header>
        {state && <ResourceMark state={state} label={page.resource.state[state]} />}
        <h2>{resource}</h2>
        <span className="why-agent">{view?.agent}</span>
        <button type="button" className="icon-button" aria-label={page.app.close} onClick={() => leave(resource)}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard */}
      <section className="why-body" tabIndex={0} aria-label={words.title(resource)}>
        {answer === undefined && <p className="why-none">{words.loading}</p>}
        {answer === null && <p className="why-none">{words.gone(resource)}</p>}
        {answer && <Explained explanation={answer.explanation} decisions={answer.decisions} words={words} />}
      </section>
    </aside>
  );
}

function Explained(props: { explanation: ResourceExplanation; decisions: readonly Decision[]; words: WhyWords }) {
  const { explanation, decisions, words } = props;
  const { sentence, remedy } = useMemo(() => accountOf(explanation, words), [explanation, words]);
  return (
    <>
      <p className="why-sentence" aria-live="polite">
        {sentence}
      </p>
      {remedy && <Todo remedy={remedy} words={words} />}
      <Family explanation={explanation} words={words} />
      <ScoreTable explanation={explanation} words={words} />
      <Constraints explanation={explanation} words={words} />
      <Failures explanation={explanation} words={words} />
      <Decisions decisions={decisions} words={words} />
    </>
  );
}

/** Text with commands between backticks. */
function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, index) => {
    const key = `${index} ${part}`;
    return index % 2 === 1 ? <code key={key}>{part}</code> : <span key={key}>{part}</span>;
  });
}

/** A machine where a command can be typed: the one in use, when it is in a cluster. */
function useMachine(): string {
  return useSession(({ activeMachine, view }) => {
    if (view.machines[activeMachine]?.cluster) return activeMachine;
    return Object.values(view.machines).find(({ cluster }) => cluster)?.name ?? activeMachine;
  });
}

function Todo({ remedy, words }: { remedy: Remedy; words: WhyWords }) {
  const machine = useMachine();
  return (
    <div className="why-todo">
      <h3>{words.todo}</h3>
      <p>
        <WithCode text={remedy.text} />{' '}
        {remedy.look !== null && (
          <button type="button" className="quiet-button" onClick={() => choose(remedy.look as string)}>
            {words.remedy.look(remedy.look)}
          </button>
        )}
      </p>
      {remedy.command !== null && <CommandLine machine={machine} text={remedy.command} />}
    </div>
  );
}

/** What it belongs to, and what belongs to it. */
function Family({ explanation, words }: { explanation: ResourceExplanation; words: WhyWords }) {
  const { parents, parts } = explanation;
  const isClone = explanation.variant === 'clone';
  if (parents.length === 0 && (parts.length === 0 || isClone)) return null;
  return (
    <p className="why-family">
      {parents.length > 0 ? words.partOf : words.parts}
      {(parents.length > 0 ? parents : parts).map((id) => (
        <button type="button" className="quiet-button" key={id} onClick={() => choose(id)}>
          {id}
        </button>
      ))}
    </p>
  );
}

function constraintText(constraint: ConstraintView, words: WhyWords): string {
  const { constraint: text } = words;
  switch (constraint.kind) {
    case 'location': {
      const { resource, node, score, rule, promotedOnly } = constraint;
      const told =
        node === null
          ? text.rule(resource, rule ?? '', score)
          : score === '-INFINITY'
            ? text.never(resource, shortNode(node))
            : /^\+?INFINITY$/.test(score)
              ? text.must(resource, shortNode(node))
              : (score.startsWith('-') ? text.avoids : text.prefers)(resource, shortNode(node), score);
      return promotedOnly ? `${told}, ${text.promoted}` : told;
    }
    case 'colocation': {
      const name = (id: string, role: string | null) => (role === null ? id : `${id} (${role})`);
      const [own, other] = [name(constraint.resource, constraint.role), name(constraint.other, constraint.otherRole)];
      if (/^\+?INFINITY$/.test(constraint.score)) return text.together(own, other);
      return constraint.score === '-INFINITY' ? text.apart(own, other) : text.rather(own, other, constraint.score);
    }
    case 'order': {
      const told = text.order(
        text.action(constraint.firstAction, constraint.first),
        text.action(constraint.thenAction, constraint.then),
      );
      return constraint.optional ? `${told} (${text.optional})` : told;
    }
    case 'ticket':
      return text.ticket(constraint.ticket, constraint.granted);
    case 'set':
      return text.set(constraint.of, constraint.sets.map((set) => set.join(' ')).join(' | '));
  }
}

function Constraints({ explanation, words }: { explanation: ResourceExplanation; words: WhyWords }) {
  const { constraints, id, scores } = explanation;
  return (
    <>
      <h3>{words.constraints}</h3>
      {constraints.length === 0 ? (
        <p className="why-none">
          {words.noConstraints} <code>{`pcs constraint location ${id} prefers ${scores[0]?.node ?? 'node1'}=50`}</code>
        </p>
      ) : (
        <ul className="why-list">
          {constraints.map((constraint) => (
            <li key={`${constraint.id} ${constraint.kind === 'location' ? constraint.rule : ''}`}>
              {constraintText(constraint, words)} <code>{constraint.id}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Failures({ explanation, words }: { explanation: ResourceExplanation; words: WhyWords }) {
  const { failures, failCounts } = explanation;
  const epoch = useSession((session) => session.view.clock.epoch);
  return (
    <>
      <h3>{words.failures}</h3>
      {failures.length === 0 && failCounts.length === 0 && <p className="why-none">{words.noFailures}</p>}
      <ul className="why-list">
        {failCounts.map(({ node, count, threshold }) => (
          <li key={node} className="is-bad">
            {words.failCount(shortNode(node), countText(count), countText(threshold))}
          </li>
        ))}
        {failures.map((failure) => (
          <li key={`${failure.node} ${failure.operation} ${failure.time}`}>
            {failure.time > 0 && <time>{clockText(epoch, failure.time * 1000 - epoch).time}</time>}{' '}
            {words.failure(failure.operation, shortNode(failure.node), failureText(failure, words))}
          </li>
        ))}
      </ul>
    </>
  );
}

function Decisions({ decisions, words }: { decisions: readonly Decision[]; words: WhyWords }) {
  const epoch = useSession((session) => session.view.clock.epoch);
  const language = useSettings((settings) => settings.language);
  const timeline = useMessages().timeline;
  const [open, setOpen] = useState<number | null>(null);
  return (
    <>
      <h3>{words.decisions}</h3>
      {decisions.length === 0 && <p className="why-none">{words.noDecisions}</p>}
      <ol className="why-list">
        {decisions.map(({ entry, causes }) => (
          <li key={entry.id}>
            <time>{clockText(epoch, entry.time).time}</time>{' '}
            {entry.kind === 'pacemaker.transition' ? '' : `${entry.machine ?? ''} `}
            {entryText(entry, language)}
            {causes.length > 0 && (
              <button
                type="button"
                className="quiet-button"
                aria-expanded={open === entry.id}
                onClick={() => setOpen(open === entry.id ? null : entry.id)}
              >
                {timeline.why}
              </button>
            )}
            {open === entry.id && (
              <ol className="event-causes">
                {causes.map((cause) => (
                  <li key={cause.id}>
                    <span className="event-because">{timeline.because}</span> {clockText(epoch, cause.time).time}{' '}
                    {cause.machine ?? ''} {entryText(cause, language)}
                  </li>
                ))}
              </ol>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
