/** Rules `webhook/*` and `api-service/*`: what kube-apiserver dials must be what its bundle verifies. */

import { count } from '../../core/text.ts';
import { day, timeOf } from '../../core/time.ts';
import { warnedWithin } from '../../model/facts/limits.ts';
import { type DialVerdict, judgeDial, lastOf } from '../../model/objects/dial-verdict.ts';
import { type DialledServer, serviceDialled, servingCandidates } from '../../model/objects/dialled.ts';
import { isBundleKept } from '../../model/objects/injected.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { isTls } from '../../model/objects/tls-pair.ts';
import { loadGoPool } from '../../x509/load.ts';
import { type CheckResult, check, notApplicable, problem, skip } from '../base/check.ts';
import { expiresWithin, shortLife } from '../credentials/validity.ts';
import { getsLeases, requestsTo } from './effect.ts';
import { trustFix } from './fixes.ts';

/** Returns the check of one of these rules. */
const bundleEndsSoon = (rule: 'webhook/ends-soon' | 'api-service/ends-soon') =>
  function* (dialled: DialledServer, dump: JudgedDump): Iterable<CheckResult> {
    const { name, dial, meta } = dialled;
    const { isMoot, reason, part } = judgeDial(dialled, dump);
    if (isMoot) return yield notApplicable(reason ?? '');
    if (dial.caBundle === undefined) return yield skip(reason ?? '');
    if (isBundleKept(dialled)) return yield notApplicable('a program renews it');
    const pool = loadGoPool(dial.caBundle.pem);
    const last = pool.ok ? lastOf(pool.value) : undefined;
    if (last === undefined || part === 'bundle') return yield notApplicable('another rule reports the bundle');
    if (last.notAfter - last.notBefore < shortLife) {
      return yield notApplicable('no one renews such a certificate by hand');
    }
    if (!expiresWithin(last, dump, warnedWithin(dump, rule))) return;
    const service = serviceDialled(dialled, dump.objects);
    const served = service === undefined ? [] : servingCandidates(service, dump.objects);
    if (served.some(({ secret, chain }) => isTls(secret) && chain.leaf.fingerprint256 === last.fingerprint256)) {
      return yield notApplicable('reported by secret/ends-soon');
    }
    const days = count(Math.floor((last.notAfter - dump.at) / day), 'day');
    const object = `${meta.kind} ${meta.name}`;
    yield problem(dial.caBundle.at, { name, object, days, end: timeOf(last.notAfter) }, { certificate: last });
  };

export const webhookChecks = {
  'webhook/bundle': check('webhook', function* (webhook, dump) {
    if (webhook.isRequired) yield* bundleOf(webhook, dump);
    else yield notApplicable('its failurePolicy is Ignore');
  }),
  'webhook/bundle-ignored': check('webhook', function* (webhook, dump) {
    if (webhook.isRequired) yield notApplicable('its failurePolicy is Fail');
    else yield* bundleOf(webhook, dump);
  }),
  'webhook/serving': check('webhook', function* (webhook, dump) {
    if (webhook.isRequired) yield* servingOf(webhook, dump);
    else yield notApplicable('its failurePolicy is Ignore');
  }),
  'webhook/serving-ignored': check('webhook', function* (webhook, dump) {
    if (webhook.isRequired) yield notApplicable('its failurePolicy is Fail');
    else yield* servingOf(webhook, dump);
  }),
  'webhook/ends-soon': check('webhook', bundleEndsSoon('webhook/ends-soon')),
} as const;

export const apiServiceChecks = {
  'api-service/ends-soon': check('extension-api', bundleEndsSoon('api-service/ends-soon')),
  'api-service/bundle': check('extension-api', bundleOf),
  'api-service/serving': check('extension-api', servingOf),
  'api-service/insecure': check('extension-api', function* ({ dial, name }) {
    if (dial.insecure) yield problem(dial.at, { name });
  }),
} as const;

/** Whether a bundle has a certificate that can verify anything: one that is parsed, and has not ended. */
function* bundleOf(dialled: DialledServer, dump: JudgedDump): Iterable<CheckResult> {
  const found = judgeDial(dialled, dump);
  if (found.part === 'bundle')
    yield found.verdict === 'fail' ? untrusted(dialled, dump, found) : skip(found.reason ?? '');
  else if (found.isMoot) yield notApplicable(found.reason ?? '');
  else if (dialled.dial.caBundle === undefined) yield skip(found.reason ?? '');
}

/** Whether one of the certificates that may be served has the name that is dialled, and is verified by the bundle. */
function* servingOf(dialled: DialledServer, dump: JudgedDump): Iterable<CheckResult> {
  const found = judgeDial(dialled, dump);
  if (found.part === 'serving') yield untrusted(dialled, dump, found);
  else if (found.isMoot) yield notApplicable(found.reason ?? '');
  else if (found.verdict === 'unknown') yield skip(found.reason ?? '');
}

const leasesFail =
  ', also updates of Leases: kube-controller-manager and kube-scheduler exit after seconds, while /readyz is ok';

/** Another program reports what it saw before the bundle was broken (kube-aggregator keeps the condition). */
const keepsCondition = ' Its condition Available stays as it was.';

/** A problem of what kube-apiserver dials. */
function untrusted(
  dialled: DialledServer,
  dump: JudgedDump,
  { reason, part, served, certificate }: DialVerdict,
): CheckResult {
  const { name, meta, dial, host = '', says, kind } = dialled;
  const error = reason ?? '';
  const isUnread = part === 'bundle' && !error.startsWith('tls: ');
  const { fix, data } = trustFix(dialled, dump, served);
  const values = {
    name,
    object: `${meta.kind} ${meta.name}`,
    error,
    said: `${isUnread ? says.bundle : says.call}${error}`,
    requests: requestsTo(dialled, isUnread),
    leases: getsLeases(dialled) ? leasesFail : '',
    condition: isUnread && kind === 'extension-api' ? keepsCondition : '',
    host,
    secret: `${served?.secret.meta.namespace ?? ''}/${served?.secret.meta.name ?? ''}`,
    key: served?.key ?? '',
    ...(dialled.isRequired && kind !== 'conversion' && { removable: 'yes' }),
    ...data,
  };
  return problem(dial.caBundle?.at ?? dial.at, values, { ...(fix && { fix }), ...(certificate && { certificate }) });
}
