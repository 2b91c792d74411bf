/** What programs renew, in a dump that is older than the day on which it is judged; and what no program renews. */
import { makeAuthority } from '../../support/issue.ts';
import type { ObjectCase } from '../harness.ts';
import { apiService, bundleOf, documents, server, servingSecret, webhookCa, webhookConfiguration } from '../objects.ts';
import { pemOf, serverOf, tlsSecret } from '../products.ts';
import { madeAt } from '../requests.ts';
import { ingress, leafOf, ofCertManager, pairSecret } from '../secrets.ts';

const ca = webhookCa();
const issues = 'https://github.com';
const webhook = 'ValidatingWebhookConfiguration policy';
const secret = 'Secret shop/shop-tls';

/** The dumps are of the evening of November 28, and judged on December 1. */
const since = { notBefore: '2026-11-27', notAfter: '2026-11-30' };
const before = { notBefore: '2026-10-01', notAfter: '2026-11-20' };
const soon = { notBefore: '2026-01-01', notAfter: '2026-12-08' };

const root = makeAuthority('shop-root');
const own = (changes: typeof since) => webhookCa({ sans: ['DNS:policy.shop.svc'], usages: ['serverAuth'], ...changes });

const annotated = (text: string, key: string, value: string): string =>
  text.replace(/^ {2}creationTimestamp: .*$/m, `$&\n  annotations:\n    ${key}: ${value}`);
const injected = (text: string) => annotated(text, 'cert-manager.io/inject-ca-from', 'shop/policy');
const fromCertManager = (text: string) => annotated(text, 'cert-manager.io/certificate-name', 'policy');

/** The pair of `shop-tls` with more metadata, next to an Ingress. */
const inFront = (changes: typeof since, metadata = '', more: Parameters<typeof pairSecret>[1] = {}): string =>
  documents(ingress(), pairSecret(leafOf(root, changes), more).replace('metadata:', `metadata:${metadata}`));

const ownedBy = (kind: string): string => `\n  ownerReferences: [{ kind: ${kind}, name: shop-tls }]`;

/** A write that a dump shows only if managed fields are asked for. */
const writtenAt = (time: string): string => `\n  managedFields: [{ manager: controller, time: "${time}" }]`;

/** What serves its own certificate, which is the bundle too. */
const selfSigned = (changes: typeof since): string => {
  const one = own(changes);
  const kept = fromCertManager(servingSecret(ca)).replace(/tls\.crt: .*/, `tls.crt: ${bundleOf(one)}`);
  return documents(injected(webhookConfiguration(bundleOf(one))), server(kept));
};

const withoutBundle = (text: string): string => text.replace(/ +caBundle: .*\n/, '');

/** What serves, and the Secret from which cainjector copies. */
const source = server(`${fromCertManager(servingSecret(ca))}\n  ca.crt: ${bundleOf(ca)}`);

/** A server whose certificate is not in the dump, and a Secret with its CA that cainjector may read. */
const direct = documents(
  serverOf({ namespace: 'shop', service: 'policy', secret: 'gone' }),
  tlsSecret(
    'shop',
    'policy-ca',
    { 'ca.crt': pemOf(ca) },
    'Opaque',
    '\n  annotations: { cert-manager.io/allow-direct-injection: "true" }',
  ),
);

