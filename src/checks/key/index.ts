/** The checks of the rules `key/*`, whose words are in `rules/catalog/key.json`. */
import { keyContentsChecks } from './contents.ts';
import { keyModeChecks } from './mode.ts';
import { keyOnWorkerChecks } from './on-worker.ts';
import { keySharedChecks } from './shared.ts';

export const keyChecks = {
  ...keyContentsChecks,
  ...keyModeChecks,
  ...keyOnWorkerChecks,
  ...keySharedChecks,
};
