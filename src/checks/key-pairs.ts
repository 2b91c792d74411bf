/** Checks that certificates and keys belong together. */
import { keyFlagOf } from '../model/handshake/signers.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import { type ServiceAccountKeys, stoppedWithoutTokens } from '../model/roles/service-account.ts';
import { slotName, unknownPath } from '../model/roles/slots.ts';
import { seenAt, sourceAt } from '../model/roles/source.ts';
import { roleIds } from '../tables/role-ids.ts';
import { loadGoPool, loadKeyOnly, loadSigner, loadSignerCertificate } from '../x509/load.ts';
import { type CheckResult, check, notApplicable, problem, roleProblem, skip, skipUnseen } from './check.ts';
import { anyCertificateCheck, authorityCheck, type CertifiedOther, keyPairCheck } from './guards.ts';
import { isForeignAuthority } from './issuer.ts';
import { slotFlag } from './presence.ts';
import { otherRole, wrongTrust } from './target.ts';
import { mismatchOf, tokenPaths, verifierIds } from './token-keys.ts';
import { goesWithSigner, hasKeyOf, wrongKey } from './wrong-key.ts';

const untrustedCertificates = 'fails, or creates certificates that are not trusted';

/**
 * An authority's certificate and key. No component trusts what a stray key signs. Only the controller manager signs
 * while it runs; if no flag names the key, the fault appears when kubeadm signs.
 */
function authorityKey(inUse: boolean) {
  return authorityCheck(function* (authority, pki, cluster = []) {
    const { key } = authority;
    const signs = pki.slots.find((slot) => slot.row.holds === 'signer-key' && slot.path === key.path);
    if (wrongKey(signs, pki)) return yield notApplicable('reported by argument/target');
    if (key.seen !== 'present') return yield notApplicable('no private key on this node');
    if (isForeignAuthority(authority, pki)) return yield notApplicable('reported by authority/issued');
    if ((signs !== undefined) !== inUse) return yield notApplicable('reported by a different rule');
    const block = key.pem?.blocks.find((one) => one.type === 'private-key');
    if (block === undefined) return yield skip(`${key.path}: no readable private key`);
    // In a bundle the key is that of the signing certificate, which can be any of them.
    if (hasKeyOf(authority.certificates, block.key)) return;
    // The flags may name a different file, whose key this is not.
    const beside = sourceAt(pki.node, authority.recommended).pem;
    const pool = beside && loadGoPool(beside);
    if (pool?.ok && hasKeyOf(pool.value, block.key))
      return yield notApplicable('it is the key of the certificate at the recommended path');
    if (signs && goesWithSigner(signs, pki)) return yield notApplicable('reported by argument/target');
    // Existing certificates keep working; only signing breaks.
    const related = [
      ...(signs
        ? [
            {
              path: signs.component.at.path,
              subject: slotName(signs),
              message: `${signs.row.component} does not start`,
            },
          ]
        : []),
      { path: key.path, subject: 'kubeadm certs renew', message: untrustedCertificates },
    ];
    const other = holderOfKey(authority, cluster);
    const otherPath = other?.key.path ?? '';
    const data = {
      role: authority.id,
      path: authority.source.path,
      key: key.path,
      other: other?.name ?? '',
      otherPath,
    };
    // What the certificate has signed shows that it is right, and the key is not.
    const fix = other ? 'key-of-other' : inUse && authority.issued.length > 0 ? 'key' : undefined;
    yield problem({ path: key.path }, data, {
      related,
      stops: signs ? [signs.row.component] : [],
      ...(fix && { fix }),
    });
  });
}

/** The node of a cluster that has the private key of an authority. */
function holderOfKey({ id, certificates }: Authority, cluster: readonly Pki[]) {
  for (const { name, authorities } of cluster) {
    const key = authorities.find((one) => one.id === id)?.key;
    const block = key?.pem?.blocks.find((one) => one.type === 'private-key');
    if (key && block && hasKeyOf(certificates, block.key)) return { name, key };
  }
  return undefined;
}

/**
 * The public half of every signing key must be among the keys with which kube-apiserver verifies tokens
 * (kube-apiserver --service-account-key-file; kubernetes-pki-facts E, edge 22).
 */
export const serviceAccountVerified = keyPairCheck(function* (pair, pki, cluster = []) {
  if (pair.external) return yield notApplicable('an external signer is configured');
  const unseen = [...pair.verifiers, ...pair.signers].find((one) => one.source.seen === 'unseen');
  if (unseen) return yield skipUnseen(unseen.source);
  if (pair.verifiers.some((verifier) => !verifier.loaded?.ok)) return yield skip('the verifying keys were not read');
  if (pair.verifiers.length === 0) return yield notApplicable('no flag names the verifying keys');
  const known = verifierIds(pair);
  const reported = new Set<string>();
  for (const one of pair.signers) {
    const { slot, source, loaded } = one;
    if (!loaded?.ok || known.has(loaded.value.publicKey.id) || reported.has(source.path)) continue;
    reported.add(source.path);
    const verifier = pair.verifiers.map((one) => one.source.path).join(', ');
    const signer = slot ? slotName(slot) : source.path;
    const cause = mismatchOf(one, pki, cluster);
    const data = { signer, path: source.path, verifier, verifierPath: tokenPaths(pair).verifier, hint: '' };
    const isServers = pair.signers.some((other) => other.source.path === source.path && isOfServer(other));
    const stops = isServers ? stoppedWithoutTokens(pki) : [];
    yield problem({ path: source.path }, { ...data, ...cause?.data }, { key: source.path, stops, ...withFix(cause) });
  }
});

