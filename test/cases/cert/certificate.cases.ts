import { buildNode } from '../../support/build-node.ts';
import { certificatePem } from '../../support/certificates.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

/** Swaps two files. */
const swap = (node: NodeTree, one: string, other: string) =>
  node.move(one, `${one}.tmp`).move(other, one).move(`${one}.tmp`, other);

const swapPairs = (node: NodeTree, one: string, other: string) => {
  swap(node, `pki/${one}.crt`, `pki/${other}.crt`);
  return swap(node, `pki/${one}.key`, `pki/${other}.key`);
};

const copy = (node: NodeTree, from: string, to: string) => node.write(to, node.bytes(from));

const root = makeAuthority('company-root');
const intermediate = makeAuthority('company-intermediate', {}, root);
const stranger = makeAuthority('kubernetes', { key: keyNamed('another cluster') });

const presence: readonly Case[] = [
  {
    name: 'the certificate of the API server is missing',
    change: (node) => node.remove('pki/apiserver.crt'),
    findings: ['cert/present@kube-apiserver'],
  },
  {
    name: 'certificate and key of an etcd member are missing',
    change: (node) => node.remove('pki/etcd/peer.crt').remove('pki/etcd/peer.key'),
    findings: ['cert/present@kube-etcd-peer'],
  },
  {
    name: 'the certificate is a link to nothing',
    change: (node) => node.remove('pki/front-proxy-client.crt').link('pki/front-proxy-client.crt', 'gone.crt'),
    findings: ['cert/present@front-proxy-client'],
  },
  {
    name: 'the private key of the API server is missing',
    change: (node) => node.remove('pki/apiserver.key'),
    findings: ['cert/key@kube-apiserver'],
  },
  {
    name: 'etcd runs elsewhere, and has no certificates here',
    node: { externalEtcd: true },
    findings: [],
  },
  {
    name: 'the client certificate for an external etcd is missing',
    node: { externalEtcd: true },
    change: (node) => node.remove('pki/apiserver-etcd-client.crt'),
    findings: ['cert/present@kube-apiserver-etcd-client'],
  },
  { name: 'a worker has a kubelet alone', node: { worker: true }, findings: [] },
  {
    name: 'the credential that the kubelet rotates is gone',
    node: { worker: true },
    change: (node) => node.remove('/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem'),
    findings: ['kubeconfig/file@kubelet.conf'],
  },
];

const pairs: readonly Case[] = [
  {
    name: 'the API server was issued anew, but its old key lies there',
    change: (node) => node.issue('kube-apiserver', { key: 'P-256', writeKey: false }),
    findings: ['cert/pair@kube-apiserver'],
  },
  {
    name: 'the key is of another kind than the certificate',
    change: (node) => node.issue('kube-etcd', { key: 'RSA-2048', writeKey: false }),
    findings: ['cert/pair@kube-etcd'],
  },
  {
    name: 'a kubeconfig embeds the key of another credential',
    change: (node) => node.editKubeconfig('scheduler.conf', { clientKey: privateKeyPem(node.key('admin.conf')) }),
    findings: ['cert/pair@scheduler.conf'],
  },
  {
    name: 'the CA stands before the leaf in its file',
    change: (node) => node.edit('pki/apiserver.crt', (text) => node.read('pki/ca.crt') + text),
    findings: ['cert/pair@kube-apiserver'],
  },
  {
    name: 'the CA follows the leaf in its file',
    change: (node) => node.edit('pki/apiserver.crt', (text) => text + node.read('pki/ca.crt')),
    findings: [],
  },
  {
    name: 'two certificates were taken for each other',
    change: (node) => swap(node, 'pki/apiserver.crt', 'pki/apiserver-kubelet-client.crt'),
    findings: ['node/swapped@cp-1'],
  },
  {
    name: 'a certificate is in DER',
    change: (node) =>
      node.write('pki/apiserver.crt', Buffer.from(node.read('pki/apiserver.crt').replace(/-----.*|\n/g, ''), 'base64')),
    findings: ['file/parse@/etc/kubernetes/pki/apiserver.crt'],
  },
  {
    name: 'certificate and key are one file',
    change: (node) =>
      node
        .edit('pki/apiserver.crt', (text) => text + node.read('pki/apiserver.key'))
        .chmod('pki/apiserver.crt', 0o600)
        .replaceFlag('kube-apiserver', 'tls-private-key-file', '/etc/kubernetes/pki/apiserver.crt')
        .remove('pki/apiserver.key'),
    findings: [],
  },
  {
    name: 'keys are PKCS#8',
    change: (node) => node.edit('pki/apiserver.key', () => privateKeyPem(node.key('kube-apiserver'), 'pkcs8')),
    findings: [],
  },
];

