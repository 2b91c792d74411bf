/** The checks of the rules `authority/*`, whose words are in `rules/catalog/authority.json`. */
import { authorityContentsChecks } from './contents.ts';
import { authorityIssuerChecks } from './issuer.ts';
import { authorityKeysChecks } from './keys.ts';
import { authorityLifetimeChecks } from './lifetime.ts';
import { authorityLimitChecks } from './limit.ts';
import { authorityNamesChecks } from './names.ts';
import { authorityOpensslChecks } from './openssl.ts';
import { authorityPairChecks } from './pair.ts';
import { authorityPresenceChecks } from './presence.ts';
import { authorityTrustBundlesChecks } from './trust-bundles.ts';
import { authorityValidityChecks } from './validity.ts';

export const authorityChecks = {
  ...authorityContentsChecks,
  ...authorityIssuerChecks,
  ...authorityKeysChecks,
  ...authorityLifetimeChecks,
  ...authorityLimitChecks,
  ...authorityNamesChecks,
  ...authorityOpensslChecks,
  ...authorityPairChecks,
  ...authorityPresenceChecks,
  ...authorityTrustBundlesChecks,
  ...authorityValidityChecks,
};
