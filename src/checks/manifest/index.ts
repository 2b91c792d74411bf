/** The checks of the rules `manifest/*`, whose words are in `rules/catalog/manifest.json`. */
import { manifestContainersChecks } from './containers.ts';
import { manifestCopiesChecks } from './copies.ts';
import { manifestFilesChecks } from './files.ts';
import { manifestHostPathsChecks } from './host-paths.ts';
import { manifestMissingChecks } from './missing.ts';
import { manifestPodsChecks } from './pods.ts';
import { manifestProbesChecks } from './probes.ts';
import { manifestShellCommandChecks } from './shell-command.ts';
import { manifestVolumesChecks } from './volumes.ts';

export const manifestChecks = {
  ...manifestContainersChecks,
  ...manifestCopiesChecks,
  ...manifestFilesChecks,
  ...manifestHostPathsChecks,
  ...manifestMissingChecks,
  ...manifestPodsChecks,
  ...manifestProbesChecks,
  ...manifestShellCommandChecks,
  ...manifestVolumesChecks,
};
