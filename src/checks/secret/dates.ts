/** Rules about the dates of the certificates that servers read from Secrets. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { count } from '../../core/text.ts';
import { day, timeOf } from '../../core/time.ts';
import { warnedWithin } from '../../model/facts/limits.ts';
import { isDialled } from '../../model/objects/dialled.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { presentedChain } from '../../model/objects/secret-chain.ts';
import { isKept, judgedAt, usesOf } from '../../model/objects/secret-uses.ts';
import { pairIn } from '../../model/objects/tls-pair.ts';
import { type CheckResult, check, notApplicable, problem } from '../base/check.ts';
import { expiresWithin } from '../credentials/validity.ts';
import { managedCertificate, pairFix } from './fixes.ts';
import { complaintOf } from './managed.ts';
import { dialled, secretNames, unused } from './names.ts';

/** linkerd has certificates of 24 hours (linkerd/linkerd2#5149); some CAs have those of six days. */
const shortLife = 30 * day;

/** Judges each certificate that a server presents. */
const dateCheck = (judge: (dated: Certificate, secret: SecretObject, dump: JudgedDump) => Iterable<CheckResult>) =>
  check('secret', function* (secret, dump) {
    if (usesOf(dump.objects, secret).length === 0) return yield unused;
    const pair = pairIn(secret, dump.objects);
    if (!pair?.ok) return yield notApplicable('reported by secret/pair');
    for (const one of presentedChain(pair.value)) yield* judge(one, secret, dump);
  });

export const secretDateChecks = {
  'secret/expired': dateCheck(function* (certificate, secret, dump) {
    if (isDialled(dump.objects, secret)) return yield dialled;
    const now = judgedAt(secret, certificate, dump.objects, dump.at);
    const { notBefore, notAfter, subject } = certificate;
    if (now >= notBefore && now <= notAfter) return;
    const limit = now > notAfter ? `after ${timeOf(notAfter)}` : `before ${timeOf(notBefore)}`;
    const { fix, data } = pairFix(secret, dump);
    const managed = managedCertificate(secret, dump);
    const said = managed === undefined ? '' : complaintOf(managed);
    const cause = said === '' ? '' : `; cert-manager says: ${said}`;
    const names = { ...secretNames(secret, dump), ...data, name: subject.text };
    yield problem(
      secret.meta.at,
      { ...names, now: timeOf(now), limit, cause },
      { ...fix, key: certificate.fingerprint256 },
    );
  }),

  'secret/ends-soon': dateCheck(function* (certificate, secret, dump) {
    if (isKept(secret)) return yield notApplicable('a program renews it');
    const { notBefore, notAfter, subject } = certificate;
    if (notAfter - notBefore < shortLife) return yield notApplicable('no one renews such a certificate by hand');
    const within = warnedWithin(dump, 'secret/ends-soon');
    if (dump.at > notAfter || !expiresWithin(certificate, dump, within)) return;
    const days = count(Math.floor((notAfter - dump.at) / day), 'day');
    const { fix, data } = pairFix(secret, dump);
    const names = { ...secretNames(secret, dump), ...data, name: subject.text };
    yield problem(
      secret.meta.at,
      { ...names, days, end: timeOf(notAfter) },
      { ...fix, key: certificate.fingerprint256 },
    );
  }),
} as const;
