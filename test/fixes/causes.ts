import { encodedDifferently, newCaWithStoredCertificate, otherCa, quoted } from '../cases/cause-states.ts';
import { buildNode } from '../support/build-node.ts';
import type { FixCase } from './fix-case.ts';

const pki = '/etc/kubernetes/pki';
const manifests = '/etc/kubernetes/manifests';
const backup = '/root/pki-backup-20261201-0000';

/** The commands that replace a manifest. */
const edited = (component: string, scripts: string): readonly string[] => [
  `mkdir -p ${backup}`,
  `edit a copy: the kubelet would run a temporary file in ${manifests}: cp -p ${manifests}/${component}.yaml ${backup}/`,
  `sed -i.before ${scripts} ${backup}/${component}.yaml`,
  `mv -fZ ${backup}/${component}.yaml ${manifests}/`,
  `the kubelet restarts ${component} by itself`,
];

const quotes: readonly FixCase[] = [
  {
    name: 'quotes around a path are removed',
    nodes: () => [quoted('kube-apiserver', /^tls-cert-file$/)],
    rule: 'argument/quoted',
    says: `kube-apiserver --tls-cert-file: the quotes are part of the path: open "${pki}/apiserver.crt": no such file or directory`,
    whole: true,
    steps: edited(
      'kube-apiserver',
      `'s|- --tls-cert-file="${pki}/apiserver.crt"\\(\\r*\\)$|- --tls-cert-file=${pki}/apiserver.crt\\1|'`,
    ),
  },
  {
    name: 'single quotes around two paths are removed',
    nodes: () => [quoted('etcd', /^(?:cert|key)-file$/, "'")],
    rule: 'argument/quoted',
    says: `etcd --cert-file, --key-file: the quotes are part of the path: open '${pki}/etcd/server.crt': no such file or directory`,
    whole: true,
    steps: edited(
      'etcd',
      ['cert-file', 'key-file']
        .map((flag) => {
          const path = `${pki}/etcd/server.${flag === 'cert-file' ? 'crt' : 'key'}`;
          return `-e 's|- --${flag}='\\''${path}'\\''\\(\\r*\\)$|- --${flag}=${path}\\1|'`;
        })
        .join(' '),
    ),
  },
];

const stored: readonly FixCase[] = [
  {
    name: 'the stored certificate of an old CA is moved away',
    nodes: () => [newCaWithStoredCertificate()],
    rule: 'kubelet/stored',
    says: 'the kubelet uses /var/lib/kubelet/pki/kubelet-client-current.pem, which no CA for clients has signed, instead of the certificate in /etc/kubernetes/kubelet.conf: Unauthorized',
    whole: true,
    steps: [
      `mkdir -p ${backup}`,
      `without it the kubelet starts with the certificate in /etc/kubernetes/kubelet.conf, and stores that: mv --backup=numbered /var/lib/kubelet/pki/kubelet-client-current.pem ${backup}/`,
      'systemctl restart kubelet',
    ],
  },
];

const bundles: readonly FixCase[] = [
  {
    name: 'two certificates of CAs are swapped in their file',
    nodes: () => [buildNode().edit('pki/etcd/ca.crt', (text) => otherCa('etcd-ca', '2027-01-01') + text)],
    rule: 'authority/order',
    says: `the first certificate in ${pki}/etcd/ca.crt, "CN=etcd-ca", does not belong to ${pki}/etcd/ca.key: kubeadm can renew and issue nothing`,
    whole: true,
    steps: [
      `${pki}/etcd/ca.key belongs to the second certificate: swap the two`,
      `mkdir -p ${backup}`,
      `cp -p --backup=numbered ${pki}/etcd/ca.crt ${backup}/`,
      `awk '/-----BEGIN /{n++} {b[n]=b[n] $0 "\\n"} END{for(i=n;i>=0;i--) printf "%s",b[i]}' ${backup}/ca.crt > ${pki}/etcd/ca.crt`,
      'nothing needs a restart: components trust both certificates in any order',
    ],
  },
];

