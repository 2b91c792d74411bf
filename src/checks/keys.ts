/** Checks of keys: too short, too long, of a type that a component cannot use, or used twice. */

import type { Certificate, PublicKey } from '../artifact/certificate.ts';
import type { Place } from '../artifact/place.ts';
import { groupBy } from '../core/collections.ts';
import { isShort, type KeyLimits, keyLimits, keysInWords, leastRsaBits, soundKeys } from '../model/facts/limits.ts';
import { isFrom } from '../model/facts/release.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import { type ServiceAccountKeys, stoppedWithoutTokens } from '../model/roles/service-account.ts';
import { roleIds } from '../tables/role-ids.ts';
import { shortKeyError } from '../x509/signature.ts';
import { authorityProblem, check, kubeadmsFlags, list, notApplicable, problem, roleProblem, skip } from './check.ts';
import {
  anyCertificateCheck,
  applies,
  authorityCheck,
  type CertifiedOther,
  type CertifiedRole,
  keyPairCheck,
} from './guards.ts';
import { swapWith } from './swapped-files.ts';
import { hasOtherRolesUser, otherRole } from './target.ts';
import { isUnverified, ownTokenKey } from './token-keys.ts';

/** The usual name of a kind of key: `RSA-2048`, `P-256`, `Ed25519`. */
export function keyName({ type, bits, curve }: PublicKey): string {
  return curve ?? (type === 'RSA' ? `RSA-${bits}` : type);
}

/** The data of a key that is too short. What the rules say about short keys may not be true of one that only a policy refuses. */
function tooShort(key: PublicKey, limits: KeyLimits) {
  const isByPolicy = !isShort(key, { rsa: leastRsaBits, ecdsa: undefined });
  const policy = isByPolicy ? 'The policy requires longer keys. ' : '';
  return { found: keyName(key), minimum: keysInWords(limits), policy };
}

