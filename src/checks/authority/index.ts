/** The checks of the rules `authority/*`, whose words are in `rules/catalog/authority.json`. */
import type { Certificate } from '../../artifact/certificate.ts';
import { count, handful } from '../../core/text.ts';
import { dateOf } from '../../core/time.ts';
import { isShort, keyLimits, limitOf } from '../../model/facts/limits.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { bringsBack } from '../../tables/layouts/owner.ts';
import {
  authorityProblem,
  check,
  list,
  notApplicable,
  problem,
  skipUnseen,
  traceOfInstaller,
  withoutInstaller,
} from '../base/check.ts';
import { applies, authorityCheck } from '../base/guards.ts';
import { subjects, trustFiles } from '../credentials/file-contents.ts';
import { tooShort } from '../credentials/keys.ts';
import { excess, lifetimeOf, unlimited } from '../credentials/lifetime.ts';
import { servesOthers } from '../credentials/openssl.ts';
import { namesElsewhere } from '../credentials/presence.ts';
import {
  type DateCheck,
  datedAuthority,
  endsSoon,
  entityOf,
  expired,
  isExpiringSoon,
  notYetValid,
} from '../credentials/validity.ts';
import { authorityIssuerChecks } from './issuer.ts';
import { authorityLimitChecks } from './limit.ts';
import { authorityNamesChecks } from './names.ts';
import { authorityPairChecks } from './pair.ts';
import { authorityTrustBundlesChecks } from './trust-bundles.ts';

const ofAuthority = (dateCheck: DateCheck) =>
  authorityCheck(function* (authority, pki) {
    for (const dated of datedAuthority(authority, pki)) yield* dateCheck(dated, pki.judging);
  });

const authorityValidityChecks = {
  'authority/expired': ofAuthority(expired),
  'authority/not-yet-valid': ofAuthority(notYetValid),
  'authority/ends-soon': ofAuthority(endsSoon('authority/ends-soon')),
  /** Reported once for all leaves of a CA: kubeadm issues them for a year even if the CA expires sooner. */
  'authority/outlived': authorityCheck(function* (authority, pki) {
    const outliving = pki.roles.flatMap((role) => {
      const [leaf, ...above] = role.parent === authority && role.applies.answer === 'yes' ? (role.verified ?? []) : [];
      const first = above.toSorted((one, other) => one.notAfter - other.notAfter)[0];
      return leaf && first && role.inUse && leaf.notAfter > first.notAfter
        ? [{ role, leaf, first, isAnchor: first === above.at(-1) }]
        : [];
    });
    if (outliving.length === 0) return;
    const isReported = ({ first, isAnchor }: (typeof outliving)[number]) =>
      isExpiringSoon(first, pki.judging, isAnchor ? 'authority/ends-soon' : 'cert/ends-soon');
    if (outliving.some(isReported)) {
      return yield notApplicable('reported by authority/ends-soon or cert/ends-soon');
    }
    const related = outliving.map(({ role, leaf, first }) => ({
      path: role.path,
      subject: role.id,
      message: `effectively expires on ${dateOf(first.notAfter)}, not on ${dateOf(leaf.notAfter)}`,
    }));
    const ids = outliving.map(({ role }) => role.id);
    const end = dateOf(Math.min(...outliving.map(({ first }) => first.notAfter)));
    const data = { roles: handful(ids, 3), end, count: count(ids.length, 'certificate') };
    yield authorityProblem(authority, data, { related, parts: ids });
  }),
};

/** The anchors of the certificates in use, by name and key. */
function inForce(pki: Pki): ReadonlySet<string> {
  const used = pki.roles.filter((role) => role.inUse && role.applies.answer === 'yes');
  return new Set(used.flatMap((role) => role.verified?.at(-1) ?? []).map(entityOf));
}

const authorityContentsChecks = {
  /** A certificate that is in a file twice. */
  'authority/duplicate': check('authority', function* (authority) {
    if (!(yield* applies(authority))) return;
    for (const [path, certificates] of trustFiles(authority)) {
      const again = certificates.filter(
        (one, index) => certificates.findIndex((other) => other.fingerprint256 === one.fingerprint256) < index,
      );
      const [certificate] = again;
      if (certificate === undefined) continue;
      const data = { path, subjects: subjects(again), count: count(again.length, 'repetition') };
      yield problem({ path }, data, { key: path, certificate });
    }
  }),
  /** Expired certificates next to valid ones, which no certificate in use needs: a rotation was not finished. */
  'authority/leftover': check('authority', function* (authority, pki) {
    if (!(yield* applies(authority))) return;
    const { at } = pki.judging;
    for (const [path, certificates] of trustFiles(authority)) {
      const valid = certificates.filter((one) => at <= one.notAfter);
      if (valid.length === 0) continue;
      const renewed = new Set(valid.map(entityOf));
      const expired = certificates.filter((one) => at > one.notAfter);
      // What is in force and was not renewed is reported by authority/expired.
      const left = expired.filter((one) => renewed.has(entityOf(one)) || !inForce(pki).has(entityOf(one)));
      const [certificate] = left;
      if (certificate === undefined) continue;
      const end = dateOf(Math.max(...left.map((one) => one.notAfter)));
      yield problem({ path }, { path, subjects: subjects(left), end }, { key: path, certificate });
    }
  }),
};

