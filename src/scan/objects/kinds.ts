/** The kinds of objects that are read, and how. */
import type { AccessBinding, ClusterObjects, SigningRequest } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { getItems } from '../parse/yaml-node.ts';
import { isComponentLease, readBootstrapToken, readClusterNode, readLease } from './cluster-state.ts';
import { configMapReader } from './config-maps.ts';
import { readConversion, readExtensionApi, readWebhooks } from './dialled.ts';
import { conditionsAt, listAt, pemAt, type ReadObject, scalarAt } from './object.ts';
import { readSecret } from './secrets.ts';
import { readGateway, readIngress, readManagedCertificate, readService, readWorkload } from './served.ts';

/** Returns a CertificateSigningRequest. */
function readRequest({ meta, node }: ReadObject): SigningRequest {
  const blocks = pemAt(node, 'spec', 'request')?.blocks ?? [];
  const [request] = blocks.flatMap((block) => (block.type === 'certificate-request' ? block.request : []));
  return {
    meta,
    signer: scalarAt(node, 'spec', 'signerName') ?? '',
    username: scalarAt(node, 'spec', 'username') ?? '',
    groups: listAt(node, 'spec', 'groups'),
    request,
    conditions: conditionsAt(node),
    isIssued: (scalarAt(node, 'status', 'certificate') ?? '') !== '',
    issued: certificatesInPem(pemAt(node, 'status', 'certificate'))[0],
  };
}

/** Returns a ClusterRoleBinding or a RoleBinding. */
function readBinding({ meta, node }: ReadObject): AccessBinding {
  return {
    meta,
    role: { kind: scalarAt(node, 'roleRef', 'kind') ?? '', name: scalarAt(node, 'roleRef', 'name') ?? '' },
    subjects: getItems(node, 'subjects').map((subject) => ({
      kind: scalarAt(subject, 'kind') ?? '',
      name: scalarAt(subject, 'name') ?? '',
      namespace: scalarAt(subject, 'namespace'),
    })),
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** The lists of a dump that readers add to. */
type Lists = Writable<
  Pick<
    ClusterObjects,
    | ('webhooks' | 'conversions' | 'extensionApis' | 'services' | 'workloads' | 'secrets' | 'certificates' | 'nodes')
    | ('clusterInfos' | 'rootCas' | 'extensionAuthentications' | 'storedConfigs' | 'kubeletConfigs' | 'kubeProxies')
    | ('leases' | 'bootstrapTokens' | 'requests' | 'bindings' | 'fronts')
  >
> & { hasSecrets?: true };

interface KindReader {
  /** The group of its API; '' for the first one. */
  readonly group: string;
  /** Whether one is read; by default all are. */
  readonly isRead?: (meta: ReadObject['meta']) => boolean;
  readonly read: (object: ReadObject, into: Lists) => void;
}

const admission = 'admissionregistration.k8s.io';

const webhooks: KindReader = {
  group: admission,
  read: (object, into) => into.webhooks.push(...readWebhooks(object)),
};
const workloads: KindReader = {
  group: 'apps',
  read: (object, into) => into.workloads.push(readWorkload(object)),
};
const bindings: KindReader = {
  group: 'rbac.authorization.k8s.io',
  read: (object, into) => into.bindings.push(readBinding(object)),
};

/** The kinds that are read. Of all others, only the number is kept. */
export const readers: ReadonlyMap<string, KindReader> = new Map(
  Object.entries({
    ValidatingWebhookConfiguration: webhooks,
    MutatingWebhookConfiguration: webhooks,
    CustomResourceDefinition: {
      group: 'apiextensions.k8s.io',
      read: (object, into) => into.conversions.push(...readConversion(object)),
    },
    APIService: {
      group: 'apiregistration.k8s.io',
      read: (object, into) => into.extensionApis.push(...readExtensionApi(object)),
    },
    Service: { group: '', read: (object, into) => into.services.push(readService(object)) },
    Deployment: workloads,
    StatefulSet: workloads,
    DaemonSet: workloads,
    Pod: {
      group: '',
      // That of a workload is known by its template. One in a file may be a manifest of a kubelet.
      isRead: ({ owners, isLive }) => owners.length === 0 && isLive,
      read(object, into) {
        const workload = readWorkload(object);
        if (workload.secrets.length > 0) into.workloads.push(workload);
      },
    },
    Secret: {
      group: '',
      read(object, into) {
        const { secret, isSecret } = readSecret(object);
        into.secrets.push(secret);
        into.bootstrapTokens.push(...readBootstrapToken(object));
        if (isSecret) into.hasSecrets = true;
      },
    },
    Certificate: {
      group: 'cert-manager.io',
      read: (object, into) => into.certificates.push(readManagedCertificate(object)),
    },
    Ingress: { group: 'networking.k8s.io', read: (object, into) => into.fronts.push(...readIngress(object)) },
    Gateway: { group: 'gateway.networking.k8s.io', read: (object, into) => into.fronts.push(...readGateway(object)) },
    Node: { group: '', read: (object, into) => into.nodes.push(readClusterNode(object)) },
    ConfigMap: {
      group: '',
      isRead: (meta) => configMapReader(meta) !== undefined,
      read: (object, into) => configMapReader(object.meta)?.(object, into),
    },
    Lease: {
      group: 'coordination.k8s.io',
      isRead: isComponentLease,
      read: (object, into) => into.leases.push(readLease(object)),
    },
    CertificateSigningRequest: {
      group: 'certificates.k8s.io',
      read: (object, into) => into.requests.push(readRequest(object)),
    },
    ClusterRoleBinding: bindings,
    RoleBinding: bindings,
  } satisfies Readonly<Record<string, KindReader>>),
);

/** Returns lists with nothing in them. */
export const emptyLists = (): Lists => ({
  ...{ webhooks: [], conversions: [], extensionApis: [], services: [] },
  ...{ workloads: [], secrets: [], certificates: [], nodes: [] },
  ...{ clusterInfos: [], rootCas: [], extensionAuthentications: [], storedConfigs: [], kubeletConfigs: [] },
  ...{ kubeProxies: [], leases: [], bootstrapTokens: [], requests: [], bindings: [], fronts: [] },
});
