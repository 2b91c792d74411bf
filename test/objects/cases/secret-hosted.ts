/** Control planes in Secrets, and tokens with the CA of an API server: public incidents, and what is healthy. */
import { buildNode } from '../../support/build-node.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { ObjectCase } from '../harness.ts';
import { clientOf, clusterApi, clusterCa, kamaji, kubeconfigOf, vcluster } from '../hosted.ts';
import { documents } from '../objects.ts';
import { extensionAuthentication, lease, rootCa } from '../published.ts';
import { madeAt } from '../requests.ts';
import { pemOf, secretOf } from '../secrets.ts';

const issues = 'https://github.com/';
const ca = clusterCa('ca');
const otherCa = clusterCa('other ca');
const old = { notBefore: '2025-11-20', notAfter: '2026-11-20' };
const server = makeAuthority('kube-apiserver', { ca: null, usages: ['serverAuth'] }, ca);
const later = madeAt('2026-11-30T00:00:00Z');

const faulty: readonly ObjectCase[] = [
  {
    name: 'the kubeconfig of a cluster that was made again has the client certificate of the old CA',
    objects: clusterApi({ kubeconfig: kubeconfigOf(clientOf(otherCa), pemOf(ca)) }),
    source: `${issues}kubernetes-sigs/cluster-api-provider-aws/issues/348`,
    findings: ['secret/kubeconfig@Secret capi/prod-kubeconfig'],
  },
  {
    name: 'the kubeconfig of a cluster trusts another CA',
    objects: clusterApi({ kubeconfig: kubeconfigOf(clientOf(ca), pemOf(otherCa)) }),
    source: `${issues}kubernetes-sigs/cluster-api-provider-aws/issues/1486`,
    findings: ['secret/kubeconfig@Secret capi/prod-kubeconfig'],
  },
  {
    name: 'the kubeconfig of a cluster after a year',
    objects: documents(clusterApi({ kubeconfig: kubeconfigOf(clientOf(ca, old), pemOf(ca)) }), later),
    source: `${issues}kubernetes-sigs/cluster-api/issues/3113`,
    findings: ['secret/expired@Secret capi/prod-kubeconfig'],
  },
  {
    name: 'a kubeconfig that nothing renews',
    objects: documents(
      clusterApi({ kubeconfig: kubeconfigOf(clientOf(ca, { ...old, notAfter: '2026-12-15' }), pemOf(ca)) }),
      later,
    ),
    source: `${issues}rancher/cluster-api-provider-rke2/issues/520`,
    findings: ['secret/ends-soon@Secret capi/prod-kubeconfig'],
  },
  {
    name: 'somebody gave a cluster a certificate that is no CA',
    objects: clusterApi({ proxy: clusterCa('proxy', { ca: null }) }),
    source: 'https://cluster-api.sigs.k8s.io/tasks/certs/using-custom-certificates',
    findings: ['secret/authority@Secret capi/prod-proxy'],
  },
  {
    name: 'somebody gave a cluster a CA that may not sign certificates',
    objects: clusterApi({ etcd: clusterCa('etcd', { keyUsage: ['digitalSignature'] }) }),
    findings: ['secret/authority@Secret capi/prod-etcd'],
  },
  {
    name: 'the key of a CA is that of another one',
    objects: clusterApi({ etcd: { ...clusterCa('etcd'), key: keyNamed('another etcd') } }),
    findings: ['secret/pair@Secret capi/prod-etcd'],
  },
  {
    name: 'the keys of tokens are not a pair',
    objects: clusterApi({ tokens: ['sa', 'another sa'] }),
    findings: ['secret/pair@Secret capi/prod-sa'],
  },
  {
    name: 'the front-proxy CA of a cluster has ended',
    objects: clusterApi({ proxy: clusterCa('proxy', old) }),
    findings: ['secret/expired@Secret capi/prod-proxy'],
  },
  {
    name: 'a CA of Kamaji was made again, and its kubeconfig still has the old one',
    objects: kamaji(ca, kubeconfigOf(clientOf(ca), pemOf(otherCa))),
    source: `${issues}clastix/kamaji/issues/315`,
    findings: ['secret/kubeconfig@Secret tenants/t1-admin-kubeconfig'],
  },
  {
    name: 'a kubeconfig of Kamaji that was not renewed',
    objects: documents(kamaji(ca, kubeconfigOf(clientOf(ca, old), pemOf(ca))), later),
    source: `${issues}clastix/kamaji/issues/340`,
    findings: ['secret/expired@Secret tenants/t1-admin-kubeconfig'],
  },
  {
    name: 'the API server of Kamaji has a certificate of the CA before',
    objects: kamaji(ca, kubeconfigOf(clientOf(ca), pemOf(ca)), makeAuthority('kube-apiserver', { ca: null }, otherCa)),
    source: `${issues}clastix/kamaji/issues/240`,
    findings: ['secret/issuer@Secret tenants/t1-api-server-certificate'],
  },
  {
    name: 'the API server of a vcluster after a year',
    objects: vcluster(ca, makeAuthority('kube-apiserver', { ca: null, ...old }, ca)),
    source: `${issues}loft-sh/vcluster/issues/1766`,
    findings: ['secret/expired@Secret team-a/dev-certs'],
  },
];