const configuration = (role: string) =>
  `write down what kubeadm has to know about this node (it adds the name and the address of the node to certificates by itself): printf '%s\\n' '{"apiVersion":"kubeadm.k8s.io/v1beta4","kind":"ClusterConfiguration","kubernetesVersion":"v1.36.2","networking":{"serviceSubnet":"10.96.0.0/12","dnsDomain":"cluster.local"}}' --- '{"apiVersion":"kubeadm.k8s.io/v1beta4","kind":"InitConfiguration","localAPIEndpoint":{"advertiseAddress":"192.0.2.10"},"nodeRegistration":{"name":"cp-1"}}' > ${role}`;

const ready =
  'repeat until it prints ok: kubectl --kubeconfig /etc/kubernetes/admin.conf --server https://192.0.2.10:6443 get --raw /readyz';

/** The commands by which kubeadm signs a certificate again. */
const signedAgain = (file: string, phase: string): readonly string[] => [
  `mv ${pki}/${file}.crt ${pki}/${file}.key ${backup}/`,
  `kubeadm init phase certs ${phase} --config /root/kubeadm-certs.yaml`,
];

const encodings: readonly FixCase[] = [
  {
    name: 'the certificate with the old encoding is restored from a kubeconfig',
    nodes: () => [encodedDifferently('kubernetes-ca')],
    rule: 'authority/issued',
    says: `${pki}/ca.crt was made again with the right key and with its name encoded differently: it verifies none of the 7 certificates`,
    whole: true,
    steps: [
      `mkdir -p ${backup}`,
      `cp --parents ${pki}/ca.crt ${backup}/`,
      `kubectl config view --raw --minify --kubeconfig /etc/kubernetes/admin.conf -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d > ${pki}/ca.crt`,
      'kube-apiserver: no restart, new files are read within 5 minutes',
      ready,
      "restart kube-controller-manager: crictl ps --name '^kube-controller-manager$' -q | xargs -r crictl stop -t 30",
    ],
  },
  {
    name: 'the certificate with the old encoding has expired: what it signed is issued again',
    nodes: () => [encodedDifferently('kubernetes-ca', { old: { notBefore: '2016-11-24', notAfter: '2026-11-26' } })],
    rule: 'cert/issuer',
    says: '7 certificates do not chain to kubernetes-ca, which was made again with its key and with its name encoded differently',
    steps: [
      ...signedAgain('apiserver', 'apiserver'),
      'kubeadm init phase kubeconfig admin --config /root/kubeadm-certs.yaml',
    ],
    never: /certificate-authority-data|look for it in backups/,
  },
  {
    name: 'no file has the certificate of etcd-ca with the old encoding: what it signed is issued again, and both ends restart',
    nodes: () => [encodedDifferently('etcd-ca')],
    rule: 'cert/issuer',
    says: '4 certificates do not chain to etcd-ca, which was made again with its key and with its name encoded differently: kube-etcd, kube-etcd-peer, kube-etcd-healthcheck-client and 1 more: x509: certificate signed by unknown authority',
    whole: true,
    steps: [
      configuration('/root/kubeadm-certs.yaml'),
      `mkdir -p ${backup}`,
      ...signedAgain('etcd/server', 'etcd-server'),
      ...signedAgain('etcd/peer', 'etcd-peer'),
      ...signedAgain('etcd/healthcheck-client', 'etcd-healthcheck-client'),
      ...signedAgain('apiserver-etcd-client', 'apiserver-etcd-client'),
      'with several etcd members, restart one at a time: the next one when this one is healthy',
      "restart etcd: crictl ps --name '^etcd$' -q | xargs -r crictl stop -t 30",
      `repeat until it prints "health":"true": curl -s 'http://127.0.0.1:2381/health?serializable=true'`,
      "restart kube-apiserver: crictl ps --name '^kube-apiserver$' -q | xargs -r crictl stop -t 30",
      ready,
    ],
  },
];

export const causeFixes: readonly FixCase[] = [...encodings, ...quotes, ...stored, ...bundles];
