/** What kube-apiserver dials, and which certificates it may be shown there. */
import type {
  ClusterObjects,
  DialConfig,
  DialledService,
  ObjectMeta,
  SecretObject,
  ServiceObject,
  WebhookRule,
  Workload,
} from '../../artifact/objects/cluster-objects.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { type LeafChain, loadLeafChain } from '../../x509/load.ts';
import { canonicalHost } from '../facts/host.ts';

/** A webhook, a conversion webhook or an extension API server. */
export interface DialledServer {
  readonly kind: 'webhook' | 'conversion' | 'extension-api';
  readonly meta: ObjectMeta;
  /** The name of the webhook, or that of the object. */
  readonly name: string;
  readonly dial: DialConfig;
  /** The name that the certificate must have; undefined if nothing is dialled. */
  readonly host: string | undefined;
  /** `https://policy.shop.svc:443`, without its path; undefined if nothing is dialled. */
  readonly address: string | undefined;
  /** What kube-apiserver says before an error: of the bundle, and of a call. */
  readonly says: { readonly bundle: string; readonly call: string };
  /** Whether nothing is ever sent there. */
  readonly isUncalled: boolean;
  /** Whether requests are refused without it. */
  readonly isRequired: boolean;
  /** The requests that it gets; none unless it is a webhook. */
  readonly rules: readonly WebhookRule[];
  /** Whether it sees only some namespaces or objects. */
  readonly isSelective: boolean;
  /** Whether it sees all objects of kube-system. */
  readonly seesSystem: boolean;
}

const always = { isRequired: true, isUncalled: false, rules: [], isSelective: false, seesSystem: true } as const;

/** Returns everything that kube-apiserver dials because of a dump's objects. */
export function dialledIn({ webhooks, conversions, extensionApis }: ClusterObjects): readonly DialledServer[] {
  return [
    ...webhooks.map(({ failurePolicy, timeout, ...webhook }): DialledServer => {
      const ends = endsOf(webhook.dial);
      // k8s.io/apiserver pkg/admission/plugin/webhook/validating/dispatcher.go, pkg/util/webhook/error.go
      const failed = `Internal error occurred: failed calling webhook "${webhook.name}": `;
      const call = `${failed}failed to call webhook: Post "${ends.url}?timeout=${timeout}s": `;
      const says = { bundle: `${failed}could not get REST client: `, call };
      return { kind: 'webhook', ...webhook, ...ends, says, isUncalled: false, isRequired: failurePolicy === 'Fail' };
    }),
    ...conversions.map(({ meta, dial, converts, isUncalled }): DialledServer => {
      const ends = endsOf(dial);
      // k8s.io/apiextensions-apiserver pkg/controller/establish, pkg/apiserver/conversion/webhook_converter.go
      const call = `conversion webhook for ${converts} failed: Post "${ends.url}?timeout=30s": `;
      const says = { bundle: 'The conversion webhook CABundle is invalid: ', call };
      return { kind: 'conversion', meta, name: meta.name, dial, ...ends, says, ...always, isUncalled };
    }),
    ...extensionApis.map(({ meta, dial }): DialledServer => {
      // k8s.io/kube-aggregator pkg/controllers/status/remote/remote_available_controller.go. It names an IP address.
      const says = { bundle: '', call: 'failing or missing response: ' };
      return { kind: 'extension-api', meta, name: meta.name, dial, ...endsOf(dial), says, ...always };
    }),
  ];
}

/** The host of a URL with its port, as it is written. */
const authority = /^https:\/\/(?:[^/?#@]*@)?((\[[^\]/]*\]|[^/?#:@[]+)(?::\d+)?)([^?#]*)/;

/**
 * Returns the server name of a connection and its address: `NAME.NS.svc`, never longer, or the host of the URL
 * (k8s.io/apiserver/pkg/util/webhook/client.go, hookClientConfig; kube-aggregator, proxyHandler).
 */
function endsOf({ service, url }: DialConfig) {
  if (service !== undefined) {
    const host = `${service.name}.${service.namespace}.svc`;
    const address = `https://${host}:${service.port}`;
    return { host, address, url: `${address}${service.path}` };
  }
  const [, place, host, path = ''] = authority.exec(url ?? '') ?? [];
  return { host, address: place === undefined ? undefined : `https://${place}`, url: `https://${place ?? ''}${path}` };
}

/** A name of a Service in DNS. */
const serviceName = /^([^.]+)\.([^.]+)\.svc(?:\.|$)/;

/** Returns the Service that is dialled, also by a URL with its name or its address; undefined if it is none. */
export function serviceDialled({ dial, host = '' }: DialledServer, objects: ClusterObjects) {
  if (dial.service !== undefined) return dial.service;
  const address = canonicalHost(host.replace(/^\[(.*)\]$/, '$1'));
  const [, name, namespace] = serviceName.exec(host) ?? [];
  if (name !== undefined && namespace !== undefined) return { namespace, name };
  const meta = byAddress(objects).get(address);
  return meta === undefined ? undefined : { namespace: meta.namespace ?? '', name: meta.name };
}

const byAddress = remember(
  ({ services }: ClusterObjects): ReadonlyMap<string, ObjectMeta> =>
    new Map(services.flatMap(({ meta, addresses }) => addresses.map((one) => [canonicalHost(one), meta] as const))),
);

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
  { namespace, name }: Pick<DialledService, 'namespace' | 'name'>,
  objects: ClusterObjects,
): readonly ServingCandidate[] {
  const mounted = new Set(workloadsBehind(objects, namespace, name).flatMap((workload) => workload.secrets));
  const { secrets } = objectsNear(objects, namespace);
  return secrets.filter(({ meta }) => mounted.has(meta.name)).flatMap((secret) => candidatesIn(secret));
}

/** Returns the workloads whose pods are behind a Service. */
export function workloadsBehind(objects: ClusterObjects, namespace: string, name: string): readonly Workload[] {
  const selector = [...(serviceNamed(objects, namespace, name)?.selector ?? [])];
  if (selector.length === 0) return [];
  return objectsNear(objects, namespace).workloads.filter(({ podLabels }) =>
    selector.every(([key, value]) => podLabels.get(key) === value),
  );
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

/** How the keys of CAs are named that programs keep next to their own certificates. */
const authorityKey = /^ca(?:[-._]|Cert|$)|bundle/i;

/** Returns the certificates of a Secret that a program may serve. */
export function candidatesIn(secret: SecretObject): readonly ServingCandidate[] {
  return [...secret.pems].flatMap(([key, pem]) => {
    if (authorityKey.test(key)) return [];
    const chain = loadLeafChain(pem);
    return chain.ok ? [{ secret, key, chain: chain.value }] : [];
  });
}
