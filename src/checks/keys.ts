/** Keys that are too short, too long, or of a kind that somebody cannot use. */

import type { Place } from '../core/artifact.ts';
import type { Certificate, PublicKey } from '../core/certificate.ts';
import { isFrom } from '../model/facts/release.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import { roleIds } from '../tables/role-ids.ts';
import { applies, certificatesOf, check, kubeadmsFlags, leafOf, list, notApplicable, problem, skip } from './check.ts';
import { isOthers, otherRole } from './target.ts';

/** As people name a key: `RSA-2048`, `P-256`, `Ed25519`. */
export function keyName({ type, bits, curve }: PublicKey): string {
  return curve ?? (type === 'RSA' ? `RSA-${bits}` : type);
}

/** NIST SP 800-131A: what offers less than 112 bits of security is disallowed. */
export const isShort = ({ type, bits }: PublicKey): boolean => type === 'RSA' && bits < 2048;

/** Of every certificate that a peer sends, since Go 1.19.13, 1.20.8 and 1.21.1 (crypto/tls checkKeySize). */
const longest = 8192;

/** Whether every build of a release is of a Go that refuses longer keys; of those before, patch releases differ. */
const refusesLong = ({ facts }: Pki): boolean =>
  facts.kubernetesVersion === undefined || isFrom(facts.kubernetesVersion.value, '1.29.0');

const serves = (role: Role): boolean => role.kind === 'certificate' && role.row.kinds.includes('server');

interface Refused {
  readonly key: PublicKey;
  /** Go's words. */
  readonly error: string;
  readonly unsure?: string;
}

/** Why no handshake with this chain succeeds, and of which of its keys (crypto/tls). */
function refusal(role: Role, chain: readonly Certificate[], pki: Pki): Refused | undefined {
  const keys = chain.map((one) => one.publicKey);
  const long = keys.find(({ type, bits }) => type === 'RSA' && bits > longest);
  const [own] = keys;
  if (long) {
    const error = `tls: ${serves(role) ? 'server' : 'client'} sent certificate containing RSA key larger than ${longest} bits`;
    const unsure = 'some patch releases of this Kubernetes take so long a key, others do not';
    return { key: long, error, ...(refusesLong(pki) ? {} : { unsure }) };
  }
  if (own?.type === 'RSA' && own.bits < 1024 && !pki.strictness.takes.includes('short-rsa-keys')) {
    // Both ends compute with it: the one that signs, and the one that verifies (crypto/rsa checkKeySize, since Go 1.24).
    const insecure = `crypto/rsa: ${own.bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`;
    return { key: own, error: `tls: failed to sign handshake: ${insecure}` };
  }
  // In TLS 1.3 Go has no scheme for P-224 (signatureSchemesForCertificate); etcd may well be kept at 1.2.
  if (own?.curve !== 'P-224' || role.parent.id === roleIds.etcdCa) return undefined;
  const error = serves(role)
    ? 'tls: unsupported certificate curve (P-224)'
    : "tls: client didn't provide a certificate";
  return { key: own, error };
}

/** etcd is built with a Go of its own: what only etcds make of a key among themselves cannot be known. */
function isEtcdsOwn({ id }: Role, { facts }: Pki): boolean {
  return id === roleIds.etcdPeer || (id === roleIds.etcdClient && facts.etcd?.value === 'external');
}

function chainOfRole({ chain }: Role): readonly Certificate[] {
  return chain?.ok ? [chain.value.leaf, ...chain.value.intermediates] : [];
}

/** Keys with which no TLS connection between components comes about. */
const certKeyUsable = check('role', function* (role, pki) {
  if (!(yield* leafOf(role))) return;
  if (!role.inUse) return yield notApplicable('nothing reads it');
  const refused = refusal(role, chainOfRole(role), pki);
  if (refused === undefined) return;
  if (isEtcdsOwn(role, pki)) return yield skip('with which Go that etcd was built is not known');
  if (refused.unsure !== undefined) return yield skip(refused.unsure);
  yield problem(role.at, { role: role.id, path: role.path, found: keyName(refused.key), error: refused.error });
});

const certKeySize = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf || !role.inUse || !isShort(leaf.publicKey)) return;
  if (refusal(role, [leaf], pki) && !isEtcdsOwn(role, pki)) return yield notApplicable('cert/key-usable speaks of it');
  yield problem(role.at, { role: role.id, path: role.path, found: keyName(leaf.publicKey) });
});

