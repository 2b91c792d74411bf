/** The checks of the rules `process/*`, whose words are in `rules/catalog/process.json`. */
import { processArgumentsChecks } from './arguments.ts';
import { processHeldChecks } from './held.ts';
import { processMemoryChecks } from './memory.ts';
import { processPresenceChecks } from './presence.ts';

export const processChecks = {
  ...processArgumentsChecks,
  ...processHeldChecks,
  ...processMemoryChecks,
  ...processPresenceChecks,
};
