/** The checks of the rules `cert/*`, whose words are in `rules/catalog/cert.json`. */
import { certChainChecks } from './chain.ts';
import { certIdentityChecks } from './identity.ts';
import { certIssuerChecks } from './issuer.ts';
import { certKeysChecks } from './keys.ts';
import { certLifetimeChecks } from './lifetime.ts';
import { certOpensslChecks } from './openssl.ts';
import { certPairChecks } from './pair.ts';
import { certPresenceChecks } from './presence.ts';
import { certPrivilegeChecks } from './privilege.ts';
import { certTargetChecks } from './target.ts';
import { certUsageChecks } from './usage.ts';
import { certValidityChecks } from './validity.ts';

export const certChecks = {
  ...certChainChecks,
  ...certIdentityChecks,
  ...certIssuerChecks,
  ...certKeysChecks,
  ...certLifetimeChecks,
  ...certOpensslChecks,
  ...certPairChecks,
  ...certPresenceChecks,
  ...certPrivilegeChecks,
  ...certTargetChecks,
  ...certUsageChecks,
  ...certValidityChecks,
};
