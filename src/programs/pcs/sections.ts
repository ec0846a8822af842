import { acl } from './acl';
import { alert } from './alert';
import { booth } from './booth/booth';
import { client } from './client';
import { cluster } from './cluster/cluster';
import { config } from './config';
import { constraint } from './constraint/constraint';
import { dr } from './dr';
import { host } from './host';
import { node } from './node';
import { pcsd } from './pcsd';
import { property } from './property';
import { quorum } from './quorum/quorum';
import { resource } from './resource/resource';
import type { Router } from './router';
import { status } from './status/status';
import { stonith } from './stonith/stonith';
import { tag } from './tag';

/** The sections of pcs that are simulated. */
export const sections: Readonly<Record<string, Router>> = {
  acl,
  alert,
  booth,
  client,
  cluster,
  config,
  constraint,
  dr,
  host,
  node,
  pcsd,
  property,
  // The provider on a machine of its own isn't simulated: only how it is called.
  qdevice: { commands: {} },
  quorum,
  resource,
  status,
  stonith,
  tag,
};
