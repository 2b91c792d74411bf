/** What a node can issue by itself: which of its CAs can sign, and which files it can replace. */

import { componentNamed, isOn, kubeletCertificates } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type LeafChain, loadGoPool, loadKeyPair } from '../../x509/load.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import { chainOf, sharesKey } from '../roles/authorities.ts';
import type { Pki } from '../roles/pki.ts';
import type { Authority, Role } from '../roles/role.ts';
import { slotName } from '../roles/slots.ts';
import { type PemSource, sourceAt, sourceOf } from '../roles/source.ts';

/**
 * Returns the certificate for an authority's private key, if the node has both. If there are several, it prefers one
 * that is valid at `at` (milliseconds since the epoch).
 */
export function signingCertificate({ key, loaded, certificates }: Authority, at: number): Certificate | undefined {
  const id = keyId(key);
  const own = [...(loaded?.ok ? loaded.value : []), ...certificates];
  const signers = own.filter(({ publicKey, basicConstraints }) => publicKey.id === id && basicConstraints?.ca === true);
  return signers.find(({ notBefore, notAfter }) => notBefore <= at && at <= notAfter) ?? signers[0];
}

/**
 * Whether a CA can get a new certificate for the same name and key on this node: it signs itself, its file holds no
 * other CA, and no other file of the node is read as this CA.
 */
export function canKeepKey(authority: Authority, at: number): boolean {
  const { key, source, trust, loaded } = authority;
  const signer = key.seen === 'present' ? signingCertificate(authority, at) : undefined;
  if (signer === undefined || signer.subject.der !== signer.issuer.der) return false;
  const holdsIt = (pool: readonly Certificate[]) => sharesKey(pool, [signer]);
  const isAlone = loaded?.ok === true && loaded.value.every((one) => holdsIt([one]));
  const isCopied = trust.some((one) => one.source?.path !== source.path && one.loaded?.ok && holdsIt(one.loaded.value));
  return isAlone && !isCopied;
}

/** The id of the first private key of a file. */
function keyId({ pem }: PemSource): string | undefined {
  const [first] = (pem?.blocks ?? []).filter(({ type }) => type === 'private-key' || type === 'encrypted-key');
  return first?.type === 'private-key' ? first.key.publicKey.id : undefined;
}

/** Whether the kubelet itself renews a role's certificate: its kubeconfig refers to a file. */
export function isRotated(role: Role): boolean {
  return role.row.role === roleIds.kubelet && role.certificate !== undefined && role.certificate.entry === undefined;
}

/** Whether the kubelet has a valid credential in a file that it renews itself, so that kubelet.conf can refer to it. */
export function isKeptByKubelet(role: Role, pki: Pki): boolean {
  return credentialOfKubelet(role, pki) === 'valid';
}

/**
 * Returns whether the file that the kubelet renews has a credential for kubelet.conf: in its time, with its key, for
 * the same name, and of a CA by which the API server accepts clients. kubeadm, which lets kubelet.conf refer to it,
 * only looks whether the file exists.
 */
export function credentialOfKubelet(role: Role, pki: Pki): 'valid' | 'unusable' | 'unseen' {
  if (role.row.role !== roleIds.kubelet) return 'unusable';
  const { seen, pem } = sourceAt(pki.node, currentCredential(pki.node));
  if (seen === 'unseen') return 'unseen';
  const current = pem && loadKeyPair(pem, pem);
  if (!current?.ok) return 'unusable';
  const { leaf, intermediates } = current.value;
  const { at } = pki.judging;
  const name = pki.facts.nodeName?.value;
  const wanted = name === undefined ? role.leaf?.subject.commonName : `system:node:${name}`;
  const isOwn = wanted === undefined || wanted === leaf.subject.commonName;
  const isTrusted = buildChain(leaf, intermediates, clientAuthorities(role.parent)) !== undefined;
  return leaf.notBefore <= at && at <= leaf.notAfter && isOwn && isTrusted ? 'valid' : 'unusable';
}

/**
 * Returns the credential that a kubelet has stored and uses instead of the one that its kubeconfig has: until it
 * expires, if the kubelet renews its certificate (client-go util/certificate/certificate_manager.go,
 * getCurrentCertificateOrBootstrap; cmd/kubelet/app/server.go, buildKubeletClientConfig). undefined if it uses that of
 * its kubeconfig.
 */
