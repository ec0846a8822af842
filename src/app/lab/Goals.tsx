import { useState } from 'react';
import type { Goal, Verdict } from '../../engine/ports';
import type { LabView } from '../../engine/view';
import { useMessages, useTranslate } from '../messages';
import { act } from '../state/actions';
import { Hints } from './Hints';

/** A shape for each verdict, so that colour isn't all that tells. */
function VerdictMark({ verdict, label }: { verdict: Verdict['verdict']; label: string }) {
  return (
    <svg className={`verdict-mark verdict-${verdict}`} viewBox="0 0 16 16" role="img" aria-label={label}>
      <circle cx="8" cy="8" r="6.4" />
      {verdict === 'met' && <path d="M4.8 8.2l2.3 2.4 4.2-4.8" />}
      {verdict === 'unsettled' && <path d="M8 4.6V8l2.4 1.6" />}
    </svg>
  );
}

function GoalRow({ goal, verdict, lab }: { goal: Goal; verdict: Verdict | undefined; lab: LabView }) {
  const words = useMessages().lab;
  const translate = useTranslate();
  const [noHint, setNoHint] = useState(false);
  const state = verdict?.verdict ?? 'unmet';
  const hints = lab.hints.filter((hint) => hint.goal === goal.id);
  const steps = hints.length;
  const last = hints.at(-1);
  const more = async () => {
    const hint = await act.hint(goal.id, steps);
    setNoHint(hint === null);
  };
  return (
    <li className={`goal goal-${state}`} data-goal={goal.id} data-verdict={state}>
      <VerdictMark verdict={state} label={words[state]} />
      <div className="goal-body">
        <p className="goal-text">
          {translate(goal.text)}
          {goal.level === 'extended' && <span className="goal-level">{words.extended}</span>}
        </p>
        {verdict && state !== 'met' && translate(verdict.reason) !== '' && (
          <p className="goal-reason">{translate(verdict.reason)}</p>
        )}
        {state !== 'met' && <Hints hints={hints} />}
        {noHint && <p className="goal-reason">{words.noHint}</p>}
      </div>
      {state !== 'met' && (!last || last.step < last.steps - 1) && (
        <button type="button" className="quiet-button" onClick={() => void more()}>
          {steps === 0 ? words.hint : words.nextHint}
        </button>
      )}
    </li>
  );
}

/** Always in sight: what is asked, and what is missing now. */
export function Goals({ lab }: { lab: LabView }) {
  const words = useMessages().lab;
  const verdicts = new Map(lab.verdicts.map((verdict) => [verdict.goal, verdict]));
  const met = lab.goals.filter(({ id }) => verdicts.get(id)?.verdict === 'met').length;
  return (
    <section className="goals" aria-labelledby="goals-title">
      <header className="goals-header">
        <h2 id="goals-title">{words.goals}</h2>
        <progress value={met} max={lab.goals.length} aria-label={words.goals} />
        <span className="goals-count" role="status">
          {words.progress(met, lab.goals.length)}
        </span>
      </header>
      <ul className="goal-list">
        {lab.goals.map((goal) => (
          <GoalRow key={goal.id} goal={goal} verdict={verdicts.get(goal.id)} lab={lab} />
        ))}
      </ul>
    </section>
  );
}
