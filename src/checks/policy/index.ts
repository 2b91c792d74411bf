/** The checks of the rules `policy/*`, whose words are in `rules/catalog/policy.json`. */
import { policyExceptionsChecks } from './exceptions.ts';

export const policyChecks = {
  ...policyExceptionsChecks,
};
