/**
 * The nodes of a cluster that have the certificate of a CA, and whether they accept what the others present to them.
 */

import type { Certificate } from '../../artifact/certificate.ts';
import { addressesOf } from '../../model/cluster/evidence.ts';
import { kubeconfigServer } from '../../model/dialling/kubeconfig-server.ts';
import { isLoopback, readAddress } from '../../model/facts/host.ts';
import { chainOf, sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { issues } from '../../x509/verify/chain.ts';
import { isForeignAuthority } from '../credentials/issuer.ts';
import { swapWith } from '../credentials/swaps.ts';

export const isControlPlane = (pki: Pki): boolean => pki.kind === 'control-plane';
const usesExternalEtcd = (pki: Pki) => isControlPlane(pki) && pki.facts.etcd?.value === 'external';
/** Whether a node runs etcd. */
export const runsEtcd = (pki: Pki): boolean =>
  pki.kind === 'etcd' || (isControlPlane(pki) && pki.facts.etcd?.value === 'stacked');

/** The certificates that are presented to other nodes, and to which nodes (kubernetes-pki-facts, section E). */
const presentedTo: Readonly<Record<string, (holder: Pki, verifier: Pki) => boolean>> = {
  [roleIds.apiServer]: () => true,
  [roleIds.kubeletClient]: () => true,
  [roleIds.frontProxyClient]: (_, verifier) => isControlPlane(verifier),
  [roleIds.etcdPeer]: (_, verifier) => runsEtcd(verifier),
  [roleIds.etcdServer]: (_, verifier) => usesExternalEtcd(verifier),
  [roleIds.etcdClient]: (holder, verifier) => usesExternalEtcd(holder) && runsEtcd(verifier),
};

function isPresentedTo(role: Role, holder: Pki, verifier: Pki): boolean {
  if (role.kind === 'certificate') return presentedTo[role.id]?.(holder, verifier) ?? false;
  const own = addressesOf(holder);
  const isElsewhere = ({ host }: { readonly host: string }) => !isLoopback(host) && !own.has(readAddress(host) ?? host);
  return isControlPlane(verifier) && kubeconfigServer(role).some(isElsewhere);
}

/** A node that has a CA. */
export interface CaHolder {
  readonly pki: Pki;
  readonly authority: Authority;
  /** The certificates in its file, by fingerprint. Holders with the same ones do not disagree. */
  readonly set: string;
}

/** Returns the nodes that have a CA, unless their own rules report it. */
export function holdersOf(nodes: readonly Pki[], id: string): readonly CaHolder[] {
  return nodes.flatMap((pki) => {
    const authority = pki.authorities.find((one) => one.id === id);
    if (!authority?.loaded?.ok || isForeignAuthority(authority, pki)) return [];
    // node/swapped speaks of it: its own is on the node, and nothing has to come from elsewhere.
    if (swapWith([authority.source.path], pki).length > 0) return [];
    const fingerprints = authority.certificates.map(({ fingerprint256 }) => fingerprint256);
    return [{ pki, authority, set: [...new Set(fingerprints)].sort().join() }];
  });
}

/** Returns what a holder presents to a verifier, which does not trust it: the verifier lacks the CA that signed it. */
export function refusedRole(verifier: CaHolder, holder: CaHolder): Role | undefined {
  if (verifier.set === holder.set) return undefined;
  const { certificates } = verifier.authority;
  return presented(verifier, holder).find((role) => chainOf(role, certificates, verifier.pki.strictness) === undefined);
}

function presented(verifier: CaHolder, { pki, authority }: CaHolder): readonly Role[] {
  return pki.roles.filter(
    (role) => role.parent.id === authority.id && role.verified && role.inUse && isPresentedTo(role, pki, verifier.pki),
  );
}

/** Whether a holder presents certificates to a verifier, which accepts all of them. */
export const isAccepted = (verifier: CaHolder, holder: CaHolder): boolean =>
  presented(verifier, holder).length > 0 && refusedRole(verifier, holder) === undefined;

/** Whether holders belong together: each accepts what the other presents, or their CAs are related. */
export function belongTogether(one: CaHolder, other: CaHolder): boolean {
  if (one.set === other.set || areRelated(one, other)) return true;
  const isProven = presented(one, other).length > 0 || presented(other, one).length > 0;
  return isProven && refusedRole(one, other) === undefined && refusedRole(other, one) === undefined;
}

/** Whether two holders trust a common CA, or one CA signed the other: in a rotation they do. */
export function areRelated({ authority: one }: CaHolder, { authority: other }: CaHolder): boolean {
  const signs = (above: readonly Certificate[], below: readonly Certificate[]) =>
    above.some((parent) => below.some((child) => issues(parent, child)));
  const [own, others] = [one.certificates, other.certificates];
  return sharesKey(own, others) || signs(own, others) || signs(others, own);
}
