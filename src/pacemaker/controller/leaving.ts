import type { Element } from '../../world/xml';
import type { Decision } from './parts';

/** A scheduler that only lets nodes go that want to: enough for tests of membership and elections. */
export function shutdownScheduler(cib: Element): Decision {
  const status = cib.children.find((child) => child.name === 'status');
  const leaving = (status?.children ?? []).filter((state) =>
    state.children.some((child) =>
      child.children.some((set) => set.children.some((pair) => pair.attributes.name === 'shutdown')),
    ),
  );
  return {
    transition: {
      attributes: {},
      synapses: leaving.map((state, index) => ({
        id: index,
        priority: null,
        actions: [
          {
            kind: 'crm_event',
            id: index,
            operation: 'do_shutdown',
            operationKey: `do_shutdown-${state.attributes.uname}`,
            node: state.attributes.uname ?? null,
            nodeUuid: state.attributes.id ?? null,
            primitive: null,
            attributes: {},
            extra: {},
          },
        ],
        inputs: [],
      })),
    },
  };
}
