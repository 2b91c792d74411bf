/** The checks of the rules `san/*`, whose words are in `rules/catalog/san.json`. */
import { sanNamesChecks } from './names.ts';

export const sanChecks = {
  ...sanNamesChecks,
};
