/** Objects of a cluster as a dump has them: what decides about TLS, and nothing secret. */

import type { Certificate, CertificateRequest } from '../certificate.ts';
import type { Kubeconfig } from '../kubeconfig.ts';
import type { Pem } from '../pem-blocks.ts';
import type { Place } from '../place.ts';
import type {
  BootstrapToken,
  ClusterInfo,
  ClusterNode,
  ComponentLease,
  ExtensionAuthentication,
  KubeletConfig,
  PublishedCluster,
  RootCa,
  StoredConfig,
} from './published.ts';

/** What every object has. */
export interface ObjectMeta {
  readonly kind: string;
  readonly name: string;
  /** undefined for an object of the whole cluster. */
  readonly namespace: string | undefined;
  readonly at: Place;
  /** Milliseconds since the epoch; undefined in a manifest that was never applied. */
  readonly created: number | undefined;
  /** Whether an API server has given it: it has an identity or a time. A manifest in git has neither. */
  readonly isLive: boolean;
  /** Without what repeats the object, such as `last-applied-configuration`. */
  readonly annotations: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  /** The kinds of the objects that own it: then a controller has made it. A dump may leave that out. */
  readonly owners: readonly string[];
}

/** The Service that an API server dials. */
export interface DialledService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** `/validate`; '' for none */
  readonly path: string;
}

/** What a client of a webhook or of an extension API server verifies its server with. */
export interface CaBundle {
  readonly at: Place;
  /** The certificates in it. */
  readonly pem: Pem;
  /** Why an API server refuses the whole object: only a file that was never applied has such a bundle. */
  readonly refused?: string;
  /** Present if it is blank, or has a variable: a program fills it in. */
  readonly isPlaceholder?: true;
}

/** How kube-apiserver dials a webhook or an extension API server. */
export interface DialConfig {
  readonly at: Place;
  readonly service?: DialledService;
  readonly url?: string;
  /** undefined if it is empty: then the system's roots count. */
  readonly caBundle?: CaBundle;
  /** Present if nothing is verified. */
  readonly insecure?: true;
}

export interface WebhookRule {
  readonly groups: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
}

/** One webhook of a validating or mutating configuration. */
export interface AdmissionWebhook {
  readonly meta: ObjectMeta;
  /** `policy.example.test` */
  readonly name: string;
  readonly dial: DialConfig;
  readonly failurePolicy: 'Fail' | 'Ignore';
  /** In seconds. */
  readonly timeout: number;
  readonly rules: readonly WebhookRule[];
  /** Whether it sees only some namespaces or objects. */
  readonly isSelective: boolean;
  /** Whether it sees all objects of kube-system. */
  readonly seesSystem: boolean;
}

/** A CustomResourceDefinition with a conversion webhook. */
export interface ConversionWebhook {
  readonly meta: ObjectMeta;
  readonly dial: DialConfig;
  /** What is converted, as Go prints it: `example.test/v1, Kind=Widget`. */
  readonly converts: string;
  /** Whether all its objects have one version, so that nothing is converted. */
  readonly isUncalled: boolean;
}

/** An APIService of an extension API server. */
export interface ExtensionApi {
  readonly meta: ObjectMeta;
  readonly dial: DialConfig;
}

export interface ServiceObject {
  readonly meta: ObjectMeta;
  readonly selector: ReadonlyMap<string, string>;
  readonly ports: readonly number[];
  /** Its IP addresses in the cluster. */
  readonly addresses: readonly string[];
}

/** A Deployment, StatefulSet or DaemonSet, or a pod of none. */
export interface Workload {
  readonly meta: ObjectMeta;
  /** The labels of its pods. */
  readonly podLabels: ReadonlyMap<string, string>;
  /** The names of the Secrets that its pods mount. */
  readonly secrets: readonly string[];
}

/** A Secret, or another object that contains certificates: of private keys, only the public halves are kept. */
export interface SecretObject {
  readonly meta: ObjectMeta;
  readonly type: string;
  /** The names of all its keys. */
  readonly keys: ReadonlySet<string>;
  /** What is PEM in it, by the names of its keys. */
  readonly pems: ReadonlyMap<string, Pem>;
  /** The kubeconfigs in it, by the names of its keys: without tokens and passwords. */
  readonly kubeconfigs: ReadonlyMap<string, Kubeconfig>;
  /** Present if kube-apiserver refuses to change it. */
  readonly isImmutable?: true;
}

