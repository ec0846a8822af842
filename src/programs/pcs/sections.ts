import { node } from './node';
import { property } from './property';
import type { Router } from './router';

/** The sections of pcs that are simulated. */
export const sections: Readonly<Record<string, Router>> = {
  node,
  property,
};
