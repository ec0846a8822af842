import type { Pcs } from '../context';
import { LibraryFailure } from '../failure';
import { error } from '../reports';
import { createResource, parseRequest } from '../resource/create';
import { BadCall } from '../router';

/** `pcs stonith create`. */
export async function createStonith(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length < 2) throw new BadCall();
  const request = parseRequest(pcs, args, ['op', 'meta']);
  if (request.place.kind === 'group') {
    pcs.deprecated('Option to group stonith resource is deprecated and will be removed in a future release.');
  }
  if (request.agent.includes(':')) {
    pcs.report(
      error(
        `Invalid stonith agent name '${request.agent}'. Agent name cannot contain the ':' character, do not use the 'stonith:' prefix. List of agents can be obtained by using command 'pcs stonith list'.`,
      ),
    );
    throw new LibraryFailure();
  }
  await createResource(pcs, request, true);
}
