// The engine begins to load beside the page, not after it.
import { launchEngine } from './state/engine';

launchEngine();
void import('./first-terminal');
