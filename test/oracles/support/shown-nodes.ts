/** Twenty-five broken nodes that people without context were shown on a terminal, to type what they would type. */

import type { Case } from '../../cases/harness.ts';
import { certificatePem } from '../../support/certificates.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** What became of a node: like the healthy one; without alarms, but different on purpose; or alarms are left. */
export type Becomes = 'healthy' | 'different' | 'alarms';

export interface ShownNode extends Pick<Case, 'name' | 'node' | 'change' | 'beside' | 'options'> {
  /** 'healthy' by default. */
  readonly becomes?: Becomes;
  /** Why it is not. */
  readonly because?: string;
}

const pki = '/etc/kubernetes/pki';
const late = { at: new Date('2027-12-15T00:00:00Z') };

const sedManifest = (component: string, from: string, to: string) => (node: NodeTree) =>
  node.edit(`manifests/${component}.yaml`, (text) => text.replace(from, to));

export const shownNodes: readonly ShownNode[] = [
  { name: 'a year without renewal', options: late },
  {
    name: 'a year without renewal, as three nodes',
    becomes: 'alarms',
    because: 'the kubeconfig of the worker is copied by hand, and the stand-in of kubeadm gives two nodes one key',
    node: () => controlPlane(1),
    beside: () => [controlPlane(2), worker()],
    options: late,
  },
  {
    name: 'the endpoint of the load balancer is not in the certificate',
    becomes: 'different',
    because: 'nobody could say whether the name is that of a load balancer, so the kubeconfigs were changed',
    node: { controlPlaneEndpoint: 'lb.example.test:6443' },
    change: (node) =>
      node.issue('kube-apiserver', {
        sans: [
          'DNS:cp-1',
          'DNS:kubernetes',
          'DNS:kubernetes.default',
          'DNS:kubernetes.default.svc',
          'DNS:kubernetes.default.svc.cluster.local',
          'IP:10.96.0.1',
          'IP:192.0.2.10',
        ],
      }),
  },
  {
    name: 'controller-manager.conf dials an old address',
    change: (node) => node.editKubeconfig('controller-manager.conf', { server: 'https://192.0.2.99:6443' }),
  },
  {
    name: 'scheduler.conf trusts the CA of another cluster',
    change: (node) =>
      node.editKubeconfig('scheduler.conf', {
        certificateAuthority: certificatePem(makeAuthority('kubernetes', {}, undefined).certificate),
      }),
  },
  {
    name: 'the client pair of etcd is of the cluster CA',
    change: (node) => node.issue('kube-apiserver-etcd-client', { issuer: 'kubernetes-ca' }),
  },
  {
    name: 'sa.pub of another cluster',
    becomes: 'different',
    because: 'both public keys stay until the tokens of the other have expired',
    change: (node) => node.write('pki/sa.pub', publicKeyPem(keyNamed('elsewhere', 'RSA-2048'))),
  },
  {
    name: 'the front-proxy CA has expired',
    change: (node) => node.issue('front-proxy-ca', { notBefore: '2016-11-01', notAfter: '2026-11-20' }),
  },
  {
    name: 'admin.conf of a wrong group',
    becomes: 'different',
    because: 'it may be a group that the cluster has bound, so it is only a note, and nothing was typed',
    change: (node) => node.issue('admin.conf', { organizations: ['system:admins'] }),
  },
  {
    name: 'client CA flag names the front-proxy CA',
    change: sedManifest(
      'kube-apiserver',
      `--client-ca-file=${pki}/ca.crt`,
      `--client-ca-file=${pki}/front-proxy-ca.crt`,
    ),
  },
  {
    name: 'a letter missing in --etcd-cafile',
    change: sedManifest('kube-apiserver', `--etcd-cafile=${pki}/etcd/ca.crt`, `--etcd-cafile=${pki}/etc/ca.crt`),
  },
  { name: 'the key of the CA is readable by all', change: (node) => node.chmod('pki/ca.key', 0o644) },
  {
    name: 'the credential of a worker is lost',
    becomes: 'alarms',
    because: 'no control plane was in the input, on which the new one is made',
    node: { worker: true },
    change: (node) => node.remove('/var/lib/kubelet/pki/kubelet-client-current.pem'),
  },
  {
    name: 'apiserver.key of another certificate',
    change: (node) => node.write('pki/apiserver.key', privateKeyPem(keyNamed('another', 'P-256'))),
  },
  {
    name: 'the CA was made again with a new key',
    becomes: 'alarms',
    because: 'no backup has the old one',
    change: (node) => {
      const ca = makeAuthority('kubernetes', {}, undefined);
      node.write('pki/ca.crt', certificatePem(ca.certificate)).write('pki/ca.key', privateKeyPem(ca.key));
    },
  },
  {
    name: 'a worker with the CA of an old cluster',
    node: () => worker({}),
    change: (node) => node.write('pki/ca.crt', certificatePem(makeAuthority('kubernetes', {}, undefined).certificate)),
    beside: () => [controlPlane(1)],
  },
  {
    name: 'cp-2 serves with the certificate of cp-1',
    node: () => controlPlane(2),
    change: (node) => {
      const first = controlPlane(1);
      for (const end of ['crt', 'key']) node.write(`pki/apiserver.${end}`, first.read(`pki/apiserver.${end}`));
    },
    beside: () => [controlPlane(1)],
  },
  {
    name: 'cp-2 has token keys of its own',
    becomes: 'different',
    because: 'both public keys stay, and cp-1 signs with the key of cp-2',
    node: () => controlPlane(2),
    change: (node) => {
      const key = keyNamed('sa of cp-2', 'RSA-2048');
      node.write('pki/sa.key', privateKeyPem(key)).write('pki/sa.pub', publicKeyPem(key));
    },
    beside: () => [controlPlane(1)],
  },
  {
    name: 'the directory of etcd is lost',
    becomes: 'different',
    because: 'etcd has a new CA',
    change: (node) => node.remove('pki/etcd'),
  },
  {
    name: 'a backslash too much in a kubeconfig',
    change: (node) =>
      node.edit('scheduler.conf', (text) =>
        text.replace(/certificate-authority-data: (.{40})/, 'certificate-authority-data: $1\\'),
      ),
  },
  {
    name: 'quotes in a flag',
    change: sedManifest(
      'kube-apiserver',
      `--tls-cert-file=${pki}/apiserver.crt`,
      `--tls-cert-file="${pki}/apiserver.crt"`,
    ),
  },
  {
    name: 'expired, and the name is missing too',
    node: { controlPlaneEndpoint: 'lb.example.test:6443' },
    change: (node) =>
      node.issue('kube-apiserver', {
        notBefore: '2025-11-01',
        notAfter: '2026-11-01',
        sans: [
          'DNS:cp-1',
          'DNS:kubernetes',
          'DNS:kubernetes.default',
          'DNS:kubernetes.default.svc',
          'DNS:kubernetes.default.svc.cluster.local',
          'IP:10.96.0.1',
          'IP:192.0.2.10',
        ],
      }),
  },
  {
    name: 'kubelet.conf names a file that is lost',
    node: { rotatedKubelet: true },
    change: (node) =>
      node.edit('kubelet.conf', (text) => text.replaceAll('kubelet-client-current.pem', 'kubelet-client.pem')),
  },
  {
    name: 'etcd serves with the certificate for clients',
    change: (node) => node.issue('kube-etcd', { usages: ['clientAuth'] }),
  },
  {
    name: 'the address of the node has changed',
    becomes: 'different',
    because: 'the new address is right',
    change: (node) => {
      for (const file of [
        'manifests/etcd.yaml',
        'manifests/kube-apiserver.yaml',
        'admin.conf',
        'super-admin.conf',
        'controller-manager.conf',
        'scheduler.conf',
        'kubelet.conf',
      ])
        node.edit(file, (text) => text.replaceAll('192.0.2.10', '192.0.2.77'));
    },
  },
];
