import type { Incident } from '../incident.ts';

/** What installers wrote, and what edits left behind. */
export const installers: readonly Incident[] = [
  {
    id: 'service-range-differs',
    title: "The certificate has the first address of kubeadm's default range for services",
    source: 'https://github.com/k0sproject/k0sctl/issues/469',
    happened:
      'A cluster was set up with a range for services of its own. Pods could not talk to the API server: "x509: certificate is valid for …, 10.96.0.1, not 10.152.184.1".',
    change: (node) => {
      for (const component of ['kube-apiserver', 'kube-controller-manager'])
        node.replaceFlag(component, 'service-cluster-ip-range', '10.152.184.0/24');
    },
    finds: ['error san/coverage@kube-apiserver'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs apiserver'],
  },
  {
    id: 'service-range-not-at-its-start',
    title: 'The range for services was not written with its first address',
    source: 'https://github.com/sealerio/sealer/issues/1419',
    happened:
      'The range for services was 10.96.10.10/20. The kubernetes service got the first address of that range, 10.96.0.1, and the installer made a certificate for 10.96.10.11.',
    change: (node) => {
      for (const component of ['kube-apiserver', 'kube-controller-manager'])
        node.replaceFlag(component, 'service-cluster-ip-range', '10.96.10.10/20');
      const sans = ['DNS:cp-1', 'DNS:kubernetes', 'DNS:kubernetes.default', 'DNS:kubernetes.default.svc'];
      node.issue('kube-apiserver', {
        sans: [...sans, 'DNS:kubernetes.default.svc.cluster.local', 'IP:10.96.10.11', 'IP:192.0.2.10'],
      });
    },
    finds: ['error san/coverage@kube-apiserver'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs apiserver'],
  },
  {
    id: 'client-ca-of-kubelet-elsewhere',
    title: "The kubelet's configuration names a CA that is in another directory",
    source: 'https://github.com/kubesphere/kubesphere/issues/760',
    happened:
      'A kubelet ended with "unable to load client CA file /etc/kubernetes/pki/ca.crt". The installer keeps its files in /etc/kubernetes/ssl; correcting the path in /var/lib/kubelet/config.yaml healed it.',
    node: { worker: true },
    change: (node) => node.move('pki/ca.crt', '/etc/kubernetes/ssl/ca.crt'),
    finds: ['error authority/present@kubernetes-ca'],
    fix: [],
  },
  {
    id: 'client-ca-not-mounted',
    title: '--client-ca-file names a path that is not mounted',
    source: 'https://github.com/kubernetes-retired/cluster-api-provider-nested/issues/190',
    happened:
      'kube-apiserver ended with "unable to load client CA file: open /etc/kubernetes/pki/root/tls.crt: no such file or directory". The volume with that file was not mounted in its container.',
    change: (node) => {
      node.write('/etc/kubernetes/root/tls.crt', node.read('pki/ca.crt'));
      node.replaceFlag('kube-apiserver', 'client-ca-file', '/etc/kubernetes/root/tls.crt');
    },
    finds: ['error argument/mount@kube-apiserver'],
    fix: [],
  },
  {
    id: 'etcd-client-pair-missing',
    title: "kube-apiserver's certificate for etcd is not on the node",
    source: 'https://github.com/kubernetes/kops/issues/12574',
    happened:
      'kube-apiserver of a new cluster did not start: "open /srv/kubernetes/kube-apiserver/etcd-client.crt: no such file or directory". The installer had written the flag but not the file.',
    change: (node) => node.remove('pki/apiserver-etcd-client.crt').remove('pki/apiserver-etcd-client.key'),
    finds: ['error cert/present@kube-apiserver-etcd-client'],
    fix: ['kubeadm init phase certs apiserver-etcd-client'],
  },
  {
    id: 'apiserver-manifest-backup',
    title: 'An edit of kube-apiserver.yaml has no effect',
    source: 'https://github.com/kubernetes/kubernetes/issues/55596',
    happened:
      'kube-apiserver did not take up what was changed in kube-apiserver.yaml, and sometimes crashed. The backup kube-apiserver.yaml.bak lay in the same directory. After it had been moved elsewhere, the changes took effect.',
    change: (node) => {
      node.write('manifests/kube-apiserver.yaml.bak', node.read('manifests/kube-apiserver.yaml'));
      node.replaceFlag('kube-apiserver', 'audit-log-maxage', '30');
    },
    finds: ['error manifest/conflict@kube-apiserver'],
    fix: ['mv'],
  },
  {
    id: 'controller-manager-manifest-copied',
    title: 'kubeadm upgrade waits for a pod whose manifest was copied',
    source: 'https://github.com/kubernetes/kubeadm/issues/2823',
    happened:
      'kubeadm upgrade apply failed at kube-controller-manager. A copy of its manifest had been made in /etc/kubernetes/manifests itself; backups must be in a different directory.',
    change: (node) =>
      node.write('manifests/kube-controller-manager-backup.yaml', node.read('manifests/kube-controller-manager.yaml')),
    finds: ['warning manifest/duplicate@kube-controller-manager'],
    fix: [],
  },
  {
    id: 'service-range-of-default',
    title: 'kube-apiserver does not know the range for services',
    source: 'https://github.com/kelseyhightower/kubernetes-the-hard-way/issues/905',
    happened:
      'The unit of kube-apiserver lacked --service-cluster-ip-range. Its default is 10.0.0.0/24, and the certificate had been made for 10.32.0.1: CoreDNS logged "x509: certificate is valid for 127.0.0.1, 10.32.0.1, …, not 10.0.0.1".',
    change: (node) => node.replaceFlag('kube-apiserver', 'service-cluster-ip-range', undefined),
    finds: ['error san/coverage@kube-apiserver'],
    fix: [],
  },
];