const authorityKeySize = check('authority', function* (authority, pki) {
  const certificates = (yield* certificatesOf(authority)) ?? [];
  const short = certificates.find((one) => isShort(one.publicKey) && pki.judging.at <= one.notAfter);
  if (short === undefined) return;
  const data = { role: authority.id, subject: short.subject.text, found: keyName(short.publicKey) };
  yield problem({ path: authority.source.path }, data);
});

const serviceAccountKeySize = check('key-pair', function* (pair) {
  if (pair.applies.answer !== 'yes') return yield notApplicable('not a control plane');
  for (const { source, loaded } of pair.signers) {
    if (!loaded?.ok || !isShort(loaded.value.publicKey)) continue;
    const data = { path: source.path, found: keyName(loaded.value.publicKey) };
    return yield problem({ path: source.path }, data);
  }
});

/** kubeadm signs with RSA and ECDSA keys only (cmd/kubeadm/app/util/pkiutil, TryLoadKeyFromDisk). */
const authorityKeyType = check('authority', function* (authority, pki) {
  if (!(yield* applies(authority))) return;
  if (kubeadmsFlags(pki) !== 'file') return yield notApplicable('no sign of kubeadm');
  const { key } = authority;
  const block = key.pem?.blocks.find(({ type }) => type === 'private-key');
  if (block?.type !== 'private-key' || block.key.publicKey.type !== 'Ed25519') return;
  yield problem({ path: key.path }, { role: authority.id, path: key.path });
});

interface Holder {
  /** A role, an authority or the service account keys, as messages name it. */
  readonly id: string;
  /** What has the key: within one component it may play several roles, with one certificate or several. */
  readonly owner: string;
  readonly at: Place;
  readonly key: PublicKey;
}

/** Whose a role is; no argument names the healthcheck client, which is there for etcdctl. */
function ownerOf(role: Role, { layout }: Pki): string {
  if (role.kind === 'kubeconfig') return role.row.usedBy;
  return layout.arguments.find((row) => row.role === role.id && row.holds === 'certificate')?.component ?? 'etcd';
}

function holdersOf(pki: Pki): readonly Holder[] {
  const { roles, authorities, serviceAccount } = pki;
  const leaves = roles.flatMap((role): readonly Holder[] => {
    const { leaf, inUse, applies, id, at, pair } = role;
    if (!leaf || !inUse || applies.answer !== 'yes' || pair?.ok === false) return [];
    // A file that holds somebody else's certificate is told as that.
    if (otherRole(role, pki) !== undefined || isOthers(role, pki)) return [];
    return [{ id, owner: ownerOf(role, pki), at, key: leaf.publicKey }];
  });
  const signers = authorities.flatMap(({ id, source, loaded }): readonly Holder[] => {
    // A certificate that is no CA is trusted for itself alone, and signs nothing.
    const certificates = loaded?.ok ? loaded.value.filter((one) => one.basicConstraints?.ca ?? one.version !== 3) : [];
    return certificates.map(({ publicKey }) => ({ id, owner: id, at: source.at, key: publicKey }));
  });
  const { row, signers: tokens } = serviceAccount;
  const token = tokens.flatMap(({ source, loaded }): readonly Holder[] =>
    loaded?.ok ? [{ id: row.role, owner: row.role, at: source.at, key: loaded.value.publicKey }] : [],
  );
  return [...leaves, ...token, ...signers];
}

/** What each key opens; two authorities with a common key are told of by authority/distinct. */
const keyShared = check('node', function* (pki) {
  const byKey = new Map<string, Holder[]>();
  for (const holder of holdersOf(pki)) byKey.set(holder.key.id, [...(byKey.get(holder.key.id) ?? []), holder]);
  const authorities = new Set(pki.authorities.map(({ id }) => id));
  for (const holders of byKey.values()) {
    const [first] = holders;
    const owners = new Set(holders.map(({ owner }) => owner));
    if (first === undefined || owners.size < 2 || authorities.has(first.owner)) continue;
    const ids = [...new Set(holders.map(({ id }) => id))];
    yield problem(first.at, { roles: list(ids) }, { key: ids.toSorted().join(' ') });
  }
});

export const keyChecks = {
  'cert/key-usable': certKeyUsable,
  'cert/key-size': certKeySize,
  'authority/key-size': authorityKeySize,
  'service-account/key-size': serviceAccountKeySize,
  'authority/key-type': authorityKeyType,
  'key/shared': keyShared,
};
