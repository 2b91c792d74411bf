/** The checks of the rules `service-account/*`, whose words are in `rules/catalog/service-account.json`. */
import { serviceAccountKeysChecks } from './keys.ts';
import { serviceAccountPresenceChecks } from './presence.ts';
import { serviceAccountVerifiedChecks } from './verified.ts';

export const serviceAccountChecks = {
  ...serviceAccountKeysChecks,
  ...serviceAccountPresenceChecks,
  ...serviceAccountVerifiedChecks,
};
