/** What a cluster publishes about itself: cluster-info, root CAs, the CAs of extension API servers. */
import { buildNode } from '../../support/build-node.ts';
import { certificatePem } from '../../support/certificates.ts';
import { controlPlane } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { ObjectCase } from '../harness.ts';
import { base64, documents } from '../objects.ts';
import {
  bootstrapToken,
  clusterInfo,
  clusterNode,
  extensionAuthentication,
  kubeProxy,
  lease,
  printedToken,
  rootCa,
} from '../published.ts';
import { signingRequest } from '../requests.ts';

const node = buildNode();
const ca = node.certificate('kubernetes-ca');
const frontProxyCa = node.certificate('front-proxy-ca');
const alone = () => [buildNode()];
const pem = (name: string, key: string, notAfter = '2036-01-01') =>
  certificatePem(makeAuthority(name, { key: keyNamed(key), notAfter }).certificate);
const oldCa = pem('kubernetes', 'the CA before');
const endedCa = pem('kubernetes', 'the CA before', '2026-11-30');
const oldFrontProxyCa = pem('front-proxy-ca', 'the front-proxy CA before');
const kubeletServing = certificatePem(
  makeAuthority('system:node:w-1', { ca: null, sans: ['DNS:w-1'] }, node.authority('kubernetes-ca')).certificate,
);
/** What shows that a dump is of the cluster, whatever else is wrong. */
const authentication = extensionAuthentication(ca, frontProxyCa);
const live = '2026-12-20T00:00:00Z';
const kubeProxyName = 'ConfigMap kube-system/kube-proxy';
const extensionName = 'ConfigMap kube-system/extension-apiserver-authentication';
const infoName = 'ConfigMap kube-public/cluster-info';

const clusterInfoCases: readonly ObjectCase[] = [
  { name: 'cluster-info with the CA of the API server', objects: clusterInfo({ ca }), nodes: alone, findings: [] },
  {
    name: 'cluster-info with the old and the new CA during a rotation',
    objects: documents(clusterInfo({ ca: oldCa + ca }), authentication),
    nodes: alone,
    source: 'https://github.com/kubernetes/kubeadm/issues/1399',
    findings: [],
  },
  {
    name: 'cluster-info with the CA before its replacement',
    objects: documents(clusterInfo({ ca: oldCa }), authentication),
    nodes: alone,
    source: 'https://github.com/kubernetes/kubernetes/issues/131080',
    findings: [`object/cluster-info@${infoName}`],
  },
  {
    name: 'an old CA in cluster-info, of a cluster whose Nodes have the name and the address of the node',
    objects: documents(clusterInfo({ ca: oldCa }), clusterNode('cp-1', '192.0.2.10')),
    nodes: alone,
    findings: [`object/cluster-info@${infoName}`],
  },
  {
    name: 'an old CA in cluster-info, of a cluster that has issued a certificate by the CA of the node',
    objects: documents(
      clusterInfo({ ca: oldCa }),
      signingRequest({ conditions: ['Approved'], isIssued: true, issued: kubeletServing }),
    ),
    nodes: alone,
    findings: [`object/cluster-info@${infoName}`],
  },
  {
    name: 'cluster-info without a CA, because admin.conf named a file',
    objects: documents(clusterInfo({}), authentication),
    nodes: alone,
    source: 'https://github.com/kubernetes/kubernetes/issues/98881',
    findings: [`object/cluster-info@${infoName}`],
  },
  {
    name: 'cluster-info with an address that the certificate lacks',
    objects: clusterInfo({ ca, server: 'https://192.0.2.99:6443' }),
    nodes: alone,
    source: 'https://github.com/kubernetes/kubeadm/issues/2404',
    findings: [`object/cluster-info-server@${infoName}`],
  },
  {
    name: 'cluster-info with the CA before its replacement, and no admin.conf to write it from',
    objects: documents(clusterInfo({ ca: oldCa }), authentication),
    nodes: () => [buildNode().remove('admin.conf')],
    findings: ['kubeconfig/present-admin@admin.conf', `object/cluster-info@${infoName}`],
  },
  {
    name: 'cluster-info with an address that the certificate lacks, and no admin.conf to write it from',
    objects: clusterInfo({ ca, server: 'https://192.0.2.99:6443' }),
    nodes: () => [buildNode().remove('admin.conf')],
    findings: ['kubeconfig/present-admin@admin.conf', `object/cluster-info-server@${infoName}`],
  },
  {
    name: 'cluster-info that is judged alone',
    objects: clusterInfo({ ca: oldCa, server: 'https://192.0.2.99:6443' }),
    findings: [],
  },
  {
    name: 'the CA of cluster-info and of the namespaces has ended, judged alone',
    objects: documents(clusterInfo({ ca: endedCa }), rootCa('default', endedCa), rootCa('shop', endedCa)),
    findings: [`object/cluster-info@${infoName}`, 'object/root-ca@ConfigMap kube-root-ca.crt'],
  },
  {
    name: 'a CA that has ended next to the one that replaced it, judged alone',
    objects: documents(clusterInfo({ ca: endedCa + ca }), rootCa('default', endedCa + ca)),
    findings: [],
  },
  {
    name: 'a cluster of the same names, with other CAs, is a different one',
    objects: documents(
      clusterInfo({ ca: oldCa }),
      rootCa('default', oldCa),
      extensionAuthentication(oldCa, oldFrontProxyCa),
      clusterNode('cp-1', '192.0.2.10'),
    ),
    nodes: alone,
    findings: [],
  },
  {
    name: 'several clusters: a dump is judged with its own',
    objects: documents(clusterInfo({ ca: oldCa }), authentication),
    nodes: () => [
      buildNode(),
      buildNode({
        name: 'other-1',
        ip: '198.51.100.10',
        certificates: {
          'kubernetes-ca': { key: keyNamed('other ca') },
          'front-proxy-ca': { key: keyNamed('other front-proxy-ca') },
          'etcd-ca': { key: keyNamed('other etcd-ca') },
        },
      }),
    ],
    findings: [`object/cluster-info@${infoName}`],
  },
];

