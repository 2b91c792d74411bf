/** Rules `webhook/*` and `api-service/*`: what kube-apiserver dials must be what its bundle verifies. */
import type { DialledService } from '../../artifact/objects/cluster-objects.ts';
import { timeOf } from '../../core/time.ts';
import {
  type DialledServer,
  type ServingCandidate,
  serviceNamed,
  servingCandidates,
} from '../../model/objects/dialled.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { errorOfServing } from '../../model/objects/trust.ts';
import { loadGoPool } from '../../x509/load.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { type CheckResult, check, notApplicable, type Problem, problem, skip } from '../base/check.ts';
import { getsLeases, requestsTo } from './effect.ts';
import { isInjected, trustFix } from './fixes.ts';

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
} as const;

export const apiServiceChecks = {
  'api-service/bundle': check('extension-api', bundleOf),
  'api-service/serving': check('extension-api', servingOf),
  'api-service/insecure': check('extension-api', function* ({ dial, name }) {
    if (dial.insecure) yield problem(dial.at, { name });
  }),
} as const;

/** Whether a bundle has a certificate that can verify anything: one that is parsed, and has not ended. */
function* bundleOf(dialled: DialledServer, dump: JudgedDump): Iterable<CheckResult> {
  const { meta, dial } = dialled;
  const { at } = dump;
  if (dial.insecure) return yield notApplicable('it verifies nothing');
  if (!meta.isLive && isInjected(dialled)) return yield notApplicable('another program fills in its caBundle');
  const { caBundle } = dial;
  if (caBundle === undefined) return yield skip("without a caBundle, the roots of the API server's container count");
  const pool = loadGoPool(caBundle.pem);
  if (!pool.ok) return yield untrusted(dialled, dump, pool.error);
  if (pool.value.some(({ notAfter }) => notAfter >= at)) return;
  const [last] = pool.value.toSorted((one, other) => other.notAfter - one.notAfter);
  if (last === undefined) return;
  const error = `x509: certificate has expired or is not yet valid: current time ${timeOf(at)} is after ${timeOf(last.notAfter)}`;
  yield { ...untrusted(dialled, dump, error), certificate: last };
}

/** Whether one of the certificates that may be served has the name that is dialled, and is verified by the bundle. */
function* servingOf(dialled: DialledServer, dump: JudgedDump): Iterable<CheckResult> {
  const { dial, host } = dialled;
  if (dial.insecure) return yield notApplicable('it verifies nothing');
  if (dial.service === undefined || host === undefined) return yield skip('it is dialled by a URL');
  const pool = dial.caBundle === undefined ? undefined : loadGoPool(dial.caBundle.pem);
  // The rule about the bundle says it.
  if (pool === undefined || !pool.ok || pool.value.every(({ notAfter }) => notAfter < dump.at)) return;
  const missing = missingService(dial.service, dump);
  if (missing !== undefined) return yield skip(missing);
  const candidates = servingCandidates(dial.service, dump.objects);
  const named = candidates.filter(({ chain }) => hasName(chain.leaf, host));
  // Of several Secrets, any may be the one that is served.
  if (candidates.length === 0 || (named.length === 0 && candidates.length > 1))
    return yield skip(`the dump does not show which certificate ${host} serves`);
  const [first = candidates[0]] = named;
  const errors = (named.length === 0 ? candidates : named).map((one) =>
    errorOfServing(one.chain, pool.value, host, dump),
  );
  if (first === undefined || errors.some((error) => error === undefined)) return;
  const secret = `${first.secret.meta.namespace ?? ''}/${first.secret.meta.name}`;
  const values = { host, secret, key: first.key };
  yield { ...untrusted(dialled, dump, errors[0] ?? '', values, first), certificate: first.chain.leaf };
}

/** Why kube-apiserver finds no Service, in its words; undefined if the dump has it, or no Service at all. */
function missingService({ namespace, name, port }: DialledService, { objects }: JudgedDump) {
  if (objects.services.length === 0) return undefined;
  const service = serviceNamed(objects, namespace, name);
  if (service === undefined) return `service "${name}" not found`;
  return service.ports.includes(port) ? undefined : `no service port ${port} found for service "${name}"`;
}

const leasesFail =
  ' Leases are not updated either: kube-controller-manager and kube-scheduler exit after seconds, while /readyz is ok.';

/** A problem of what kube-apiserver dials. */
function untrusted(
  dialled: DialledServer,
  dump: JudgedDump,
  error: string,
  more: Readonly<Record<string, string>> = {},
  served?: ServingCandidate,
): Problem {
  const { name, meta, dial } = dialled;
  const { fix, data } = trustFix(dialled, dump, served);
  const values = { name, object: `${meta.kind} ${meta.name}`, error, requests: requestsTo(dialled), ...more, ...data };
  const leases = getsLeases(dialled) ? leasesFail : '';
  const removable = dialled.isRequired && dialled.kind !== 'conversion' ? { removable: 'yes' } : {};
  return problem(dial.caBundle?.at ?? dial.at, { ...values, leases, ...removable }, { ...(fix && { fix }) });
}
