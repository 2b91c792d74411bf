import { X509Certificate } from 'node:crypto';
import { certificatePem } from '../../../support/certificates.ts';
import { certify, presentProfile } from '../../../support/issue.ts';
import { keyNamed } from '../../../support/keys.ts';
import type { NodeTree } from '../../../support/node-tree.ts';
import type { Case } from '../../harness.ts';

const healthy = { findings: [] };

/** Writes the address of an IPv6 node into URLs, where it has brackets. */
function inBrackets(node: NodeTree): void {
  node.edit('manifests/etcd.yaml', (text) => text.replaceAll('https://2001:db8::10:', 'https://[2001:db8::10]:'));
  node.edit('manifests/etcd.yaml', (text) => text.replace('https://127.0.0.1:2379', 'https://[::1]:2379'));
  node.replaceFlag('kube-apiserver', 'etcd-servers', 'https://[::1]:2379');
  for (const name of ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler']) {
    node.editKubeconfig(`${name}.conf`, { server: 'https://[2001:db8::10]:6443' });
  }
}

/** Names and addresses of clusters. */
export const addresses: readonly Case[] = [
  { name: 'another name and address', node: { name: 'master-0.prod.example.test', ip: '10.20.30.40' }, ...healthy },
  {
    name: 'IPv6 only',
    node: { ip: '2001:db8::10', serviceCidr: 'fd00:10:96::/112', serviceIp: 'fd00:10:96::1' },
    change: inBrackets,
    ...healthy,
  },
  { name: 'dual stack, IPv4 first', node: { serviceCidr: '10.96.0.0/16,fd00:10:96::/112' }, ...healthy },
  {
    name: 'dual stack, IPv6 first',
    node: { ip: '2001:db8::10', serviceCidr: 'fd00:10:96::/112,10.96.0.0/16', serviceIp: 'fd00:10:96::1' },
    change: inBrackets,
    ...healthy,
  },
  { name: 'another DNS domain', node: { dnsDomain: 'corp.internal' }, ...healthy },
  { name: 'an endpoint by name', node: { controlPlaneEndpoint: 'k8s.example.test:6443' }, ...healthy },
  { name: 'an endpoint by name, port 443', node: { controlPlaneEndpoint: 'k8s.example.test:443' }, ...healthy },
  { name: 'an endpoint by address', node: { controlPlaneEndpoint: '198.51.100.7:6443' }, ...healthy },
  {
    name: 'an endpoint without a port, with a path and a slash at the end',
    node: { controlPlaneEndpoint: 'k8s.example.test:6443' },
    change: (node) => {
      node.editKubeconfig('admin.conf', { server: 'https://k8s.example.test/' });
      node.editKubeconfig('super-admin.conf', { server: 'https://K8S.example.test/k8s/clusters/c-1' });
    },
    ...healthy,
  },
  {
    name: 'a wildcard covers the endpoint',
    node: { controlPlaneEndpoint: 'k8s.example.test:6443' },
    change: (node) => {
      const sans = new X509Certificate(node.certificate('kube-apiserver')).subjectAltName ?? '';
      const all = sans.split(', ').map((san) => san.replace(/^IP Address:/, 'IP:'));
      node.issue('kube-apiserver', {
        sans: all.map((san) => (san === 'DNS:k8s.example.test' ? 'DNS:*.example.test' : san)),
      });
    },
    ...healthy,
  },
  {
    name: 'a load balancer on the node itself: kubeconfigs by 127.0.0.1',
    change: (node) => {
      const sans = new X509Certificate(node.certificate('kube-apiserver')).subjectAltName ?? '';
      const all = sans.split(', ').map((san) => san.replace(/^IP Address:/, 'IP:'));
      node.issue('kube-apiserver', { sans: [...all, 'IP:127.0.0.1', 'DNS:localhost'] });
      node.editKubeconfig('controller-manager.conf', { server: 'https://127.0.0.1:6443' });
      node.editKubeconfig('scheduler.conf', { server: 'https://localhost:6443' });
      node.editKubeconfig('kubelet.conf', { server: 'https://127.0.0.1:7443' });
    },
    ...healthy,
  },
  {
    name: 'tls-server-name says which name to expect',
    change: (node) =>
      node.edit('scheduler.conf', (text) =>
        text.replace(
          '    server: https://192.0.2.10:6443',
          '    server: https://10.0.0.5:7443\n    tls-server-name: kubernetes',
        ),
      ),
    ...healthy,
  },
  {
    name: 'etcd speaks to its peers in a network of their own, and their certificates name no other',
    change: (node) => {
      node.issue('kube-etcd-peer', { sans: ['IP:172.16.0.10'] });
      node.replaceFlag('etcd', 'listen-peer-urls', 'https://172.16.0.10:2380');
      node.replaceFlag('etcd', 'initial-advertise-peer-urls', 'https://172.16.0.10:2380');
      const members = 'cp-1=https://172.16.0.10:2380,cp-2=https://172.16.0.11:2380';
      node.replaceFlag('etcd', 'initial-cluster', members);
    },
    findings: ['san/documented@kube-etcd-peer'],
  },
  {
    name: 'kube-apiserver verifies a kubelet that reports another address than etcd has',
    node: { rotatedKubelet: true },
    change: (node) => {
      const profile = presentProfile(node.read('pki/apiserver.crt'));
      const key = keyNamed('kubelet serving cp-1');
      const changes = { commonName: 'system:node:cp-1', sans: ['DNS:cp-1', 'IP:172.16.0.10'] } as const;
      const serving = certify(profile, changes, key, node.authority('kubernetes-ca'));
      node.write('/var/lib/kubelet/pki/kubelet.crt', certificatePem(serving), 0o644);
      node.write('/var/lib/kubelet/kubeadm-flags.env', 'KUBELET_KUBEADM_ARGS="--node-ip=172.16.0.10"\n', 0o644);
      node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/ca.crt');
    },
    ...healthy,
  },
];
