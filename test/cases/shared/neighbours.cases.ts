import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { setFlags } from '../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const confs = ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler'].map((name) => `${name}.conf`);

/** Writes an intermediate of a CA behind the client certificate for an external etcd. */
function chained(node: NodeTree): void {
  const later = makeAuthority('etcd-ca', { key: keyNamed('a later etcd-ca') });
  const middle = makeAuthority('middle', {}, later);
  node.issue('kube-apiserver-etcd-client', { issuer: middle });
  node.edit('pki/apiserver-etcd-client.crt', (text) => text + certificatePem(middle.certificate));
}

export const neighbours: readonly Case[] = [
  {
    name: 'the CA of an external etcd was created again under its name, and signed by an intermediate',
    node: { externalEtcd: true },
    change: chained,
    findings: ['cert/issuer-namesake@kube-apiserver-etcd-client'],
  },
  {
    name: 'everybody may read a kubeconfig whose credential comes from a program',
    change: (node) =>
      node
        .edit('admin.conf', (text) =>
          text.replace(
            /^( *)client-certificate-data: .*\n *client-key-data: .*\n/m,
            '$1exec:\n$1  apiVersion: client.authentication.k8s.io/v1\n$1  command: login\n$1  interactiveMode: Never\n',
          ),
        )
        .chmod('admin.conf', 0o644),
    findings: ['file/mode@cp-1'],
  },
  {
    name: 'everybody may write a manifest of another program',
    change: (node) =>
      node
        .write(
          'manifests/vip.yaml',
          'apiVersion: v1\nkind: Pod\nmetadata: { name: vip }\nspec: { containers: [{ name: vip, image: vip }] }\n',
          0o666,
        )
        .chmod('manifests', 0o755),
    findings: ['file/writable@cp-1'],
  },
  {
    name: 'everybody may write the unit that starts the kubelet',
    change: (node) =>
      node.write(
        '/etc/systemd/system/kubelet.service',
        '[Service]\nExecStart=/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml\n',
        0o666,
      ),
    findings: ['file/writable@cp-1'],
  },
  {
    name: 'a flag of the kubelet that resembles the one that is missing',
    change: (node) => {
      node.edit('/var/lib/kubelet/config.yaml', (text) => text.replace(/clientCAFile: .*/, ''));
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) => text.replace('="', `="--client-ca-fil=${pki}/ca.crt `));
    },
    findings: ['argument/mistyped@kubelet'],
  },
  {
    name: 'the CA that is published holds the next CA alone, which signed what API servers present',
    change: (node) => {
      const next = makeAuthority('kubernetes', { key: keyNamed('the next kubernetes') });
      node.issue('kube-apiserver', { issuer: next });
      node.write('pki/root.crt', certificatePem(next.certificate));
      node.write('pki/signing.crt', node.read('pki/ca.crt'));
      node.edit('pki/ca.crt', (text) => text + certificatePem(next.certificate));
      for (const conf of confs) node.editKubeconfig(conf, { certificateAuthority: node.read('pki/ca.crt') });
      setFlags(node, 'kube-controller-manager', {
        'root-ca-file': `${pki}/root.crt`,
        'cluster-signing-cert-file': `${pki}/signing.crt`,
      });
    },
    findings: [],
  },
  ...(['lb.example.test.', 'a..b', 'a b', 'https://lb.example.test', 'a'.repeat(64)] as const).map(
    (name): Case => ({
      name: `a name that no client can find: ${name}`,
      change: (node) => node.issue('front-proxy-client', { sans: [`DNS:${name}`] }),
      findings: ['san/form@front-proxy-client'],
    }),
  ),
];
