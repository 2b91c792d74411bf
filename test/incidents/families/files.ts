import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { Incident } from '../incident.ts';

/** Files that are empty, damaged, in the wrong place, or readable by the wrong users. */
export const files: readonly Incident[] = [
  {
    id: 'manifest-backup',
    title: 'A backup in the directory of static pods',
    source: 'https://github.com/kubernetes/kubernetes/issues/129364',
    happened:
      'kubeadm upgrade failed because etcd stayed at its old version. In the directory of static pods lay etcd.yaml.backup: the kubelet reads every file there, whatever its name ends with, and ran the backup instead of the new manifest. Moving it elsewhere healed it.',
    change: (node) =>
      node.write('manifests/etcd.yaml.backup', node.read('manifests/etcd.yaml').replace(/\/etcd:.*/, '/etcd:3.5.24-0')),
    finds: ['error manifest/conflict@etcd'],
    fix: ['mv'],
  },
  {
    id: 'policy-among-manifests',
    title: 'An audit policy in the directory of static pods',
    source: 'https://github.com/Azure/acs-engine/issues/2312',
    happened:
      'The kubelet logged again and again that it cannot process a manifest: "couldn\'t parse as pod(no kind "Policy" is registered for version "audit.k8s.io/v1beta1")". The audit policy had been put into the directory that is for static pods only.',
    change: (node) =>
      node.write(
        'manifests/audit-policy.yaml',
        'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n',
      ),
    finds: ['warning manifest/stray@/etc/kubernetes/manifests/audit-policy.yaml'],
    fix: [],
  },
  {
    id: 'kubelet-certificate-empty',
    title: "The kubelet's certificate files are empty",
    source: 'https://github.com/kubernetes/kubernetes/issues/34956',
    happened:
      'A kubelet did not start again: "crypto/tls: failed to parse certificate PEM data". The certificate, its key and the CA in /etc/kubernetes/ssl were files of zero bytes.',
    node: { worker: true },
    change: (node) => {
      node.write('/etc/kubernetes/ssl/worker.pem', '').write('/etc/kubernetes/ssl/worker-key.pem', '');
      node.edit(
        '/var/lib/kubelet/config.yaml',
        (text) =>
          `${text}tlsCertFile: /etc/kubernetes/ssl/worker.pem\ntlsPrivateKeyFile: /etc/kubernetes/ssl/worker-key.pem\n`,
      );
    },
    finds: ['error file/parse@worker-1'],
    fix: [],
  },
  {
    id: 'kubelet-key-missing',
    title: 'The kubelet finds only one half of its serving pair',
    source: 'https://github.com/kubernetes/kubernetes/issues/87558',
    happened:
      'A kubelet ended with "error reading /var/lib/kubelet/pki/kubelet.key, certificate and key must be supplied as a pair". It makes both files itself if neither is there; if it can read only one of them, it does not start.',
    node: { worker: true },
    change: (node) => node.remove('/var/lib/kubelet/pki/kubelet.crt'),
    finds: ['error kubelet/default-pair@kubelet'],
    fix: ['rm'],
  },
  {
    id: 'kubelet-pem-empty',
    title: "A restart left the kubelet's credential empty",
    source: 'https://github.com/rancher/rancher/issues/33618',
    happened:
      'An agent had trouble during a restart and left an empty file where the certificate of a kubelet had been. The node stayed broken: "data does not contain any valid RSA or ECDSA certificates".',
    node: { worker: true },
    change: (node) => node.write('/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem', ''),
    finds: ['error file/parse@/var/lib/kubelet/pki/kubelet-client-current.pem'],
    fix: ['kubeadm kubeconfig user'],
  },
  {
    id: 'etcd-key-empty',
    title: "etcd's key file has no key in it",
    source: 'https://github.com/etcd-io/etcd/issues/16021',
    happened:
      'etcd ended at every start with "tls: failed to find any PEM data in key input". The file that its flag named as the key of its peer certificate had no key in it.',
    change: (node) => node.write('pki/etcd/peer.key', ''),
    finds: ['error file/parse@/etc/kubernetes/pki/etcd/peer.key'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs etcd-peer'],
  },
  {
    id: 'etcd-key-of-root',
    title: 'etcd runs as a user who may not read its files',
    source: 'https://github.com/etcd-io/etcd/issues/12433',
    happened:
      'etcd was to run as the user etcd. It ended with "open /etc/kubernetes/pki/etcd/peer.crt: permission denied", whatever mode the files got: a user must be able to read the files and to enter every directory above them.',
    change: (node) =>
      node.edit('manifests/etcd.yaml', (text) =>
        text.replace(
          '  hostNetwork: true\n',
          '  hostNetwork: true\n  securityContext:\n    runAsUser: 1001\n    runAsGroup: 1001\n',
        ),
      ),
    finds: ['error argument/access@etcd'],
    fix: [],
  },
  {
    id: 'kubeconfig-of-another-key',
    title: 'A kubeconfig whose key belongs to another certificate',
    source: 'https://github.com/kubesphere/kubesphere/issues/3112',
    happened:
      'Every use of a generated kubeconfig ended with "tls: private key does not match public key". The program that wrote it had put a key and a certificate together that do not match; it had to be made again.',
    change: (node) =>
      node.editKubeconfig('admin.conf', { clientKey: privateKeyPem(keyNamed('the key of another request')) }),
    finds: ['error cert/pair@admin.conf'],
    fix: ['mkdir', 'mv', 'kubeadm init phase kubeconfig admin'],
  },
  {
    id: 'kubeconfig-copied-from-a-terminal',
    title: 'A kubeconfig with a piece missing',
    source: 'https://github.com/kubernetes/kubernetes/issues/53661',
    happened:
      'kubectl 1.8 refused a kubeconfig: "illegal base64 data". The certificate in it had been copied from the window of a terminal and had lost characters; older releases had read less strictly.',
    change: (node) => node.edit('admin.conf', (text) => text.replace(/(certificate-authority-data: .{200}).*/, '$1$')),
    finds: ['error kubeconfig/data@admin.conf'],
    fix: [],
  },
  {
    id: 'kubeconfig-for-everyone',
    title: "The administrator's kubeconfig is readable by every user",
    source: 'https://github.com/k3s-io/k3s/issues/389',
    happened:
      'The kubeconfig of the administrator was written with the mode 0644, so that every user of the host was an administrator of the cluster. Now only root can read it, but instructions on the web still advise the open mode.',
    change: (node) => node.chmod('admin.conf', 0o644),
    finds: ['error key/mode@/etc/kubernetes/admin.conf'],
    fix: ['chmod'],
  },
];
