/** Objects of a cluster as YAML, as kubectl prints them. */
import { certificatePem } from '../support/certificates.ts';
import { type Authority, type Changes, makeAuthority } from '../support/issue.ts';

/** Joins documents. */
export const documents = (...all: readonly string[]): string => all.map((one) => one.trimEnd()).join('\n---\n');

/** Encodes text. */
export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A CA, as PEM in base64. */
export const bundleOf = (...authorities: readonly Authority[]): string =>
  base64(certificatePem(...authorities.map(({ certificate }) => certificate)));

/** The CA of a webhook. */
export const webhookCa = (changes: Changes = {}): Authority => makeAuthority('webhook-ca', changes);

/** The metadata of a live object. */
export const metadata = (name: string, namespace?: string) => `metadata:
  name: ${name}${namespace === undefined ? '' : `\n  namespace: ${namespace}`}
  creationTimestamp: "2026-11-28T17:07:58Z"
  uid: b1916ead-2e57-4aa7-9740-d8244fb89724`;

/** A webhook `policy.example.test` that dials Service `policy` of namespace `shop`. */
export const webhookConfiguration = (caBundle: string, failurePolicy = 'Fail'): string => `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
${metadata('policy')}
webhooks:
- name: policy.example.test
  admissionReviewVersions: [v1]
  failurePolicy: ${failurePolicy}
  sideEffects: None
  clientConfig:
    caBundle: ${caBundle}
    service:
      name: policy
      namespace: shop
      port: 443
  rules:
  - apiGroups: [""]
    apiVersions: [v1]
    operations: [CREATE]
    resources: [pods]
`;

/** A CRD with a conversion webhook. */
export const conversion = (caBundle: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
${metadata('widgets.example.test')}
spec:
  group: example.test
  names:
    kind: Widget
  versions:
  - name: v1beta1
  - name: v1
    storage: true
  conversion:
    strategy: Webhook
    webhook:
      clientConfig:
        caBundle: ${caBundle}
        service:
          name: policy
          namespace: shop
          path: /convert
`;

/** An APIService that dials the same Service. */
export const apiService = (trust: string): string => `
apiVersion: apiregistration.k8s.io/v1
kind: APIService
${metadata('v1.things.example.test')}
spec:
  group: things.example.test
  version: v1
  groupPriorityMinimum: 1000
  versionPriority: 15
  ${trust}
  service:
    name: policy
    namespace: shop
    port: 443
`;

/** The Service, its Deployment, and the Secret that it mounts. */
export const server = (secret: string): string =>
  documents(
    `apiVersion: v1
kind: Service
${metadata('policy', 'shop')}
spec:
  selector:
    app: policy
  ports:
  - port: 443`,
    `apiVersion: apps/v1
kind: Deployment
${metadata('policy', 'shop')}
spec:
  template:
    metadata:
      labels:
        app: policy
    spec:
      volumes:
      - name: tls
        secret:
          secretName: policy-tls`,
    secret,
  );

/** A Secret with the certificate of the Service. */
export function servingSecret(issuer: Authority, changes: Changes = {}): string {
  const usual = { sans: ['DNS:policy.shop.svc'], usages: ['serverAuth'], ca: null, keyUsage: ['digitalSignature'] };
  const { certificate } = makeAuthority('policy', { ...usual, ...changes }, issuer);
  return `apiVersion: v1
kind: Secret
${metadata('policy-tls', 'shop')}
type: kubernetes.io/tls
data:
  tls.crt: ${base64(certificatePem(certificate))}`;
}

/** A Secret with the CA of its certificate. */
export const withCa = (secret: string, authority = webhookCa()): string =>
  `${secret}\n  ca.crt: ${bundleOf(authority)}`;

/** The first object of a text with an annotation. */
export const annotated = (text: string, key: string, value: string): string =>
  text.replace(/^ {2}creationTimestamp: .*$/m, `$&\n  annotations:\n    ${key}: ${value}`);

/** The annotation of cainjector. */
export const injected = (text: string): string => annotated(text, 'cert-manager.io/inject-ca-from', 'shop/policy');

/** The annotation of a Secret that cert-manager fills. */
export const fromCertManager = (secret: string): string =>
  annotated(secret, 'cert-manager.io/certificate-name', 'policy');

/** The Deployment of cainjector. */
export const cainjector = `apiVersion: apps/v1
kind: Deployment
${metadata('cert-manager-cainjector', 'cert-manager')}
spec:
  template:
    spec: {}`;
