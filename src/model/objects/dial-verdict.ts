/** Whether kube-apiserver accepts what it dials because of an object: webhooks and extension API servers. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import { remember } from '../../core/collections.ts';
import { timeOf } from '../../core/time.ts';
import { type LeafChain, loadGoPool } from '../../x509/load.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import {
  type DialledServer,
  type ServingCandidate,
  serviceDialled,
  serviceNamed,
  servingCandidates,
} from './dialled.ts';
import { isFilledIn } from './injected.ts';
import type { JudgedDump } from './judged-dump.ts';
import { errorOfServing } from './trust.ts';

export interface DialVerdict {
  readonly verdict: 'ok' | 'fail' | 'unknown';
  /** Why it fails or is not known; of what works, what is not verified. */
  readonly reason: string | null;
  /** What is at fault, if it fails: the bundle, whatever is served, or what is served. */
  readonly part?: 'bundle' | 'serving';
  /** What is served, if it is at fault. */
  readonly served?: ServingCandidate;
  /** The certificate that decides, if it fails: what is served, or the last in the bundle that has ended. */
  readonly certificate?: Certificate;
  /** Present if no certificate decides. */
  readonly isMoot?: true;
}

const unknown = (reason: string): DialVerdict => ({ verdict: 'unknown', reason });
const accepted: DialVerdict = { verdict: 'ok', reason: null };

/** Returns the verdict of kube-apiserver: first of the bundle, then of what is served. Several rules ask for it. */
export const judgeDial = remember((dialled: DialledServer, dump: JudgedDump): DialVerdict => {
  const { dial } = dialled;
  if (dial.insecure) return { verdict: 'ok', reason: 'nothing is verified (insecureSkipTLSVerify)', isMoot: true };
  if (callsItself(dialled)) return { verdict: 'ok', reason: 'kube-apiserver calls itself', isMoot: true };
  if (isFilledIn(dialled)) return { ...unknown('another program fills in its caBundle'), isMoot: true };
  if (dial.caBundle === undefined) return judgeServing(dialled, undefined, dump);
  if (dial.caBundle.refused !== undefined) return brokenBundle(dial.caBundle.refused);
  const pool = loadGoPool(dial.caBundle.pem);
  if (!pool.ok) return brokenBundle(pool.error);
  if (pool.value.some(({ notAfter }) => notAfter >= dump.at)) return judgeServing(dialled, pool.value, dump);
  const [last] = pool.value.toSorted((one, other) => other.notAfter - one.notAfter);
  const dates = `current time ${timeOf(dump.at)} is after ${timeOf(last?.notAfter ?? 0)}`;
  const error = `tls: failed to verify certificate: x509: certificate has expired or is not yet valid: ${dates}`;
  return { ...brokenBundle(error), ...(last && { certificate: last }) };
});

const brokenBundle = (reason: string): DialVerdict => ({ verdict: 'fail', reason, part: 'bundle' });

/**
 * Whether a webhook is behind kube-apiserver itself, which then trusts its own certificate too
 * (k8s.io/apiserver pkg/util/webhook/authentication.go, NewDefaultAuthenticationInfoResolverWrapper).
 */
const callsItself = ({ kind, address }: DialledServer): boolean =>
  kind === 'webhook' &&
  ['https://kubernetes.default.svc', 'https://kubernetes.default.svc:443'].includes(address ?? '');

/** @param roots undefined if they are those of the API server's container */
function judgeServing(
  dialled: DialledServer,
  roots: readonly Certificate[] | undefined,
  dump: JudgedDump,
): DialVerdict {
  const { host, dial, meta } = dialled;
  const withoutBundle = "without a caBundle, the roots of the API server's container count";
  const service = serviceDialled(dialled, dump.objects);
  const hidden = (reason: string) => unknown(roots === undefined ? withoutBundle : reason);
  if (host === undefined || service === undefined) return hidden('the dump does not show what answers at its URL');
  const missing = missingService({ ...service, port: dial.service?.port }, dump.objects);
  if (missing !== undefined) return hidden(missing);
  const candidates = servingCandidates(service, dump.objects);
  const named = candidates.filter(({ chain }) => hasName(chain.leaf, host));
  const [first = candidates[0]] = named;
  // Of several Secrets, any may be the one that is served.
  if (first === undefined || (named.length === 0 && (candidates.length > 1 || !isMeant(first.chain, service.name))))
    return hidden(`the dump does not show which certificate ${host} serves`);
  const errorOf = ({ chain }: ServingCandidate) => errorOfServing(chain, roots ?? [chain.leaf], host, dump);
  const errors = (named.length === 0 ? [first] : named).map(errorOf);
  const certificate = first.chain.leaf;
  if (!errors.includes(undefined))
    return { verdict: 'fail', reason: errors[0] ?? '', part: 'serving', served: first, certificate };
  if (roots !== undefined) return accepted;
  const { issuer, subject } = certificate;
  const root = issuer.der === subject.der ? 'this certificate' : `the CA ${issuer.commonName || issuer.text}`;
  return unknown(meta.isLive ? `${withoutBundle}: it works only if ${root} is among them` : withoutBundle);
}

/** Whether a certificate without the name of a Service was made for it: a program may mount one for a client only. */
function isMeant(
  { leaf: { extendedKeyUsage = ['serverAuth'], subject, sans = [] } }: LeafChain,
  name: string,
): boolean {
  const isServing = extendedKeyUsage.includes('serverAuth') || extendedKeyUsage.includes('anyExtendedKeyUsage');
  return isServing && [subject.commonName, ...sans.map(({ value }) => value)].some((one) => one?.includes(name));
}

/** Why kube-apiserver finds no Service, in its words; undefined if the dump has it, or no Service at all. */
function missingService(
  { namespace, name, port }: { readonly namespace: string; readonly name: string; readonly port: number | undefined },
  objects: ClusterObjects,
): string | undefined {
  if (objects.services.length === 0) return undefined;
  const service = serviceNamed(objects, namespace, name);
  if (service === undefined) return `service "${name}" not found`;
  if (port === undefined || service.ports.includes(port)) return undefined;
  return `no service port ${port} found for service "${name}"`;
}
