/** Webhooks and extension API servers: bundles, names, dates. */
import { keyNamed } from '../../support/keys.ts';
import type { ObjectCase } from '../harness.ts';
import { apiService, bundleOf, documents, server, servingSecret, webhookCa, webhookConfiguration } from '../objects.ts';

const ca = webhookCa();
const ended = webhookCa({ notAfter: '2026-11-01' });
const soon = webhookCa({ notBefore: '2026-01-01', notAfter: '2026-12-05' });
const other = webhookCa({ key: keyNamed('other webhook-ca') });
const served = server(servingSecret(ca));
const webhook = 'ValidatingWebhookConfiguration policy';
const extension = 'APIService v1.things.example.test';

export const webhookCases: readonly ObjectCase[] = [
  { name: 'a webhook with its CA', objects: documents(webhookConfiguration(bundleOf(ca)), served), findings: [] },
  {
    name: 'an ended CA next to the right one is no fault',
    objects: documents(webhookConfiguration(bundleOf(ended, ca)), served),
    findings: [],
  },
  {
    name: 'a webhook whose caBundle has ended',
    objects: documents(webhookConfiguration(bundleOf(ended)), served),
    findings: [`webhook/bundle@${webhook}`],
  },
  {
    name: 'a webhook whose caBundle is not PEM',
    objects: documents(webhookConfiguration('Cg=='), served),
    findings: [`webhook/bundle@${webhook}`],
  },
  {
    name: 'a webhook with a different CA of the same name',
    objects: documents(webhookConfiguration(bundleOf(other)), served),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a certificate without the name that is dialled',
    objects: documents(
      webhookConfiguration(bundleOf(ca)),
      server(servingSecret(ca, { sans: ['DNS:policy.shop.svc.cluster.local'] })),
    ),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'an ignored webhook whose caBundle has ended',
    objects: documents(webhookConfiguration(bundleOf(ended), 'Ignore'), served),
    findings: [`webhook/bundle-ignored@${webhook}`],
  },
  {
    name: 'an ignored webhook with a different CA',
    objects: documents(webhookConfiguration(bundleOf(other), 'Ignore'), served),
    findings: [`webhook/serving-ignored@${webhook}`],
  },
  {
    name: 'an APIService with its CA',
    objects: documents(apiService(`caBundle: ${bundleOf(ca)}`), served),
    findings: [],
  },
  {
    name: 'an APIService whose caBundle has ended',
    objects: documents(apiService(`caBundle: ${bundleOf(ended)}`), served),
    findings: [`api-service/bundle@${extension}`],
  },
  {
    name: 'an APIService with a different CA',
    objects: documents(apiService(`caBundle: ${bundleOf(other)}`), served),
    findings: [`api-service/serving@${extension}`],
  },
  {
    name: 'a webhook whose caBundle ends soon',
    objects: webhookConfiguration(bundleOf(soon)),
    findings: [`webhook/ends-soon@${webhook}`],
  },
  {
    name: 'a webhook with a caBundle that ends soon, and the next CA',
    objects: webhookConfiguration(bundleOf(soon, ca)),
    findings: [],
  },
  {
    name: 'a webhook whose caBundle a program renews',
    objects: webhookConfiguration(bundleOf(soon)).replace(
      'metadata:',
      'metadata:\n  annotations: { cert-manager.io/inject-ca-from: shop/policy }',
    ),
    findings: [],
  },
  {
    name: 'a webhook whose CA of a week is renewed every day',
    objects: webhookConfiguration(bundleOf(webhookCa({ notBefore: '2026-11-27', notAfter: '2026-12-02' }))),
    findings: [],
  },
  {
    name: 'an APIService whose caBundle ends soon',
    objects: apiService(`caBundle: ${bundleOf(soon)}`),
    findings: [`api-service/ends-soon@${extension}`],
  },
  {
    name: 'an APIService that verifies nothing',
    objects: documents(apiService('insecureSkipTLSVerify: true'), served),
    findings: [`api-service/insecure@${extension}`],
  },
];
