/** The checks of the rules `process/*`, whose words are in `rules/catalog/process.json`. */
import { processArgumentsChecks } from './arguments.ts';
import { processPresenceChecks } from './presence.ts';

export const processChecks = {
  ...processArgumentsChecks,
  ...processPresenceChecks,
};
