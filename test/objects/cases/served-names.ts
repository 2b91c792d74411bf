/** Which certificate kube-apiserver is shown: mounted, read by the API, or for something else. */
import { keyNamed } from '../../support/keys.ts';
import type { ObjectCase } from '../harness.ts';
import {
  bundleOf,
  conversion,
  documents,
  metadata,
  server,
  servingSecret,
  webhookCa,
  webhookConfiguration,
} from '../objects.ts';
import { pemOf, tlsSecret } from '../products.ts';

const ca = webhookCa();
const other = webhookCa({ key: keyNamed('other webhook-ca') });
const ended = webhookCa({ notAfter: '2026-11-01' });
const issues = 'https://github.com';
const webhook = 'ValidatingWebhookConfiguration policy';
const resource = 'CustomResourceDefinition widgets.example.test';

/** A CRD that has one version. */
const single = (caBundle: string): string => conversion(caBundle).replace('  - name: v1beta1\n', '');

/** The server without a volume: its program reads its certificate by the API. */
const byApi = (secret: string): string =>
  server(secret)
    .replace(/ {6}volumes:\n(?: {6}.*\n)+/, '      volumes: []\n')
    .replace('name: policy-tls', 'name: pair');

/** A Secret that is mounted next to that of the server. */
const mountedToo = (text: string, name: string): string =>
  text.replace('      volumes:\n', `$&      - name: more\n        secret:\n          secretName: ${name}\n`);

/** A pod with the labels of the server, which mounts its Secret. */
const pod = `apiVersion: v1
kind: Pod
${metadata('policy-0', 'shop')}
  labels:
    app: policy
spec:
  volumes:
  - name: tls
    secret:
      secretName: policy-tls`;

const isKind = (kind: string) => (one: string) => one.includes(`kind: ${kind}\n`);
const withPod = (text: string): string => {
  const all = text.split('\n---\n');
  return documents(...all.map((one) => (isKind('Deployment')(one) ? pod : one)));
};

const clientPem = pemOf({ namespace: 'shop', service: 'policy' }, ca, {
  sans: ['DNS:client.example.test'],
  usages: ['clientAuth'],
  notAfter: '2026-11-01',
});
const metricsPem = pemOf({ namespace: 'shop', service: 'policy-metrics' }, ca, { notAfter: '2026-11-01' });

export const servedNameCases: readonly ObjectCase[] = [
  {
    name: 'a conversion webhook of one version is never called',
    objects: single(bundleOf(ended)),
    source: `${issues}/crossplane/crossplane/issues/6914`,
    findings: [],
  },
  {
    name: 'a conversion webhook of one version whose bundle cannot be read',
    objects: single('Cg=='),
    source: `${issues}/kubernetes/kubernetes/issues/123835`,
    findings: [`webhook/bundle@${resource}`],
  },
  {
    name: 'a conversion webhook of one version, of which another is still stored',
    objects: `${single(bundleOf(ended))}status:\n  storedVersions: [v1beta1, v1]\n`,
    findings: [`webhook/bundle@${resource}`],
  },
  {
    name: 'a client certificate without usages that bears the name of the Service',
    objects: documents(
      webhookConfiguration(bundleOf(other)),
      server(servingSecret(ca, { commonName: 'policy-db-client', sans: null, usages: null })),
    ),
    source: 'https://cert-manager.io/docs/usage/certificate/',
    findings: [],
  },
  {
    name: 'a certificate of a mesh that bears the name of the Service',
    objects: documents(
      webhookConfiguration(bundleOf(other)),
      server(servingSecret(ca, { sans: ['DNS:policy.clients.example.test'], usages: ['serverAuth', 'clientAuth'] })),
    ),
    findings: [],
  },
  {
    name: 'a certificate without usages whose only name is the common name',
    objects: documents(
      webhookConfiguration(bundleOf(ca)),
      server(servingSecret(ca, { commonName: 'policy.shop.svc', sans: null, usages: null })),
    ),
    source: `${issues}/SeldonIO/seldon-core/issues/3293`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'an ended client certificate next to that of a webhook',
    objects: documents(
      webhookConfiguration(bundleOf(ca)),
      mountedToo(server(servingSecret(ca)), 'policy-client'),
      tlsSecret('shop', 'policy-client', { 'tls.crt': clientPem }),
    ),
    findings: ['secret/expired@Secret shop/policy-client'],
  },
  {
    name: 'an ended certificate for metrics next to that of a webhook',
    objects: documents(
      webhookConfiguration(bundleOf(ca)),
      mountedToo(server(servingSecret(ca)), 'metrics-server-cert'),
      tlsSecret('shop', 'metrics-server-cert', { 'tls.crt': metricsPem }),
    ),
    source: 'https://book.kubebuilder.io/reference/metrics',
    findings: ['secret/expired@Secret shop/metrics-server-cert'],
  },
  {
    name: 'a Secret that a program reads by the API, and a different CA in the bundle',
    objects: documents(webhookConfiguration(bundleOf(other)), byApi(servingSecret(ca))),
    source: `${issues}/kyverno/kyverno/issues/3300`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a Secret that a program reads by the API, and its CA',
    objects: documents(webhookConfiguration(bundleOf(ca)), byApi(servingSecret(ca))),
    source: 'https://kyverno.io/docs/installation/customization/',
    findings: [],
  },
  {
    name: 'a Secret that a former release left, next to the CA of what is served from memory',
    objects: documents(
      webhookConfiguration(bundleOf(other)),
      byApi(servingSecret(ca)),
      tlsSecret('shop', 'policy-ca', { 'tls.crt': pemOf(other) }, 'Opaque'),
    ),
    source: 'https://cert-manager.io/docs/concepts/webhook/',
    findings: [],
  },
  {
    name: 'a Secret for a client that has the name of a Service',
    objects: documents(webhookConfiguration(bundleOf(other)), byApi(servingSecret(ca, { usages: ['clientAuth'] }))),
    findings: [],
  },
  {
    name: 'a webhook whose only workload is a pod, with a different CA',
    objects: documents(webhookConfiguration(bundleOf(other)), withPod(server(servingSecret(ca)))),
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/',
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a pod that nothing owns uses a Secret whose certificate has ended',
    objects: withPod(server(servingSecret(ca, { notAfter: '2026-11-01' }))),
    findings: ['secret/expired@Secret shop/policy-tls'],
  },
  {
    name: 'a pod in a file that was never applied',
    objects: withPod(server(servingSecret(ca, { notAfter: '2026-11-01' }))).replace(
      /(kind: Pod[\s\S]*?) {2}creationTimestamp: .*\n {2}uid: .*\n/,
      '$1',
    ),
    findings: [],
  },
];
