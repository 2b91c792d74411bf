/** The checks of the rules `file/*`, whose words are in `rules/catalog/file.json`. */
import { fileKindsChecks } from './kinds.ts';
import { filePermissionsChecks } from './permissions.ts';
import { fileUnusedChecks } from './unused.ts';

export const fileChecks = {
  ...fileKindsChecks,
  ...filePermissionsChecks,
  ...fileUnusedChecks,
};
