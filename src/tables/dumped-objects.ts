/** Which objects of a cluster are judged, and which of their fields, without any that may be secret. */

/** What of an object is printed: its fields, by their names. A list of one is the shape of each item. */
export type PrintedShape =
  /** A text, quoted. */
  | 'text'
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

const conditions: PrintedShape = [
  { type: 'text', status: 'text', reason: 'text', message: 'text', lastTransitionTime: 'text' },
];
const issuer: PrintedFields = { spec: { ca: { secretName: 'text' } }, status: { conditions } };
const service: PrintedFields = { name: 'text', namespace: 'text', port: 'plain', path: 'text' };

/**
 * The kinds of which only some fields are printed: schemas are large, and environment values, annotations and passwords
 * of keystores may be secret.
 */
export const printedPartly: Readonly<Record<string, PrintedFields>> = {
  nodes: {
    status: {
      addresses: [{ type: 'text', address: 'text' }],
      nodeInfo: { kubeletVersion: 'text', osImage: 'text' },
      conditions,
    },
  },
  namespaces: { status: { phase: 'text', conditions } },
  services: {
    spec: { selector: 'map', type: 'text', clusterIP: 'text', externalName: 'text', ports: [{ port: 'plain' }] },
  },
  'customresourcedefinitions.apiextensions.k8s.io': {
    spec: {
      group: 'text',
      names: { plural: 'text', kind: 'text' },
      versions: [{ name: 'text', served: 'plain', storage: 'plain' }],
      conversion: {
        strategy: 'text',
        webhook: { clientConfig: { caBundle: 'text', url: 'text', service } },
      },
    },
    status: { conditions },
  },
  'deployments.apps statefulsets.apps daemonsets.apps': {
    spec: {
      template: {
        metadata: { labels: 'map' },
        spec: {
          volumes: [
            { name: 'text', secret: { secretName: 'text' }, projected: { sources: [{ secret: { name: 'text' } }] } },
          ],
        },
      },
    },
  },
  'ingresses.networking.k8s.io': {
    spec: { tls: [{ hosts: 'texts', secretName: 'text' }], rules: [{ host: 'text' }] },
  },
  'gateways.gateway.networking.k8s.io': {
    spec: {
      listeners: [
        {
          name: 'text',
          hostname: 'text',
          tls: { mode: 'text', certificateRefs: [{ kind: 'text', name: 'text', namespace: 'text' }] },
        },
      ],
    },
  },
  'certificates.cert-manager.io': {
    spec: {
      secretName: 'text',
      commonName: 'text',
      dnsNames: 'texts',
      ipAddresses: 'texts',
      isCA: 'plain',
      duration: 'text',
      renewBefore: 'text',
      usages: 'texts',
      issuerRef: { name: 'text', kind: 'text', group: 'text' },
    },
    status: { notBefore: 'text', notAfter: 'text', renewalTime: 'text', revision: 'plain', conditions },
  },
  'issuers.cert-manager.io clusterissuers.cert-manager.io': issuer,
};

/** The kinds that hold nothing secret. */
export const printedWhole = [
  'certificatesigningrequests.certificates.k8s.io',
  'clustertrustbundles.certificates.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'apiservices.apiregistration.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
];

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
