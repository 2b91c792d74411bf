/** Objects of programs as YAML: what kube-apiserver dials, and what is served there. */
import { certificatePem } from '../support/certificates.ts';
import { type Authority, type Changes, makeAuthority } from '../support/issue.ts';
import { base64, documents, metadata } from './objects.ts';

/** A Service and its namespace. */
interface Dialled {
  readonly namespace: string;
  readonly service: string;
}

const clientConfig = ({ namespace, service }: Dialled, bundle: string, indent: string): string =>
  ['clientConfig:', `  caBundle: ${bundle}`, '  service:', `    name: ${service}`, `    namespace: ${namespace}`]
    .map((line) => `${indent}${line}`)
    .join('\n');

/** A configuration with one webhook. */
export function admission({
  kind = 'ValidatingWebhookConfiguration',
  name,
  webhook,
  policy = 'Fail',
  bundle,
  ...dialled
}: Dialled & {
  readonly kind?: string;
  readonly name: string;
  readonly webhook: string;
  readonly policy?: string;
  readonly bundle: string;
}): string {
  return `apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}
${metadata(name)}
webhooks:
- name: ${webhook}
  failurePolicy: ${policy}
${clientConfig(dialled, bundle, '  ')}
  rules:
  - apiGroups: [""]
    apiVersions: [v1]
    operations: [CREATE]
    resources: [configmaps]`;
}

/** A CustomResourceDefinition with a conversion webhook. */
export const conversion = ({
  name,
  bundle,
  ...dialled
}: Dialled & { readonly name: string; readonly bundle: string }): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
${metadata(name)}
spec:
  conversion:
    strategy: Webhook
    webhook:
      conversionReviewVersions: [v1]
${clientConfig(dialled, bundle, '      ')}`;

/** An APIService. */
export const aggregated = ({
  name,
  bundle,
  namespace,
  service,
}: Dialled & { readonly name: string; readonly bundle: string }): string => `apiVersion: apiregistration.k8s.io/v1
kind: APIService
${metadata(name)}
spec:
  caBundle: ${bundle}
  service:
    name: ${service}
    namespace: ${namespace}`;

/** A Service, and the Deployment behind it, which mounts a Secret. */
export const serverOf = ({ namespace, service, secret }: Dialled & { readonly secret: string }): string =>
  documents(
    `apiVersion: v1
kind: Service
${metadata(service, namespace)}
spec:
  selector:
    app: ${service}
  ports:
  - port: 443`,
    `apiVersion: apps/v1
kind: Deployment
${metadata(service, namespace)}
spec:
  template:
    metadata:
      labels:
        app: ${service}
    spec:
      volumes:
      - name: tls
        secret:
          secretName: ${secret}`,
  );

/** A Secret of certificates, without its keys. */
export const tlsSecret = (
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
  type = 'kubernetes.io/tls',
  annotations = '',
): string => `apiVersion: v1
kind: Secret
${metadata(name, namespace)}${annotations}
type: ${type}
data:
${Object.entries(data)
  .map(([key, pem]) => `  ${key}: ${base64(pem)}`)
  .join('\n')}`;

/** The certificate of a CA as PEM, or one that it issues to a Service. */
export function pemOf(of: Authority | Dialled, issuer?: Authority, changes: Changes = {}): string {
  if ('certificate' in of) return certificatePem(of.certificate);
  const { namespace, service } = of;
  const sans: Changes['sans'] = [`DNS:${service}.${namespace}.svc`];
  const usual = { sans, usages: ['serverAuth'], ca: null, keyUsage: ['digitalSignature'] };
  return certificatePem(makeAuthority(service, { ...usual, ...changes }, issuer).certificate);
}