const withFix = (cause: { readonly fix: string } | undefined) => (cause ? { fix: cause.fix } : {});

/** Whether kube-apiserver signs the tokens that it is asked for with a key. */
const isOfServer = ({ slot }: ServiceAccountKeys['signers'][number]): boolean =>
  slot?.row.component === roleIds.apiServer;

/** A pair that plays no role. A file that cannot be loaded is reported by itself. */
function* pairOfOther(other: CertifiedOther): Generator<CheckResult> {
  const { kubelet, key, chain, pair, slots } = other;
  if (kubelet !== undefined) return yield notApplicable('reported by kubelet/serving-pair');
  if (key === undefined) return yield notApplicable('no private key belongs to it');
  const loadedKey = key.pem && loadKeyOnly(key.pem);
  if (!chain?.ok || loadedKey?.ok === false) return;
  if (pair === undefined) return yield key.seen === 'absent' ? notApplicable('no private key') : skipUnseen(key);
  if (pair.ok) return;
  const error = `${slots[0]?.row.said ?? ''}${pair.error}`;
  const stops = slots.map(({ row }) => row.component);
  yield roleProblem(other, { key: key.path, error, hint: '' }, { at: other.namedAt, stops });
}

/** Whether the flag for the key names the file of the certificate, which has no key. */
function isKeyless({ keySlot, key, path }: Role): boolean {
  return keySlot?.argument !== undefined && key?.path === path && key.pem !== undefined && !loadKeyOnly(key.pem).ok;
}

export const keyPairChecks = {
  /** Pairs as `tls.X509KeyPair` loads them, which every component of Kubernetes uses. */
  'cert/pair': anyCertificateCheck(function* (role, pki) {
    if (role.kind === 'other') return yield* pairOfOther(role);
    if (!role.chain?.ok) return;
    // A flag can name the right certificate only if that exists: a lost one is created first.
    const isLost = seenAt(pki.node, role.recommended) === 'absent';
    const strange = role.path !== role.recommended && !isLost && otherRole(role, pki) !== undefined;
    if (strange || wrongKey(role.keySlot, pki)) return yield notApplicable('reported by argument/target');
    if (isKeyless(role)) return yield notApplicable('reported by argument/load');
    if (role.pair === undefined) {
      const { key } = role;
      return yield key?.seen === 'unseen' ? skipUnseen(key) : skip(`the private key of ${role.id} was not seen`);
    }
    if (!role.pair.ok) {
      const key = role.key?.path ?? '';
      const secret = role.key?.pem && loadKeyOnly(role.key.pem);
      const isBelow = secret?.ok && hasKeyOf(role.chain.value.intermediates, secret.value);
      const chainNote = isBelow ? ' (the leaf comes after its CA, but must be the first certificate)' : '';
      const other = otherRole(role, pki);
      const hint = other === undefined ? chainNote : ` (${role.path} holds ${other})`;
      yield roleProblem(role, { key, error: role.pair.error, hint });
    }
  }),

  /** kube-controller-manager signs with this certificate and no other (pkg/controller/certificates/signer/ca_provider.go). */
  'argument/pair': check('argument', function* (slot, pki) {
    const keySlot = pki.slots.find((one) => one.component === slot.component && one.row.flag === keyFlagOf(slot));
    if (slot.row.holds !== 'signer' || slot.path === undefined) return yield notApplicable('not a signer');
    const unknown = keySlot && unknownPath(keySlot);
    if (unknown !== undefined) return yield skip(unknown);
    if (keySlot?.path === undefined) return yield notApplicable('no flag names its key on this node');
    const [certificate, key] = [slot.path, keySlot.path].map((path) => sourceAt(pki.node, path));
    if (key?.seen === 'unseen') return yield skipUnseen(key);
    const secret = key?.pem && loadKeyOnly(key.pem);
    if (!certificate?.pem || !key?.pem || !secret?.ok || !loadSignerCertificate(certificate.pem).ok) return;
    const pair = loadSigner(certificate.pem, key.pem);
    if (pair.ok) return;
    if (wrongTrust(slot, pki) || wrongKey(keySlot, pki)) return yield notApplicable('reported by argument/target');
    const isOfAuthority = ({ key: own, certificates }: Authority) =>
      own.path === key.path && !hasKeyOf(certificates, secret.value);
    if (pki.authorities.some(isOfAuthority)) return yield notApplicable('reported by authority/pair');
    const { component } = slot.row;
    const data = { component, flag: slotFlag(slot), path: slot.path, key: key.path, error: pair.error };
    yield problem(slot.argument?.at ?? { path: slot.path }, data);
  }),

  'authority/pair': authorityKey(true),
  'authority/stray-key': authorityKey(false),
  'service-account/verified': serviceAccountVerified,
};
