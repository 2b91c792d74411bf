import { newCaWithStoredCertificate, otherCa, quoted } from '../cases/cause-states.ts';
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

export const causeFixes: readonly FixCase[] = [...quotes, ...stored, ...bundles];