export const renewedCases: readonly ObjectCase[] = [
  {
    name: 'a serving certificate of a day that cert-manager has renewed since the dump',
    objects: documents(injected(webhookConfiguration(bundleOf(ca))), server(fromCertManager(servingSecret(ca, since)))),
    source: 'https://linkerd.io/2/tasks/automatically-rotating-webhook-tls-credentials/',
    findings: [],
  },
  {
    name: 'a serving certificate that is its own bundle, and that cert-manager has renewed since the dump',
    objects: selfSigned(since),
    source: 'https://cert-manager.io/docs/configuration/selfsigned/',
    findings: [],
  },
  {
    name: 'a serving certificate that is its own bundle, and that had ended before the dump',
    objects: selfSigned(before),
    findings: [`webhook/bundle@${webhook}`],
  },
  {
    name: 'the bundle of an extension API server that cainjector has filled in again since the dump',
    objects: annotated(
      apiService(`caBundle: ${bundleOf(own(since))}`),
      'cert-manager.io/inject-ca-from',
      'shop/policy',
    ),
    source: 'https://cert-manager.io/docs/concepts/ca-injector/',
    findings: [],
  },
  {
    name: 'a bundle of the service CA of OpenShift that had ended before the dump',
    objects: annotated(
      webhookConfiguration(bundleOf(webhookCa(before))),
      'service.beta.openshift.io/inject-cabundle',
      '"true"',
    ),
    findings: [`webhook/bundle@${webhook}`],
  },
  {
    name: 'a bundle that no program keeps, and that has ended since the dump',
    objects: webhookConfiguration(bundleOf(webhookCa(since))),
    findings: [`webhook/bundle@${webhook}`],
  },
  {
    name: 'a bundle that cainjector has not filled in',
    objects: documents(withoutBundle(injected(webhookConfiguration(''))), source, madeAt('2026-11-28T18:00:00Z')),
    source: `${issues}/kubewarden/helm-charts/issues/453`,
    findings: [`webhook/bundle@${webhook}`],
  },
  {
    name: 'a bundle that cainjector has not filled in yet',
    objects: documents(withoutBundle(injected(webhookConfiguration(''))), source),
    findings: [],
  },
  {
    name: 'a bundle that is not the CA from which it is copied, of what is served from memory',
    objects: documents(
      annotated(webhookConfiguration(bundleOf(root)), 'cert-manager.io/inject-ca-from-secret', 'shop/policy-ca'),
      direct,
      madeAt('2026-11-28T18:00:00Z'),
    ),
    source: `${issues}/cert-manager/cert-manager/issues/6340`,
    findings: [`webhook/bundle@${webhook}`],
  },
  {
    name: 'a bundle with the former certificate of a CA that keeps its key',
    objects: documents(
      annotated(
        webhookConfiguration(bundleOf(webhookCa({ notAfter: '2027-06-01' }))),
        'cert-manager.io/inject-ca-from-secret',
        'shop/policy-ca',
      ),
      direct,
      madeAt('2026-11-28T18:00:00Z'),
    ),
    findings: [],
  },
  {
    name: 'a certificate of another CA in an old dump, though programs keep both',
    objects: documents(
      injected(webhookConfiguration(bundleOf(webhookCa(since)))),
      server(fromCertManager(servingSecret(root, since))),
    ),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a certificate that cert-manager has renewed since the dump',
    objects: inFront(since, '', { annotations: ofCertManager }),
    findings: [],
  },
  {
    name: 'a certificate of cert-manager that has ended, in a dump whose only new time is that of a write',
    objects: inFront(since, writtenAt('2026-11-30T12:00:00Z'), { annotations: ofCertManager }),
    source: `${issues}/cert-manager/cert-manager/issues/4345`,
    findings: [`secret/expired@${secret}`],
  },
  {
    name: 'a certificate in a SealedSecret, which no program renews',
    objects: inFront(soon, ownedBy('SealedSecret')),
    source: `${issues}/bitnami-labs/sealed-secrets`,
    findings: [`secret/ends-soon@${secret}`],
  },
  {
    name: 'a certificate in a SealedSecret that has ended since the dump',
    objects: inFront(since, ownedBy('SealedSecret')),
    findings: [`secret/expired@${secret}`],
  },
  {
    name: 'a certificate that Terraform has written',
    objects: inFront(soon, '', { labels: { 'app.kubernetes.io/managed-by': 'Terraform' } }),
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/',
    findings: [`secret/ends-soon@${secret}`],
  },
  {
    name: 'a certificate that external-secrets copies again every hour',
    objects: documents(inFront(soon, ownedBy('ExternalSecret')), madeAt('2026-11-28T18:00:00Z')),
    source: 'https://external-secrets.io/latest/api/externalsecret/',
    findings: [],
  },
];
