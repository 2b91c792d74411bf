/** The checks of the rules `node/*`, whose words are in `rules/catalog/node.json`. */
import { nodeCausesChecks } from './causes.ts';
import { nodeCopiedChecks } from './copied.ts';
import { nodeReadableChecks } from './readable.ts';
import { nodeSwappedChecks } from './swapped.ts';

export const nodeChecks = {
  ...nodeCausesChecks,
  ...nodeCopiedChecks,
  ...nodeReadableChecks,
  ...nodeSwappedChecks,
};
