/** Every check by the id of its rule. */
import { accessChecks } from './access.ts';
import { argumentFileChecks } from './argument-files.ts';
import { argumentValueChecks } from './argument-values.ts';
import { argumentChecks } from './arguments.ts';
import { authorityChecks } from './authority.ts';
import { causeChecks } from './causes.ts';
import type { Check, SubjectKind } from './check.ts';
import { clusterAuthorityChecks } from './cluster-authorities.ts';
import { clusterEncryptionChecks } from './cluster-encryption.ts';
import { clusterNameChecks } from './cluster-names.ts';
import { clusterNodeChecks } from './cluster-nodes.ts';
import { clusterSettingChecks } from './cluster-settings.ts';
import { clusterTokenChecks } from './cluster-tokens.ts';
import { configurationChecks } from './configurations.ts';
import { connectionChecks } from './connection.ts';
import { containerChecks } from './containers.ts';
import { copiedManifestChecks } from './copied-manifests.ts';
import { copiedNodeChecks } from './copied-nodes.ts';
import { etcdChecks } from './etcd.ts';
import { etcdAddressChecks } from './etcd-address.ts';
import { featureGateChecks } from './feature-gates.ts';
import { fileContentChecks } from './file-contents.ts';
import { fileKindChecks } from './file-kinds.ts';
import { identityChecks } from './identity.ts';
import { issuerChecks } from './issuer.ts';
import { keyPairChecks } from './key-pairs.ts';
import { keyChecks } from './keys.ts';
import { kubeconfigChecks } from './kubeconfig.ts';
import { kubeconfigAddressChecks } from './kubeconfig-address.ts';
import { kubeletCertificateChecks } from './kubelet-certificates.ts';
import { lifetimeChecks } from './lifetime.ts';
import { manifestCopyChecks } from './manifest-copies.ts';
import { manifestFileChecks } from './manifest-files.ts';
import { nameChecks } from './names.ts';
import { nodeChecks } from './node.ts';
import { opensslChecks } from './openssl.ts';
import { ownAddressChecks } from './own-addresses.ts';
import { permissionChecks } from './permissions.ts';
import { podChecks } from './pods.ts';
import { policyChecks } from './policy.ts';
import { presenceChecks } from './presence.ts';
import { privilegeChecks } from './privilege.ts';
import { probeChecks } from './probes.ts';
import { revocationChecks } from './revocation.ts';
import { serverAccessChecks } from './server-access.ts';
import { shellCommandChecks } from './shell-command.ts';
import { swappedFileChecks } from './swapped-files.ts';
import { targetChecks } from './target.ts';
import { trustBundleChecks } from './trust-bundles.ts';
import { upgradeChecks } from './upgrade.ts';
import { usageChecks } from './usage.ts';
import { validityChecks } from './validity.ts';
import { volumeChecks } from './volumes.ts';
import { weakValueChecks } from './weak-values.ts';
import { workerKeyChecks } from './worker-keys.ts';

export const checks = {
  ...accessChecks,
  ...argumentFileChecks,
  ...argumentValueChecks,
  ...argumentChecks,
  ...featureGateChecks,
  ...authorityChecks,
  ...causeChecks,
  ...volumeChecks,
  ...clusterAuthorityChecks,
  ...clusterEncryptionChecks,
  ...clusterNameChecks,
  ...clusterNodeChecks,
  ...clusterSettingChecks,
  ...clusterTokenChecks,
  ...configurationChecks,
  ...connectionChecks,
  ...containerChecks,
  ...shellCommandChecks,
  ...copiedNodeChecks,
  ...copiedManifestChecks,
  ...etcdChecks,
  ...etcdAddressChecks,
  ...fileContentChecks,
  ...fileKindChecks,
  ...identityChecks,
  ...issuerChecks,
  ...keyPairChecks,
  ...keyChecks,
  ...kubeconfigChecks,
  ...kubeconfigAddressChecks,
  ...kubeletCertificateChecks,
  ...lifetimeChecks,
  ...manifestCopyChecks,
  ...manifestFileChecks,
  ...nameChecks,
  ...opensslChecks,
  ...nodeChecks,
  ...ownAddressChecks,
  ...permissionChecks,
  ...podChecks,
  ...policyChecks,
  ...presenceChecks,
  ...privilegeChecks,
  ...probeChecks,
  ...revocationChecks,
  ...serverAccessChecks,
  ...swappedFileChecks,
  ...targetChecks,
  ...trustBundleChecks,
  ...upgradeChecks,
  ...usageChecks,
  ...validityChecks,
  ...weakValueChecks,
  ...workerKeyChecks,
} satisfies { readonly [id: string]: { readonly over: SubjectKind } };

/** The id of a rule that exists: of its record in `rules/catalog/`, and of its check. */
export type KnownRuleId = keyof typeof checks;

/** Returns the check of a rule, without the type of its subject. */
export function checkOf(id: string): Check {
  // Safe because every rule has a check (test/rules), which runs only on subjects of the kind in its `over`.
  return checks[id as KnownRuleId] as unknown as Check;
}
