/** Keys that are too short, too long, or of a kind that somebody cannot use. */
import type { Certificate, PublicKey } from '../core/certificate.ts';
import type { Pki, Role } from '../model/pki.ts';
import { isFrom } from '../model/release.ts';
import { check, notApplicable, problem, skip } from './check.ts';
import { applies, certificatesOf, leafOf } from './judged.ts';

/** As people name a key: `RSA-2048`, `P-256`, `Ed25519`. */
export function keyName({ type, bits, curve }: PublicKey): string {
  return curve ?? (type === 'RSA' ? `RSA-${bits}` : type);
}

/** NIST SP 800-131A: what offers less than 112 bits of security is disallowed. */
const isShort = ({ type, bits }: PublicKey): boolean => type === 'RSA' && bits < 2048;

/** crypto/tls, since Go 1.19.13, 1.20.8 and 1.21.1, of every certificate that a peer sends. */
const longest = 8192;

/** Whether all of a release's builds are of a Go that refuses longer keys: patch releases before it are of either. */
const refusesLong = ({ facts }: Pki): boolean =>
  facts.kubernetesVersion === undefined || isFrom(facts.kubernetesVersion.value, '1.29.0');

const serves = (role: Role): boolean => role.kind === 'certificate' && role.row.kinds.includes('server');

/** Whether both ends speak TLS 1.3, in which Go has no scheme for P-224: etcd's newest version is its own to choose. */
const speaksTls13 = (role: Role): boolean => role.parent.id !== 'etcd-ca';

/** Why a handshake with this chain fails, in Go's words, and of which certificate of it. */
function refusal(
  role: Role,
  chain: readonly Certificate[],
): { readonly key: PublicKey; readonly error: string } | undefined {
  const [leaf] = chain;
  const long = chain.find(({ publicKey: { type, bits } }) => type === 'RSA' && bits > longest);
  const who = serves(role) ? 'server' : 'client';
  if (long)
    return {
      key: long.publicKey,
      error: `tls: ${who} sent certificate containing RSA key larger than ${longest} bits`,
    };
  if (leaf?.publicKey.curve !== 'P-224' || !speaksTls13(role)) return undefined;
  const error = serves(role)
    ? 'tls: unsupported certificate curve (P-224)'
    : "tls: client didn't provide a certificate";
  return { key: leaf.publicKey, error };
}

/** Keys with which no TLS connection of Go's comes about (crypto/tls checkKeySize, signatureSchemesForCertificate). */
export const keyUsable = check('role', function* (role, pki) {
  if (!(yield* leafOf(role)) || !role.chain?.ok) return;
  if (!role.inUse) return yield notApplicable('nothing reads it');
  const { leaf, intermediates } = role.chain.value;
  const refused = refusal(role, [leaf, ...intermediates]);
  if (refused === undefined) return;
  if (refused.key.bits > longest && !refusesLong(pki)) {
    return yield skip('some patch releases of this Kubernetes take so long a key, others do not');
  }
  yield problem(role.at, { role: role.id, path: role.path, found: keyName(refused.key), error: refused.error });
});

export const keyLong = check('role', function* (role) {
  const leaf = yield* leafOf(role);
  if (!leaf || !role.inUse || !isShort(leaf.publicKey)) return;
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
  // kubeadm writes this file on every node that it makes.
  if (pki.node.files.get('/var/lib/kubelet/kubeadm-flags.env')?.state !== 'file') {
    return yield notApplicable('no sign of kubeadm');
  }
  const { key } = authority;
  const block = key.pem?.blocks.find(({ type }) => type === 'private-key');
  if (block?.type !== 'private-key' || block.key.publicKey.type !== 'Ed25519') return;
  yield problem({ path: key.path }, { role: authority.id, path: key.path });
});