const targets: readonly Case[] = [
  {
    name: 'two pairs for different ends were taken for each other',
    change: (node) => swapPairs(node, 'apiserver', 'apiserver-kubelet-client'),
    findings: ['node/swapped-pairs@cp-1'],
  },
  {
    name: 'two pairs of different authorities were taken for each other',
    change: (node) => swapPairs(node, 'front-proxy-client', 'apiserver-kubelet-client'),
    findings: ['node/swapped-pairs@cp-1'],
  },
  {
    name: 'the pairs of an etcd member, alike in everything, were taken for each other',
    change: (node) => swapPairs(node, 'etcd/server', 'etcd/peer'),
    findings: [],
  },
  {
    name: 'the clients of etcd, which ask no names, were taken for each other',
    change: (node) => swapPairs(node, 'apiserver-etcd-client', 'etcd/healthcheck-client'),
    findings: ['node/swapped-pairs@cp-1'],
    members: ['cert/common-name@kube-apiserver-etcd-client', 'cert/common-name@kube-etcd-healthcheck-client'],
  },
  {
    name: 'the scheduler has the credential of the controller manager',
    change: (node) => copy(node, 'controller-manager.conf', 'scheduler.conf'),
    findings: ['cert/target@scheduler.conf'],
  },
  {
    name: 'the controller manager has the credential of a kubelet',
    change: (node) => copy(node, 'kubelet.conf', 'controller-manager.conf'),
    findings: ['cert/target@controller-manager.conf'],
  },
  {
    name: 'the scheduler has the credential of the administrator, who may do everything',
    change: (node) => copy(node, 'admin.conf', 'scheduler.conf'),
    findings: ['kubeconfig/administrator@scheduler.conf'],
  },
  {
    name: 'the kubelet has the credential of the administrator, as some repair it',
    change: (node) => copy(node, 'admin.conf', 'kubelet.conf'),
    findings: ['kubeconfig/administrator@kubelet.conf'],
  },
  {
    name: 'admin.conf is a copy of super-admin.conf',
    change: (node) => copy(node, 'super-admin.conf', 'admin.conf'),
    findings: ['cert/privilege@admin.conf'],
  },
  {
    name: 'super-admin.conf is a copy of admin.conf',
    change: (node) => copy(node, 'admin.conf', 'super-admin.conf'),
    findings: ['cert/organization@super-admin.conf'],
  },
];

