/** What a node can issue by itself: which of its CAs can sign, and which files are those of one role alone. */

import { componentNamed, lastArgument } from '../../core/arguments.ts';
import type { Certificate } from '../../core/certificate.ts';
import type { LaidOutNode } from '../../tables/layouts.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { connectionRows } from '../../tables/tables.ts';
import { loadGoPool, loadLeafChain } from '../../x509/load.ts';
import { chainOf, sharesKey } from './authorities.ts';
import type { Pki } from './pki.ts';
import type { Authority, Role } from './role.ts';
import { slotName } from './slots.ts';
import { type PemSource, sourceAt, sourceOf } from './source.ts';

/**
 * The certificate that belongs to the private key of an authority, where the node has both: of a bundle that which was
 * made with the key, of those that are valid at a time (milliseconds) rather than others.
 */
export function signingCertificate({ key, loaded, certificates }: Authority, at: number): Certificate | undefined {
  const id = keyId(key);
  const own = [...(loaded?.ok ? loaded.value : []), ...certificates];
  const signers = own.filter(({ publicKey, basicConstraints }) => publicKey.id === id && basicConstraints?.ca === true);
  return signers.find(({ notBefore, notAfter }) => notBefore <= at && at <= notAfter) ?? signers[0];
}

/** The first private key of a file, by its public half. */
function keyId({ pem }: PemSource): string | undefined {
  const [first] = (pem?.blocks ?? []).filter(({ type }) => type === 'private-key' || type === 'encrypted-key');
  return first?.type === 'private-key' ? first.key.publicKey.id : undefined;
}

/** Whether the kubelet renews a role's certificate by itself, in a file that its kubeconfig names. */
export function isRotated(role: Role): boolean {
  return role.id === roleIds.kubelet && role.certificate !== undefined && role.certificate.entry === undefined;
}

/** Whether the kubelet has a valid credential in a file that it renews by itself: kubelet.conf need only name that. */
export function isKeptByKubelet(role: Role, pki: Pki): boolean {
  if (role.id !== roleIds.kubelet) return false;
  const { pem } = sourceAt(pki.node, currentCredential(pki.node));
  const current = pem && loadLeafChain(pem);
  return current?.ok === true && pki.judging.at <= current.value.leaf.notAfter;
}

/** The files that a role would be written to. */
export function filesOfRole(role: Role): readonly string[] {
  const key = role.kind === 'certificate' && role.key ? [role.key.path] : [];
  return [role.path, ...key];
}

/** The first of these that is a symbolic link: what is written takes the place of files, and of nothing else. */
export function linkAmong(paths: readonly string[], { node }: Pki): string | undefined {
  return paths.find((path) => node.files.get(path)?.links.some((link) => link.path === path));
}

/** Whether something on this node verifies a role's certificate as it is, and would not trust what `signers` sign. */
export function isTrustedOtherwise(role: Role, { node, roles }: Pki, signers: readonly Certificate[]): boolean {
  const references = roles.flatMap(({ kubeconfig }) => kubeconfig?.cluster?.certificateAuthority ?? []);
  const pools = [
    ...role.parent.trust.map(({ loaded }) => loaded),
    ...(role.id === roleIds.apiServer ? references : []).map((reference) => {
      const { pem } = sourceOf(node, reference);
      return pem && loadGoPool(pem);
    }),
  ].flatMap((pool) => (pool?.ok ? [pool.value] : []));
  return pools.some((pool) => chainOf(role, pool) !== undefined && !sharesKey(pool, signers));
}

/**
 * An argument by which a role's certificate will be verified, and whose file holds none of its authority: undefined where all
 * that name one hold it.
 */
export function mismatchedVerifier({ id, parent }: Role): string | undefined {
  const flags = connectionRows.flatMap((row) => [
    ...(row.presents === id ? [row.verifies] : []),
    ...(row.serves === id ? [row.trust] : []),
  ]);
  const strange = parent.trust.find(({ slot, loaded }) => {
    const isAsked = flags.includes(`${slot.row.component} ${slot.row.flag}`);
    return isAsked && loaded?.ok && !sharesKey(loaded.value, parent.certificates);
  });
  return strange && slotName(strange.slot);
}

/** Another role whose file is one of these, by name or through a link: to write it would break that one. */
export function sharedWith(paths: readonly string[], role: string, { uses, node }: Pki): string | undefined {
  const real = (path: string) => node.files.get(path)?.realPath ?? path;
  const own = new Set(paths.flatMap((path) => [path, real(path)]));
  for (const [path, users] of uses) {
    if (!own.has(path) && !own.has(real(path))) continue;
    const other = users.find((use) => use.role !== null && use.role !== role)?.role;
    if (other) return other;
  }
  return undefined;
}

/** When the first certificate ends that a role's file holds and its verifiers need, in milliseconds. */
export function endOf({ leaf, verified }: Role): number | undefined {
  // The anchor is its authority's matter.
  const chain = verified && verified.length > 1 ? verified.slice(0, -1) : leaf ? [leaf] : [];
  return chain.length === 0 ? undefined : Math.min(...chain.map(({ notAfter }) => notAfter));
}

/** The folder that a kubelet keeps its certificates in (`--cert-dir`, by default `pki` in `--root-dir`). */
export function certificateFolder(node: Pick<LaidOutNode, 'components' | 'layout'>): string {
  const { folder, certificates } = node.layout.kubelet;
  const kubelet = componentNamed(node, 'kubelet');
  const value = (flag: string) => (kubelet && lastArgument(kubelet, flag)?.value) || undefined;
  return value('cert-dir') ?? `${value('root-dir') ?? folder}/${certificates}`;
}

/** How the names of the credentials begin that the kubelet has had: client-go writes each under its time. */
export function datedCredential({ layout }: Pick<Pki, 'layout'>): string {
  return layout.kubelet.client.replace(/current\.pem$/, '');
}

/** The link to the credential that is in force (client-go util/certificate/certificate_store.go). */
export function currentCredential(node: Pick<LaidOutNode, 'components' | 'layout'>): string {
  return `${certificateFolder(node)}/${node.layout.kubelet.client}`;
}
