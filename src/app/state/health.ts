import type { PublicView, ResourceView } from '../../engine/view';

export interface Health {
  readonly running: number;
  /** Resources that are to run: groups count by their members, clones as one; disabled ones don't. */
  readonly of: number;
  readonly failed: number;
}

const FAILED = ['failed', 'blocked', 'lost'] as const;
const isFailed = ({ idle, places }: ResourceView): boolean =>
  [idle, ...places.map(({ state }) => state)].some((state) => FAILED.some((each) => each === state));

/** The resources at a glance. */
export function healthOf(resources: PublicView['resources']): Health {
  const wanted = Object.values(resources).filter(({ kind, idle }) => kind !== 'group' && idle !== 'disabled');
  return {
    running: wanted.filter(({ places }) => places.some(({ state }) => state !== 'lost')).length,
    of: wanted.length,
    failed: wanted.filter(isFailed).length,
  };
}
