/** Whether kube-apiserver accepts what it dials because of an object: webhooks and extension API servers. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { ClusterObjects, SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { remember } from '../../core/collections.ts';
import { loadGoPool } from '../../x509/load.ts';
import { dateError } from '../../x509/verify/verify.ts';
import { type DialledServer, objectsNear, type ServingCandidate, serviceDialled, serviceNamed } from './dialled.ts';
import { annotationOf, isBundleKept, isFilledIn } from './injected.ts';
import type { JudgedDump } from './judged-dump.ts';
import { settled } from './requests.ts';
import { ownCas } from './secret-chain.ts';
import { isKept, sinceDump, timeOfKept } from './secret-uses.ts';
import { shownCertificates } from './serving.ts';
import { errorOfServing } from './trust.ts';

/**
 * Returns the Secret whose CA is copied: that of a Certificate, or one that allows it
 * (cert-manager.io/docs/concepts/ca-injector); undefined if the dump does not have it.
 */
function sourceOf(dialled: DialledServer, { objects }: JudgedDump): SecretObject | undefined {
  const certificate = annotationOf(dialled.meta, 'inject-ca-from');
  const [namespace = '', name] = (certificate ?? annotationOf(dialled.meta, 'inject-ca-from-secret') ?? '').split('/');
  const isSource = ({ meta }: SecretObject) =>
    certificate === undefined
      ? meta.name === name && meta.annotations.get('cert-manager.io/allow-direct-injection') === 'true'
      : meta.annotations.get('cert-manager.io/certificate-name') === name;
  return objectsNear(objects, namespace).secrets.find(isSource);
}

/** Whether a CA is in a bundle, perhaps renewed with its key: that verifies the same. */
const isIn = ({ subject, publicKey }: Certificate, bundle: readonly Certificate[]): boolean =>
  bundle.some((one) => one.subject.der === subject.der && one.publicKey.id === publicKey.id);

/** Whether a caBundle lacks the CA that cainjector should have copied into it, minutes before the dump was made. */
function lacksInjected(dialled: DialledServer, dump: JudgedDump): boolean {
  const { meta, dial } = dialled;
  const source = sourceOf(dialled, dump);
  const { newest } = dump.objects;
  if (source === undefined || newest === undefined) return false;
  const isOld = [meta, source.meta].every(({ created }) => created !== undefined && newest - created >= settled);
  const cas = ownCas(source);
  return isOld && cas.length > 0 && !cas.some((ca) => isIn(ca, certificatesInPem(dial.caBundle?.pem)));
}

export interface DialVerdict {
  readonly verdict: 'ok' | 'fail' | 'unknown';
  /** Why it fails or is not known; of what works, what is not verified. */
  readonly reason: string | null;
  /** What is at fault, or what is not known: the bundle, whatever is served, or what is served. */
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
  if (dialled.isUncalled && !isUnreadable(dialled)) return { ...accepted, reason: 'it is never called', isMoot: true };
  if (isFilledIn(dialled)) return { ...unknown('another program fills in its caBundle'), isMoot: true };
  if (dial.caBundle === undefined) return judgeServing(dialled, undefined, dump);
  if (dial.caBundle.refused !== undefined) return brokenBundle(dial.caBundle.refused);
  const pool = loadGoPool(dial.caBundle.pem);
  if (!pool.ok) return brokenBundle(pool.error);
  return judgeEnds(dialled, pool.value, dump) ?? judgeServing(dialled, pool.value, dump);
});

/** Whether a bundle cannot be read: then a CustomResourceDefinition is not served, even if nothing is converted. */
const isUnreadable = ({ dial: { caBundle } }: DialledServer): boolean =>
  caBundle !== undefined && (caBundle.refused !== undefined || !loadGoPool(caBundle.pem).ok);

/** Returns the certificate of a bundle with the latest end. */
export const lastOf = (roots: readonly Certificate[]): Certificate | undefined =>
  roots.toSorted((one, other) => other.notAfter - one.notAfter)[0];

/** Judges the dates of a bundle, of which one certificate is enough; undefined if it has one that has not ended. */
function judgeEnds(dialled: DialledServer, roots: readonly Certificate[], dump: JudgedDump): DialVerdict | undefined {
  const last = lastOf(roots);
  if (last === undefined || last.notAfter >= dump.at) return undefined;
  const now = isBundleKept(dialled) ? timeOfKept(roots, dump.objects, dump.at) : dump.at;
  if (last.notAfter < now) {
    return { ...brokenBundle(`tls: failed to verify certificate: ${dateError(last, now)}`), certificate: last };
  }
  const served = judgeServing(dialled, roots, dump);
  return served.verdict === 'fail' ? served : { ...unknown(sinceDump(dump.objects)), part: 'bundle' };
}

const brokenBundle = (reason: string): DialVerdict => ({ verdict: 'fail', reason, part: 'bundle' });

/**
 * Whether a webhook is behind kube-apiserver itself, which then trusts its own certificate too
 * (k8s.io/apiserver pkg/util/webhook/authentication.go, NewDefaultAuthenticationInfoResolverWrapper).
 */
const callsItself = ({ kind, address }: DialledServer): boolean =>
  kind === 'webhook' &&
  ['https://kubernetes.default.svc', 'https://kubernetes.default.svc:443'].includes(address ?? '');

const unknownAuthority = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

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
  const shown = shownCertificates(dialled, dump.objects);
  const [first] = shown;
  // Of several Secrets, any may be the one that is served.
  if (first === undefined && lacksInjected(dialled, dump)) return brokenBundle(unknownAuthority);
  if (first === undefined) return hidden(`the dump does not show which certificate ${host} serves`);
  const judged = shown.map(({ secret, chain }) => {
    const trusted = roots ?? [chain.leaf];
    const isRenewed = isKept(secret) || isBundleKept(dialled);
    const at = isRenewed ? timeOfKept([chain.leaf, ...trusted], dump.objects, dump.at) : dump.at;
    const error = errorOfServing(chain, trusted, host, { ...dump, at });
    return { error, hasEnded: chain.leaf.notAfter < dump.at };
  });
  const certificate = first.chain.leaf;
  const works = judged.filter(({ error }) => error === undefined);
  if (works.length === 0) {
    return { verdict: 'fail', reason: judged[0]?.error ?? '', part: 'serving', served: first, certificate };
  }
  if (works.every(({ hasEnded }) => hasEnded)) return unknown(sinceDump(dump.objects));
  if (roots !== undefined) return accepted;
  if (lacksInjected(dialled, dump)) return brokenBundle(unknownAuthority);
  const { issuer, subject } = certificate;
  const root = issuer.der === subject.der ? 'this certificate' : `the CA ${issuer.commonName || issuer.text}`;
  return unknown(meta.isLive ? `${withoutBundle}: it works only if ${root} is among them` : withoutBundle);
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