const healthy: readonly ObjectCase[] = [
  {
    name: 'a cluster of Cluster API, whose CAs have one name',
    objects: clusterApi(),
    source: `${issues}kubernetes-sigs/cluster-api/blob/main/util/secret/certificates.go`,
    findings: [],
  },
  {
    name: 'a cluster with an external etcd, whose key Cluster API does not have',
    objects: documents(
      clusterApi(),
      secretOf({
        name: 'ext-etcd',
        namespace: 'capi',
        labels: { 'cluster.x-k8s.io/cluster-name': 'ext' },
        data: { 'tls.crt': pemOf(clusterCa('ext etcd')), 'tls.key': '' },
      }),
    ),
    source: 'https://cluster-api.sigs.k8s.io/tasks/external-etcd',
    findings: [],
  },
  {
    name: 'a cluster of RKE2, whose clients have a CA of their own',
    objects: clusterApi({
      kubeconfig: kubeconfigOf(clientOf(otherCa), pemOf(ca)),
      more: [
        secretOf({
          name: 'prod-cca',
          namespace: 'capi',
          type: 'cluster.x-k8s.io/secret',
          labels: { 'cluster.x-k8s.io/cluster-name': 'prod' },
          data: { 'tls.crt': pemOf(otherCa) },
        }),
      ],
    }),
    source: `${issues}rancher/cluster-api-provider-rke2/blob/main/pkg/secret/certificates.go`,
    findings: [],
  },
  {
    name: 'a control plane of Kamaji, whose datastore has a CA of its own',
    objects: kamaji(ca, kubeconfigOf(clientOf(ca), pemOf(ca))),
    source: `${issues}clastix/kamaji/tree/master/internal/resources`,
    findings: [],
  },
  {
    name: 'a vcluster',
    objects: vcluster(ca, server),
    source: `${issues}loft-sh/vcluster/blob/main/pkg/certs/ensure.go`,
    findings: [],
  },
  {
    name: 'the boot script of a machine, which Cluster API keeps under value too',
    objects: secretOf({
      name: 'prod-md-0-x7k2p',
      namespace: 'capi',
      type: 'cluster.x-k8s.io/secret',
      labels: { 'cluster.x-k8s.io/cluster-name': 'prod' },
      data: { value: '## template: jinja\n#cloud-config\nwrite_files: []\n', format: 'cloud-config' },
    }),
    source: 'https://cluster-api.sigs.k8s.io/developer/providers/contracts/bootstrap-config',
    findings: [],
  },
];

const node = buildNode();
const nodes = () => [buildNode()];
const rightCa = node.certificate('kubernetes-ca');
const strangeCa = certificatePem(makeAuthority('kubernetes', { key: keyNamed('the CA before') }).certificate);
const authentication = extensionAuthentication(rightCa, node.certificate('front-proxy-ca'));
const token = (caCrt: string, name = 'ci-token') =>
  secretOf({ name, type: 'kubernetes.io/service-account-token', data: { 'ca.crt': caCrt, namespace: 'shop' } });

const tokens: readonly ObjectCase[] = [
  {
    name: 'a token outside of the cluster keeps the CA before its replacement',
    objects: documents(token(strangeCa), token(rightCa, 'new-token'), authentication),
    nodes,
    source: `${issues}rancher/rancher/issues/24473`,
    findings: ['secret/token-ca@Secret shop/ci-token'],
  },
  {
    name: 'tokens keep the old CA because kube-controller-manager does not run',
    objects: documents(
      token(strangeCa),
      token(strangeCa, 'other-token'),
      authentication,
      lease('kube-controller-manager', '2026-11-28T12:00:00.000000Z'),
    ),
    nodes,
    source: `${issues}kubernetes/kubernetes/pull/11303`,
    findings: ['secret/token-ca@Secret shop/ci-token'],
  },
  {
    name: 'what kube-controller-manager publishes is old everywhere: one finding',
    objects: documents(token(strangeCa), rootCa('default', strangeCa), authentication),
    nodes,
    source: `${issues}kubernetes/website/issues/26188`,
    findings: ['object/root-ca@ConfigMap default/kube-root-ca.crt'],
  },
  {
    name: 'a token with the old and the new CA',
    objects: documents(token(strangeCa + rightCa), authentication),
    nodes,
    source: 'https://kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/',
    findings: [],
  },
];

export const secretHostedCases: readonly ObjectCase[] = [...faulty, ...healthy, ...tokens];
