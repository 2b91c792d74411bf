/** ML-DSA in plans: new keys have it where every component that reads them is known to know it. */

import { unknowing, verifyingComponents } from '../../checks/credentials/issuer.ts';
import { hasMlDsaKey } from '../../model/facts/ml-dsa.ts';
import { mlDsaProblem } from '../../model/handshake/ml-dsa.ts';
import type { Authority } from '../../model/roles/role.ts';
import { signingCertificate } from '../../model/trust/signing.ts';
import { type CertificateSpec, isMlDsa, type KeyAlgorithm, type Refusal } from '../../results/issue/plan.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { refusal } from './action.ts';
import type { PlanContext } from './settings.ts';

/** The components that read a certificate of an authority, or the authority's own. */
const readersOf = (authority: string): readonly string[] => [
  ...verifyingComponents(authority),
  ...(authority === roleIds.etcdCa ? [] : ['kube-controller-manager', 'kube-scheduler', 'kubelet']),
];

const readElsewhere = 'what connects from elsewhere must know ML-DSA too: kubectl and other nodes of Kubernetes 1.38';

/** The algorithm of a new key, with what the user should know about it; or why there is none. */
interface NewKey {
  readonly algorithm: KeyAlgorithm;
  readonly notes: readonly string[];
  readonly refusal?: Refusal;
}

/**
 * Returns the algorithm of the new key of a role.
 *
 * @param authority that of the role, or the role itself
 */
export function newKeyOf(
  role: string,
  authority: Authority,
  { pki, settings }: Pick<PlanContext, 'pki' | 'settings'>,
): NewKey {
  const kind = role === authority.id ? 'caAlgorithm' : 'algorithm';
  const algorithm = settings[kind];
  if (!isMlDsa(algorithm)) return { algorithm, notes: [] };
  const problem = mlDsaProblem(readersOf(authority.id), pki)?.reason;
  if (problem === undefined) {
    return { algorithm, notes: [authority.id, roleIds.apiServer].includes(role) ? [readElsewhere] : [] };
  }
  const instead = settings.instead?.[kind];
  if (instead !== undefined) {
    return { algorithm: instead, notes: [`${instead} instead of ${algorithm}: ${problem}`] };
  }
  const hint = `issue it without --algorithm ${algorithm}, and the others with --only`;
  return { algorithm, notes: [], refusal: refusal(role, problem, hint) };
}

/** Why the CA that exists signs nothing for a role: it is of ML-DSA, and what verifies its signatures is too old. */
export function unverifiable(
  role: string,
  authority: Authority,
  { pki, settings, offNode }: Pick<PlanContext, 'pki' | 'settings' | 'offNode'>,
): Refusal | undefined {
  const { id } = authority;
  const signer = offNode.get(id)?.signer ?? signingCertificate(authority, settings.now);
  const built = signer && hasMlDsaKey(signer) ? unknowing(id, pki) : undefined;
  if (built === undefined) return undefined;
  return refusal(
    role,
    `${built} cannot verify what ${id} signs with its key of ${signer?.publicKey.type}`,
    `replace ${id}`,
  );
}

/** A spec for a key of this type or algorithm. RFC 9881 section 5 forbids to use one of ML-DSA for encipherment. */
export function specForKey(spec: CertificateSpec, type: string): CertificateSpec {
  if (!type.toLowerCase().startsWith('ml-dsa-')) return spec;
  return { ...spec, keyUsage: spec.keyUsage.filter((usage) => usage !== 'keyEncipherment') };
}
