/** Secrets and what uses them as YAML, as kubectl prints them. */
import { certificatePem } from '../support/certificates.ts';
import { type Authority, type Changes, makeAuthority } from '../support/issue.ts';
import { type Key, privateKeyPem } from '../support/keys.ts';
import { base64 } from './objects.ts';

/** A certificate for `shop.example.test`, and its key. */
export function leafOf(issuer: Authority, changes: Changes = {}): Authority {
  const usual = { sans: ['DNS:shop.example.test'], usages: ['serverAuth'], ca: null, keyUsage: ['digitalSignature'] };
  return makeAuthority('shop', { ...usual, ...changes }, issuer);
}

/** Certificates as PEM. */
export const pemOf = (...all: readonly Authority[]): string =>
  certificatePem(...all.map(({ certificate }) => certificate));

export interface SecretFields {
  readonly name?: string;
  readonly namespace?: string;
  readonly type?: string;
  readonly created?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Values before base64. */
  readonly data: Readonly<Record<string, string>>;
}

/** Secret `shop/shop-tls`. */
export function secretOf({ name = 'shop-tls', namespace = 'shop', type = 'kubernetes.io/tls', ...more }: SecretFields) {
  const { created = '2026-11-28T17:07:58Z', annotations = {}, labels = {}, data } = more;
  const lines = Object.entries(data).map(([key, text]) => `  ${key}: "${base64(text)}"`);
  return `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
  namespace: ${namespace}
  creationTimestamp: "${created}"
  annotations: ${JSON.stringify(annotations)}
  labels: ${JSON.stringify(labels)}
type: ${type}
data:
${lines.join('\n')}`;
}

/** The Secret of a certificate and its key. */
export const pairSecret = (leaf: Authority, more: Partial<SecretFields> = {}, key: Key = leaf.key): string =>
  secretOf({ ...more, data: { 'tls.crt': pemOf(leaf), 'tls.key': privateKeyPem(key), ...more.data } });

/** What cert-manager writes into the Secret of Certificate `shop/shop`. */
export const ofCertManager = { 'cert-manager.io/certificate-name': 'shop', 'cert-manager.io/issuer-name': 'shop-ca' };

/** An Ingress that serves Secret `shop-tls`. */
export const ingress = (hosts: readonly string[] = ['shop.example.test'], secretName = 'shop-tls'): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: front
  namespace: shop
  creationTimestamp: "2026-11-28T17:07:58Z"
spec:
  tls:
  - hosts: ${JSON.stringify(hosts)}
    secretName: ${secretName}
`;

/** A Gateway that serves Secret `shop-tls`. */
export const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
  namespace: shop
  creationTimestamp: "2026-11-28T17:07:58Z"
spec:
  listeners:
  - name: https
    hostname: shop.example.test
    tls:
      certificateRefs:
      - name: shop-tls
`;

/** A Deployment that mounts Secret `shop-tls`, or the controller of cert-manager. */
export const deployment = (name = 'shop', namespace = 'shop'): string => `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
  creationTimestamp: "2026-11-28T17:07:58Z"
spec:
  template:
    spec:
      volumes:
      - name: tls
        secret:
          secretName: shop-tls
`;

export interface CertificateStatus {
  /** `Ready True Ready 2026-11-28T17:00:00Z message` */
  readonly conditions?: readonly string[];
  readonly notAfter?: string;
  readonly renewal?: string;
}

/** Certificate `shop/shop` of cert-manager, which fills Secret `shop-tls`. */
export function managed({ conditions, notAfter = '2027-02-26T17:00:00Z', renewal }: CertificateStatus = {}): string {
  const listed = (conditions ?? ['Ready True Ready 2026-11-28T17:00:00Z up to date']).map((text) => {
    const [type, status, reason, lastTransitionTime, ...message] = text.split(' ');
    return { type, status, reason, lastTransitionTime, message: message.join(' ') };
  });
  return `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: shop
  namespace: shop
  creationTimestamp: "2026-11-28T17:00:00Z"
spec:
  secretName: shop-tls
status:
  notAfter: "${notAfter}"
  renewalTime: "${renewal ?? '2027-01-27T17:00:00Z'}"
  conditions: ${JSON.stringify(listed)}
`;
}
