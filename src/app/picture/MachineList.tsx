import { MenuButton } from '../bar/MenuButton';
import { StateMark } from '../bar/StateMark';
import { useMessages } from '../messages';
import { act } from '../state/actions';
import { clusterPicture } from '../state/cluster';
import { useSession } from '../state/session';
import { powerItems } from './power';
import { ResourceButton } from './ResourceButton';

/** Everything that the picture shows, for the keyboard and for screen readers. */
export function MachineList() {
  const words = useMessages();
  const view = useSession((session) => session.view);
  const { islands } = clusterPicture(view);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard
    <section className="machine-list" tabIndex={0} aria-label={words.picture.list}>
      <ul className="island-list">
        {islands.length === 0 && <li>{words.picture.noCluster}</li>}
        {islands.map(({ id, belief, members }) => (
          <li key={id} className={belief.quorate ? 'is-good' : 'is-bad'}>
            {members.map(({ name }) => name).join(', ')}:{' '}
            {(belief.quorate ? words.picture.islandQuorate : words.picture.islandBlocked)(
              belief.votes,
              belief.expectedVotes,
            )}
            {`, ${words.status.dc}: ${belief.dc ?? words.status.noDc}`}
          </li>
        ))}
      </ul>
      <ResourceList />
      <ul>
        {Object.values(view.machines).map((machine) => (
          <li key={machine.name} className="machine-row">
            <StateMark state={machine.state} />
            <button type="button" className="machine-name" onClick={() => act.showTerminal(machine.name)}>
              {machine.name}
            </button>
            <span className="machine-state">{words.state[machine.state]}</span>
            <ul className="nic-list">
              {machine.nics.map((nic) => (
                <li key={nic.name}>
                  <span>
                    {nic.name} {nic.network} {nic.addresses.join(' ') || words.picture.noAddress}
                  </span>
                  {nic.network && machine.kind === 'guest' && (
                    <button
                      type="button"
                      className="quiet-button"
                      onClick={() =>
                        act.fault({ kind: 'cable', machine: machine.name, nic: nic.name, plugged: !nic.plugged })
                      }
                    >
                      {(nic.plugged ? words.picture.cut : words.picture.plug)(machine.name, nic.network)}
                    </button>
                  )}
                </li>
              ))}
            </ul>
            {machine.kind === 'guest' && (
              <MenuButton
                className="quiet-button"
                label={words.power.label(machine.name)}
                items={() => powerItems(machine, words)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Every resource with where it is, in the order of the configuration. */
function ResourceList() {
  const words = useMessages().resource;
  const resources = Object.values(useSession((session) => session.view.resources));
  if (resources.length === 0) return null;
  return (
    <>
      <h2>{words.title}</h2>
      <ul className="resource-list">
        {resources.map((resource) => (
          <li key={resource.id} className={resource.parent === null ? '' : 'is-member'}>
            <ResourceButton resource={resource} state={resource.places[0]?.state ?? resource.idle ?? 'stopped'} />
            <span className="machine-state">
              {resource.places.length === 0
                ? words.state[resource.idle ?? 'stopped']
                : resource.places
                    .map(({ machine, state, managed }) =>
                      [machine, words.state[state], !managed && words.unmanaged].filter(Boolean).join(' '),
                    )
                    .join(', ')}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
