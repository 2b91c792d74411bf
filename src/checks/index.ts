/**
 * Every check of nodes by the id of its rule; those of objects are in `objects.ts`. A record in `rules/catalog/`
 * without a check does not compile.
 */

import type { KnownRuleId } from '../tables/rule-files.ts';
import { argumentChecks } from './argument/index.ts';
import { authorityChecks } from './authority/index.ts';
import type { AnyCheck } from './base/check.ts';
import { certChecks } from './cert/index.ts';
import { clusterChecks } from './cluster/index.ts';
import { configurationChecks } from './configuration/index.ts';
import { connectionChecks } from './connection/index.ts';
import { etcdChecks } from './etcd/index.ts';
import { factChecks } from './fact/index.ts';
import { fileChecks } from './file/index.ts';
import { keyChecks } from './key/index.ts';
import { kubeconfigChecks } from './kubeconfig/index.ts';
import { kubeletChecks } from './kubelet/index.ts';
import { manifestChecks } from './manifest/index.ts';
import { nodeChecks } from './node/index.ts';
import type { checksOfObjects } from './objects.ts';
import { policyChecks } from './policy/index.ts';
import { processChecks } from './process/index.ts';
import { sanChecks } from './san/index.ts';
import { serviceAccountChecks } from './service-account/index.ts';
import { unitChecks } from './unit/index.ts';
import { upgradeChecks } from './upgrade/index.ts';

type NodeRuleId = Exclude<KnownRuleId, keyof typeof checksOfObjects>;

export const checks = {
  ...argumentChecks,
  ...authorityChecks,
  ...certChecks,
  ...clusterChecks,
  ...configurationChecks,
  ...connectionChecks,
  ...etcdChecks,
  ...factChecks,
  ...fileChecks,
  ...keyChecks,
  ...kubeconfigChecks,
  ...kubeletChecks,
  ...manifestChecks,
  ...nodeChecks,
  ...policyChecks,
  ...processChecks,
  ...sanChecks,
  ...serviceAccountChecks,
  ...unitChecks,
  ...upgradeChecks,
} satisfies Readonly<Record<NodeRuleId, AnyCheck>>;

/** Returns the check of a rule that is not about objects. */
export function checkOf(id: string): AnyCheck {
  // Safe because every rule has a check (test/rules).
  return checks[id as NodeRuleId];
}
