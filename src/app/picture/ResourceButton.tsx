import type { ResourceView } from '../../engine/view';
import { useMessages } from '../messages';
import { useSession } from '../state/session';
import type { ChipState } from './chips';
import { ResourceMark } from './ResourceMark';

/** A resource in a list: leads to its explanation. */
export function ResourceButton({ resource, state }: { resource: ResourceView; state: ChipState }) {
  const words = useMessages().resource;
  return (
    <button
      type="button"
      className="resource-button"
      data-resource={resource.id}
      title={words.askWhy}
      onClick={() => useSession.setState({ selection: { kind: 'resource', resource: resource.id } })}
    >
      <ResourceMark state={state} label={words.state[state]} />
      {resource.id}
      {resource.address !== null && <span className="resource-address">{resource.address}</span>}
    </button>
  );
}
