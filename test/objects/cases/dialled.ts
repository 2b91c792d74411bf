/** Webhooks and extension API servers of public incidents, and what looks like them and works. */
import { certificatePem } from '../../support/certificates.ts';
import { type Changes, makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { ObjectCase } from '../harness.ts';
import {
  apiService,
  base64,
  bundleOf,
  cainjector,
  conversion,
  documents,
  fromCertManager,
  injected,
  server,
  servingSecret,
  webhookCa,
  webhookConfiguration,
  withCa,
} from '../objects.ts';

const ca = webhookCa();
const ended = webhookCa({ notAfter: '2026-11-01' });
const other = webhookCa({ key: keyNamed('other webhook-ca') });
const stranger = makeAuthority('stranger');
const selfSigned = (changes: Changes = {}) =>
  makeAuthority('policy', { sans: ['DNS:policy.shop.svc'], usages: ['serverAuth'], ...changes });
const short = selfSigned({ notAfter: '2026-12-01T08:00:00Z' });
const issues = 'https://github.com/';

const served = server(withCa(servingSecret(ca)));
const mutating = (text: string) => text.replace('Validating', 'Mutating');

const webhook = 'ValidatingWebhookConfiguration policy';
const mutatingWebhook = 'MutatingWebhookConfiguration policy';
const resource = 'CustomResourceDefinition widgets.example.test';
const everything = (text: string): string =>
  text
    .replace('apiGroups: [""]', 'apiGroups: ["*"]')
    .replace('operations: [CREATE]', 'operations: ["*"]')
    .replace('resources: [pods]', 'resources: ["*/*"]');

const faulty: readonly ObjectCase[] = [
  {
    name: 'a self-signed certificate of an injector that is its own bundle, and has ended',
    objects: documents(
      mutating(webhookConfiguration(bundleOf(selfSigned({ notAfter: '2026-11-20' })))),
      server(servingSecret(selfSigned({ notAfter: '2026-11-20' }))),
    ),
    source: `${issues}linkerd/linkerd2/issues/5697`,
    findings: [`webhook/bundle@${mutatingWebhook}`],
  },
  {
    name: 'a CA that has ended before the certificate that it signed',
    objects: documents(webhookConfiguration(bundleOf(ended)), server(withCa(servingSecret(ended), ended))),
    source: `${issues}kyverno/kyverno/issues/13639`,
    findings: [`webhook/bundle@${webhook}`],
  },
  {
    name: 'a new CA of the same name in the Secret, and the old one in the bundle',
    objects: documents(webhookConfiguration(bundleOf(other)), served),
    source: `${issues}kyverno/kyverno/issues/3300`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a new CA of the same name for what gets every request',
    objects: documents(everything(webhookConfiguration(bundleOf(other))), served),
    source: `${issues}radius-project/radius/issues/6989`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a serving certificate that has ended after a year',
    objects: documents(webhookConfiguration(bundleOf(ca)), server(servingSecret(ca, { notAfter: '2026-11-30' }))),
    source: `${issues}rancher/rancher/issues/35068`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'an ended serving certificate of a webhook that fails open',
    objects: documents(
      webhookConfiguration(bundleOf(ca), 'Ignore'),
      server(servingSecret(ca, { notAfter: '2026-11-30' })),
    ),
    source: `${issues}rancher/rancher/issues/35422`,
    findings: [`webhook/serving-ignored@${webhook}`],
  },
  {
    name: 'an ended serving certificate that cert-manager issues',
    objects: documents(
      webhookConfiguration(bundleOf(ca)),
      server(fromCertManager(servingSecret(ca, { notAfter: '2026-11-28' }))),
    ),
    source: `${issues}cert-manager/trust-manager/issues/533`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a serving certificate that is not valid yet',
    objects: documents(
      mutating(webhookConfiguration(bundleOf(ca))),
      server(servingSecret(ca, { notBefore: '2026-12-02', notAfter: '2027-12-02' })),
    ),
    source: `${issues}kubernetes/kubectl/issues/1307`,
    findings: [`webhook/serving@${mutatingWebhook}`],
  },
  {
    name: 'a serving certificate whose name is only its common name',
    objects: documents(
      webhookConfiguration(bundleOf(ca)),
      server(servingSecret(ca, { sans: null, commonName: 'policy.shop.svc' })),
    ),
    source: `${issues}SeldonIO/seldon-core/issues/3293`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a serving certificate with the name of its Secret',
    objects: documents(
      mutating(webhookConfiguration(bundleOf(ca))),
      server(servingSecret(ca, { sans: ['DNS:policy-tls', 'DNS:policy-tls.shop', 'DNS:policy-tls.shop.svc'] })),
    ),
    source: `${issues}spidernet-io/spiderpool/issues/773`,
    findings: [`webhook/serving@${mutatingWebhook}`],
  },
  {
    name: 'a placeholder that an upgrade has put into the bundle again',
    objects: documents(mutating(webhookConfiguration('Cg==')), served),
    source: `${issues}fluid-cloudnative/fluid/issues/1399`,
    findings: [`webhook/bundle@${mutatingWebhook}`],
  },
  {
    name: 'a placeholder in the bundle of a conversion',
    objects: documents(conversion('Cg=='), served),
    source: `${issues}eclipse-che/che/issues/23235`,
    findings: [`webhook/bundle@${resource}`],
  },
  {
    name: 'a bundle that another installation has replaced',
    objects: documents(webhookConfiguration(bundleOf(stranger)), served),
    source: `${issues}external-secrets/external-secrets/issues/997`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a bundle that cainjector has not filled in again',
    objects: documents(
      injected(webhookConfiguration(bundleOf(stranger))),
      server(fromCertManager(withCa(servingSecret(ca)))),
      cainjector,
    ),
    source: `${issues}cert-manager/cert-manager/issues/6340`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a self-signed certificate that was issued again, and the former one in the bundle',
    objects: documents(
      injected(webhookConfiguration(bundleOf(selfSigned({ key: keyNamed('former') })))),
      server(withCa(servingSecret(ca))),
    ),
    source: `${issues}cert-manager/cert-manager/issues/5519`,
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a conversion with a different CA',
    objects: documents(conversion(bundleOf(stranger)), served),
    source: `${issues}cert-manager/cert-manager/issues/4713`,
    findings: [`webhook/serving@${resource}`],
  },
  {
    name: 'an extension API server whose CA has ended',
    objects: documents(apiService(`caBundle: ${bundleOf(ended)}`), served),
    source: `${issues}linkerd/linkerd2/issues/4889`,
    findings: ['api-service/bundle@APIService v1.things.example.test'],
  },
];

const healthy: readonly ObjectCase[] = [
  {
    name: 'a self-signed certificate that is its own bundle works, also near its end',
    objects: documents(
      webhookConfiguration(base64(certificatePem(short.certificate))),
      server(servingSecret(ca).replace(/tls\.crt: .*/, `tls.crt: ${base64(certificatePem(short.certificate))}`)),
    ),
    source: `${issues}linkerd/linkerd2/issues/5149`,
    findings: [],
  },
  {
    name: 'text before a CA, and a broken block next to it',
    objects: documents(
      webhookConfiguration(
        base64(
          `Subject: CN=webhook-ca\n${certificatePem(ca.certificate)}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
        ),
      ),
      served,
    ),
    findings: [],
  },
  {
    name: 'a placeholder next to the annotation of cainjector, in git',
    objects: documents(
      injected(webhookConfiguration('Cg==')).replace(/^ {2}(creationTimestamp|uid): .*\n/gm, ''),
      served,
    ),
    source: 'https://cert-manager.io/docs/concepts/ca-injector/',
    findings: [],
  },
  {
    name: 'a wildcard for the namespace',
    objects: documents(webhookConfiguration(bundleOf(ca)), server(servingSecret(ca, { sans: ['DNS:*.shop.svc'] }))),
    findings: [],
  },
  {
    name: 'a serving certificate without extended key usages',
    objects: documents(webhookConfiguration(bundleOf(ca)), server(servingSecret(ca, { usages: null }))),
    findings: [],
  },
  {
    name: 'a webhook that is dialled by a URL',
    objects: documents(
      webhookConfiguration(bundleOf(ca)).replace(
        / {4}service:\n(?: {6}.*\n)+/,
        '    url: https://192.0.2.1:8443/policy\n',
      ),
    ),
    findings: [],
  },
  {
    name: 'a webhook whose Service is missing is no matter of certificates',
    objects: documents(
      webhookConfiguration(bundleOf(stranger)).replace('name: policy\n      namespace', 'name: gone\n      namespace'),
      served,
    ),
    findings: [],
  },
  {
    name: 'a port that the Service does not have',
    objects: documents(webhookConfiguration(bundleOf(stranger)).replace('port: 443', 'port: 8443'), served),
    findings: [],
  },
  {
    name: 'a Secret that no workload is known to mount',
    objects: documents(webhookConfiguration(bundleOf(stranger)), servingSecret(ca)),
    findings: [],
  },
  { name: 'a conversion with its CA', objects: documents(conversion(bundleOf(ca)), served), findings: [] },
  {
    name: 'a webhook that fails open, with its CA',
    objects: documents(webhookConfiguration(bundleOf(ca), 'Ignore'), served),
    findings: [],
  },
  {
    name: 'an extension API server that presents a certificate signed by the second CA of its bundle',
    objects: documents(apiService(`caBundle: ${bundleOf(stranger, ca)}`), served),
    findings: [],
  },
];

export const dialledCases: readonly ObjectCase[] = [...faulty, ...healthy];
