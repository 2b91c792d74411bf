/** Checks that flags lead to the files of their roles. */
import { target } from '../credentials/target.ts';

export const argumentTargetChecks = {
  'argument/target': target(false),
  'argument/target-minor': target(true),
};
