/** Rules `object/*`: what a cluster publishes about itself must fit its API servers. */
import { clusterInfoChecks } from './cluster-info.ts';
import { extensionAuthenticationChecks } from './extension-authentication.ts';
import { skewChecks } from './kubelets.ts';
import { rootCaChecks } from './root-ca.ts';
import { storedChecks } from './stored.ts';

export const objectChecks = {
  ...clusterInfoChecks,
  ...rootCaChecks,
  ...extensionAuthenticationChecks,
  ...storedChecks,
  ...skewChecks,
} as const;
