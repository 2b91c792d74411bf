/** Webhooks and extension API servers of well-known programs, as people found them: broken, and as they should be. */
import { keyNamed } from '../../support/keys.ts';
import type { ObjectCase } from '../harness.ts';
import { bundleOf, documents, webhookCa } from '../objects.ts';
import { admission, aggregated, conversion, pemOf, serverOf, tlsSecret } from '../products.ts';

const ca = webhookCa();
const ended = webhookCa({ notAfter: '2026-11-01' });
const other = webhookCa({ key: keyNamed('other webhook-ca') });
const issues = 'https://github.com';

const gatekeeper = { namespace: 'gatekeeper-system', service: 'gatekeeper-webhook-service' };
const gatekeeperConfiguration = (bundle: string) =>
  admission({
    ...gatekeeper,
    name: 'gatekeeper-validating-webhook-configuration',
    webhook: 'validation.gatekeeper.sh',
    policy: 'Ignore',
    bundle,
  });
const gatekeeperServer = (leaf = pemOf(gatekeeper, ca)) =>
  documents(
    serverOf({ ...gatekeeper, secret: 'gatekeeper-webhook-server-cert' }),
    tlsSecret(
      gatekeeper.namespace,
      'gatekeeper-webhook-server-cert',
      { 'ca.crt': pemOf(ca), 'tls.crt': leaf },
      'Opaque',
    ),
  );

const kyverno = { namespace: 'kyverno', service: 'kyverno-svc' };
const kyvernoConfiguration = (bundle: string) =>
  admission({
    ...kyverno,
    name: 'kyverno-resource-validating-webhook-cfg',
    webhook: 'validate.kyverno.svc-fail',
    bundle,
  });
const kyvernoServer = (issuer = ca) =>
  documents(
    serverOf({ ...kyverno, secret: 'kyverno-svc.kyverno.svc.kyverno-tls-pair' }),
    tlsSecret(kyverno.namespace, 'kyverno-svc.kyverno.svc.kyverno-tls-ca', { 'tls.crt': pemOf(issuer) }),
    tlsSecret(kyverno.namespace, 'kyverno-svc.kyverno.svc.kyverno-tls-pair', { 'tls.crt': pemOf(kyverno, issuer) }),
  );

const percona = { namespace: 'pxc-operator', service: 'percona-xtradb-cluster-operator' };
const rancher = { namespace: 'cattle-system', service: 'rancher-webhook' };
const rancherConfiguration = admission({
  ...rancher,
  name: 'rancher.cattle.io',
  webhook: 'rancherauth.cattle.io',
  bundle: bundleOf(ca),
});
const rancherServer = (notAfter?: string) =>
  documents(
    serverOf({ ...rancher, secret: 'cattle-webhook-tls' }),
    tlsSecret(rancher.namespace, 'cattle-webhook-tls', { 'tls.crt': pemOf(rancher, ca, notAfter ? { notAfter } : {}) }),
  );

const linkerd = { namespace: 'linkerd', service: 'linkerd-proxy-injector' };
const linkerdConfiguration = (bundle: string) =>
  admission({
    ...linkerd,
    kind: 'MutatingWebhookConfiguration',
    name: 'linkerd-proxy-injector-webhook-config',
    webhook: 'linkerd-proxy-injector.linkerd.io',
    policy: 'Ignore',
    bundle,
  });
const linkerdServer = (leaf: string, annotations = '') =>
  documents(
    serverOf({ ...linkerd, secret: 'linkerd-proxy-injector-k8s-tls' }),
    tlsSecret(linkerd.namespace, 'linkerd-proxy-injector-k8s-tls', { 'tls.crt': leaf }, undefined, annotations),
  );

const external = { namespace: 'external-secrets', service: 'external-secrets-webhook' };
const externalConfiguration = (bundle: string) =>
  admission({ ...external, name: 'secretstore-validate', webhook: 'validate.secretstore.external-secrets.io', bundle });
const externalServer = documents(
  serverOf({ ...external, secret: 'external-secrets-webhook' }),
  tlsSecret(
    external.namespace,
    'external-secrets-webhook',
    { 'ca.crt': pemOf(ca), 'tls.crt': pemOf(external, ca) },
    'Opaque',
  ),
);

const capi = { namespace: 'capi-system', service: 'capi-webhook-service' };
const capiServer = documents(
  serverOf({ ...capi, secret: 'capi-webhook-service-cert' }),
  tlsSecret(capi.namespace, 'capi-webhook-service-cert', { 'ca.crt': pemOf(ca), 'tls.crt': pemOf(capi, ca) }),
);

