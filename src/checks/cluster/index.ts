/** The checks of the rules `cluster/*`, whose words are in `rules/catalog/cluster.json`. */
import { clusterAuthoritiesChecks } from './authorities.ts';
import { clusterCopiedChecks } from './copied.ts';
import { clusterEncryptionChecks } from './encryption.ts';
import { clusterManifestsChecks } from './manifests.ts';
import { clusterNamesChecks } from './names.ts';
import { clusterNodesChecks } from './nodes.ts';
import { clusterSettingsChecks } from './settings.ts';
import { clusterSupervisorsChecks } from './supervisors.ts';
import { clusterTokensChecks } from './tokens.ts';

export const clusterChecks = {
  ...clusterAuthoritiesChecks,
  ...clusterCopiedChecks,
  ...clusterEncryptionChecks,
  ...clusterManifestsChecks,
  ...clusterNamesChecks,
  ...clusterNodesChecks,
  ...clusterSettingsChecks,
  ...clusterSupervisorsChecks,
  ...clusterTokensChecks,
};
