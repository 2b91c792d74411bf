/** Every check by the id of its rule. A record in `rules/catalog/` without a check does not compile. */

import type { KnownRuleId } from '../tables/rule-files.ts';
import { argumentChecks } from './argument/index.ts';
import { authorityChecks } from './authority/index.ts';
import type { AnyCheck } from './base/check.ts';
import { bindingChecks } from './binding/index.ts';
import { certChecks } from './cert/index.ts';
import { clusterChecks } from './cluster/index.ts';
import { configurationChecks } from './configuration/index.ts';
import { connectionChecks } from './connection/index.ts';
import { csrChecks } from './csr/index.ts';
import { etcdChecks } from './etcd/index.ts';
import { factChecks } from './fact/index.ts';
import { fileChecks } from './file/index.ts';
import { keyChecks } from './key/index.ts';
import { kubeconfigChecks } from './kubeconfig/index.ts';
import { kubeletChecks } from './kubelet/index.ts';
import { manifestChecks } from './manifest/index.ts';
import { nodeChecks } from './node/index.ts';
import { objectChecks } from './object/index.ts';
import { policyChecks } from './policy/index.ts';
import { processChecks } from './process/index.ts';
import { sanChecks } from './san/index.ts';
import { serviceAccountChecks } from './service-account/index.ts';
import { unitChecks } from './unit/index.ts';
import { upgradeChecks } from './upgrade/index.ts';
import { apiServiceChecks, webhookChecks } from './webhook/index.ts';

export const checks = {
  ...apiServiceChecks,
  ...argumentChecks,
  ...authorityChecks,
  ...bindingChecks,
  ...certChecks,
  ...clusterChecks,
  ...configurationChecks,
  ...connectionChecks,
  ...csrChecks,
  ...etcdChecks,
  ...factChecks,
  ...fileChecks,
  ...keyChecks,
  ...kubeconfigChecks,
  ...kubeletChecks,
  ...manifestChecks,
  ...nodeChecks,
  ...objectChecks,
  ...policyChecks,
  ...processChecks,
  ...sanChecks,
  ...serviceAccountChecks,
  ...unitChecks,
  ...upgradeChecks,
  ...webhookChecks,
} satisfies Readonly<Record<KnownRuleId, AnyCheck>>;

/** Returns the check of a rule. */
export function checkOf(id: string): AnyCheck {
  // Safe because every rule has a check (test/rules).
  return checks[id as KnownRuleId];
}
