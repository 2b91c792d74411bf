/** The checks of the rules `fact/*`, whose words are in `rules/catalog/fact.json`. */
import { factFactsChecks } from './facts.ts';

export const factChecks = {
  ...factFactsChecks,
};
