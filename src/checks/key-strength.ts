/** Keys that are too short, too long, or of a kind that somebody cannot use. */
import type { Certificate, PublicKey } from '../core/certificate.ts';
import type { Pki, Role } from '../model/pki.ts';
import { isFrom } from '../model/release.ts';
import { check, notApplicable, problem, skip } from './check.ts';
import { applies, certificatesOf, kubeadmsFlags, leafOf } from './judged.ts';

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
  if (own?.curve !== 'P-224' || role.parent.id === 'etcd-ca') return undefined;
  const error = serves(role)
    ? 'tls: unsupported certificate curve (P-224)'
    : "tls: client didn't provide a certificate";
  return { key: own, error };
}

/** etcd is built with a Go of its own: what only etcds make of a key among themselves cannot be known. */
function isEtcdsOwn({ id }: Role, { facts }: Pki): boolean {
  return id === 'kube-etcd-peer' || (id === 'kube-apiserver-etcd-client' && facts.etcd?.value === 'external');
}

function chainOfRole({ chain }: Role): readonly Certificate[] {
  return chain?.ok ? [chain.value.leaf, ...chain.value.intermediates] : [];
}

/** Keys with which no TLS connection between components comes about. */
export const keyUsable = check('role', function* (role, pki) {
  if (!(yield* leafOf(role))) return;
  if (!role.inUse) return yield notApplicable('nothing reads it');
  const refused = refusal(role, chainOfRole(role), pki);
  if (refused === undefined) return;
  if (isEtcdsOwn(role, pki)) return yield skip('with which Go that etcd was built is not known');
  if (refused.unsure !== undefined) return yield skip(refused.unsure);
  yield problem(role.at, { role: role.id, path: role.path, found: keyName(refused.key), error: refused.error });
});

export const keyLong = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf || !role.inUse || !isShort(leaf.publicKey)) return;
  if (refusal(role, [leaf], pki) && !isEtcdsOwn(role, pki)) return yield notApplicable('cert/key-usable speaks of it');
  yield problem(role.at, { role: role.id, path: role.path, found: keyName(leaf.publicKey) });
});

export const authorityKeyLong = check('authority', function* (authority, pki) {
  const certificates = (yield* certificatesOf(authority)) ?? [];
  const short = certificates.find((one) => isShort(one.publicKey) && pki.judging.at <= one.notAfter);
  if (short === undefined) return;
  const data = { role: authority.id, subject: short.subject.text, found: keyName(short.publicKey) };
  yield problem({ path: authority.source.path }, data);
});

export const tokenKeyLong = check('key-pair', function* (pair) {
  if (pair.applies.answer !== 'yes') return yield notApplicable('not a control plane');
  for (const { source, loaded } of pair.signers) {
    if (!loaded?.ok || !isShort(loaded.value.publicKey)) continue;
    const data = { path: source.path, found: keyName(loaded.value.publicKey) };
    return yield problem({ path: source.path }, data);
  }
});

/** kubeadm signs with RSA and ECDSA keys only (cmd/kubeadm/app/util/pkiutil, TryLoadKeyFromDisk). */
export const authorityKeyOfKubeadm = check('authority', function* (authority, pki) {
  if (!(yield* applies(authority))) return;
  if (kubeadmsFlags(pki) !== 'file') return yield notApplicable('no sign of kubeadm');
  const { key } = authority;
  const block = key.pem?.blocks.find(({ type }) => type === 'private-key');
  if (block?.type !== 'private-key' || block.key.publicKey.type !== 'Ed25519') return;
  yield problem({ path: key.path }, { role: authority.id, path: key.path });
});
