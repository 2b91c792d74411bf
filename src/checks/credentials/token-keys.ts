/**
 * Which file is at fault if tokens are signed with a key that kube-apiserver does not verify with, as far as flags and
 * the other control planes show it. The names of causes are those of fixes in `rules/catalog/service-account.json`.
 */
import { inFolder } from '../../artifact/paths.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { ServiceAccountKeys } from '../../model/roles/service-account.ts';
import { slotName } from '../../model/roles/slots.ts';
import { seenAt, sourceAt } from '../../model/roles/source.ts';
import { loadServiceAccountSigner, loadServiceAccountVerifiers } from '../../x509/load.ts';
import { list, type Problem } from '../base/check.ts';

/** The ids of the keys with which tokens are verified, as far as they were read. */
export function verifierIds({ verifiers }: ServiceAccountKeys): ReadonlySet<string> {
  return new Set(verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map((key) => key.id) : [])));
}

/** The ids of the keys that sign tokens, as far as they were read. */
function signerIds({ signers }: ServiceAccountKeys): readonly string[] {
  return signers.flatMap(({ loaded }) => (loaded?.ok ? [loaded.value.publicKey.id] : []));
}

/** Whether nothing verifies the tokens that are signed with a key, as far as the verifying keys were read. */
export function isUnverified(id: string, pair: ServiceAccountKeys): boolean {
  const { verifiers } = pair;
  const isRead = verifiers.length > 0 && verifiers.every(({ loaded }) => loaded?.ok);
  return isRead && signerIds(pair).includes(id) && !verifierIds(pair).has(id);
}

/** The first files of a node that sign and verify tokens. */
export function tokenPaths({
  signers,
  verifiers,
}: ServiceAccountKeys): Readonly<Record<'signer' | 'verifier', string>> {
  return { signer: signers[0]?.source.path ?? '', verifier: verifiers[0]?.source.path ?? '' };
}

type Cause = Required<Pick<Problem, 'fix'>> & Pick<Problem, 'data'>;

type Signer = ServiceAccountKeys['signers'][number];

/** Returns the fault, if a flag or another node shows it; undefined if either file may be wrong. */
export function mismatchOf(signer: Signer, pki: Pki, cluster: readonly Pki[]): Cause | undefined {
  return (
    strayFlag(signer, pki) ??
    tlsKeyVerifies(signer, pki) ??
    sharedByOthers(signer, pki, cluster) ??
    foreignKey(signer, pki)
  );
}

/**
 * The flags of a node that name a different file for signing than the usual one, if that is the pair of what verifies,
 * or if their file is the key of a certificate: its public half must not verify tokens.
 */
function strayFlag({ source, loaded }: Signer, pki: Pki): Cause | undefined {
  const { row, signers } = pki.serviceAccount;
  const wanted = usualPath(row.private, pki);
  if (!loaded?.ok || source.path === wanted) return undefined;
  const isForeign = isKeyOfCertificate(loaded.value.publicKey.id, pki);
  const { pem } = sourceAt(pki.node, wanted);
  const usual = pem && loadServiceAccountSigner(pem);
  const isPair = usual?.ok && verifierIds(pki.serviceAccount).has(usual.value.publicKey.id);
  if (!isForeign && !isPair) return undefined;
  const slots = signers.flatMap(({ source: { path }, slot }) => (slot && path === source.path ? [slotName(slot)] : []));
  const hint = isForeign
    ? ': it is the key of a certificate, and changes with every renewal'
    : `: those signed with ${wanted} are`;
  return { fix: 'flags', data: { fix: list(slots), wanted, hint } };
}

/** Where a file of the pair usually is. In some layouts the key of a CA is meant to sign tokens, wherever that is. */
function usualPath(file: string, { authorities, node }: Pki): string {
  return authorities.find(({ row }) => row.key === file)?.key.path ?? inFolder(node.pki, file);
}

