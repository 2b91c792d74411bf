/** The checks of the rules `argument/*`, whose words are in `rules/catalog/argument.json`. */
import { argumentAccessChecks } from './access.ts';
import { argumentAddressesChecks } from './addresses.ts';
import { argumentAllowedNamesChecks } from './allowed-names.ts';
import { argumentAuthorizationChecks } from './authorization.ts';
import { argumentDatedChecks } from './dated.ts';
import { argumentFilesChecks } from './files.ts';
import { argumentGatesChecks } from './gates.ts';
import { argumentJoiningChecks } from './joining.ts';
import { argumentKnownChecks } from './known.ts';
import { argumentLoadChecks } from './load.ts';
import { argumentMountsChecks } from './mounts.ts';
import { argumentPairChecks } from './pair.ts';
import { argumentPresenceChecks } from './presence.ts';
import { argumentTargetChecks } from './target.ts';
import { argumentValuesChecks } from './values.ts';
import { argumentWeakValuesChecks } from './weak-values.ts';

export const argumentChecks = {
  ...argumentAccessChecks,
  ...argumentAddressesChecks,
  ...argumentAllowedNamesChecks,
  ...argumentAuthorizationChecks,
  ...argumentDatedChecks,
  ...argumentFilesChecks,
  ...argumentGatesChecks,
  ...argumentJoiningChecks,
  ...argumentKnownChecks,
  ...argumentLoadChecks,
  ...argumentMountsChecks,
  ...argumentPairChecks,
  ...argumentPresenceChecks,
  ...argumentTargetChecks,
  ...argumentValuesChecks,
  ...argumentWeakValuesChecks,
};
