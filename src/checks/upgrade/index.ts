/** The checks of the rules `upgrade/*`, whose words are in `rules/catalog/upgrade.json`. */
import { upgradePathChecks } from './path.ts';

export const upgradeChecks = {
  ...upgradePathChecks,
};