/** The usual file holds the key of a certificate. */
function foreignKey({ loaded }: Signer, pki: Pki): Cause | undefined {
  if (!loaded?.ok || !isKeyOfCertificate(loaded.value.publicKey.id, pki)) return undefined;
  return { fix: 'foreign', data: { hint: ': it is the key of a certificate' } };
}

/** kube-apiserver verifies with the key of a certificate alone, although the pair of the signer is there. */
function tlsKeyVerifies({ loaded }: Signer, pki: Pki): Cause | undefined {
  const { row, verifiers } = pki.serviceAccount;
  const wanted = usualPath(row.public, pki);
  const { pem } = sourceAt(pki.node, wanted);
  const own = pem && loadServiceAccountVerifiers(pem);
  const isWanted = loaded?.ok && own?.ok && own.value.some(({ id }) => id === loaded.value.publicKey.id);
  if (!isWanted || ![...verifierIds(pki.serviceAccount)].every((id) => isKeyOfCertificate(id, pki))) return undefined;
  const slots = verifiers.flatMap(({ slot }) => (slot ? [slotName(slot)] : []));
  const hint = ', which has the key of a certificate';
  return { fix: 'flags', data: { fix: list(slots), wanted, hint } };
}

function isKeyOfCertificate(id: string, { roles, others, authorities }: Pki): boolean {
  const leaves = [...roles, ...others].flatMap(({ leaf }) => leaf ?? []);
  return [...leaves, ...authorities.flatMap((one) => one.certificates)].some(({ publicKey }) => publicKey.id === id);
}

/** The half of the pair that other control planes have too is right, the other half is wrong. */
function sharedByOthers(signer: Signer, pki: Pki, cluster: readonly Pki[]): Cause | undefined {
  const causes = cluster.flatMap((other) => (other === pki ? [] : (sharedBy(other, signer, pki) ?? [])));
  // If they have different pairs, they do not show it.
  return new Set(causes.map(({ fix }) => fix)).size === 1 ? causes[0] : undefined;
}

function sharedBy({ name, serviceAccount: pair }: Pki, { loaded }: Signer, pki: Pki): Cause | undefined {
  if (!loaded?.ok || !hasPair(pair)) return undefined;
  const own = verifierIds(pki.serviceAccount);
  const isSignerShared = verifierIds(pair).has(loaded.value.publicKey.id);
  const isVerifierShared = signerIds(pair).some((id) => own.has(id));
  if (isSignerShared === isVerifierShared) return undefined;
  const fix = isSignerShared ? 'verifier' : 'signer';
  const hint = isSignerShared ? 'the same signing key' : 'a different signing key, which this node verifies';
  return { fix, data: { other: name, otherPath: tokenPaths(pair)[fix], hint: `: ${name} has ${hint}` } };
}

/** Whether a node has a pair, in two files, and verifies the tokens that it signs. */
export function hasPair(pair: ServiceAccountKeys): boolean {
  const [known, signers] = [verifierIds(pair), signerIds(pair)];
  const { signer, verifier } = tokenPaths(pair);
  const isUsed = pair.applies.answer === 'yes' && !pair.external && signer !== verifier;
  return isUsed && signers.length > 0 && signers.every((id) => known.has(id));
}

/** How tokens get a key of their own, where they are signed and verified with that of a certificate. */
export function ownTokenKey({ node, serviceAccount: pair }: Pki) {
  const [signer, verifier] = [pair.row.private, pair.row.public].map((path) => inFolder(node.pki, path));
  const shared = tokenPaths(pair).signer;
  const data = { path: shared, signer: signer ?? '', verifier: verifier ?? '' };
  const isLeft = [signer, verifier].every((path) => path !== undefined && seenAt(node, path) === 'present');
  if (shared === signer || !isLeft) return { data, more: { fix: 'tokens' } };
  const hint = `, ${shared}: the next renewal of the certificate creates a new key, and then every token is refused`;
  return { data: { ...data, hint }, more: { fix: 'tokens-flags' } };
}
