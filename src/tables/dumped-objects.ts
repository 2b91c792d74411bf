/** Which objects of a cluster are judged, and which of their fields, without any that may be secret. */

/** What of an object is printed: its fields, by their names. A list of one is the shape of each item. */
export type PrintedShape =
  /** A text, quoted. */
  | 'text'
  /** A URL, without its path. */
  | 'url'
  /** PEM in base64, of which only certificates and requests are printed. */
  | 'certificates'
  /** A number or a boolean, of which 0 and false are left out. */
  | 'plain'
  | 'texts'
  /** Texts by names. */
  | 'map'
  | readonly [PrintedFields]
  | PrintedFields;

export interface PrintedFields {
  readonly [field: string]: PrintedShape;
}

const changes: PrintedShape = [{ type: 'text', lastTransitionTime: 'text' }];
const conditions: PrintedShape = [
  {
    ...{ type: 'text', status: 'text', reason: 'text', message: 'text' },
    ...{ lastTransitionTime: 'text', lastUpdateTime: 'text' },
  },
];
const service: PrintedFields = { name: 'text', namespace: 'text', port: 'plain', path: 'text' };
const clientConfig: PrintedFields = { url: 'url', service, caBundle: 'certificates' };
const selector: PrintedFields = {
  matchLabels: 'map',
  matchExpressions: [{ key: 'text', operator: 'text', values: 'texts' }],
};

/** The kinds that are printed, and their fields. Of what is not here, nothing is known: it may be secret. */
export const printedKinds: Readonly<Record<string, PrintedFields>> = {
  nodes: {
    status: { addresses: [{ address: 'text' }], nodeInfo: { kubeletVersion: 'text' }, conditions: changes },
  },
  services: { spec: { selector: 'map', clusterIP: 'text', clusterIPs: 'texts', ports: [{ port: 'plain' }] } },
  'validatingwebhookconfigurations.admissionregistration.k8s.io mutatingwebhookconfigurations.admissionregistration.k8s.io':
    {
      webhooks: [
        {
          name: 'text',
          clientConfig,
          failurePolicy: 'text',
          timeoutSeconds: 'plain',
          rules: [{ apiGroups: 'texts', operations: 'texts', resources: 'texts' }],
          namespaceSelector: selector,
          objectSelector: selector,
          matchConditions: [{ name: 'text' }],
        },
      ],
    },
  'customresourcedefinitions.apiextensions.k8s.io': {
    spec: {
      group: 'text',
      names: { kind: 'text' },
      versions: [{ name: 'text', storage: 'plain' }],
      conversion: { webhook: { clientConfig } },
    },
    status: { storedVersions: 'texts', conditions: changes },
  },
  'apiservices.apiregistration.k8s.io': {
    spec: { service, caBundle: 'certificates', insecureSkipTLSVerify: 'plain' },
    status: { conditions: changes },
  },
  'certificatesigningrequests.certificates.k8s.io': {
    spec: { request: 'certificates', signerName: 'text', username: 'text', groups: 'texts' },
    status: { certificate: 'certificates', conditions },
  },
  'clusterrolebindings.rbac.authorization.k8s.io rolebindings.rbac.authorization.k8s.io': {
    roleRef: { kind: 'text', name: 'text' },
    subjects: [{ kind: 'text', name: 'text', namespace: 'text' }],
  },
  'deployments.apps statefulsets.apps daemonsets.apps': {
    spec: {
      template: {
        metadata: { labels: 'map' },
        spec: {
          volumes: [{ secret: { secretName: 'text' }, projected: { sources: [{ secret: { name: 'text' } }] } }],
        },
      },
    },
  },
  'ingresses.networking.k8s.io': { spec: { tls: [{ hosts: 'texts', secretName: 'text' }] } },
  'gateways.gateway.networking.k8s.io': {
    spec: {
      listeners: [{ hostname: 'text', tls: { certificateRefs: [{ kind: 'text', name: 'text', namespace: 'text' }] } }],
    },
  },
  'certificates.cert-manager.io': {
    spec: { secretName: 'text' },
    status: { notAfter: 'text', renewalTime: 'text', conditions },
  },
};

/** The Leases that are printed, by their names in kube-system. */
export const printedLeases = ['kube-controller-manager', 'kube-scheduler'];
export const leaseFields: PrintedFields = { spec: { holderIdentity: 'text', renewTime: 'text' } };

const ofKubeconfig = [
  ...['clusters', 'cluster', 'server', 'tls-server-name', 'certificate-authority-data'],
  ...['contexts', 'context', 'name', 'current-context'],
];

/** Flags of `extraArgs` that name no file of a role, and that decide about TLS or about what is encrypted. */
export const furtherFlags = [
  ...['encryption-provider-config', 'oidc-ca-file', 'authentication-config', 'cluster-signing-duration'],
  ...['tls-min-version', 'tls-cipher-suites', 'cipher-suites'],
];

/**
 * The ConfigMaps that are printed, by namespace and name, and what of each key: certificates, the key without its
 * value, or the fields of the YAML in it that are printed if they have plain values. `extraArgs` has those of flags
 * that name files, and of `furtherFlags`.
 */
export const printedConfigMaps: Readonly<
  Record<string, Readonly<Record<string, 'certificates' | 'names' | readonly string[]>>>
> = {
  'kube-public cluster-info': { kubeconfig: ofKubeconfig },
  'kube-system kubeadm-config': {
    ClusterConfiguration: [
      ...['certificatesDir', 'controlPlaneEndpoint', 'apiServer', 'controllerManager', 'scheduler', 'etcd', 'local'],
      ...['certSANs', 'serverCertSANs', 'peerCertSANs', 'extraArgs'],
    ],
  },
  'kube-system kubelet-config': { kubelet: ['serverTLSBootstrap'] },
  'kube-system kube-proxy': { 'kubeconfig.conf': ofKubeconfig },
  'kube-system extension-apiserver-authentication': {
    'client-ca-file': 'certificates',
    'requestheader-client-ca-file': 'certificates',
    'requestheader-allowed-names': 'names',
  },
  '* kube-root-ca.crt': { 'ca.crt': 'certificates' },
};

const ofCertManager = [
  ...['certificate-name', 'issuer-name', 'issuer-kind', 'issuer-group', 'common-name', 'alt-names', 'ip-sans'],
  ...['allow-direct-injection', 'inject-ca-from', 'inject-ca-from-secret', 'inject-apiserver-ca'],
].map((name) => `cert-manager.io/${name}`);

/** The annotations that say whose a certificate is, and who keeps a caBundle. */
export const printedAnnotations = [
  ...ofCertManager,
  'kubernetes.io/service-account.name',
  'olmcahash',
  'service.beta.openshift.io/inject-cabundle',
  'service.beta.openshift.io/serving-cert-secret-name',
];

/** The keys of Secrets that programs give certificates. */
export const printedKeys = [
  ...['tls.crt', 'ca.crt', 'crt.pem', 'cert.pem', 'ca-cert.pem', 'root-cert.pem', 'cert-chain.pem'],
  ...['apiserver.crt', 'etcd-ca.crt', 'front-proxy-ca.crt', 'caCert'],
];
