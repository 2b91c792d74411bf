/** The checks of the rules `kubeconfig/*`, whose words are in `rules/catalog/kubeconfig.json`. */
import { kubeconfigAddressChecks } from './address.ts';
import { kubeconfigContentChecks } from './content.ts';
import { kubeconfigDataChecks } from './data.ts';
import { kubeconfigPresenceChecks } from './presence.ts';
import { kubeconfigProgramsChecks } from './programs.ts';
import { kubeconfigTargetChecks } from './target.ts';
import { kubeconfigValuesChecks } from './values.ts';

export const kubeconfigChecks = {
  ...kubeconfigAddressChecks,
  ...kubeconfigContentChecks,
  ...kubeconfigDataChecks,
  ...kubeconfigPresenceChecks,
  ...kubeconfigProgramsChecks,
  ...kubeconfigTargetChecks,
  ...kubeconfigValuesChecks,
};
