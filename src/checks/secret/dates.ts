/** Rules about the dates of the certificates that servers read from Secrets, and of those of control planes in them. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { count } from '../../core/text.ts';
import { day, timeOf } from '../../core/time.ts';
import { warnedWithin } from '../../model/facts/limits.ts';
import { hostedSecret } from '../../model/objects/hosted.ts';
import { datedParts } from '../../model/objects/hosted-trust.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { presentedChain } from '../../model/objects/secret-chain.ts';
import { isKept, judgedAt, sinceDump, usesOf } from '../../model/objects/secret-uses.ts';
import { isDialled } from '../../model/objects/serving.ts';
import { pairIn } from '../../model/objects/tls-pair.ts';
import { type CheckResult, check, notApplicable, problem, skip } from '../base/check.ts';
import { expiresWithin, shortLife } from '../credentials/validity.ts';
import { hostedFix, managedCertificate, pairFix } from '../object/secret-fixes.ts';
import { complaintOf } from './managed.ts';
import { dialled, secretNames, unused } from './names.ts';

/** Judges each certificate that a server presents, or that a control plane has. */
const dateCheck = (judge: (dated: Certificate, secret: SecretObject, dump: JudgedDump) => Iterable<CheckResult>) =>
  check('secret', function* (secret, dump) {
    const hosted = hostedSecret(dump.objects, secret);
    if (hosted === undefined && usesOf(dump.objects, secret).length === 0) return yield unused;
    const pair = hosted === undefined ? pairIn(secret, dump.objects) : undefined;
    if (hosted === undefined && !pair?.ok) return yield notApplicable('reported by secret/pair');
    const dated = hosted === undefined ? (pair?.ok ? presentedChain(pair.value) : []) : datedParts(hosted);
    for (const one of dated) yield* judge(one, secret, dump);
  });

const fixFor = (certificate: Certificate, secret: SecretObject, dump: JudgedDump) => {
  const hosted = hostedSecret(dump.objects, secret);
  const { fix, data } = hosted === undefined ? pairFix(secret, dump) : hostedFix(hosted, secret);
  const names = { ...secretNames(secret, dump), ...data, name: certificate.subject.text };
  return { names, more: { ...fix, key: certificate.fingerprint256 } };
};

/**
 * Whether a program renews a certificate long before its end. Cluster API renews the client certificate of a kubeconfig
 * after half of its life, if it does so at all, and neither it nor vcluster renews CAs.
 */
function isRenewed(secret: SecretObject, { objects }: JudgedDump): boolean {
  const hosted = hostedSecret(objects, secret);
  return hosted === undefined ? isKept(secret) : hosted.program === 'Kamaji';
}

/** A kubeconfig in a dump that is old may have been renewed since; a CA has not. */
function timeFor(certificate: Certificate, secret: SecretObject, { objects, at }: JudgedDump): number {
  const hosted = hostedSecret(objects, secret);
  const isLasting = hosted !== undefined && hosted.program !== 'Kamaji' && hosted.kubeconfigs.length === 0;
  return isLasting ? at : judgedAt(secret, certificate, objects, at);
}

export const secretDateChecks = {
  'secret/expired': dateCheck(function* (certificate, secret, dump) {
    if (isDialled(dump.objects, secret)) return yield dialled;
    const now = timeFor(certificate, secret, dump);
    const { notBefore, notAfter } = certificate;
    if (now >= notBefore && now <= notAfter) {
      if (dump.at > notAfter) yield skip(sinceDump(dump.objects));
      return;
    }
    const limit = now > notAfter ? `after ${timeOf(notAfter)}` : `before ${timeOf(notBefore)}`;
    const managed = managedCertificate(secret, dump);
    const said = managed === undefined ? '' : complaintOf(managed);
    const cause = said === '' ? '' : `; cert-manager says: ${said}`;
    const issued = certificate.basicConstraints?.ca ? ', and everything that it has issued' : '';
    const { names, more } = fixFor(certificate, secret, dump);
    yield problem(secret.meta.at, { ...names, now: timeOf(now), limit, cause, issued }, more);
  }),

  'secret/ends-soon': dateCheck(function* (certificate, secret, dump) {
    if (isRenewed(secret, dump)) return yield notApplicable('a program renews it');
    const { notBefore, notAfter } = certificate;
    if (notAfter - notBefore < shortLife) return yield notApplicable('no one renews such a certificate by hand');
    const now = timeFor(certificate, secret, dump);
    const within = warnedWithin(dump, 'secret/ends-soon');
    if (now > notAfter || !expiresWithin(certificate, { at: now }, within)) return;
    const days = count(Math.floor((notAfter - now) / day), 'day');
    const { names, more } = fixFor(certificate, secret, dump);
    yield problem(secret.meta.at, { ...names, days, end: timeOf(notAfter) }, more);
  }),
} as const;
