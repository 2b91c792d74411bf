/** Checks of the keys of certificates: their size and type. */

import type { Certificate, PublicKey } from '../../artifact/certificate.ts';
import { isShort, keyLimits, soundKeys } from '../../model/facts/limits.ts';
import { hasMlDsaKey } from '../../model/facts/ml-dsa.ts';
import { isFrom } from '../../model/facts/release.ts';
import { mlDsaProblem } from '../../model/handshake/ml-dsa.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadKeyOnly } from '../../x509/load.ts';
import { shortKeyError } from '../../x509/verify/signature.ts';
import { notApplicable, roleProblem, skip } from '../base/check.ts';
import { anyCertificateCheck, type CertifiedOther, type CertifiedRole } from '../base/guards.ts';
import { verifyingComponents } from '../credentials/issuer.ts';
import { keyName, tooShort } from '../credentials/keys.ts';

/**
 * Keys that are too short: `minor` if they are only too short for OpenSSL. By default the limit of the others is 1024
 * bits: below it, keys were factored in public (RSA-768 in 2009, eprint.iacr.org/2010/006).
 */
function keySize(minor: boolean) {
  return anyCertificateCheck(function* (role, pki) {
    const { leaf } = role;
    const sound = soundKeys(pki.judging, 'cert/key-size');
    if (!role.inUse || !isShort(leaf.publicKey, sound)) return;
    const isMinor = !isShort(leaf.publicKey, keyLimits(pki.judging, 'cert/key-size'));
    if (isMinor !== minor) return yield notApplicable('reported by a different rule');
    if (refusal(role, [leaf], pki) && !isEtcdsOwn(role, pki)) return yield notApplicable('reported by cert/key-usable');
    const refused = serves(role)
      ? ': clients that use OpenSSL (curl, Python) refuse it, Kubernetes and kubectl do not'
      : '';
    yield roleProblem(role, { ...tooShort(leaf.publicKey, sound), refused });
  });
}

/** The limit for every certificate that a peer sends, since Go 1.19.13, 1.20.8 and 1.21.1 (crypto/tls checkKeySize). */
const longest = 8192;

/** Whether every build of the release uses a Go that refuses longer keys. Earlier releases differ by patch release. */
const refusesLong = ({ facts }: Pki): boolean =>
  facts.kubernetesVersion === undefined || isFrom(facts.kubernetesVersion.value, '1.29.0');

/** Whether a certificate is presented by a server. If that is not known, by its usages. */
const serves = (one: CertifiedRole | CertifiedOther): boolean => {
  if (one.kind === 'other') return one.leaf.extendedKeyUsage?.includes('serverAuth') ?? true;
  return one.kind === 'certificate' && one.row.kinds.includes('server');
};

interface Refused {
  readonly key: PublicKey;
  /** Go's message. */
  readonly error: string;
  /** Why it is not certain that this release refuses it. */
  readonly unsure?: string;
}

/** Why an end of a connection with this key, or all of them, cannot use it. */
function mlDsaRefusal(role: CertifiedRole | CertifiedOther, pki: Pki): Refused | undefined {
  const { leaf } = role;
  if (!hasMlDsaKey(leaf)) return undefined;
  const problem = mlDsaProblem(
    role.kind === 'other' ? [role.component ?? ''] : verifyingComponents(role.parent.id),
    pki,
  );
  if (problem === undefined) return undefined;
  const { reason, isCertain } = problem;
  return { key: leaf.publicKey, ...(isCertain ? { error: reason } : { error: '', unsure: reason }) };
}

/** Why no handshake with this chain succeeds, and because of which of its keys (crypto/tls). */
function refusal(role: CertifiedRole | CertifiedOther, chain: readonly Certificate[], pki: Pki): Refused | undefined {
  const keys = chain.map((one) => one.publicKey);
  const long = keys.find(({ type, bits }) => type === 'RSA' && bits > longest);
  const [own] = keys;
  const unknown = mlDsaRefusal(role, pki);
  if (unknown) return unknown;
  if (long) {
    const error = `tls: ${serves(role) ? 'server' : 'client'} sent certificate containing RSA key larger than ${longest} bits`;
    const unsure = 'some patch releases of this Kubernetes accept a key of this length, others do not';
    return { key: long, error, ...(refusesLong(pki) ? {} : { unsure }) };
  }
  // Both the signing and the verifying end refuse it.
  const insecure = own && shortKeyError(own, pki.strictness);
  if (own && insecure !== undefined) return { key: own, error: `tls: failed to sign handshake: ${insecure}` };
  // Go has no scheme for P-224 in TLS 1.3 (signatureSchemesForCertificate). etcd can be limited to TLS 1.2.
  if (own?.curve !== 'P-224' || isForEtcd(role)) return undefined;
  const error = serves(role)
    ? 'tls: unsupported certificate curve (P-224)'
    : "tls: client didn't provide a certificate";
  return { key: own, error };
}

const isForEtcd = (one: CertifiedRole | CertifiedOther): boolean =>
  one.kind === 'other' ? one.component === 'etcd' : one.parent.id === roleIds.etcdCa;

/** Whether only etcd members use a key among themselves: which Go built etcd is not known. */
function isEtcdsOwn(one: CertifiedRole | CertifiedOther, { facts }: Pki): boolean {
  if (one.kind === 'other') return one.component === 'etcd';
  const { id } = one;
  return id === roleIds.etcdPeer || (id === roleIds.etcdClient && facts.etcd?.value === 'external');
}

export const certKeysChecks = {
  /** Keys with which no TLS connection can be established. */
  'cert/key-usable': anyCertificateCheck(function* (role, pki) {
    if (!role.inUse) return yield notApplicable('nothing reads it');
    if (role.kind === 'other' && role.pool) return yield notApplicable('not presented in a handshake');
    const refused = refusal(role, [role.leaf, ...(role.chain?.ok ? role.chain.value.intermediates : [])], pki);
    if (refused === undefined) return;
    // A key that cannot be read is reported with the reason.
    if (role.key?.pem && !loadKeyOnly(role.key.pem).ok) return yield notApplicable('reported by file/parse');
    if (!hasMlDsaKey(role.leaf) && isEtcdsOwn(role, pki))
      return yield skip('the Go version that built this etcd is unknown');
    if (refused.unsure !== undefined) return yield skip(refused.unsure);
    yield roleProblem(role, { found: keyName(refused.key), error: refused.error });
  }),
  'cert/key-size': keySize(false),
  'cert/key-size-minor': keySize(true),
};
