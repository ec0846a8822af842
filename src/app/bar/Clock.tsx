import type { Speed } from '../../engine/view';
import { useMessages } from '../messages';
import { act } from '../state/actions';
import { useSession } from '../state/session';
import { clockText } from './format';
import { PauseIcon, PlayIcon, StepIcon } from './icons';

const SPEEDS: readonly Speed[] = [1, 10, 60];

/** Simulated time and how fast it goes. */
export function Clock() {
  const words = useMessages().clock;
  const clock = useSession((session) => session.view.clock);
  const { date, time } = clockText(clock.epoch, clock.now);
  const paused = clock.speed === 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out in the bar
    <div className="clock" role="group" aria-label={words.title}>
      <span className={`clock-face ${paused ? 'is-paused' : clock.hurrying ? 'is-hurrying' : ''}`} title={words.title}>
        <span className="clock-date">{date}</span>
        <time className="clock-time">{time}</time>
      </span>
      <button
        type="button"
        className="bar-button"
        aria-pressed={paused}
        title={`${words.pause} (Alt+P)`}
        aria-label={words.pause}
        onClick={act.pauseOrRun}
      >
        {paused ? <PlayIcon /> : <PauseIcon />}
      </button>
      <button
        type="button"
        className="bar-button"
        title={`${words.stepHint} (Alt+.)`}
        aria-label={words.step}
        onClick={act.step}
      >
        <StepIcon />
      </button>
      <div className="segmented" role="radiogroup" aria-label={words.speed}>
        {SPEEDS.map((speed) => (
          // biome-ignore lint/a11y/useSemanticElements: styled as a segment
          <button
            type="button"
            role="radio"
            key={speed}
            aria-checked={clock.speed === speed}
            onClick={() => act.speed(speed)}
          >
            {words.times(speed)}
          </button>
        ))}
      </div>
      <span className="clock-note">{paused ? words.paused : clock.hurrying ? words.hurrying : ''}</span>
    </div>
  );
}
