/** Pairs in Secrets of public incidents, and what looks like them and works. */
import { type Authority, makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { ObjectCase } from '../harness.ts';
import { documents } from '../objects.ts';
import { madeAt } from '../requests.ts';
import {
  deployment,
  gateway,
  ingress,
  leafOf,
  managed,
  ofCertManager,
  pairSecret,
  pemOf,
  secretOf,
} from '../secrets.ts';

const issues = 'https://github.com/';
const root = makeAuthority('shop-root');
const issuing = makeAuthority('shop-issuing', {}, root);
const otherIssuing = makeAuthority('shop-issuing-2', {}, root);
const leaf = leafOf(issuing);
const ended = leafOf(root, { notAfter: '2026-11-28T00:00:00Z' });
const short = leafOf(root, { notBefore: '2026-01-01', notAfter: '2026-12-08' });
const secret = 'Secret shop/shop-tls';
const otherKey = keyNamed('other shop');
const issuingSecret = pairSecret(issuing, { name: 'shop-issuing' });

const withoutKey = (...chain: readonly Authority[]) => secretOf({ data: { 'tls.crt': pemOf(...chain) } });
const chained = (...chain: readonly Authority[]) => pairSecret(leaf, { data: { 'tls.crt': pemOf(...chain) } });

const faulty: readonly ObjectCase[] = [
  {
    name: 'an Ingress whose Secret has the key of another certificate',
    objects: documents(ingress(), pairSecret(leafOf(root), {}, otherKey)),
    source: `${issues}rancher/rancher/issues/20646`,
    findings: [`secret/pair@${secret}`],
  },
  {
    name: 'a Gateway whose Secret begins with the CA',
    objects: documents(gateway, chained(issuing, leaf)),
    source: `${issues}kubernetes/ingress-nginx/issues/5720`,
    findings: [`secret/pair@${secret}`],
  },
  {
    name: 'a Secret without its key that begins with the CA',
    objects: documents(ingress(), withoutKey(issuing, leaf)),
    source: `${issues}Azure/secrets-store-csi-driver-provider-azure/issues/561`,
    findings: [`secret/pair@${secret}`],
  },
  {
    name: 'an Ingress whose Secret was encoded twice',
    objects: documents(
      ingress(),
      secretOf({ data: { 'tls.crt': Buffer.from(pemOf(leaf)).toString('base64'), 'tls.key': 'x' } }),
      pairSecret(leafOf(root), { name: 'good' }),
      madeAt('2026-11-28T18:00:00Z'),
    ),
    source: `${issues}nginx/kubernetes-ingress/issues/1142`,
    findings: [`secret/pair@${secret}`],
  },
  {
    name: 'a Secret that cert-manager has emptied',
    objects: documents(
      ingress(),
      secretOf({ annotations: ofCertManager, data: { 'tls.crt': '', 'tls.key': '' } }),
      pairSecret(leafOf(root), { name: 'good' }),
      madeAt('2026-11-28T18:00:00Z'),
    ),
    source: `${issues}cert-manager/cert-manager/issues/7871`,
    findings: [`secret/pair@${secret}`],
  },
  {
    name: 'a key in a Secret of cert-manager that does not belong to the certificate',
    objects: documents(
      ingress(),
      deployment('cert-manager', 'cert-manager'),
      pairSecret(leafOf(root), { annotations: ofCertManager }, otherKey),
    ),
    source: `${issues}cert-manager/cert-manager/issues/2636`,
    findings: [`secret/pair@${secret}`],
  },
  {
    name: 'a Secret that nothing uses has the key of another certificate',
    objects: pairSecret(leafOf(root), {}, otherKey),
    findings: [`secret/pair-minor@${secret}`],
  },
  {
    name: 'an Ingress that serves a certificate without the intermediate CA',
    objects: documents(ingress(), pairSecret(leaf), issuingSecret),
    source: `${issues}coreos/tectonic-forum/issues/264`,
    findings: [`secret/chain@${secret}`],
  },
  {
    name: 'a renewed certificate with the intermediate CA of the old one',
    objects: documents(ingress(), chained(leaf, otherIssuing)),
    source: `${issues}Spredzy/lecm/issues/62`,
    findings: [`secret/chain@${secret}`],
  },
  {
    name: 'peers whose ca.crt is a CA that was made again under the same name',
    objects: documents(
      deployment(),
      pairSecret(leafOf(root), { data: { 'ca.crt': pemOf(makeAuthority('shop-root', { key: otherKey })) } }),
    ),
    source: `${issues}cert-manager/cert-manager/issues/5851`,
    findings: [`secret/ca@${secret}`],
  },
  {
    name: 'the same, and cert-manager can issue again',
    objects: documents(
      deployment(),
      pairSecret(leafOf(root), {
        annotations: ofCertManager,
        data: { 'ca.crt': pemOf(makeAuthority('shop-root', { key: otherKey })) },
      }),
      managed(),
    ),
    findings: [`secret/ca@${secret}`],
  },
  {
    name: 'an expired certificate that an Ingress serves',
    objects: documents(ingress(), pairSecret(ended)),
    source: `${issues}rancher/rancher/issues/28563`,
    findings: [`secret/expired@${secret}`],
  },
  {
    name: 'an expired certificate of cert-manager',
    objects: documents(
      ingress(),
      deployment('cert-manager', 'cert-manager'),
      pairSecret(ended, { annotations: ofCertManager }),
    ),
    source: `${issues}cert-manager/cert-manager/issues/3941`,
    findings: [`secret/expired@${secret}`],
  },
  {
    name: 'an intermediate CA that has ended before what it has issued',
    objects: documents(
      ingress(),
      chained(leaf, makeAuthority('shop-issuing', { notAfter: '2026-11-30', key: issuing.key }, root)),
    ),
    findings: [`secret/expired@${secret}`],
  },
  {
    name: 'a certificate that nothing renews and that ends within a week',
    objects: documents(deployment(), pairSecret(short)),
    source: `${issues}linkerd/linkerd2/issues/5697`,
    findings: [`secret/ends-soon@${secret}`],
  },
];

const healthy: readonly ObjectCase[] = [
  {
    name: 'a certificate with its intermediate CA',
    objects: documents(ingress(), gateway, deployment(), chained(leaf, issuing), issuingSecret),
    findings: [],
  },
  {
    name: 'a Secret of which the dump has no key',
    objects: documents(ingress(), withoutKey(leafOf(root))),
    findings: [],
  },
  {
    name: 'a must-gather, in which keys are empty',
    objects: documents(ingress(), pairSecret(leafOf(root), { data: { 'tls.key': '' } })),
    source: 'https://github.com/openshift/oc/blob/master/pkg/cli/admin/inspect/secret.go',
    findings: [],
  },
  {
    name: 'a dump in which all Secrets are masked',
    objects: documents(ingress(), secretOf({ data: { 'tls.crt': '***', 'tls.key': '***' } })),
    findings: [],
  },
  {
    name: 'a placeholder that a controller is about to fill in',
    objects: documents(
      ingress(),
      secretOf({ data: { 'tls.crt': '', 'tls.key': '' } }),
      pairSecret(leafOf(root), { name: 'good' }),
    ),
    findings: [],
  },
  {
    name: 'a placeholder that nothing uses',
    objects: documents(
      secretOf({ data: { 'tls.crt': '', 'tls.key': '' } }),
      pairSecret(leafOf(root), { name: 'good' }),
      madeAt('2026-11-29T17:00:00Z'),
    ),
    findings: [],
  },
  {
    name: 'an expired certificate that nothing uses',
    objects: pairSecret(ended),
    findings: [],
  },
  {
    name: 'ca.crt is the CA of clients, which has signed no server',
    objects: documents(
      deployment(),
      ingress(),
      pairSecret(leafOf(root), { data: { 'ca.crt': pemOf(makeAuthority('clients')) } }),
    ),
    source: 'https://kubernetes.github.io/ingress-nginx/examples/auth/client-certs/',
    findings: [],
  },
  {
    name: 'ca.crt is the intermediate CA, which Go accepts as a root',
    objects: documents(deployment(), pairSecret(leaf, { data: { 'ca.crt': pemOf(issuing) } }), issuingSecret),
    findings: [],
  },
  {
    name: 'a certificate of 24 hours that cert-manager renews',
    objects: documents(
      deployment(),
      pairSecret(leafOf(root, { notBefore: '2026-11-30T06:00:00Z', notAfter: '2026-12-01T06:00:00Z' }), {
        annotations: ofCertManager,
      }),
    ),
    source: `${issues}linkerd/linkerd2/issues/5149`,
    findings: [],
  },
  {
    name: 'a certificate that cert-manager has renewed since the dump was made',
    objects: documents(
      deployment(),
      pairSecret(leafOf(root, { notAfter: '2026-11-30T12:00:00Z' }), { annotations: ofCertManager }),
    ),
    findings: [],
  },
  {
    name: 'a pair that Kyverno renews 15 days before its end',
    objects: documents(
      deployment(),
      pairSecret(leafOf(root, { notAfter: '2026-12-20T00:00:00Z' }), {
        labels: { 'cert.kyverno.io/managed-by': 'kyverno' },
      }),
    ),
    source: 'https://kyverno.io/docs/installation/customization/#certificate-management',
    findings: [],
  },
  {
    name: 'a key under tls.crt too, as nginx wants it',
    objects: documents(
      ingress(),
      pairSecret(leafOf(root), { data: { 'tls.crt': `${privateKeyPem(leafOf(root).key)}${pemOf(leafOf(root))}` } }),
    ),
    findings: [],
  },
];

export const secretPairCases: readonly ObjectCase[] = [...faulty, ...healthy];
