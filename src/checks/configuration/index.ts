/** The checks of the rules `configuration/*`, whose words are in `rules/catalog/configuration.json`. */
import { appliedChecks } from './applied.ts';
import { configurationFilesChecks } from './files.ts';
import { settingChecks } from './settings.ts';

export const configurationChecks = {
  ...configurationFilesChecks,
  ...settingChecks,
  ...appliedChecks,
};