export function storedCredential(
  { row, certificate, leaf }: Pick<Role, 'row' | 'certificate' | 'leaf'>,
  { node, judging }: Pki,
): LeafChain | undefined {
  const path = currentCredential(node);
  const kubelet = componentNamed(node, 'kubelet');
  if (row.role !== roleIds.kubelet || certificate === undefined || certificate.path === path) return undefined;
  if (kubelet === undefined || !isOn(kubelet, 'rotate-certificates')) return undefined;
  // With an expired one in its kubeconfig it does not get that far: it asks for a bootstrap kubeconfig.
  if (leaf === undefined || leaf.notAfter < judging.at) return undefined;
  const { pem } = sourceAt(node, path);
  const pair = pem && loadKeyPair(pem, pem);
  return pair?.ok && judging.at <= pair.value.leaf.notAfter ? pair.value : undefined;
}

/** Returns the CAs by which the API server accepts clients, or those of the cluster if its file was not seen. */
export function clientAuthorities({ trust, certificates }: Authority): readonly Certificate[] {
  const pool = trust.find(({ slot }) => slot.row.flag === 'client-ca-file' && slot.component.name === 'kube-apiserver');
  return pool?.loaded?.ok ? pool.loaded.value : certificates;
}

/** Returns the files that issuing a role would write. */
export function filesOfRole(role: Role): readonly string[] {
  const key = role.kind === 'certificate' && role.key ? [role.key.path] : [];
  return [role.path, ...key];
}

/** Returns the first of these paths that is a symbolic link. Issuing replaces only regular files. */
export function linkAmong(paths: readonly string[], { node }: Pki): string | undefined {
  return paths.find((path) => node.files.get(path)?.links.some((link) => link.path === path));
}

/** Whether a component of this node trusts a role's current certificate, but not one that `signers` would sign. */
export function isTrustedOtherwise(role: Role, { node, roles }: Pki, signers: readonly Certificate[]): boolean {
  const references = roles.flatMap(({ kubeconfig }) => kubeconfig?.cluster?.certificateAuthority ?? []);
  const pools = [
    ...role.parent.trust.map(({ loaded }) => loaded),
    ...(role.row.role === roleIds.apiServer ? references : []).map((reference) => {
      const { pem } = sourceOf(node, reference);
      return pem && loadGoPool(pem);
    }),
  ].flatMap((pool) => (pool?.ok ? [pool.value] : []));
  return pools.some((pool) => chainOf(role, pool) !== undefined && !sharesKey(pool, signers));
}

/**
 * Returns an argument that verifies a role's certificate, and whose file does not contain the role's authority;
 * undefined if the files of all such arguments do.
 */
export function mismatchedVerifier({ row: { role }, parent }: Role, { layout }: Pki): string | undefined {
  const flags = layout.connections.flatMap((row) => [
    ...(row.presents === role ? [row.verifies] : []),
    ...(row.serves === role ? [row.trust] : []),
  ]);
  const mismatched = parent.trust.find(({ slot, loaded }) => {
    const verifies = flags.includes(`${slot.row.component} ${slot.row.flag}`);
    return verifies && loaded?.ok && !sharesKey(loaded.value, parent.certificates);
  });
  return mismatched && slotName(mismatched.slot);
}

/** Returns the earliest expiry in a role's chain without its anchor, in milliseconds since the epoch. */
export function earliestExpiry({ leaf, verified }: Role): number | undefined {
  // The anchor is checked with its authority.
  const chain = verified && verified.length > 1 ? verified.slice(0, -1) : leaf ? [leaf] : [];
  return chain.length === 0 ? undefined : Math.min(...chain.map(({ notAfter }) => notAfter));
}

/** Whether anything in a role's chain without its anchor has expired. */
export const hasRoleExpired = (role: Role, at: number): boolean =>
  (earliestExpiry(role) ?? Number.POSITIVE_INFINITY) < at;

/** Returns the prefix of the file names of the kubelet's credentials. client-go appends the time to it. */
export function datedCredential({ layout }: Pick<Pki, 'layout'>): string {
  return layout.kubelet.client.replace(/current\.pem$/, '');
}

/** Returns the path of the link to the current credential (client-go util/certificate/certificate_store.go). */
export function currentCredential(node: Pick<LaidOutNode, 'components' | 'layout'>): string {
  return `${kubeletCertificates(node)}/${node.layout.kubelet.client}`;
}