/**
 * Keys that are too short: `minor` if they are only too short for OpenSSL. By default the limit of the others is 1024 bits:
 * below it, keys were factored in public (RSA-768 in 2009, eprint.iacr.org/2010/006).
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

/** Why no handshake with this chain succeeds, and because of which of its keys (crypto/tls). */
function refusal(role: CertifiedRole | CertifiedOther, chain: readonly Certificate[], pki: Pki): Refused | undefined {
  const keys = chain.map((one) => one.publicKey);
  const long = keys.find(({ type, bits }) => type === 'RSA' && bits > longest);
  const [own] = keys;
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

interface Holder {
  /** The name in messages: of a role, an authority or the service account keys. */
  readonly id: string;
  /** The component, authority or key pair that has the key. One component may use it in several roles. */
  readonly owner: string;
  readonly at: Place;
  readonly key: PublicKey;
}

/** The component that presents a role. No flag names the healthcheck client, which etcdctl uses. */
function ownerOf(role: Role, { layout }: Pki): string {
  if (role.kind === 'kubeconfig') return role.row.usedBy;
  if (role.row.own !== undefined) return role.row.own.usedBy;
  return layout.arguments.find((row) => row.role === role.id && row.holds === 'certificate')?.component ?? 'etcd';
}

function holdersOf(pki: Pki): readonly Holder[] {
  const { roles, authorities, serviceAccount } = pki;
  const leaves = roles.flatMap((role): readonly Holder[] => {
    const { leaf, inUse, applies, id, at, pair } = role;
    if (!leaf || !inUse || applies.answer !== 'yes' || pair?.ok === false) return [];
    // The certificate of a different role is reported by another rule.
    if (otherRole(role, pki) !== undefined || hasOtherRolesUser(role, pki)) return [];
    return [{ id, owner: ownerOf(role, pki), at, key: leaf.publicKey }];
  });
  const signers = authorities.flatMap(({ id, source, loaded }): readonly Holder[] => {
    // A certificate that is not a CA signs nothing.
    const certificates = loaded?.ok ? loaded.value.filter((one) => one.basicConstraints?.ca ?? one.version !== 3) : [];
    return certificates.map(({ publicKey }) => ({ id, owner: id, at: source.at, key: publicKey }));
  });
  const { row, signers: tokens } = serviceAccount;
  const token = tokens.flatMap(({ source, loaded }): readonly Holder[] =>
    loaded?.ok ? [{ id: row.role, owner: row.role, at: source.at, key: loaded.value.publicKey }] : [],
  );
  return [...leaves, ...token, ...signers];
}

/** The keys that sign tokens; if none of them was read, the key that verifies all tokens. */
function tokenKeysOf({ signers, verifiers }: ServiceAccountKeys) {
  const signing = signers.flatMap(({ source, loaded }) =>
    loaded?.ok ? [{ source, key: loaded.value.publicKey }] : [],
  );
  if (signing.length > 0) return signing;
  const verifying = verifiers.flatMap(({ source, loaded }) =>
    loaded?.ok ? loaded.value.map((key) => ({ source, key })) : [],
  );
  return verifying.length === 1 ? verifying : [];
}

export const keyChecks = {
  /** Keys with which no TLS connection can be established. */
  'cert/key-usable': anyCertificateCheck(function* (role, pki) {
    if (!role.inUse) return yield notApplicable('nothing reads it');
    if (role.kind === 'other' && role.pool) return yield notApplicable('not presented in a handshake');
    const refused = refusal(role, [role.leaf, ...(role.chain?.ok ? role.chain.value.intermediates : [])], pki);
    if (refused === undefined) return;
    if (isEtcdsOwn(role, pki)) return yield skip('the Go version that built this etcd is unknown');
    if (refused.unsure !== undefined) return yield skip(refused.unsure);
    yield roleProblem(role, { found: keyName(refused.key), error: refused.error });
  }),

  'cert/key-size': keySize(false),
  'cert/key-size-minor': keySize(true),

  'authority/key-size': authorityCheck(function* (authority, pki) {
    const limits = keyLimits(pki.judging, 'authority/key-size');
    const short = authority.loaded.value.find(
      (one) => isShort(one.publicKey, limits) && pki.judging.at <= one.notAfter,
    );
    if (short === undefined) return;
    const data = { subject: short.subject.text, ...tooShort(short.publicKey, limits) };
    yield authorityProblem(authority, data, { certificate: short });
  }),

  /**
   * A key with which Go neither signs nor verifies tokens. kube-controller-manager asks for the tokens of its
   * controllers when it starts, and exits without them (--use-service-account-credentials, which kubeadm sets).
   */
  'service-account/key-usable': keyPairCheck(function* (pair, pki) {
    for (const { source, key } of tokenKeysOf(pair)) {
      const error = shortKeyError(key, pki.strictness);
      if (error === undefined) continue;
      const stops = stoppedWithoutTokens(pki);
      return yield problem({ path: source.path }, { path: source.path, found: keyName(key), error }, { stops });
    }
  }),

  'service-account/key-size': keyPairCheck(function* (pair, pki) {
    const limits = keyLimits(pki.judging, 'service-account/key-size');
    for (const { source, loaded } of pair.signers) {
      if (!loaded?.ok || !isShort(loaded.value.publicKey, limits)) continue;
      if (shortKeyError(loaded.value.publicKey, pki.strictness) !== undefined) {
        return yield notApplicable('reported by service-account/key-usable');
      }
      const bits = String(Math.max(3072, limits.rsa));
      const data = { path: source.path, ...tooShort(loaded.value.publicKey, limits), bits };
      return yield problem({ path: source.path }, data);
    }
  }),

  /** kubeadm can sign only with RSA and ECDSA keys (cmd/kubeadm/app/util/pkiutil, TryLoadKeyFromDisk). */
  'authority/key-type': check('authority', function* (authority, pki) {
    if (!(yield* applies(authority))) return;
    if (kubeadmsFlags(pki) !== 'file') return yield notApplicable('no trace of kubeadm');
    const { key } = authority;
    const block = key.pem?.blocks.find((one) => one.type === 'private-key');
    if (block?.key.publicKey.type !== 'Ed25519') return;
    yield problem({ path: key.path }, { role: authority.id, path: key.path });
  }),

  /** Two authorities with a common key are reported by authority/distinct. */
  'key/shared': check('node', function* (pki) {
    const byKey = groupBy(holdersOf(pki), ({ key }) => key.id);
    const authorities = new Set(pki.authorities.map(({ id }) => id));
    for (const holders of byKey.values()) {
      const [first] = holders;
      const { row } = pki.serviceAccount;
      // Of a key that signs tokens which nothing verifies, service-account/verified says more.
      const isReported = isUnverified(first?.key.id ?? '', pki.serviceAccount);
      const owners = new Set(holders.flatMap(({ id, owner }) => (isReported && id === row.role ? [] : owner)));
      if (first === undefined || owners.size < 2 || authorities.has(first.owner)) continue;
      const paths = holders.map(({ at }) => at.path);
      if (swapWith(paths, pki).length > 0) {
        yield notApplicable('reported by node/swapped');
        continue;
      }
      const ids = [...new Set(holders.map(({ id }) => id))];
      const tokens = ids.includes(pki.serviceAccount.row.role) ? ownTokenKey(pki) : undefined;
      const data = { roles: list(ids), hint: '', ...tokens?.data };
      yield problem(first.at, data, { key: ids.toSorted().join(' '), ...tokens?.more });
    }
  }),
};
