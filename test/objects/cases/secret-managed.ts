/** Ingresses and Certificates of cert-manager of public incidents, and what looks like them and is normal. */
import { makeAuthority } from '../../support/issue.ts';
import type { ObjectCase } from '../harness.ts';
import { documents } from '../objects.ts';
import { madeAt } from '../requests.ts';
import { deployment, gateway, ingress, leafOf, managed, ofCertManager, pairSecret } from '../secrets.ts';

const issues = 'https://github.com/';
const root = makeAuthority('shop-root');
const front = 'Ingress shop/front';
const certificate = 'Certificate shop/shop';
const secret = pairSecret(leafOf(root));
const controller = deployment('cert-manager', 'cert-manager');
const [nextDay, nextHour] = [madeAt('2026-11-29T17:00:00Z'), madeAt('2026-11-28T17:20:00Z')];
const failed = 'Issuing False Failed 2026-11-28T17:00:00Z order is in "invalid" state';
const wildcard = pairSecret(leafOf(root, { sans: ['DNS:*.example.test'] }));

const faulty: readonly ObjectCase[] = [
  {
    name: 'an Ingress with a host that its certificate does not have',
    objects: documents(ingress(['rancher.example.test']), pairSecret(leafOf(root, { sans: ['DNS:*.rancher.test'] }))),
    source: `${issues}kubernetes/ingress-nginx/issues/6905`,
    findings: [`secret/ingress-host@${front}`],
  },
  {
    name: 'an Ingress whose certificate has a common name and no alternative names',
    objects: documents(ingress(), pairSecret(leafOf(root, { commonName: 'shop.example.test', sans: null }))),
    source: `${issues}kubernetes/ingress-nginx/issues/1573`,
    findings: [`secret/ingress-host@${front}`],
  },
  {
    name: 'a wildcard does not stand for two labels',
    objects: documents(ingress(['a.b.example.test']), wildcard),
    source: `${issues}kubernetes/ingress-nginx/issues/195`,
    findings: [`secret/ingress-host@${front}`],
  },
  {
    name: 'an Ingress whose Secret is in no namespace',
    objects: documents(ingress(['shop.example.test'], 'gone'), secret),
    source: `${issues}kubernetes/ingress-nginx/issues/4702`,
    findings: [`secret/ingress-missing@${front}`],
  },
  {
    name: 'an order that has failed',
    objects: documents(
      managed({ conditions: ['Ready False DoesNotExist 2026-11-28T16:59:00Z no Secret', failed] }),
      nextHour,
    ),
    source: `${issues}cert-manager/cert-manager/issues/3690`,
    findings: [`secret/not-ready@${certificate}`],
  },
  {
    name: 'a key that does not fit its Certificate for a day',
    objects: documents(
      managed({ conditions: ['Ready False SecretMismatch 2026-11-28T17:00:00Z not up to date for spec'] }),
      nextDay,
    ),
    source: `${issues}cert-manager/cert-manager/issues/5183`,
    findings: [`secret/not-ready@${certificate}`],
  },
  {
    name: 'a Certificate that was to be renewed weeks ago',
    objects: documents(managed({ renewal: '2026-11-01T00:00:00Z' }), controller),
    source: `${issues}cert-manager/cert-manager/issues/4575`,
    findings: [`secret/late@${certificate}`],
  },
  {
    name: 'a Certificate of hours whose renewal does not end',
    objects: documents(
      managed({
        conditions: [
          'Ready True Ready 2026-11-28T06:00:00Z up to date',
          'Issuing True Renewing 2026-11-28T16:00:00Z renewal was scheduled',
        ],
        renewal: '2026-11-28T16:00:00Z',
        notAfter: '2026-11-28T20:00:00Z',
      }),
      nextHour,
    ),
    source: `${issues}cert-manager/cert-manager/issues/3941`,
    findings: [`secret/late@${certificate}`],
  },
  {
    name: 'a Certificate that was never renewed is one finding: what serves it is at fault',
    objects: documents(
      ingress(),
      managed({ renewal: '2026-11-01T00:00:00Z' }),
      pairSecret(leafOf(root, { notAfter: '2026-11-28T00:00:00Z' }), { annotations: ofCertManager }),
    ),
    source: `${issues}cert-manager/cert-manager/issues/4345`,
    findings: ['secret/expired@Secret shop/shop-tls'],
  },
];

const healthy: readonly ObjectCase[] = [
  {
    name: 'a wildcard certificate and an Ingress with a wildcard',
    objects: documents(ingress(['*.example.test', 'shop.example.test', 'SHOP.example.test']), wildcard),
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards',
    findings: [],
  },
  {
    name: 'an Ingress without hosts or with a Secret that cert-manager is to fill',
    objects: documents(
      ingress([], 'gone').replace('name: front', 'name: other').replace('gone', 'shop-tls'),
      ingress(['new.example.test'], 'new-tls'),
      managed({ conditions: ['Ready False DoesNotExist 2026-11-28T17:00:00Z no Secret'] }).replace(
        'shop-tls',
        'new-tls',
      ),
      secret,
    ),
    source: 'https://cert-manager.io/docs/usage/ingress/',
    findings: [],
  },
  {
    name: 'an Ingress in a dump without the Secrets of its namespace',
    objects: documents(ingress(), pairSecret(leafOf(root), { namespace: 'other' })),
    findings: [],
  },
  {
    name: 'an Ingress in git, whose Secret is elsewhere',
    objects: documents(ingress(['a.example.test'], 'gone').replace(/^ {2}creationTimestamp.*\n/m, ''), secret),
    findings: [],
  },
  {
    name: 'a Gateway whose listener has any host, and names another Secret',
    objects: documents(gateway.replace('shop.example.test', '"*.example.test"').replace('shop-tls', 'gone'), secret),
    source: 'https://gateway-api.sigs.k8s.io/guides/tls/',
    findings: [],
  },
  {
    name: 'a Certificate whose order takes minutes',
    objects: documents(
      managed({
        conditions: [
          'Ready False DoesNotExist 2026-11-28T17:00:00Z no Secret',
          'Issuing True DoesNotExist 2026-11-28T17:00:00Z no Secret',
        ],
      }),
      nextHour,
    ),
    source: 'https://cert-manager.io/docs/configuration/acme/dns01/',
    findings: [],
  },
  {
    name: 'a Certificate that is being renewed',
    objects: documents(
      managed({
        conditions: [
          'Ready True Ready 2026-09-28T17:00:00Z up to date',
          'Issuing True Renewing 2026-11-28T17:00:00Z renewal was scheduled',
        ],
        renewal: '2026-11-28T17:00:00Z',
      }),
      nextHour,
    ),
    source: 'https://cert-manager.io/docs/usage/certificate/#reissuance-triggered-by-expiry-renewal',
    findings: [],
  },
  {
    name: 'a Certificate of 24 hours that was renewed in time',
    objects: documents(managed({ renewal: '2026-11-29T06:00:00Z', notAfter: '2026-11-29T10:00:00Z' }), nextHour),
    source: `${issues}linkerd/linkerd2/issues/5149`,
    findings: [],
  },
  {
    name: 'a Certificate in git',
    objects: managed().replace(/^status:[\s\S]*/m, ''),
    findings: [],
  },
];

export const secretManagedCases: readonly ObjectCase[] = [...faulty, ...healthy];
