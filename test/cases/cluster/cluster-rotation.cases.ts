import { certificatePem } from '../../support/certificates.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { LeafRole } from '../../support/roles.ts';
import type { Case } from '../harness.ts';

const firstTwo = () => [controlPlane(1), controlPlane(2)];

/** A control plane that trusts a second CA, which has signed one of its certificates. The first one signs requests. */
const rotating = (trust: string, commonName: string, role: LeafRole) => (node: NodeTree) => {
  const next = makeAuthority(commonName, { key: keyNamed(`the next ${commonName}`) });
  node.write('pki/signing.crt', node.read('pki/ca.crt'));
  node.replaceFlag('kube-controller-manager', 'cluster-signing-cert-file', '/etc/kubernetes/pki/signing.crt');
  node.issue(role, { issuer: next }).edit(trust, (text) => text + certificatePem(next.certificate));
};

/** One CA is rotated on one node of a cluster before the others. */
const rotation: readonly Case[] = [
  {
    name: 'a control plane serves with a certificate of the next CA, which the others do not trust yet, nor its own kubelet',
    node: () => controlPlane(3),
    change: rotating('pki/ca.crt', 'kubernetes', 'kube-apiserver'),
    beside: () => [...firstTwo(), worker()],
    findings: [
      ...Array.from({ length: 3 }, () => 'cluster/authority@kubernetes-ca'),
      'connection/server-trust@kubelet → kube-apiserver',
    ],
  },
  {
    name: 'a controller manager has a certificate of the next CA, and dials its own node alone',
    node: () => controlPlane(3),
    change: rotating('pki/ca.crt', 'kubernetes', 'controller-manager.conf'),
    beside: firstTwo,
    findings: [],
  },
  {
    name: 'an API server dials its own etcd with a certificate of the next CA',
    node: () => controlPlane(3),
    change: rotating('pki/etcd/ca.crt', 'etcd-ca', 'kube-apiserver-etcd-client'),
    beside: firstTwo,
    findings: [],
  },
  {
    name: 'an etcd serves its own API server with a certificate of the next CA',
    node: () => controlPlane(3),
    change: rotating('pki/etcd/ca.crt', 'etcd-ca', 'kube-etcd'),
    beside: firstTwo,
    findings: [],
  },
  {
    name: 'a node whose CA signed none of its certificates has one fault, which is its own',
    node: () => controlPlane(3),
    change: (node) => {
      const other = makeAuthority('etcd-ca', { key: keyNamed('another etcd-ca') });
      node
        .write('pki/etcd/ca.crt', certificatePem(other.certificate))
        .write('pki/etcd/ca.key', privateKeyPem(other.key));
    },
    beside: firstTwo,
    findings: ['authority/issued@etcd-ca'],
  },
];

const root = makeAuthority('Company Root');
const external = (number: 1 | 2) =>
  controlPlane(number, { externalEtcd: true, certificates: { 'etcd-ca': { issuer: root } } });
const trustsRoot = (node: NodeTree) => node.write('pki/etcd/ca.crt', certificatePem(root.certificate));

/** Control planes that present nothing to each other trust an external etcd by CAs that are related. */
const externalEtcd: readonly Case[] = [
  {
    name: 'the CA of an external etcd below a company CA, on both nodes',
    node: () => external(1),
    beside: () => [external(2)],
    findings: [],
  },
  {
    name: 'the CA of an external etcd on one node, and the CA that signed it on the other',
    node: () => external(1),
    change: trustsRoot,
    beside: () => [external(2)],
    findings: [],
  },
  {
    name: 'the same, the other way round',
    node: () => external(1),
    beside: () => [trustsRoot(external(2))],
    findings: [],
  },
];

const allowedNames = (node: NodeTree, value: string) =>
  node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', value);

const oldTokens = publicKeyPem(keyNamed('service-account'));
const nextTokens = keyNamed('the next service-account');

/** Verifies tokens with a second key, which has a file of its own. */
const verifiesToo = (node: NodeTree, content: string) =>
  node
    .write('pki/next.pub', content)
    .edit('manifests/kube-apiserver.yaml', (text) =>
      text.replace(/^( *- --service-account-key-file=).*\n/m, '$&$1/etc/kubernetes/pki/next.pub\n'),
    );

const tokens: readonly Case[] = [
  {
    name: 'one of two keys that verify tokens cannot be read, which is one fault',
    node: () => controlPlane(3),
    change: (node) => verifiesToo(node, 'nothing'),
    beside: () =>
      firstTwo().map((node) =>
        verifiesToo(node, oldTokens)
          .write('pki/sa.key', privateKeyPem(nextTokens))
          .write('pki/sa.pub', publicKeyPem(nextTokens)),
      ),
    findings: ['file/parse@/etc/kubernetes/pki/next.pub'],
  },
  {
    name: 'one controller manager signs with the next key, which the others do not verify yet',
    node: () => controlPlane(3),
    change: (node) => {
      const flag = 'service-account-private-key-file';
      verifiesToo(node, publicKeyPem(nextTokens)).write('pki/next.key', privateKeyPem(nextTokens));
      node.replaceFlag('kube-controller-manager', flag, '/etc/kubernetes/pki/next.key');
    },
    beside: firstTwo,
    findings: ['cluster/service-account@service-account'],
  },
];

const names: readonly Case[] = [
  {
    name: 'one API server has one more name, in a variable that nothing sets',
    node: () => controlPlane(3),
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/^( *- --requestheader-allowed-names=).*\n/m, '$&$1$(MORE)\n'),
      ),
    beside: () => firstTwo().map((node) => allowedNames(node, 'front-proxy-client,more')),
    findings: [],
  },
];

export const clusterRotationCases: readonly Case[] = [...rotation, ...externalEtcd, ...tokens, ...names];
