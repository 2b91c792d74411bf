/** What uses a Secret of a dump, and what keeps it. */
import type { Certificate } from '../../artifact/certificate.ts';
import type {
  ClusterObjects,
  ManagedCertificate,
  ObjectMeta,
  SecretObject,
} from '../../artifact/objects/cluster-objects.ts';
import { remember } from '../../core/collections.ts';
import { timeOf } from '../../core/time.ts';

/** What reads a Secret, and whether it reads the pair to serve it. */
export interface SecretUse {
  /** `Ingress shop/front` */
  readonly by: string;
  readonly isFront: boolean;
}

/** Returns the Ingresses, Gateways and workloads that name a Secret. There may be others: a dump shows only some. */
export const usesOf = (objects: ClusterObjects, { meta }: Pick<SecretObject, 'meta'>): readonly SecretUse[] =>
  usesBySecret(objects).get(keyOf(meta.namespace, meta.name)) ?? [];

const usesBySecret = remember(({ fronts, workloads }: ClusterObjects): ReadonlyMap<string, readonly SecretUse[]> => {
  const uses = new Map<string, Map<string, SecretUse>>();
  const add = (namespace: string | undefined, name: string, meta: ObjectMeta, isFront: boolean) => {
    const key = keyOf(namespace, name);
    const by = nameOfObject(meta);
    uses.set(key, (uses.get(key) ?? new Map<string, SecretUse>()).set(by, { by, isFront }));
  };
  for (const { meta, secret } of fronts) add(secret.namespace, secret.name, meta, true);
  for (const { meta, secrets } of workloads) for (const name of secrets) add(meta.namespace, name, meta, false);
  return new Map([...uses].map(([key, all]) => [key, [...all.values()]]));
});

/** Returns the Secret with a name; undefined if a dump does not have it. */
export const secretNamed = (objects: ClusterObjects, namespace: string | undefined, name: string) =>
  secretsByName(objects).get(keyOf(namespace, name));

const secretsByName = remember(
  ({ secrets }: ClusterObjects) => new Map(secrets.map((one) => [keyOf(one.meta.namespace, one.meta.name), one])),
);

/** Returns the Certificate of cert-manager that fills a Secret; undefined if a dump does not have it. */
export const certificateFilling = (
  objects: ClusterObjects,
  namespace: string | undefined,
  secret: string,
): ManagedCertificate | undefined => certificatesBySecret(objects).get(keyOf(namespace, secret));

const certificatesBySecret = remember(
  ({ certificates }: ClusterObjects) =>
    new Map(certificates.map((one) => [keyOf(one.meta.namespace, one.secretName), one])),
);

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/** Returns the name of an object in reports: `Secret shop/policy-tls`. */
export const nameOfObject = ({ kind, namespace, name }: ObjectMeta): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** Whether cert-manager issues what is in a Secret. */
export const isByCertManager = ({ meta }: Pick<SecretObject, 'meta'>): boolean =>
  meta.annotations.has('cert-manager.io/certificate-name');

/** Annotations and labels of other programs that renew what is in a Secret: operators of OpenShift and their like. */
const ofKeepers = /(?:^|\.)openshift\.io\/|^olm\.owner$|(?:managed|created|owned)-by$|^kamaji\.clastix\.io\//;

/** Programs that only apply what is in manifests. */
const appliers = /^(?:helm|argo-?cd|flux|fleet|kapp|kustomize|pulumi|terraform|opentofu)/i;

/**
 * Owners that decrypt what is in git. The owners of external-secrets are none of them: they copy again and again what
 * is elsewhere, where a program may renew it (external-secrets.io/latest/api/externalsecret, refreshInterval).
 */
const decrypters: ReadonlySet<string> = new Set(['SealedSecret', 'SopsSecret']);

/** Whether a program renews what is in a Secret. Those that only apply manifests do not. */
export function isKept(secret: Pick<SecretObject, 'meta'>): boolean {
  const { annotations, labels, owners } = secret.meta;
  const isKeeper = ([key, value]: readonly [string, string]) => ofKeepers.test(key) && !appliers.test(value);
  const isOwned = owners.some((kind) => !decrypters.has(kind));
  return isOwned || isByCertManager(secret) || [...annotations, ...labels].some(isKeeper);
}

/**
 * Returns the time at which a certificate is judged: of a program that renews it, the time of the dump, if that is
 * earlier. When a later time comes, it has been renewed. It was there before the dump was made.
 */
export function judgedAt(secret: SecretObject, certificate: Certificate, dump: ClusterObjects, at: number): number {
  return isKept(secret) ? timeOfKept([certificate], dump, at) : at;
}

/** The same for certificates that belong together, all of which are renewed. */
export const timeOfKept = (all: readonly Certificate[], { newest = Infinity }: ClusterObjects, at: number): number =>
  Math.min(at, Math.max(newest, ...all.map(({ notBefore }) => notBefore)));

/** Why nothing is said of a certificate that a program renews, and that has ended since the dump was made. */
export const sinceDump = ({ newest = 0 }: ClusterObjects): string =>
  `the dump is from ${timeOf(newest)}: it may have been renewed since`;
