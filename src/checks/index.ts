/** Every check by the name that the catalogue knows it by. */

import { argumentConflict, argumentMistyped, argumentRemoved, argumentUnknown } from './arguments.ts';
import { authorityDistinct, authorityImpersonation, authorityMaySign, authorityName } from './authority.ts';
import type { Check, Over } from './check.ts';
import { clusterAuthority, clusterFrontProxy } from './cluster-authorities.ts';
import { clusterCopies, clusterNodeName, clusterOwnKeys, clusterSuperAdmin } from './cluster-nodes.ts';
import { clusterSettings, clusterSkew } from './cluster-settings.ts';
import { clusterIssuer, clusterTokens } from './cluster-tokens.ts';
import {
  connectionClientTrust,
  connectionIdentity,
  connectionLoads,
  connectionServerName,
  connectionServerTrust,
  connectionTransport,
} from './connection.ts';
import { etcdAuthenticationSaid, etcdAutoTlsIgnored, etcdOpenToAll, etcdOpenToNode } from './etcd.ts';
import {
  bundleCurrent,
  bundleDistinct,
  chainInOrder,
  credentialsUsed,
  secretMisplaced,
  secretPublished,
} from './file-contents.ts';
import {
  argumentLoaded,
  fileParsed,
  fileRegular,
  kubeconfigData,
  manifestParsed,
  manifestStray,
  strayFile,
} from './file-kinds.ts';
import {
  frontProxyAllowed,
  groupEarlier,
  groupExtra,
  groupNeeded,
  nameAuthorized,
  nameDocumented,
} from './identity.ts';
import { authorityIssued, authorityKeyUsable, roleIssuer, signatureTaken } from './issuer.ts';
import { authorityPair, authorityStrayKey, rolePair, tokensVerified } from './key-pairs.ts';
import { authorityKeyLong, authorityKeyOfKubeadm, keyLong, keysDistinct, keyUsable, tokenKeyLong } from './keys.ts';
import {
  contextResolves,
  credentialPresent,
  kubeconfigCopy,
  kubeconfigUsable,
  serverIsHttps,
  serverVerified,
  trustsCluster,
} from './kubeconfig.ts';
import {
  kubeletEmbedded,
  kubeletLink,
  kubeletRotates,
  kubeletServingEnded,
  kubeletServingPair,
} from './kubelet-certificates.ts';
import { namesDialled, namesDocumented, namesOfThePage, namesWellFormed } from './names.ts';
import { componentsComplete, componentsOnce, factsAgree, nodeReadable } from './node.ts';
import {
  modeIsStrict,
  otherKeyMode,
  ownedByPerson,
  ownedByProgram,
  signingKeyMode,
  writableByAll,
  writableBySome,
} from './permissions.ts';
import {
  argumentDocumented,
  argumentFile,
  argumentRecommended,
  argumentRequired,
  argumentsMounted,
  authorityKeyPresent,
  authorityPresent,
  certificatePresent,
  keyPairPresent,
  keyPresent,
  kubeconfigOfAdmin,
  kubeconfigPresent,
  referencePresent,
} from './presence.ts';
import { leafSigns, straysMaster, uidReadable } from './privilege.ts';
import {
  apiServerAuthorizes,
  kubeletAnonymous,
  kubeletAuthorizes,
  kubeletOpen,
  kubeletReadOnlyPort,
} from './server-access.ts';
import { argumentTarget, argumentTargetMinor, kubeconfigAdministrator, roleTarget } from './target.ts';
import {
  upgradeByMinors,
  upgradeForward,
  upgradeGroups,
  upgradeOutlastsAuthority,
  upgradeOutlastsRole,
  upgradePeerCa,
  upgradeRenews,
} from './upgrade.ts';
import { extensionsHandled, usageDocumented, usageNeeded } from './usage.ts';
import {
  authorityEndsSoon,
  authorityExpired,
  authorityNotYetValid,
  authorityOutlived,
  roleEndsSoon,
  roleExpired,
  roleNotYetValid,
} from './validity.ts';

