/** Nodes on which other processes run, or with other arguments, than the disk says. */
import { changedAt, editManifest, faulty, longLived, release } from './edits.ts';

export const faultyProcesses = [
  faulty(
    'warning',
    'manifest-changed',
    'a manifest was changed 20 minutes ago, and the kubelet did not take it',
    ['kube-apiserver --enable-bootstrap-token-auth'],
    (node) => editManifest(node, 'kube-apiserver', 'enable-bootstrap-token-auth', 'false'),
  ),
  faulty(
    'error',
    'manifest-without-process',
    'a manifest is 20 minutes old, the kubelet runs, and its process does not',
    ['kube-scheduler /etc/kubernetes/manifests/kube-scheduler.yaml'],
    (node) => node.ended('kube-scheduler').wrote('manifests/kube-scheduler.yaml', changedAt),
  ),
  faulty(
    'warning',
    'process-without-manifest',
    'the manifest is gone, and the process still runs',
    ['kube-scheduler'],
    (node) => node.remove('manifests/kube-scheduler.yaml').wrote('manifests', changedAt),
  ),
  faulty(
    'warning',
    'copy-wins',
    'a copy of a manifest is in the folder, and the kubelet runs it',
    ['kube-scheduler /etc/kubernetes/manifests/kube-scheduler.yaml.bak'],
    (node) => {
      const copy = 'manifests/kube-scheduler.yaml.bak';
      node.write(
        copy,
        node.read('manifests/kube-scheduler.yaml').replace('--leader-elect=true', '--leader-elect=false'),
      );
      node.wrote([copy, 'manifests/kube-scheduler.yaml'], '2026-11-28T17:10:00Z');
      return node.words('kube-scheduler', (words) => words.map((word) => word.replace('elect=true', 'elect=false')));
    },
  ),
  faulty(
    'error',
    'loopback-1.32',
    'kube-apiserver 1.32 started 13 months ago: its own certificate ended after a year',
    ['kube-apiserver'],
    (node) => release(longLived(node), 'v1.32.4'),
    { at: '2027-12-28T12:00:00Z' },
  ),
  faulty(
    'warning',
    'kubelet-configuration-changed',
    'the configuration of the kubelet was changed, which it reads once',
    ['kubelet /var/lib/kubelet/config.yaml'],
    (node) => {
      node.write('pki/clients-ca.crt', node.read('pki/ca.crt'));
      node.edit('/var/lib/kubelet/config.yaml', (text) => text.replace('pki/ca.crt', 'pki/clients-ca.crt'));
      return node.wrote('/var/lib/kubelet/config.yaml', changedAt);
    },
  ),
  faulty(
    'warning',
    'kubelet-arguments-changed',
    'the variables of the unit were changed: the kubelet has another --node-ip',
    ['kubelet --node-ip'],
    (node) => {
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) => text.replace('192.0.2.10', '192.0.2.11'));
      return node.wrote('/var/lib/kubelet/kubeadm-flags.env', changedAt);
    },
  ),
];
