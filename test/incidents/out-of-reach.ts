import type { OutOfReach } from './incident.ts';

/** Incidents whose cause is in no file of a node, or in files of which no file of a node says who reads them. */
export const outOfReach: readonly OutOfReach[] = [
  {
    title: "kube-apiserver's loopback certificate expires after a year",
    source: 'https://github.com/kubernetes/kubernetes/issues/86552',
    happened:
      'An API server that had not been restarted for a year refused its own requests: the certificate that it makes for itself at each start had expired.',
    why: 'The certificate exists only in the memory of the process, and files do not say when the process started.',
  },
  {
    title: 'Renewed files, and processes that still use the old ones',
    source: 'https://github.com/kubesphere/kubesphere/issues/6185',
    happened:
      'Every certificate on disk was valid for another year, and clients still got "x509: certificate has expired": the certificate that was served was the one of before.',
    why: 'What a running process has in memory is not in its files. pki-lint says which components need a restart when it renews them.',
  },
  {
    title: 'admin.conf is in a group that nothing binds',
    source: 'https://github.com/kubernetes/kubeadm/issues/3308',
    happened:
      'kubectl with admin.conf answered Forbidden: the ClusterRoleBinding kubeadm:cluster-admins did not exist. With super-admin.conf it could be created.',
    why: 'Bindings are objects of the cluster, not files of a node.',
  },
  {
    title: 'kubectl logs is forbidden after an upgrade to 1.29',
    source: 'https://github.com/deckhouse/deckhouse/pull/8129',
    happened:
      'A tool that does not upgrade with kubeadm got certificates of the group kubeadm:cluster-admins, and no binding for it: logs and exec stopped until the binding was created.',
    why: 'Bindings are objects of the cluster, not files of a node.',
  },
  {
    title: "A webhook's certificate is signed with SHA-1",
    source: 'https://github.com/kubernetes/kubernetes/issues/110530',
    happened:
      'From 1.24 on the API server could not call a webhook any more: "x509: cannot verify signature: insecure algorithm SHA1-RSA".',
    why: 'Certificates of webhooks, and the CAs that API servers trust for them, are objects of the cluster.',
  },
  {
    title: 'Cilium uses a copy of the certificate for etcd on every worker',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/12411',
    happened:
      'On nodes that were a year old the agent of Cilium crashed: apiserver-etcd-client.crt, which kubeadm had downloaded to each of them, had expired, and nothing renews it on a worker.',
    why: 'No file of the node says that a pod of a DaemonSet reads the certificate: pki-lint lists its date, but cannot say that anything depends on it.',
  },
  {
    title: "The kubelet's --network-plugin was removed in 1.24",
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/8924',
    happened:
      'The kubelets of a cluster did not start after the upgrade to 1.24: "failed to parse kubelet flag: unknown flag: --network-plugin". The flag came from a file of the installer that the upgrade did not rewrite.',
    why: 'No file says which release the kubelet is. It may be older than the API server, and then the flag is right.',
  },
  {
    title: 'metrics-server cannot verify kubelets',
    source: 'https://github.com/kubernetes-sigs/metrics-server/issues/196',
    happened:
      'metrics-server logged "x509: cannot validate certificate for 192.168.203.181 because it doesn\'t contain any IP SANs": kubelets serve with certificates that they sign themselves.',
    why: 'Whether metrics-server verifies kubelets is a flag of its Deployment. A node with self-signed serving certificates is what kubeadm makes by default.',
  },
  {
    title: 'kubectl still dials the address before kubeadm reset',
    source: 'https://github.com/kubernetes/kubernetes/issues/56476',
    happened:
      'The address of a host was changed, then kubeadm reset and kubeadm init were run. kubectl still dialled the old address, "i/o timeout": ~/.kube/config was a copy of the admin.conf before.',
    why: 'An address that no other file names, with a CA of its own, may be that of a different cluster which is managed from this node.',
  },
  {
    title: 'The router gave the node a different address',
    source: 'https://github.com/kubernetes/kubeadm/issues/3299',
    happened:
      'After a restart the node had a different address. etcd could not bind to the one in its manifest, and without etcd kube-apiserver did not start.',
    why: 'All files agree with each other; which addresses the machine has is not in them.',
  },
];