const authorityPresenceChecks = {
  'authority/present': check('authority', function* (authority) {
    if (!(yield* applies(authority, 'presence'))) return;
    const { source, recommended } = authority;
    if (source.seen === 'unseen') yield skipUnseen(source);
    // If all flags name a different path, these are at fault.
    const slots = authority.trust.map((trust) => trust.slot);
    const ours = slots.length === 0 || slots.some((slot) => !namesElsewhere(slot, recommended));
    if (source.seen === 'absent' && ours) {
      yield problem({ path: recommended }, { role: authority.id, for: authority.row.for, path: recommended });
    }
  }),
  /** kubeadm considers a certificate without its key an external CA (certs.go, UsingExternalCA). */
  'authority/key': check('authority', function* (authority, pki) {
    if (!(yield* applies(authority))) return;
    const { source, key } = authority;
    if (source.seen !== 'present') return yield notApplicable('no certificate on this node');
    if (bringsBack(source.path, pki.layout.remedies.owner)) return yield notApplicable('its key is kept elsewhere');
    if (source.path !== authority.recommended) return yield notApplicable('its file is elsewhere');
    if (pki.kind !== 'control-plane') return yield notApplicable('this node does not sign');
    if (signsAt(authority, pki) === 'elsewhere') return yield notApplicable('etcd runs elsewhere');
    if (key.seen === 'unseen') return yield skipUnseen(key);
    if (pki.slots.some((slot) => slot.row.holds === 'signer-key' && slot.path === key.path)) {
      return yield notApplicable('reported by argument/file');
    }
    if (key.seen === 'absent') yield problem({ path: key.path }, { role: authority.id, path: key.path });
  }),
};

/**
 * Whether OpenSSL finds no issuer: each certificate with the issuer's name has a different key identifier
 * (crypto/x509/v3_purp.c, X509_check_akid). Go prefers an issuer with the identifier, and also accepts others
 * (cert_pool.go, findPotentialParents).
 */
function hasLostIssuer({ issuer, authorityKeyId }: Certificate, all: readonly Certificate[]): boolean {
  const issuers = all.filter((one) => one.subject.der === issuer.der);
  if (!authorityKeyId || issuers.length === 0) return false;
  return issuers.every(({ subjectKeyId }) => subjectKeyId && subjectKeyId !== authorityKeyId);
}

const chainOfFile = ({ chain }: Role) => (chain?.ok ? chain.value.intermediates : []);

const authorityOpensslChecks = {
  'authority/key-identifier': authorityCheck(function* (authority, pki) {
    const signed = pki.roles.filter(({ parent, verified }) => parent.id === authority.id && verified);
    const servers = signed.filter(servesOthers);
    if (servers.length === 0) return yield notApplicable('it signed no server that other programs connect to');
    const lost = servers.filter((role) => {
      return role.leaf && hasLostIssuer(role.leaf, [...authority.certificates, ...chainOfFile(role)]);
    });
    if (lost.length === 0) return;
    const found = authority.loaded.value.flatMap(({ subjectKeyId }) => subjectKeyId ?? []);
    const wanted = lost.flatMap(({ leaf }) => leaf?.authorityKeyId ?? []);
    const ids = lost.map(({ id }) => id);
    const data = { servers: list(ids), found: list(found), wanted: list([...new Set(wanted)]) };
    yield authorityProblem(authority, data, { parts: ids });
  }),
};

const authorityKeysChecks = {
  'authority/key-size': authorityCheck(function* (authority, pki) {
    const limits = keyLimits(pki.judging, 'authority/key-size');
    const short = authority.loaded.value.find(
      (one) => isShort(one.publicKey, limits) && pki.judging.at <= one.notAfter,
    );
    if (short === undefined) return;
    const data = { subject: short.subject.text, ...tooShort(short.publicKey, limits) };
    yield authorityProblem(authority, data, { certificate: short });
  }),
  /** kubeadm can sign only with RSA and ECDSA keys (cmd/kubeadm/app/util/pkiutil, TryLoadKeyFromDisk). */
  'authority/key-type': check('authority', function* (authority, pki) {
    if (!(yield* applies(authority))) return;
    if (traceOfInstaller(pki) !== 'file') return yield withoutInstaller(pki);
    const { key } = authority;
    const block = key.pem?.blocks.find((one) => one.type === 'private-key');
    if (block?.key.publicKey.type !== 'Ed25519') return;
    yield problem({ path: key.path }, { role: authority.id, path: key.path });
  }),
};

const authorityLifetimeChecks = {
  /** A CA that signs: an old one that is only trusted any more does no harm by its length. */
  'authority/lifetime': authorityCheck(function* (authority, { judging }) {
    const max = limitOf(judging, 'authority/lifetime', 'max');
    if (max === undefined) return yield unlimited;
    const [certificate] = authority.loaded.value;
    const data = excess(certificate, lifetimeOf(certificate, undefined, judging), max);
    if (data !== undefined) yield authorityProblem(authority, data, { certificate });
  }),
};

export const authorityChecks = {
  ...authorityContentsChecks,
  ...authorityIssuerChecks,
  ...authorityKeysChecks,
  ...authorityLifetimeChecks,
  ...authorityLimitChecks,
  ...authorityNamesChecks,
  ...authorityOpensslChecks,
  ...authorityPairChecks,
  ...authorityPresenceChecks,
  ...authorityTrustBundlesChecks,
  ...authorityValidityChecks,
};
