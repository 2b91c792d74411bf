/** Rules `webhook/*` and `api-service/*`: what kube-apiserver dials must be what its bundle verifies. */
import type { Certificate } from '../../artifact/certificate.ts';
import { timeOf } from '../../core/time.ts';
import { type DialledServer, type ServingCandidate, servingCandidates } from '../../model/objects/dialled.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { loadGoPool } from '../../x509/load.ts';
import { hasName, verifyHostname } from '../../x509/verify/host-name.ts';
import { verify } from '../../x509/verify/verify.ts';
import { type CheckResult, check, notApplicable, problem, skip } from '../base/check.ts';

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
function* bundleOf({ name, meta, dial }: DialledServer, { at }: JudgedDump): Iterable<CheckResult> {
  const { caBundle } = dial;
  if (dial.insecure) return yield notApplicable('it verifies nothing');
  if (caBundle === undefined) return yield skip("without a caBundle, the roots of the API server's container count");
  const pool = loadGoPool(caBundle.pem);
  const values = { name, object: objectName(meta) };
  if (!pool.ok) return yield problem(caBundle.at, { ...values, error: pool.error });
  if (pool.value.some(({ notAfter }) => notAfter >= at)) return;
  const last = Math.max(...pool.value.map(({ notAfter }) => notAfter));
  const error = `x509: certificate has expired or is not yet valid: it ended on ${timeOf(last)}`;
  yield problem(caBundle.at, { ...values, error });
}

/** Whether one of the certificates that may be served has the name that is dialled, and is verified by the bundle. */
function* servingOf(dialled: DialledServer, dump: JudgedDump): Iterable<CheckResult> {
  const { dial, host, name, meta } = dialled;
  if (dial.insecure) return yield notApplicable('it verifies nothing');
  if (dial.service === undefined || host === undefined) return yield skip('it is dialled by a URL');
  const pool = dial.caBundle === undefined ? undefined : loadGoPool(dial.caBundle.pem);
  // The rule about the bundle says it.
  if (pool === undefined || !pool.ok || pool.value.every(({ notAfter }) => notAfter < dump.at)) return;
  const candidates = servingCandidates(dial.service, dump.objects);
  const named = candidates.filter(({ chain }) => hasName(chain.leaf, host));
  // Of several Secrets, any may be the one that is served.
  if (candidates.length === 0 || (named.length === 0 && candidates.length > 1))
    return yield skip(`the dump does not show which certificate ${host} serves`);
  const [first = candidates[0]] = named;
  const errors = (named.length === 0 ? candidates : named).map((one) => errorOf(one, pool.value, host, dump));
  if (first === undefined || errors.some((error) => error === undefined)) return;
  const secret = `${first.secret.meta.namespace ?? ''}/${first.secret.meta.name}`;
  const at = dial.caBundle?.at ?? dial.at;
  yield problem(at, { name, object: objectName(meta), host, secret, key: first.key, error: errors[0] ?? '' });
}

/** Go checks the name before the chain. */
function errorOf(
  { chain: { leaf, intermediates } }: ServingCandidate,
  roots: readonly Certificate[],
  host: string,
  { at, strictness }: JudgedDump,
): string | undefined {
  const mismatch = verifyHostname(leaf, host);
  if (mismatch !== undefined) return mismatch;
  const verdict = verify(leaf, { roots, intermediates, usages: ['serverAuth'], at, strictness });
  return verdict.ok ? undefined : verdict.error;
}

const objectName = ({ kind, name }: DialledServer['meta']): string => `${kind} ${name}`;
