import { useMessages } from '../messages';
import { act } from '../state/actions';
import { clusterPicture } from '../state/cluster';
import { healthOf } from '../state/health';
import { useSession } from '../state/session';

/** DC, quorum, votes, what is waited for, and whether the world is saved. */
export function StatusLine() {
  const words = useMessages();
  const view = useSession((session) => session.view);
  const preparing = useSession((session) => session.preparing);
  const { islands } = clusterPicture(view);
  const main = islands[0];
  const { saving } = view;
  const saved =
    saving.state === 'saved'
      ? words.status.saved
      : saving.state === 'unsaved'
        ? words.status.unsaved
        : words.status.savingOff[saving.reason ?? 'error'];
  return (
    <footer className="status-line">
      {!main && !preparing && <span className="status-item">{words.status.noCluster}</span>}
      {islands.length > 1 && <span className="status-item is-bad">{words.status.partitions(islands.length)}</span>}
      {islands.slice(0, 2).map(({ id, belief }) => (
        <span className="status-island" key={id}>
          <span className="status-item">
            <span className="status-name">{words.status.dc}</span> {belief.dc ?? words.status.noDc}
          </span>
          <span className={`status-item ${belief.quorate ? 'is-good' : 'is-bad'}`}>
            <span className="status-name">{words.status.quorum}</span>{' '}
            {belief.quorate ? words.status.quorate : words.status.inquorate}
          </span>
          <span className="status-item">
            <span className="status-name">{words.status.votes}</span>{' '}
            {words.status.votesOf(belief.votes, belief.expectedVotes, belief.quorum)}
          </span>
        </span>
      ))}
      <Resources />
      {preparing && (
        <span className="status-item status-wait" role="status">
          <span className="spinner" aria-hidden="true" />
          {words.app.loading}
        </span>
      )}
      {view.clock.waitingFor !== null && (
        <span className="status-item status-wait" role="status">
          <span className="spinner" aria-hidden="true" />
          <span className="status-name">{words.status.waiting}</span>
          <code>{view.clock.waitingFor}</code>
        </span>
      )}
      <span className="bar-space" />
      <span className={`status-item ${saving.state === 'off' || saving.state === 'failed' ? 'is-bad' : ''}`}>
        {saved}
      </span>
    </footer>
  );
}

/** How many resources run and how many have failed: a way to the first that needs looking at. */
function Resources() {
  const words = useMessages().resource;
  const { running, of, failed } = healthOf(useSession((session) => session.view.resources));
  if (of === 0) return null;
  const tone = failed > 0 ? 'is-bad' : running < of ? 'is-warn' : 'is-good';
  return (
    <button type="button" className={`status-item status-button ${tone}`} title={words.look} onClick={act.explainNext}>
      {words.running(running, of)}
      {failed > 0 && `, ${words.needLook(failed)}`}
    </button>
  );
}
