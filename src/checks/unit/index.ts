/** The checks of the rules `unit/*`, whose words are in `rules/catalog/unit.json`. */
import { unitLinesChecks } from './lines.ts';
import { unitStartChecks } from './start.ts';

export const unitChecks = {
  ...unitLinesChecks,
  ...unitStartChecks,
};