const signatureCases: readonly ObjectCase[] = [
  {
    name: 'cluster-info without tokens has no signature',
    objects: documents(clusterInfo({ ca }), bootstrapToken('abcdef', '2026-11-01T00:00:00Z')),
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#configmap-signing',
    findings: [],
  },
  {
    name: 'cluster-info that is signed for its token',
    objects: documents(clusterInfo({ ca, signedFor: ['abcdef'] }), bootstrapToken('abcdef', live)),
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#configmap-signing',
    findings: [],
  },
  {
    name: 'a token that signs nothing needs no signature',
    objects: documents(
      clusterInfo({ ca }),
      bootstrapToken(
        'abcdef',
        live,
        `\n  token-id: ${base64('abcdef')}\n  usage-bootstrap-authentication: ${base64('true')}`,
      ),
    ),
    findings: [],
  },
  {
    name: 'a token that signs nothing, as the script of pki-lint objects prints it',
    objects: documents(clusterInfo({ ca }), printedToken('abcdef', live, false)),
    findings: [],
  },
  {
    name: 'cluster-info is not signed for a token, because kube-controller-manager does not run',
    objects: documents(
      clusterInfo({ ca }),
      bootstrapToken('abcdef', live),
      lease('kube-controller-manager', '2026-11-28T12:00:00.000000Z'),
    ),
    source: 'https://github.com/kubernetes/kubeadm/issues/335',
    findings: [`object/cluster-info-signature@${infoName}`],
  },
  {
    name: 'cluster-info is not signed for a token, as the script of pki-lint objects prints it',
    objects: documents(clusterInfo({ ca }), printedToken('abcdef', live, true)),
    source: 'https://github.com/kubernetes/kubeadm/issues/668',
    findings: [`object/cluster-info-signature@${infoName}`],
  },
  {
    name: 'cluster-info is not signed, because bootstrapsigner is off',
    objects: documents(clusterInfo({ ca }), bootstrapToken('abcdef', live)),
    nodes: () => [
      buildNode().edit('manifests/kube-controller-manager.yaml', (text) =>
        text.replace(/--controllers=\S*/, '--controllers=*'),
      ),
    ],
    source: 'https://github.com/luxas/kubeadm-workshop/issues/1',
    findings: [`object/cluster-info-signature@${infoName}`, 'argument/joining@kube-controller-manager'],
  },
];