const issuers: readonly Case[] = [
  {
    name: 'etcd serves with a certificate of the cluster CA',
    change: (node) => node.issue('kube-etcd', { issuer: 'kubernetes-ca' }),
    findings: ['cert/issuer@kube-etcd'],
  },
  {
    name: 'the client for etcd was issued by the cluster CA',
    change: (node) => node.issue('kube-apiserver-etcd-client', { issuer: 'kubernetes-ca' }),
    findings: ['cert/issuer@kube-apiserver-etcd-client'],
  },
  {
    name: 'the front proxy was issued by the cluster CA',
    change: (node) => node.issue('front-proxy-client', { issuer: 'kubernetes-ca' }),
    findings: ['cert/issuer@front-proxy-client'],
  },
  {
    name: 'the API server was issued by another cluster, whose CA has the same name',
    change: (node) => node.issue('kube-apiserver', { issuer: stranger }),
    findings: ['cert/issuer@kube-apiserver'],
  },
  {
    name: 'that certificate has expired too, and lacks the addresses that are dialled',
    change: (node) => node.issue('kube-apiserver', { issuer: stranger, notAfter: '2026-11-30', sans: ['DNS:cp-1'] }),
    findings: ['cert/expired@kube-apiserver', 'cert/issuer@kube-apiserver', 'san/coverage@kube-apiserver'],
  },
  {
    name: 'the scheduler was issued by another cluster, for another user, and is not valid yet',
    change: (node) =>
      node.issue('scheduler.conf', { issuer: stranger, commonName: 'scheduler', notBefore: '2026-12-24' }),
    findings: ['cert/identity@scheduler.conf', 'cert/issuer@scheduler.conf', 'cert/not-yet-valid@scheduler.conf'],
  },
  {
    name: 'the API server signed itself',
    change: (node) => node.issue('kube-apiserver', { issuer: 'self' }),
    findings: ['cert/issuer@kube-apiserver'],
  },
  {
    name: 'admin.conf is that of another cluster, whose CA has the same name',
    change: (node) => node.issue('admin.conf', { issuer: stranger }),
    findings: ['cert/issuer@admin.conf'],
  },
  {
    name: 'the intermediate that signed the leaf is missing from its file',
    change: (node) =>
      node.issue('kube-apiserver', {
        issuer: makeAuthority('cluster-intermediate', {}, node.authority('kubernetes-ca')),
      }),
    findings: ['cert/issuer@kube-apiserver'],
  },
  {
    name: 'the intermediate that signed the leaf follows it',
    change: (node) => {
      const issuer = makeAuthority('cluster-intermediate', {}, node.authority('kubernetes-ca'));
      return node
        .issue('kube-apiserver', { issuer })
        .edit('pki/apiserver.crt', (text) => text + certificatePem(issuer.certificate));
    },
    findings: [],
  },
  {
    name: 'a signature with SHA-1',
    change: (node) => node.issue('front-proxy-client', { hash: 'sha1' }),
    findings: ['cert/signature@front-proxy-client'],
  },
  {
    name: 'an external etcd may trust its clients by another CA than that which signed its servers',
    node: { externalEtcd: true },
    change: (node) => node.issue('kube-apiserver-etcd-client', { issuer: makeAuthority('etcd-clients') }),
    findings: [],
  },
  {
    name: 'the CA of an external etcd was created again under its name',
    node: { externalEtcd: true },
    change: (node) =>
      node.issue('kube-apiserver-etcd-client', {
        issuer: makeAuthority('etcd-ca', { key: keyNamed('a later etcd-ca') }),
      }),
    findings: ['cert/issuer-namesake@kube-apiserver-etcd-client'],
  },
  {
    name: 'the CA of an external etcd was created again, and kube-apiserver trusts both',
    node: { externalEtcd: true },
    change: (node) => {
      const later = makeAuthority('etcd-ca', { key: keyNamed('a later etcd-ca') });
      node.issue('kube-apiserver-etcd-client', { issuer: later });
      node.write('pki/etcd/ca.crt', node.read('pki/etcd/ca.crt') + certificatePem(later.certificate));
    },
    findings: [],
  },
  {
    name: 'the cluster CA is an intermediate, without its root',
    node: {
      certificates: { 'kubernetes-ca': { issuer: root } },
    },
    findings: [],
  },
  {
    name: 'the leaf comes from an intermediate of a stranger',
    change: (node) =>
      node
        .issue('kube-apiserver', { issuer: intermediate })
        .edit('pki/apiserver.crt', (text) => text + certificatePem(intermediate.certificate)),
    findings: ['cert/issuer@kube-apiserver'],
  },
];

