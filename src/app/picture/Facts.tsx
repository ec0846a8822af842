import { useMessages } from '../messages';
import { act } from '../state/actions';
import { useSession } from '../state/session';
import { ResourceButton } from './ResourceButton';

/** What is known of the selected machine. */
export function Facts({ machine: name }: { machine: string }) {
  const words = useMessages();
  const machine = useSession((session) => session.view.machines[name]);
  if (!machine) return null;
  const { cluster } = machine;
  return (
    <aside className="facts" aria-label={`${words.picture.facts}: ${name}`}>
      <header>
        <h2>{name}</h2>
        <button type="button" className="quiet-button" onClick={() => act.showTerminal(name)}>
          {words.picture.openTerminal}
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={words.app.close}
          onClick={() => useSession.setState({ selection: null })}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
      </header>
      <dl>
        <dt>{words.picture.hostname}</dt>
        <dd>{machine.hostname}</dd>
        {machine.nics.map((nic) => (
          <div className="fact-row" key={nic.name}>
            <dt>
              {nic.name} <span className="fact-network">{nic.network}</span>
            </dt>
            <dd>
              {nic.addresses.length > 0 ? nic.addresses.join(', ') : words.picture.noAddress}
              {!nic.plugged && ` (${words.picture.unplugged})`}
            </dd>
          </div>
        ))}
        <MachineResources machine={name} />
        {cluster && (
          <>
            <dt>{words.picture.membership}</dt>
            <dd>{cluster.members.join(', ')}</dd>
            <dt>{words.status.dc}</dt>
            <dd>{cluster.dc ?? words.status.noDc}</dd>
            <dt>{words.status.votes}</dt>
            <dd>{words.status.votesOf(cluster.votes, cluster.expectedVotes, cluster.quorum)}</dd>
          </>
        )}
      </dl>
    </aside>
  );
}

/** What runs on a machine, each a way to its explanation. */
function MachineResources({ machine }: { machine: string }) {
  const words = useMessages().resource;
  const resources = useSession((session) => session.view.resources);
  const here = Object.values(resources).flatMap((resource) => {
    const place = resource.places.find((each) => each.machine === machine);
    return place ? [{ resource, state: place.state }] : [];
  });
  if (here.length === 0) return null;
  return (
    <>
      <dt>{words.here}</dt>
      <dd className="fact-resources">
        {here.map(({ resource, state }) => (
          <ResourceButton key={resource.id} resource={resource} state={state} />
        ))}
      </dd>
    </>
  );
}