const rootCaCases: readonly ObjectCase[] = [
  {
    name: 'every namespace has the CA of the API server',
    objects: documents(rootCa('default', ca), rootCa('shop', `${ca}\n`)),
    nodes: alone,
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/',
    findings: [],
  },
  {
    name: 'no namespace has the new CA: kube-controller-manager was not restarted',
    objects: documents(rootCa('default', oldCa), rootCa('shop', oldCa), authentication),
    nodes: alone,
    source: 'https://github.com/kubernetes/website/issues/26188',
    findings: ['object/root-ca@ConfigMap kube-root-ca.crt'],
  },
  {
    name: 'one namespace has a different CA',
    objects: documents(rootCa('default', ca), rootCa('kube-system', ca), rootCa('shop', oldCa)),
    nodes: alone,
    findings: ['object/root-ca@ConfigMap shop/kube-root-ca.crt'],
  },
  {
    name: 'a new namespace has the old CA, because kube-controller-manager does not run',
    objects: documents(
      rootCa('default', ca),
      rootCa('shop', oldCa),
      lease('kube-controller-manager', '2026-11-28T12:00:00.000000Z'),
    ),
    nodes: alone,
    findings: ['object/root-ca@ConfigMap shop/kube-root-ca.crt'],
  },
  {
    name: 'one namespace has a different CA, without nodes',
    objects: documents(
      rootCa('default', ca),
      rootCa('kube-system', ca),
      rootCa('shop', oldCa),
      lease('kube-controller-manager', '2026-11-28T12:00:00.000000Z'),
    ),
    findings: ['object/root-ca-differs@ConfigMap shop/kube-root-ca.crt'],
  },
];

const extensionCases: readonly ObjectCase[] = [
  { name: 'extension API servers have the CAs of the node', objects: authentication, nodes: alone, findings: [] },
  {
    name: 'replaced CAs stay next to those of the node',
    objects: extensionAuthentication(oldCa + ca, oldFrontProxyCa + frontProxyCa),
    nodes: alone,
    source: 'https://github.com/kubernetes-sigs/prometheus-adapter/issues/665',
    findings: [],
  },
  {
    name: 'a strange CA that has ended does no harm',
    objects: extensionAuthentication(ca, pem('someone', 'someone', '2026-11-01') + frontProxyCa),
    nodes: alone,
    findings: [],
  },
  {
    name: 'the front-proxy CA is missing',
    objects: extensionAuthentication(ca, oldFrontProxyCa),
    nodes: alone,
    source: 'https://github.com/kubernetes-sigs/metrics-server/issues/474',
    findings: [`object/extension-authentication@${extensionName}`],
  },
  {
    name: 'the client CA is missing',
    objects: extensionAuthentication(oldCa, frontProxyCa),
    nodes: alone,
    findings: [`object/extension-authentication@${extensionName}`],
  },
  {
    name: 'the allowed names lack that of the front proxy',
    objects: extensionAuthentication(ca, frontProxyCa, '["aggregator"]'),
    nodes: alone,
    source: 'https://github.com/kubernetes-sigs/metrics-server/issues/292',
    findings: [`object/extension-authentication@${extensionName}`],
  },
  {
    name: 'an empty list allows every name',
    objects: extensionAuthentication(ca, frontProxyCa, '[]'),
    nodes: alone,
    source: 'https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/',
    findings: [],
  },
  {
    name: 'a strange CA of front proxies',
    objects: extensionAuthentication(ca, pem('someone', 'someone') + frontProxyCa),
    nodes: alone,
    findings: [`object/extension-authentication-strange@${extensionName}`],
  },
];

const kubeProxyCases: readonly ObjectCase[] = [
  {
    name: 'kube-proxy dials a name of the certificate',
    objects: documents(kubeProxy('https://192.0.2.10:6443'), authentication),
    nodes: alone,
    findings: [],
  },
  {
    name: 'kube-proxy dials the address that the API server had before',
    objects: documents(kubeProxy('https://192.0.2.9:6443'), authentication),
    nodes: alone,
    source: 'https://github.com/apple/container/issues/2156',
    findings: [`object/kube-proxy-server@${kubeProxyName}`],
  },
  {
    name: 'kube-proxy dials the first of several API servers',
    objects: documents(kubeProxy('https://192.0.2.10:6443'), authentication),
    nodes: () => [controlPlane(1), controlPlane(2)],
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/',
    findings: [],
  },
];

export const publishedCases: readonly ObjectCase[] = [
  ...clusterInfoCases,
  ...signatureCases,
  ...rootCaCases,
  ...extensionCases,
  ...kubeProxyCases,
];
