/** Faults of which a dump shows what heals them, and what does not. */
import type { Authority } from '../../support/issue.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { ObjectCase } from '../harness.ts';
import {
  annotated,
  apiService,
  bundleOf,
  cainjector,
  documents,
  fromCertManager,
  injected,
  metadata,
  server,
  servingSecret,
  webhookCa,
  webhookConfiguration,
  withCa,
} from '../objects.ts';
import { deployment, ingress, leafOf, pairSecret } from '../secrets.ts';

const ca = webhookCa();
const ended = webhookCa({ notAfter: '2026-11-01' });
const unable = webhookCa({ keyUsage: ['digitalSignature'] });
const stranger = makeAuthority('stranger');
const issues = 'https://github.com/';
const expired = leafOf(ca, { notAfter: '2026-11-28T00:00:00Z' });
const expiredIssuer = makeAuthority('identity', { notAfter: '2026-11-28T00:00:00Z' }, ca);
const webhook = 'ValidatingWebhookConfiguration policy';

/** The Certificate that fills Secret `policy-tls`. */
const certificate = (ready = 'True'): string => `apiVersion: cert-manager.io/v1
kind: Certificate
${metadata('policy', 'shop')}
spec:
  secretName: policy-tls
status:
  conditions:
  - type: Ready
    status: '${ready}'`;

/** A Secret with nothing but CAs. */
const authorityOf = (name: string, ...authorities: readonly Authority[]): string => `apiVersion: v1
kind: Secret
${metadata(name, 'shop')}
type: Opaque
data:
  ca.crt: ${bundleOf(...authorities)}`;

/** A Secret that a controller writes for another object. */
const ownedBy = (kind: string, secret: string): string =>
  secret.replace('\n  annotations:', `\n  ownerReferences: [{ kind: ${kind}, name: front, controller: true }]$&`);

/** Faults that need more than a new bundle or a new pair. */
export const remedyCases: readonly ObjectCase[] = [
  {
    name: 'the annotation of cainjector names a Certificate that does not exist',
    objects: documents(
      annotated(webhookConfiguration(bundleOf(stranger)), 'cert-manager.io/inject-ca-from', 'other/policy'),
      server(fromCertManager(withCa(servingSecret(ca)))),
      certificate(),
      cainjector,
    ),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'cainjector has no CA to copy, because the issuer gives none',
    objects: documents(
      injected(webhookConfiguration(bundleOf(stranger))),
      server(fromCertManager(servingSecret(ca))),
      certificate(),
      authorityOf('policy-ca', ca),
      cainjector,
    ),
    source: 'https://cert-manager.io/docs/concepts/ca-injector/',
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'cainjector may not copy the CA of a Secret without its annotation',
    objects: documents(
      annotated(webhookConfiguration(bundleOf(stranger)), 'cert-manager.io/inject-ca-from-secret', 'shop/policy-tls'),
      server(withCa(servingSecret(ca))),
      cainjector,
    ),
    source: 'https://cert-manager.io/docs/concepts/ca-injector/',
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'cainjector copies the CA of a different Secret',
    objects: documents(
      annotated(webhookConfiguration(bundleOf(stranger)), 'cert-manager.io/inject-ca-from-secret', 'shop/policy-ca'),
      server(withCa(servingSecret(ca))),
      authorityOf('policy-ca', stranger),
      cainjector,
    ),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a certificate that has ended, and that cert-manager fails to issue again',
    objects: documents(
      injected(webhookConfiguration(bundleOf(ca))),
      server(fromCertManager(withCa(servingSecret(ca, { notAfter: '2026-11-10' })))),
      certificate('False'),
    ),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a Secret whose ca.crt is not the CA of its certificate, and cert-manager can issue again',
    objects: documents(
      injected(webhookConfiguration(bundleOf(stranger))),
      server(fromCertManager(withCa(servingSecret(ca), stranger))),
      certificate(),
    ),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'a large bundle next to the CA alone',
    objects: documents(
      webhookConfiguration(bundleOf(stranger)),
      server(servingSecret(ca)),
      authorityOf('all-roots', stranger, ca),
      authorityOf('policy-ca', ca),
    ),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'Operator Lifecycle Manager: its certificate and its CA have ended',
    objects: documents(
      apiService(`caBundle: ${bundleOf(ended)}`),
      server(annotated(servingSecret(ended, { notAfter: '2026-11-01' }), 'olmcahash', 'abc')),
    ),
    source: `${issues}operator-framework/operator-lifecycle-manager/issues/2001`,
    findings: ['api-service/bundle@APIService v1.things.example.test'],
  },
  {
    name: 'a CA that lacks keyCertSign',
    objects: documents(
      annotated(webhookConfiguration(bundleOf(unable)), 'service.beta.openshift.io/inject-cabundle', '"true"'),
      server(servingSecret(unable)),
    ),
    findings: [`webhook/serving@${webhook}`],
  },
  {
    name: 'an expired certificate that an ExternalSecret copies',
    objects: documents(ingress(), ownedBy('ExternalSecret', pairSecret(expired))),
    source: 'https://external-secrets.io/latest/api/externalsecret/',
    findings: ['secret/expired@Secret shop/shop-tls'],
  },
  {
    name: 'an expired certificate in a Secret that cannot be changed',
    objects: documents(ingress(), `${pairSecret(expired)}\nimmutable: true`),
    source: 'https://kubernetes.io/docs/concepts/configuration/secret/#secret-immutable',
    findings: ['secret/expired@Secret shop/shop-tls'],
  },
  {
    name: 'an expired CA of a service mesh',
    objects: documents(deployment(), pairSecret(expiredIssuer)),
    source: 'https://linkerd.io/2-edge/tasks/replacing_expired_certificates/',
    findings: ['secret/expired@Secret shop/shop-tls'],
  },
];