/** A Certificate of cert-manager. */
export interface ManagedCertificate {
  readonly meta: ObjectMeta;
  readonly secretName: string;
  readonly conditions: readonly ObjectCondition[];
  /** When it is to be renewed, in milliseconds since the epoch. */
  readonly renewal: number | undefined;
  readonly notAfter: number | undefined;
}

/** An Ingress or a Gateway, with a Secret whose certificate it serves. */
export interface TlsFront {
  readonly meta: ObjectMeta;
  readonly at: Place;
  readonly secret: { readonly namespace: string | undefined; readonly name: string };
  /** The hosts that it lists for that certificate. */
  readonly hosts: readonly string[];
}

/** A condition of an object's status. */
export interface ObjectCondition {
  /** `Approved`, `Ready`, … */
  readonly type: string;
  readonly isTrue: boolean;
  readonly reason: string;
  readonly message: string;
  /** When it became so, in milliseconds since the epoch. */
  readonly since: number | undefined;
}

/** A CertificateSigningRequest. */
export interface SigningRequest {
  readonly meta: ObjectMeta;
  /** `kubernetes.io/kubelet-serving`, … */
  readonly signer: string;
  /** Who asks: kube-apiserver sets both. */
  readonly username: string;
  readonly groups: readonly string[];
  /** undefined if it is not PEM of a request. */
  readonly request: CertificateRequest | undefined;
  readonly conditions: readonly ObjectCondition[];
  readonly isIssued: boolean;
  /** The certificate that was issued, if it can be read. */
  readonly issued: Certificate | undefined;
}

/** A ClusterRoleBinding or a RoleBinding. */
export interface AccessBinding {
  readonly meta: ObjectMeta;
  readonly role: { readonly kind: string; readonly name: string };
  readonly subjects: readonly BoundSubject[];
}

export interface BoundSubject {
  /** `User`, `Group`, `ServiceAccount` */
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** A document that is not read. */
export interface BrokenDocument {
  readonly at: Place;
  readonly error: string;
  /** What it is, if a program has to fill it in or to decrypt it first: a template of Helm, an encrypted Secret. */
  readonly known?: string;
}

/** The objects of one dump. */
export interface ClusterObjects {
  /** As typed, or a file in an archive. */
  readonly label: string;
  readonly webhooks: readonly AdmissionWebhook[];
  readonly conversions: readonly ConversionWebhook[];
  readonly extensionApis: readonly ExtensionApi[];
  readonly services: readonly ServiceObject[];
  readonly workloads: readonly Workload[];
  readonly secrets: readonly SecretObject[];
  readonly certificates: readonly ManagedCertificate[];
  readonly fronts: readonly TlsFront[];
  readonly requests: readonly SigningRequest[];
  readonly bindings: readonly AccessBinding[];
  readonly nodes: readonly ClusterNode[];
  /** At most one of each of these is in a dump of one cluster; of `rootCas`, one in each namespace. */
  readonly clusterInfos: readonly ClusterInfo[];
  readonly rootCas: readonly RootCa[];
  readonly extensionAuthentications: readonly ExtensionAuthentication[];
  readonly storedConfigs: readonly StoredConfig[];
  readonly kubeletConfigs: readonly KubeletConfig[];
  readonly kubeProxies: readonly PublishedCluster[];
  readonly leases: readonly ComponentLease[];
  readonly bootstrapTokens: readonly BootstrapToken[];
  /** How many objects of each kind were read. */
  readonly counts: ReadonlyMap<string, number>;
  /** How many were not, by kind. */
  readonly others: ReadonlyMap<string, number>;
  readonly broken: readonly BrokenDocument[];
  /** The newest time in it, in milliseconds since the epoch. */
  readonly newest: number | undefined;
  /** Present if it contains private keys or tokens: then the dump itself is a secret. */
  readonly hasSecrets?: true;
}
