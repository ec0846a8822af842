import type { Pcs } from './context';
import { error } from './reports';
import { BadCall, command, type Router } from './router';

/** Disaster recovery: the tie to another cluster isn't simulated, so there never is one. */
function unconfigured(pcs: Pcs, args: string[]): void {
  if (args.length > 0) throw new BadCall();
  pcs.report(error('Disaster-recovery is not configured'));
  pcs.stopOnErrors();
}

export const dr: Router = {
  commands: {
    config: command('', unconfigured),
    status: command('--full --hide-inactive --request-timeout', unconfigured),
    destroy: command('--request-timeout --skip-offline', unconfigured),
  },
};
