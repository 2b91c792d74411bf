/** Rules about Certificates of cert-manager: what it does not issue, or not in time. */
import type { ManagedCertificate, ObjectCondition } from '../../artifact/objects/cluster-objects.ts';
import { printable } from '../../core/text.ts';
import { timeOf } from '../../core/time.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { nameOfObject, secretNamed, usesOf } from '../../model/objects/secret-uses.ts';
import { pairIn } from '../../model/objects/tls-pair.ts';
import { type CheckResult, notApplicable, problem, skip } from '../base/check.ts';
import { checkEach } from '../object/published.ts';
import { isReady, managerFix } from '../object/secret-fixes.ts';

/** An order of ACME takes minutes; cert-manager tries again after an hour (pkg/controller/certificates/trigger). */
const patience = 60 * 60_000;

const conditionOf = ({ conditions }: ManagedCertificate, wanted: string): ObjectCondition | undefined =>
  conditions.find(({ type }) => type === wanted);

/** The reason and the message of a condition, in the words of cert-manager. */
const wordsOf = ({ reason, message }: ObjectCondition): string =>
  printable([reason, message].filter((one) => one !== '').join(': '), 300);

/** The last attempt to issue, if it has failed. */
function failureOf(certificate: ManagedCertificate): ObjectCondition | undefined {
  const issuing = conditionOf(certificate, 'Issuing');
  return issuing !== undefined && !issuing.isTrue && issuing.reason === 'Failed' ? issuing : undefined;
}

/** What cert-manager says of a Certificate that is not as it should be; '' if it says nothing. */
export function complaintOf(certificate: ManagedCertificate): string {
  const ready = conditionOf(certificate, 'Ready');
  const said = failureOf(certificate) ?? (ready?.isTrue === false ? ready : undefined);
  return said === undefined ? '' : wordsOf(said);
}

/** Whether secret/expired reports it: something serves its certificate, which has ended. */
function isExpired({ meta, secretName }: ManagedCertificate, { objects, at }: JudgedDump): boolean {
  const secret = secretNamed(objects, meta.namespace, secretName);
  if (secret === undefined || usesOf(objects, secret).length === 0) return false;
  const pair = pairIn(secret, objects);
  return pair?.ok === true && pair.value.leaf.notAfter < Math.min(at, objects.newest ?? at);
}

/** Judges each Certificate with a status, at the time of the dump. */
const managedCheck = (judge: (one: ManagedCertificate, now: number, dump: JudgedDump) => Iterable<CheckResult>) =>
  checkEach(
    ({ certificates }) => certificates,
    function* (one, dump) {
      const { newest } = dump.objects;
      if (conditionOf(one, 'Ready') === undefined) yield notApplicable('cert-manager has not seen it yet');
      else if (newest === undefined) yield skip('nothing shows when the dump was made');
      else if (isExpired(one, dump)) yield notApplicable('reported by secret/expired');
      else yield* judge(one, newest, dump);
    },
  );

const usual = ({ meta, secretName }: ManagedCertificate) => ({
  certificate: `${meta.namespace ?? 'default'}/${meta.name}`,
  secret: secretName,
});

export const secretManagedChecks = {
  'secret/not-ready': managedCheck(function* (one, now, dump) {
    if (isReady(one)) return yield notApplicable('it is Ready');
    const since = conditionOf(one, 'Ready')?.since ?? one.meta.created ?? now;
    if (failureOf(one) === undefined && now - since < patience) return yield notApplicable('it is being issued');
    const { data } = managerFix(one.meta, true, dump);
    const values = { ...usual(one), ...data, time: timeOf(since), error: complaintOf(one) };
    yield problem(one.meta.at, values, { object: nameOfObject(one.meta) });
  }),

  'secret/late': managedCheck(function* (one, now, dump) {
    const { renewal, notAfter } = one;
    if (!isReady(one)) return yield notApplicable('reported by secret/not-ready');
    if (renewal === undefined) return yield skip('nothing shows when it is to be renewed');
    const slack = notAfter === undefined ? patience : Math.min(patience, (notAfter - renewal) / 2);
    if (now - renewal < slack) return;
    const issuing = conditionOf(one, 'Issuing');
    const cause = issuing === undefined ? 'cert-manager has not begun to issue it' : wordsOf(issuing);
    const { fix, data } = managerFix(one.meta, issuing !== undefined, dump);
    const times = { renewal: timeOf(renewal), end: notAfter === undefined ? 'an unknown date' : timeOf(notAfter) };
    const values = { ...usual(one), ...data, ...times, now: timeOf(now), error: cause };
    yield problem(one.meta.at, values, { ...fix, object: nameOfObject(one.meta) });
  }),
} as const;
