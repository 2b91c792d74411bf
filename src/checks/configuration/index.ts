/** The checks of the rules `configuration/*`, whose words are in `rules/catalog/configuration.json`. */
import { configurationFilesChecks } from './files.ts';

export const configurationChecks = {
  ...configurationFilesChecks,
};
