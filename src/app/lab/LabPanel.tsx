import { useState } from 'react';
import { MenuButton } from '../bar/MenuButton';
import { useMessages, useTranslate } from '../messages';
import { act } from '../state/actions';
import { useSession } from '../state/session';
import { ExamSection } from './ExamSection';
import { Goals } from './Goals';
import { LabText } from './LabText';

/** The lab: its text, the goals and what they say now, hints, and the exam. */
export function LabPanel() {
  const words = useMessages().lab;
  const translate = useTranslate();
  const lab = useSession((session) => session.view.lab);
  const labs = useSession((session) => session.view.labs);
  const started = useSession((session) => session.start !== null);
  const [goalsOnly, setGoalsOnly] = useState(false);
  const summary = labs.find(({ id }) => id === lab?.id);
  return (
    <section className={`lab-panel ${goalsOnly ? 'goals-only' : ''}`} aria-label={words.title}>
      <header className="lab-header">
        <MenuButton
          label={summary ? translate(summary.title) : words.choose}
          className="lab-title"
          title={words.choose}
          items={() =>
            labs.map((one) => ({
              label: translate(one.title),
              checked: one.id === lab?.id,
              act: () => act.openLab(one.id),
            }))
          }
        >
          <span className="lab-title-text">{summary ? translate(summary.title) : words.choose}</span>
          <span aria-hidden="true" className="lab-title-arrow">
            ▾
          </span>
        </MenuButton>
        {lab && (
          <button
            type="button"
            className="bar-button"
            aria-pressed={goalsOnly}
            onClick={() => setGoalsOnly(!goalsOnly)}
          >
            {goalsOnly ? words.expand : words.collapse}
          </button>
        )}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard */}
      <section className="lab-scroll" id="lab-text" tabIndex={0} aria-label={words.text}>
        {lab === null && started && <p className="empty">{words.none}</p>}
        {lab && !goalsOnly && <LabText lab={lab.id} />}
        {lab && <ExamSection />}
      </section>
      {lab && <Goals lab={lab} />}
    </section>
  );
}
