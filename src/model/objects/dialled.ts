/** What kube-apiserver dials, and which certificates it may be shown there. */
import type {
  ClusterObjects,
  DialConfig,
  DialledService,
  ObjectMeta,
  SecretObject,
  ServiceObject,
  WebhookRule,
} from '../../artifact/objects/cluster-objects.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { type LeafChain, loadLeafChain } from '../../x509/load.ts';

/** A webhook, a conversion webhook or an extension API server. */
export interface DialledServer {
  readonly kind: 'webhook' | 'conversion' | 'extension-api';
  readonly meta: ObjectMeta;
  /** The name of the webhook, or that of the object. */
  readonly name: string;
  readonly dial: DialConfig;
  /** The name that the certificate must have; undefined if nothing is dialled. */
  readonly host: string | undefined;
  /** Whether requests are refused without it. */
  readonly isRequired: boolean;
  /** The requests that it gets; none unless it is a webhook. */
  readonly rules: readonly WebhookRule[];
  /** Whether it sees only some namespaces or objects. */
  readonly isSelective: boolean;
}

const always = { isRequired: true, rules: [], isSelective: false } as const;

/** Returns everything that kube-apiserver dials because of a dump's objects. */
export function dialledIn({ webhooks, conversions, extensionApis }: ClusterObjects): readonly DialledServer[] {
  return [
    ...webhooks.map(({ failurePolicy, dial, ...webhook }): DialledServer => {
      return { kind: 'webhook', ...webhook, dial, host: hostOf(dial), isRequired: failurePolicy === 'Fail' };
    }),
    ...conversions.map(({ meta, dial }): DialledServer => {
      return { kind: 'conversion', meta, name: meta.name, dial, host: hostOf(dial), ...always };
    }),
    ...extensionApis.map(({ meta, dial }): DialledServer => {
      return { kind: 'extension-api', meta, name: meta.name, dial, host: hostOf(dial), ...always };
    }),
  ];
}

/**
 * Returns the server name of a connection: `NAME.NS.svc`, never longer, or the host of the URL
 * (k8s.io/apiserver/pkg/util/webhook/client.go, hookClientConfig; kube-aggregator, proxyHandler).
 */
function hostOf({ service, url }: DialConfig): string | undefined {
  if (service !== undefined) return `${service.name}.${service.namespace}.svc`;
  if (url === undefined || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}

/** A certificate that may be shown behind a Service. */
export interface ServingCandidate {
  readonly secret: SecretObject;
  /** The key of the Secret that has it. */
  readonly key: string;
  readonly chain: LeafChain;
}

/**
 * Returns the certificates that may be shown behind a Service: those in the Secrets that its workloads mount. Of a
 * Service whose workloads are unknown, there are none.
 */
export function servingCandidates(
  { namespace, name }: DialledService,
  objects: ClusterObjects,
): readonly ServingCandidate[] {
  const service = serviceNamed(objects, namespace, name);
  if (service === undefined || service.selector.size === 0) return [];
  const near = objectsNear(objects, namespace);
  const behind = near.workloads.filter(({ podLabels }) =>
    [...service.selector].every(([key, value]) => podLabels.get(key) === value),
  );
  const mounted = new Set(behind.flatMap((workload) => workload.secrets));
  return near.secrets.filter(({ meta }) => mounted.has(meta.name)).flatMap((secret) => candidatesIn(secret));
}

/** Returns the Service with a name; undefined if a dump does not have it. */
export const serviceNamed = (objects: ClusterObjects, namespace: string, name: string): ServiceObject | undefined =>
  objectsNear(objects, namespace).services.find(({ meta }) => meta.name === name);

const byNamespace = remember(({ services, workloads, secrets }: ClusterObjects) => {
  const namespaceOf = ({ meta }: { readonly meta: ObjectMeta }) => meta.namespace;
  return {
    services: groupBy(services, namespaceOf),
    workloads: groupBy(workloads, namespaceOf),
    secrets: groupBy(secrets, namespaceOf),
  };
});

/** Returns the objects of a namespace. */
export function objectsNear(objects: ClusterObjects, namespace: string) {
  const { services, workloads, secrets } = byNamespace(objects);
  return {
    services: services.get(namespace) ?? [],
    workloads: workloads.get(namespace) ?? [],
    secrets: secrets.get(namespace) ?? [],
  };
}

/** Whether kube-apiserver may be shown the certificate in a Secret, which other rules judge with what verifies it. */
export const isDialled = (objects: ClusterObjects, secret: SecretObject): boolean =>
  dialledSecrets(objects).has(secret);

const dialledSecrets = remember((objects: ClusterObjects): ReadonlySet<SecretObject> => {
  const services = dialledIn(objects).flatMap(({ dial }) => dial.service ?? []);
  const named = new Map(services.map((one) => [`${one.namespace}/${one.name}`, one]));
  const candidates = [...named.values()].flatMap((service) => servingCandidates(service, objects));
  return new Set(candidates.map(({ secret }) => secret));
});

/** How the keys of CAs are named that programs keep next to their own certificates. */
const authorityKey = /^ca(?:[-._]|Cert|$)|bundle/i;

function candidatesIn(secret: SecretObject): readonly ServingCandidate[] {
  return [...secret.pems].flatMap(([key, pem]) => {
    if (authorityKey.test(key)) return [];
    const chain = loadLeafChain(pem);
    return chain.ok ? [{ secret, key, chain: chain.value }] : [];
  });
}
