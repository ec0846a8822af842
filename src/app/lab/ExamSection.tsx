import { useEffect, useRef } from 'react';
import type { ExamFault } from '../../engine/ports';
import { durationText } from '../bar/format';
import { useMessages, useTranslate } from '../messages';
import { act } from '../state/actions';
import { useSession } from '../state/session';
import { useSettings } from '../state/settings';

function FaultRow({ fault }: { fault: ExamFault }) {
  const words = useMessages().lab;
  const translate = useTranslate();
  const language = useSettings((settings) => settings.language);
  const passed = fault.verdict === 'passed';
  return (
    <li className={`exam-fault exam-${fault.verdict}`}>
      <span className="exam-mark" aria-hidden="true">
        {passed ? '✓' : '✗'}
      </span>
      <div>
        <p className="exam-title">
          {translate(fault.title)}
          <span className="exam-verdict">{passed ? words.faultPassed : words.faultFailed}</span>
        </p>
        <p className="goal-reason">
          {translate(fault.detail)}{' '}
          <span className="exam-time">{words.watched(durationText(fault.watchedMs, language))}</span>
        </p>
      </div>
    </li>
  );
}

/** The exam: copies of the cluster are broken and watched. */
export function ExamSection() {
  const words = useMessages().lab;
  const exam = useSession((session) => session.exam);
  const running = exam?.state === 'running';
  const answer = useRef<HTMLDivElement>(null);
  const was = useRef(exam?.state);

  useEffect(() => {
    // The answer of an exam that was just taken comes into sight; one from before a reload doesn't move the text.
    if (was.current === 'running' && !running) answer.current?.scrollIntoView({ block: 'nearest' });
    was.current = exam?.state;
  }, [running, exam?.state]);

  return (
    <section className="exam" aria-labelledby="exam-title">
      <h2 id="exam-title">{words.exam}</h2>
      <p className="exam-text">{words.examExplained}</p>
      <button type="button" className="button primary" disabled={running} onClick={act.exam}>
        {words.runExam}
      </button>
      <div
        ref={answer}
        role="status"
        className="exam-result"
        data-exam={exam?.state === 'done' ? (exam.result.passed ? 'passed' : 'failed') : exam?.state}
      >
        {running && (
          <>
            <progress
              value={exam.of === 0 ? undefined : exam.done}
              max={exam.of === 0 ? undefined : exam.of}
              aria-label={words.exam}
            />
            {exam.of > 0 && <p>{words.examRunning(exam.done, exam.of)}</p>}
          </>
        )}
        {exam?.state === 'failed' && <p className="exam-failed">{exam.message}</p>}
        {exam?.state === 'done' && (
          <>
            <p className={exam.result.passed ? 'exam-passed' : 'exam-failed'}>
              {exam.result.passed ? words.examPassed : words.examFailed}
            </p>
            <ul>
              {exam.result.faults.map((fault) => (
                <FaultRow key={fault.id} fault={fault} />
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  );
}
