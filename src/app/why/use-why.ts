import { useEffect, useState } from 'react';
import type { ResourceAnswer } from '../../engine/protocol';
import { engine } from '../state/engine';
import { useSession } from '../state/session';

/** The scheduler isn't asked more often than this (wall ms): much changes at once. */
const PAUSE_MS = 300;

type Answer = { readonly resource: string; readonly answer: ResourceAnswer | null };

/** Asks the engine why a resource is where it is, again whenever the cluster has changed. `undefined`: not answered yet. */
export function useWhy(resource: string): ResourceAnswer | null | undefined {
  const [known, setKnown] = useState<Answer | null>(null);
  const resources = useSession((session) => session.view.resources);
  const hold = useSession((session) => session.view.hold);
  const machines = useSession((session) => session.view.machines);
  const newest = useSession((session) => session.history.at(-1)?.id);
  const isKnown = known?.resource === resource;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what the answer depends on
  useEffect(() => {
    let wanted = true;
    const ask = () => {
      engine()
        .ask('explain', { resource })
        .then(
          (answer) => wanted && setKnown({ resource, answer }),
          () => wanted && setKnown({ resource, answer: null }),
        );
    };
    const timer = setTimeout(ask, isKnown ? PAUSE_MS : 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [resource, resources, hold, machines, newest]);
  return isKnown ? known.answer : undefined;
}
