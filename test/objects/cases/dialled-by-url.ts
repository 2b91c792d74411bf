/** What is dialled by a URL, what has no caBundle, and what a program fills in. */
import { keyNamed } from '../../support/keys.ts';
import type { ObjectCase } from '../harness.ts';
import { apiService, bundleOf, documents, server, servingSecret, webhookCa, webhookConfiguration } from '../objects.ts';

const ca = webhookCa();
const ended = webhookCa({ notAfter: '2026-11-01' });
const other = webhookCa({ key: keyNamed('other webhook-ca') });
const webhook = 'ValidatingWebhookConfiguration policy';

/** A webhook without a Service. */
const dialledBy = (url: string, caBundle: string): string =>
  webhookConfiguration(caBundle).replace(/ {4}service:\n(?: {6}.*\n)+/, `    url: ${url}\n`);

/** A Service with an address. */
const at = (address: string, secret: string): string =>
  server(secret).replace('spec:\n', `spec:\n  clusterIP: ${address}\n`);
const withoutBundle = (text: string): string => text.replace(/ +caBundle: .*\n/, '');
const neverApplied = (text: string): string => text.replace(/^ {2}(?:creationTimestamp|uid): .*\n/gm, '');

const byName = 'https://policy.shop.svc/validate';
const byAddress = 'https://10.96.7.7:443/validate';
const named = servingSecret(ca);
const withAddress = servingSecret(ca, { sans: ['DNS:policy.shop.svc', 'IP:10.96.7.7'] });

export const dialledByUrlCases: readonly ObjectCase[] = [
  {
    name: 'a URL with the name of a Service',
    objects: documents(dialledBy(byName, bundleOf(ca)), server(named)),
    findings: [],
  },
  {
    name: 'a URL with the name of a Service, and a different CA',
    objects: documents(dialledBy(byName, bundleOf(other)), server(named)),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a URL with a longer name of a Service than its certificate has',
    objects: documents(dialledBy('https://policy.shop.svc.cluster.local/', bundleOf(ca)), server(named)),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a URL with the address of a Service, which its certificate has',
    objects: documents(dialledBy(byAddress, bundleOf(ca)), at('10.96.7.7', withAddress)),
    findings: [],
  },
  {
    name: 'a URL with the address of a Service, which its certificate does not have',
    objects: documents(dialledBy(byAddress, bundleOf(ca)), at('10.96.7.7', named)),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a URL with an address in IPv6',
    objects: documents(
      dialledBy('https://[2001:DB8:0::7]:8443/', bundleOf(ca)),
      at('"2001:db8::7"', servingSecret(ca, { sans: ['DNS:policy.shop.svc', 'IP:2001:db8::7'] })),
    ),
    findings: [],
  },
  {
    name: 'a URL of a machine outside of the cluster, with a CA that has ended',
    objects: dialledBy('https://policy.example.test/', bundleOf(ended)),
    findings: [`webhook/bundle@${webhook}`],
  },
  {
    name: 'without a caBundle, the roots of the host may have the CA',
    objects: documents(withoutBundle(webhookConfiguration('')), server(named)),
    findings: [],
  },
  {
    name: 'without a caBundle, a certificate with a wrong name fails with any roots',
    objects: documents(withoutBundle(webhookConfiguration('')), server(servingSecret(ca, { sans: ['DNS:policy'] }))),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'without a caBundle, a certificate that has ended fails with any roots',
    objects: documents(apiService(''), server(servingSecret(ca, { notAfter: '2026-11-30' }))),
    findings: ['api-service/serving@APIService v1.things.example.test'],
  },
  {
    name: 'a placeholder in a manifest that was never applied',
    objects: documents(neverApplied(webhookConfiguration('Cg==')), server(named)),
    source: 'https://github.com/kubernetes-retired/externalip-webhook/pull/21',
    findings: [],
  },
  {
    name: 'a variable in a manifest that was never applied',
    objects: documents(neverApplied(webhookConfiguration('$' + '{CA_BUNDLE}')), server(named)),
    findings: [],
  },
  {
    name: 'a webhook behind kube-apiserver itself',
    objects: webhookConfiguration(bundleOf(ended)).replace(
      'name: policy\n      namespace: shop',
      'name: kubernetes\n      namespace: default',
    ),
    findings: [],
  },
  {
    name: 'a Secret for a client is not what is served',
    objects: documents(
      webhookConfiguration(bundleOf(other)),
      server(servingSecret(ca, { sans: null, usages: ['clientAuth'], commonName: 'policy-client' })),
    ),
    findings: [],
  },
];