const usages: readonly Case[] = [
  {
    name: 'the API server has the usage of a client',
    change: (node) => node.issue('kube-apiserver', { usages: ['clientAuth'] }),
    findings: ['cert/usage@kube-apiserver'],
  },
  {
    name: 'an etcd peer cannot be a client',
    change: (node) => node.issue('kube-etcd-peer', { usages: ['serverAuth'] }),
    findings: ['cert/usage@kube-etcd-peer'],
  },
  {
    name: 'any extended key usage for two servers, and server auth for one of them',
    change: (node) => {
      node.issue('kube-apiserver', { usages: ['2.5.29.37.0'] });
      node.issue('kube-etcd', { usages: ['2.5.29.37.0', 'serverAuth', 'clientAuth'] });
      node.issue('kube-etcd-peer', { usages: ['2.5.29.37.0'] }).issue('scheduler.conf', { usages: ['2.5.29.37.0'] });
    },
    findings: ['cert/any-usage@kube-apiserver'],
  },
  {
    name: 'no client auth for peers, of an etcd that is said to have none',
    change: (node) => node.issue('kube-etcd-peer', { usages: ['serverAuth'] }),
    options: { facts: { etcdMembers: 'one' } },
    findings: ['cert/usage-documented@kube-etcd-peer'],
  },
  {
    name: 'no client auth for peers, where the nodes of a cluster that no control plane can join are given',
    change: (node) => node.issue('kube-etcd-peer', { usages: ['serverAuth'] }),
    beside: () => [buildNode({ worker: true })],
    findings: ['cert/usage-documented@kube-etcd-peer'],
  },
  {
    name: 'no client auth for peers, where a control plane may not have been given',
    node: () => controlPlane(1),
    change: (node) => node.issue('kube-etcd-peer', { usages: ['serverAuth'] }),
    beside: () => [worker()],
    findings: ['cert/usage@kube-etcd-peer'],
  },
  {
    name: 'no client auth for peers, on a node that joined',
    node: () => controlPlane(2),
    change: (node) => node.issue('kube-etcd-peer', { usages: ['serverAuth'] }),
    findings: ['cert/usage@kube-etcd-peer'],
  },
  {
    name: 'a critical extension that Go does not know',
    change: (node) => {
      const unknown = { oid: '1.2.3.4', critical: true, value: Buffer.from('0500', 'hex') };
      node.issue('kube-apiserver', { extensions: [unknown] });
    },
    findings: ['cert/extension@kube-apiserver'],
  },
  {
    name: 'a kubeconfig holds a certificate for servers',
    change: (node) => node.issue('controller-manager.conf', { usages: ['serverAuth'] }),
    findings: ['cert/usage@controller-manager.conf'],
  },
  {
    name: 'the server of etcd cannot be a client, which only its gateway minds',
    change: (node) => node.issue('kube-etcd', { usages: ['serverAuth'] }),
    findings: ['cert/usage-documented@kube-etcd'],
  },
  {
    name: 'no extended key usage allows every use',
    change: (node) => node.issue('kube-apiserver', { usages: null }),
    findings: ['cert/usage-documented@kube-apiserver'],
  },
  {
    name: 'a kubeconfig without extended key usages',
    change: (node) => node.issue('admin.conf', { usages: null }),
    findings: [],
  },
  {
    name: 'any extended key usage allows every use',
    change: (node) => node.issue('kube-apiserver', { usages: ['anyExtendedKeyUsage'] }),
    findings: ['cert/any-usage@kube-apiserver'],
  },
  {
    name: 'more usages than needed',
    change: (node) => node.issue('kube-apiserver', { usages: ['serverAuth', 'clientAuth'] }),
    findings: [],
  },
  {
    name: 'no key usage',
    change: (node) => node.issue('kube-apiserver', { keyUsage: null }),
    findings: ['cert/usage-documented@kube-apiserver'],
  },
  {
    name: 'an EC key without key encipherment, which is an act of RSA keys',
    change: (node) => node.issue('kube-apiserver', { keyUsage: ['digitalSignature'] }),
    findings: [],
  },
  {
    name: 'an RSA key without key encipherment',
    change: (node) => node.issue('kube-apiserver', { key: 'RSA-2048', keyUsage: ['digitalSignature'] }),
    findings: ['cert/usage-documented@kube-apiserver'],
  },
];

const healthyKeys: readonly Case[] = [
  ...(['RSA-2048', 'P-384', 'Ed25519'] as const).map(
    (key): Case => ({
      name: `the API server has a key of ${key}`,
      change: (node) => node.issue('kube-apiserver', { key }),
      findings: [],
    }),
  ),
];

/** Rules about the documented certificates: presence, pair, target, issuer, usages. */
export const certificateCases: readonly Case[] = [
  ...presence,
  ...pairs,
  ...targets,
  ...issuers,
  ...usages,
  ...healthyKeys,
];