export const checks = {
  'api-server-authorizes': apiServerAuthorizes,
  'argument-conflict': argumentConflict,
  'argument-documented': argumentDocumented,
  'argument-file': argumentFile,
  'argument-loaded': argumentLoaded,
  'argument-mistyped': argumentMistyped,
  'argument-recommended': argumentRecommended,
  'argument-removed': argumentRemoved,
  'argument-required': argumentRequired,
  'argument-target': argumentTarget,
  'argument-target-minor': argumentTargetMinor,
  'argument-unknown': argumentUnknown,
  'arguments-mounted': argumentsMounted,
  'authority-distinct': authorityDistinct,
  'authority-ends-soon': authorityEndsSoon,
  'authority-expired': authorityExpired,
  'authority-impersonation': authorityImpersonation,
  'authority-issued': authorityIssued,
  'authority-key-long': authorityKeyLong,
  'authority-key-of-kubeadm': authorityKeyOfKubeadm,
  'authority-key-present': authorityKeyPresent,
  'authority-key-usable': authorityKeyUsable,
  'authority-may-sign': authorityMaySign,
  'authority-name': authorityName,
  'authority-not-yet-valid': authorityNotYetValid,
  'authority-outlived': authorityOutlived,
  'authority-pair': authorityPair,
  'authority-present': authorityPresent,
  'authority-stray-key': authorityStrayKey,
  'bundle-current': bundleCurrent,
  'bundle-distinct': bundleDistinct,
  'certificate-present': certificatePresent,
  'chain-in-order': chainInOrder,
  'cluster-authority': clusterAuthority,
  'cluster-copies': clusterCopies,
  'cluster-front-proxy': clusterFrontProxy,
  'cluster-issuer': clusterIssuer,
  'cluster-node-name': clusterNodeName,
  'cluster-own-keys': clusterOwnKeys,
  'cluster-settings': clusterSettings,
  'cluster-skew': clusterSkew,
  'cluster-super-admin': clusterSuperAdmin,
  'cluster-tokens': clusterTokens,
  'components-complete': componentsComplete,
  'components-once': componentsOnce,
  'connection-client-trust': connectionClientTrust,
  'connection-identity': connectionIdentity,
  'connection-loads': connectionLoads,
  'connection-server-name': connectionServerName,
  'connection-server-trust': connectionServerTrust,
  'connection-transport': connectionTransport,
  'context-resolves': contextResolves,
  'credential-present': credentialPresent,
  'credentials-used': credentialsUsed,
  'etcd-authentication-said': etcdAuthenticationSaid,
  'etcd-auto-tls-ignored': etcdAutoTlsIgnored,
  'etcd-open-to-all': etcdOpenToAll,
  'etcd-open-to-node': etcdOpenToNode,
  'extensions-handled': extensionsHandled,
  'facts-agree': factsAgree,
  'file-parsed': fileParsed,
  'file-regular': fileRegular,
  'front-proxy-allowed': frontProxyAllowed,
  'group-earlier': groupEarlier,
  'group-extra': groupExtra,
  'group-needed': groupNeeded,
  'key-long': keyLong,
  'key-pair-present': keyPairPresent,
  'key-present': keyPresent,
  'key-usable': keyUsable,
  'keys-distinct': keysDistinct,
  'kubeconfig-administrator': kubeconfigAdministrator,
  'kubeconfig-copy': kubeconfigCopy,
  'kubeconfig-data': kubeconfigData,
  'kubeconfig-of-admin': kubeconfigOfAdmin,
  'kubeconfig-present': kubeconfigPresent,
  'kubeconfig-usable': kubeconfigUsable,
  'kubelet-anonymous': kubeletAnonymous,
  'kubelet-authorizes': kubeletAuthorizes,
  'kubelet-embedded': kubeletEmbedded,
  'kubelet-link': kubeletLink,
  'kubelet-open': kubeletOpen,
  'kubelet-read-only-port': kubeletReadOnlyPort,
  'kubelet-rotates': kubeletRotates,
  'kubelet-serving-ended': kubeletServingEnded,
  'kubelet-serving-pair': kubeletServingPair,
  'manifest-parsed': manifestParsed,
  'manifest-stray': manifestStray,
  'mode-is-strict': modeIsStrict,
  'name-authorized': nameAuthorized,
  'name-documented': nameDocumented,
  'names-dialled': namesDialled,
  'names-documented': namesDocumented,
  'names-of-the-page': namesOfThePage,
  'names-well-formed': namesWellFormed,
  'node-readable': nodeReadable,
  'other-key-mode': otherKeyMode,
  'owned-by-person': ownedByPerson,
  'owned-by-program': ownedByProgram,
  'reference-present': referencePresent,
  'role-ends-soon': roleEndsSoon,
  'role-expired': roleExpired,
  'role-issuer': roleIssuer,
  'role-not-yet-valid': roleNotYetValid,
  'role-pair': rolePair,
  'role-target': roleTarget,
  'secret-misplaced': secretMisplaced,
  'secret-published': secretPublished,
  'server-is-https': serverIsHttps,
  'server-verified': serverVerified,
  'signature-taken': signatureTaken,
  'signing-key-mode': signingKeyMode,
  'stray-file': strayFile,
  'strays-master': straysMaster,
  'token-key-long': tokenKeyLong,
  'tokens-verified': tokensVerified,
  'trusts-cluster': trustsCluster,
  'leaf-signs': leafSigns,
  'uid-readable': uidReadable,
  'upgrade-by-minors': upgradeByMinors,
  'upgrade-forward': upgradeForward,
  'upgrade-groups': upgradeGroups,
  'upgrade-outlasts-authority': upgradeOutlastsAuthority,
  'upgrade-outlasts-role': upgradeOutlastsRole,
  'upgrade-peer-ca': upgradePeerCa,
  'upgrade-renews': upgradeRenews,
  'usage-documented': usageDocumented,
  'usage-needed': usageNeeded,
  'writable-by-all': writableByAll,
  'writable-by-some': writableBySome,
} satisfies { readonly [name: string]: { readonly over: Over } };

export type CheckName = keyof typeof checks;

/** A check by name, with its subject's type forgotten: the engine pairs it with subjects of its own `over`. */
export function checkNamed(name: CheckName): Check {
  // Safe because the engine hands a check only subjects of the kind that `over` names.
  return checks[name] as unknown as Check;
}
