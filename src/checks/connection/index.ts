/** The checks of the rules `connection/*`, whose words are in `rules/catalog/connection.json`. */
import { connectionStepsChecks } from './steps.ts';

export const connectionChecks = {
  ...connectionStepsChecks,
};