const rook = { namespace: 'rook-ceph', service: 'rook-ceph-admission-controller' };
const rookServer = (issuer: typeof ca) =>
  documents(
    serverOf({ ...rook, secret: 'rook-ceph-admission-controller' }),
    tlsSecret(rook.namespace, 'rook-ceph-admission-controller', { 'tls.crt': pemOf(rook, issuer) }),
  );
const rookConfiguration = admission({
  ...rook,
  name: 'rook-ceph-webhook',
  webhook: 'cephcluster-wh-rook-ceph-admission-controller-rook-ceph.rook.io',
  bundle: bundleOf(ca),
});

const keda = { namespace: 'keda', service: 'keda-operator-metrics-apiserver' };
const kedaServer = (...[leaf = pemOf(keda, ca)]: readonly string[]) =>
  documents(
    serverOf({ ...keda, secret: 'kedaorg-certs' }),
    tlsSecret(keda.namespace, 'kedaorg-certs', { 'ca.crt': pemOf(ca), 'tls.crt': leaf }),
  );

export const productCases: readonly ObjectCase[] = [
  {
    name: 'Gatekeeper: the manifest was applied again, and its Secret has a new CA',
    objects: documents(gatekeeperConfiguration(bundleOf(other)), gatekeeperServer()),
    source: `${issues}/open-policy-agent/gatekeeper/issues/1045`,
    findings: ['webhook/serving-ignored@ValidatingWebhookConfiguration gatekeeper-validating-webhook-configuration'],
  },
  {
    name: 'Gatekeeper with its own CA',
    objects: documents(gatekeeperConfiguration(bundleOf(ca)), gatekeeperServer()),
    source: 'https://open-policy-agent.github.io/gatekeeper/website/docs/failing-closed/',
    findings: [],
  },
  {
    name: 'Kyverno: the CA has ended, and the certificate that it signed has not',
    objects: documents(kyvernoConfiguration(bundleOf(ended)), kyvernoServer(ended)),
    source: `${issues}/kyverno/kyverno/issues/13639`,
    findings: ['webhook/bundle@ValidatingWebhookConfiguration kyverno-resource-validating-webhook-cfg'],
  },
  {
    name: 'Kyverno: a CA of the same name with another key',
    objects: documents(kyvernoConfiguration(bundleOf(other)), kyvernoServer()),
    source: `${issues}/kyverno/kyverno/issues/3300`,
    findings: ['webhook/serving@ValidatingWebhookConfiguration kyverno-resource-validating-webhook-cfg'],
  },
  {
    name: 'Kyverno with its two Secrets',
    objects: documents(kyvernoConfiguration(bundleOf(ca)), kyvernoServer()),
    source: 'https://kyverno.io/docs/installation/customization/',
    findings: [],
  },
  {
    name: 'Percona: the certificate that the operator never renews has expired',
    objects: documents(
      admission({
        ...percona,
        name: 'percona-xtradbcluster-webhook',
        webhook: 'validationwebhook.pxc.percona.com',
        bundle: bundleOf(ca),
      }),
      serverOf({ ...percona, secret: 'pxc-webhook-ssl' }),
      tlsSecret(percona.namespace, 'pxc-webhook-ssl', { 'tls.crt': pemOf(percona, ca, { notAfter: '2026-11-01' }) }),
    ),
    source: `${issues}/percona/percona-xtradb-cluster-operator/issues/2548`,
    findings: ['webhook/serving@ValidatingWebhookConfiguration percona-xtradbcluster-webhook'],
  },
  {
    name: 'Rancher: cattle-webhook-tls has expired after a year',
    objects: documents(rancherConfiguration, rancherServer('2026-11-01')),
    source: `${issues}/rancher/rancher/issues/35068`,
    findings: ['webhook/serving@ValidatingWebhookConfiguration rancher.cattle.io'],
  },
  {
    name: 'Rancher after the Secret was deleted and made again',
    objects: documents(rancherConfiguration, rancherServer()),
    source: `${issues}/rancher/docs/issues/3637`,
    findings: [],
  },
  {
    name: 'linkerd: the certificate of the webhook, which is its own CA, has ended',
    objects: documents(linkerdConfiguration(bundleOf(ended)), linkerdServer(pemOf(ended))),
    source: `${issues}/linkerd/linkerd2/issues/4889`,
    findings: ['webhook/bundle-ignored@MutatingWebhookConfiguration linkerd-proxy-injector-webhook-config'],
  },
  {
    name: 'linkerd: a certificate of 24 hours that cert-manager renews in time',
    objects: documents(
      linkerdConfiguration(bundleOf(ca)),
      linkerdServer(
        pemOf(linkerd, ca, { notBefore: '2026-11-30', notAfter: '2026-12-02' }),
        '\n  annotations:\n    cert-manager.io/certificate-name: linkerd-proxy-injector',
      ),
    ),
    source: `${issues}/linkerd/linkerd2/issues/5149`,
    findings: [],
  },
  {
    name: 'external-secrets: the CA of another installation',
    objects: documents(externalConfiguration(bundleOf(other)), externalServer),
    source: `${issues}/external-secrets/external-secrets/issues/4440`,
    findings: ['webhook/serving@ValidatingWebhookConfiguration secretstore-validate'],
  },
  {
    name: 'external-secrets with the certificates of its controller',
    objects: documents(externalConfiguration(bundleOf(ca)), externalServer),
    source: `${issues}/external-secrets/external-secrets/issues/1969`,
    findings: [],
  },
  {
    name: 'Cluster API: an upgrade left the placeholder in the CRD',
    objects: documents(conversion({ ...capi, name: 'clusters.cluster.x-k8s.io', bundle: 'Cg==' }), capiServer),
    source: `${issues}/kubernetes-sigs/cluster-api/issues/6856`,
    findings: ['webhook/bundle@CustomResourceDefinition clusters.cluster.x-k8s.io'],
  },
  {
    name: 'Cluster API with the CA of its Secret in the CRD',
    objects: documents(conversion({ ...capi, name: 'clusters.cluster.x-k8s.io', bundle: bundleOf(ca) }), capiServer),
    source: 'https://cluster-api.sigs.k8s.io/developer/providers/getting-started/webhooks',
    findings: [],
  },
  {
    name: 'MetalLB: the placeholder in the CRD of the chart has ended',
    objects: conversion({
      namespace: 'metallb-system',
      service: 'metallb-webhook-service',
      name: 'bgppeers.metallb.io',
      bundle: bundleOf(ended),
    }),
    source: `${issues}/metallb/metallb/pull/2696`,
    findings: ['webhook/bundle@CustomResourceDefinition bgppeers.metallb.io'],
  },
  {
    name: 'Istio: the CA in the configuration has ended',
    objects: admission({
      namespace: 'istio-system',
      service: 'istiod',
      name: 'istiod-istio-system',
      webhook: 'validation.istio.io',
      bundle: bundleOf(ended),
    }),
    source: `${issues}/istio/istio/issues/46612`,
    findings: ['webhook/bundle@ValidatingWebhookConfiguration istiod-istio-system'],
  },
  {
    name: 'Capsule in a namespace that its certificate does not name',
    objects: documents(
      admission({
        namespace: 'capsule',
        service: 'capsule-webhook-service',
        name: 'capsule-validating-webhook-configuration',
        webhook: 'tenant.capsule.clastix.io',
        bundle: bundleOf(ca),
      }),
      serverOf({ namespace: 'capsule', service: 'capsule-webhook-service', secret: 'capsule-tls' }),
      tlsSecret('capsule', 'capsule-tls', {
        'tls.crt': pemOf({ namespace: 'capsule-system', service: 'capsule-webhook-service' }, ca),
      }),
    ),
    source: `${issues}/projectcapsule/capsule/issues/247`,
    findings: ['webhook/serving@ValidatingWebhookConfiguration capsule-validating-webhook-configuration'],
  },
  {
    name: 'Rook: a certificate of another CA',
    objects: documents(rookConfiguration, rookServer(other)),
    source: `${issues}/rook/rook/pull/7996`,
    findings: ['webhook/serving@ValidatingWebhookConfiguration rook-ceph-webhook'],
  },
  {
    name: 'Rook with the certificate of cert-manager',
    objects: documents(rookConfiguration, rookServer(ca)),
    source: `${issues}/rook/rook/pull/5045`,
    findings: [],
  },
  {
    name: 'KEDA: the CA in the APIService did not sign its certificate',
    objects: documents(
      aggregated({ ...keda, name: 'v1beta1.external.metrics.k8s.io', bundle: bundleOf(ca) }),
      kedaServer(pemOf(keda, other)),
    ),
    source: `${issues}/kedacore/keda/issues/6466`,
    findings: ['api-service/serving@APIService v1beta1.external.metrics.k8s.io'],
  },
  {
    name: 'KEDA with a CA of its own',
    objects: documents(
      aggregated({ ...keda, name: 'v1beta1.external.metrics.k8s.io', bundle: bundleOf(ca) }),
      kedaServer(),
    ),
    source: 'https://keda.sh/docs/2.16/operate/security/',
    findings: [],
  },
];
