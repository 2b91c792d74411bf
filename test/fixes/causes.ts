import {
  asBlock,
  configured,
  embedding,
  encoded,
  encodedDifferently,
  glued,
  inBase64,
  joining,
  newCaWithStoredCertificate,
  onlyExampleTest,
  otherCa,
  quoted,
  schedulerConfiguration,
  secondWithFirstAddress,
  servingAsClient,
  verifyingKubelets,
  withIntermediate,
} from '../cases/cause-states.ts';
import { hardWay2021Controller } from '../layouts/kits/hard-way-2021.ts';
import { kubeaszMaster } from '../layouts/kits/kubeasz.ts';
import { hosts } from '../layouts/kits/profiles.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import { backup, edited, type FixCase } from './fix-case.ts';

const pki = '/etc/kubernetes/pki';
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
    says: 'the kubelet uses /var/lib/kubelet/pki/kubelet-client-current.pem, which no client CA signed, instead of the certificate in /etc/kubernetes/kubelet.conf: Unauthorized',
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
      `write a new file: no program may read ${pki}/etcd/ca.crt with only one of them: cp -p ${pki}/etcd/ca.crt ${pki}/etcd/ca.crt.new`,
      `sed -e '0,/-----END /d' -e '$a\\' ${pki}/etcd/ca.crt > ${pki}/etcd/ca.crt.new`,
      `sed '/-----END /q' ${pki}/etcd/ca.crt >> ${pki}/etcd/ca.crt.new`,
      `mv -f ${pki}/etcd/ca.crt.new ${pki}/etcd/ca.crt`,
      'nothing needs a restart: components trust both certificates in any order',
    ],
  },
];

/** What reads the CA of etcd only at its start. */
const bothRestart = ['etcd', 'kube-apiserver'].map(
  (name) =>
    `restart ${name}: crictl ps --name '^${name}$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30`,
);

/** The commands by which kubeadm signs a certificate again. */
const signedAgain = (file: string, phase: string): readonly string[] => [
  `mv --backup=numbered ${pki}/${file}.crt ${pki}/${file}.key ${backup}/`,
  `kubeadm init phase certs ${phase} --config /root/kubeadm-certs.yaml`,
];

const encodings: readonly FixCase[] = [
  {
    name: 'the certificate with the old encoding is restored from a kubeconfig',
    nodes: () => [encodedDifferently('kubernetes-ca')],
    rule: 'authority/issued',
    says: `${pki}/ca.crt was made again with the right key and with its name encoded differently: it does not verify any of the 7 certificates of kubernetes-ca on this node`,
    steps: [
      `mkdir -p ${backup}`,
      `cp --parents --backup=numbered ${pki}/ca.crt ${backup}/`,
      `kubectl config view --raw --minify --kubeconfig /etc/kubernetes/admin.conf -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d > ${pki}/ca.crt`,
      "restart kube-controller-manager: crictl ps --name '^kube-controller-manager$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
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
    steps: [
      ...signedAgain('etcd/server', 'etcd-server'),
      ...signedAgain('etcd/peer', 'etcd-peer'),
      ...signedAgain('etcd/healthcheck-client', 'etcd-healthcheck-client'),
      ...signedAgain('apiserver-etcd-client', 'apiserver-etcd-client'),
      ...bothRestart,
      ...bothRestart,
    ],
    never: /look for it in backups/,
  },
];

/** The commands that keep a file before it is replaced. */
const kept = (path: string): readonly string[] => [`mkdir -p ${backup}`, `cp -p --backup=numbered ${path} ${backup}/`];

const conf = '/etc/kubernetes/scheduler.conf';
const schedulerRestart =
  "restart kube-scheduler: crictl ps --name '^kube-scheduler$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30";
const embedded = `kubectl config set-cluster kubernetes --certificate-authority=${pki}/ca.crt --embed-certs --kubeconfig ${conf}`;
const removed = `kubectl does not read data that it cannot decode: remove it first: sed -e '/certificate-authority-data: *[|>]/,/-----END /d' -e '/certificate-authority-data:/d' ${backup}/scheduler.conf > ${conf}`;
const entry = 'scheduler.conf: clusters[kubernetes].certificate-authority-data';

const contents: readonly FixCase[] = [
  {
    name: 'base64 of a certificate is decoded',
    nodes: () => [inBase64('pki/apiserver.crt')],
    rule: 'file/parse',
    says: `${pki}/apiserver.crt is base64 of PEM: tls: failed to find any PEM data in certificate input`,
    whole: true,
    steps: [
      ...kept(`${pki}/apiserver.crt`),
      `base64 -d ${backup}/apiserver.crt > ${pki}/apiserver.crt`,
      'kube-apiserver reads it by itself within a minute: no restart',
    ],
  },
  {
    name: 'the blanks in front of the lines of a CA are removed',
    nodes: () => [buildNode().edit('pki/front-proxy-ca.crt', (text) => text.replace(/^/gm, '  '))],
    rule: 'file/parse',
    says: `${pki}/front-proxy-ca.crt is indented, so Go finds no PEM block in it: `,
    steps: [
      ...kept(`${pki}/front-proxy-ca.crt`),
      `sed 's/^[[:blank:]]*//' ${backup}/front-proxy-ca.crt > ${pki}/front-proxy-ca.crt`,
    ],
    never: /kubeadm|restore/,
  },
  {
    name: 'the kubelet has a field for its certificate, and none for its key',
    nodes: () => [configured('tlsCertFile: /var/lib/kubelet/pki/kubelet-client-current.pem')],
    rule: 'argument/required',
    says: 'kubelet tlsPrivateKeyFile is not set: kubelet does not start: it loads a certificate without its key',
    steps: [
      `set tlsPrivateKeyFile in /var/lib/kubelet/config.yaml, or remove tlsCertFile`,
      'systemctl restart kubelet',
    ],
    never: /flags/,
  },
  {
    name: 'two PEM blocks are separated',
    nodes: () => [glued('pki/etcd/ca.crt', 'etcd-ca')],
    rule: 'file/parse',
    says: `${pki}/etcd/ca.crt lacks a line break between two PEM blocks, so Go reads neither: x509: certificate signed by unknown authority: the file contains no certificate`,
    steps: [
      ...kept(`${pki}/etcd/ca.crt`),
      `sed 's/\\(-----END [A-Z0-9 ]*-----\\)-----BEGIN /\\1\\n-----BEGIN /g' ${backup}/ca.crt > ${pki}/etcd/ca.crt`,
      "restart etcd: crictl ps --name '^etcd$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
      "restart kube-apiserver: crictl ps --name '^kube-apiserver$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
    ],
    never: /kubeadm|restore/,
  },
  {
    name: 'a flag for a key that names the certificate gets the key',
    nodes: () => [buildNode().replaceFlag('kube-apiserver', 'tls-private-key-file', `${pki}/apiserver.crt`)],
    rule: 'argument/load',
    says: `kube-apiserver --tls-private-key-file cannot load ${pki}/apiserver.crt (a certificate): tls: found a certificate rather than a key in the PEM for the private key`,
    whole: true,
    steps: edited(
      'kube-apiserver',
      `'s|- --tls-private-key-file=${pki}/apiserver.crt\\(\\r*\\)$|- --tls-private-key-file=${pki}/apiserver.key\\1|'`,
    ),
  },
  {
    name: 'a flag for a certificate that names the key gets the certificate',
    nodes: () => [buildNode().replaceFlag('etcd', 'cert-file', `${pki}/etcd/server.key`)],
    rule: 'argument/load',
    says: `etcd --cert-file cannot load ${pki}/etcd/server.key (a private key): tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched`,
    whole: true,
    steps: edited(
      'etcd',
      `'s|- --cert-file=${pki}/etcd/server.key\\(\\r*\\)$|- --cert-file=${pki}/etcd/server.crt\\1|'`,
    ),
  },
  {
    name: 'an embedded CA that is not base64 is embedded again',
    nodes: () => [embedding('scheduler.conf', () => '"%%%%"')],
    rule: 'kubeconfig/data',
    says: `${entry}: illegal base64 data at input byte 0`,
    whole: true,
    steps: [...kept(conf), removed, embedded, schedulerRestart],
  },
  {
    name: 'an embedded CA that is PEM is embedded again',
    nodes: () => [embedding('scheduler.conf', asBlock)],
    rule: 'kubeconfig/data',
    says: `${entry}: illegal base64 data at input byte 0: it is PEM, not base64 of PEM`,
    whole: true,
    steps: [...kept(conf), removed, embedded, schedulerRestart],
  },
  {
    name: 'an embedded CA that was encoded twice is embedded again',
    nodes: () => [embedding('scheduler.conf', encoded)],
    rule: 'kubeconfig/data',
    says: `${entry}: unable to load root certificates: unable to parse bytes as PEM block: it was encoded twice`,
    whole: true,
    steps: [...kept(conf), embedded, schedulerRestart],
  },
];

const config = '/var/lib/kubelet/config.yaml';
const restarted = 'systemctl restart kubelet';
const client = '/var/lib/kubelet/pki/kubelet-client-current.pem';
const unit = '/etc/systemd/system/kubelet.service';

const kubelets: readonly FixCase[] = [
  {
    name: 'a field of the kubelet in the wrong case is corrected',
    nodes: () => [configured('ServerTLSBootstrap: true')],
    rule: 'kubelet/field',
    says: `the kubelet ignores ServerTLSBootstrap in ${config}: strict decoding error: unknown field "ServerTLSBootstrap"`,
    whole: true,
    steps: [...kept(config), `sed -i 's|^\\( *\\)ServerTLSBootstrap:|\\1serverTLSBootstrap:|' ${config}`, restarted],
  },
  {
    name: 'a kubelet that serves with its client certificate creates a pair',
    nodes: () => [servingAsClient()],
    rule: 'kubelet/serving-usage',
    says: `the kubelet serves with ${client}, a certificate for clients: x509: certificate specifies an incompatible key usage`,
    whole: true,
    steps: [
      ...kept(config),
      `without these fields the kubelet creates its own pair: sed -i -e '/^tlsCertFile:/d' -e '/^tlsPrivateKeyFile:/d' ${config}`,
      restarted,
    ],
  },
  {
    name: 'the same, and kube-apiserver verifies it: the cluster signs its certificate',
    nodes: () => [verifyingKubelets(servingAsClient())],
    rule: 'kubelet/serving-usage',
    says: `the kubelet serves with ${client}, a certificate for clients: x509: certificate specifies an incompatible key usage`,
    whole: true,
    steps: [
      ...kept(config),
      `let the cluster sign the certificate of the kubelet instead: kube-apiserver verifies it: sed -i -e '/^tlsCertFile:/d' -e '/^tlsPrivateKeyFile:/d' -e '/^serverTLSBootstrap:/d' ${config}`,
      `sed -i '$aserverTLSBootstrap: true' ${config}`,
      restarted,
      'approve the request of this node: kubectl certificate approve NAME: kubectl get csr --field-selector spec.signerName=kubernetes.io/kubelet-serving',
    ],
  },
  {
    name: 'a kubelet gets the flag for the kubeconfig with which it joins',
    nodes: () => [joining('')],
    rule: 'kubeconfig/present',
    says: 'kubelet.conf is missing: the kubelet would request it with /etc/kubernetes/bootstrap-kubelet.conf, but has no --bootstrap-kubeconfig',
    whole: true,
    steps: [
      ...kept(unit),
      `with the flag the kubelet requests its certificate, and writes /etc/kubernetes/kubelet.conf: sed -i 's|--kubeconfig\\([= ]\\)|--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig\\1|' ${unit}`,
      'systemctl daemon-reload',
      restarted,
    ],
  },
];

const schedulers = '/etc/kubernetes/scheduler-config.yaml';
const notSet = `kube-scheduler clientConnection.kubeconfig in ${schedulers} is not set: with --config kube-scheduler ignores --kubeconfig, cannot reach kube-apiserver and exits`;
const moved = (flag: string, urls: string) =>
  `-e 's|- --${flag}=${urls.replaceAll('OWN', '192.0.2.10')}\\(\\r*\\)$|- --${flag}=${urls.replaceAll('OWN', '192.0.2.11')}\\1|'`;

const settings: readonly FixCase[] = [
  {
    name: 'the configuration of the scheduler gets its kubeconfig',
    nodes: () => [schedulerConfiguration('leaderElection:\n  leaderElect: true\n')],
    rule: 'argument/required',
    says: notSet,
    whole: true,
    steps: [
      ...kept(schedulers),
      `sed -i 's|^kind: .*$|&\\nclientConnection:\\n  kubeconfig: ${conf}|' ${schedulers}`,
      schedulerRestart,
    ],
  },
  {
    name: 'the configuration of the scheduler gets its kubeconfig, next to other fields',
    nodes: () => [schedulerConfiguration('clientConnection:\n  qps: 100\n')],
    rule: 'argument/required',
    says: notSet,
    whole: true,
    steps: [
      ...kept(schedulers),
      `sed -i 's|^clientConnection: *$|&\\n  kubeconfig: ${conf}|' ${schedulers}`,
      schedulerRestart,
    ],
  },
  {
    name: 'etcd gets the address of its node',
    nodes: () => [secondWithFirstAddress()],
    rule: 'etcd/address',
    says: 'etcd does not start: it listens on 192.0.2.10, and this node is 192.0.2.11: listen tcp 192.0.2.10:2380: bind: cannot assign requested address',
    steps: edited(
      'etcd',
      [
        moved('listen-peer-urls', 'https://OWN:2380'),
        moved('listen-client-urls', 'https://127.0.0.1:2379,https://OWN:2379'),
        moved('initial-advertise-peer-urls', 'https://OWN:2380'),
        moved('advertise-client-urls', 'https://OWN:2379'),
        "-e 's|\\([=,]cp-2=https*://\\)192.0.2.10:|\\1192.0.2.11:|'",
      ].join(' '),
    ).slice(0, -1),
    never: /kubeadm init phase certs|pki-lint issue/,
  },
];

const limits: readonly FixCase[] = [
  {
    name: 'a CA with a limit gets a new certificate for its key',
    nodes: () => [buildNode().issue('kubernetes-ca', { extensions: [onlyExampleTest] })],
    rule: 'authority/limit',
    says: '"CN=kubernetes" limits what kubernetes-ca may sign: a root or intermediate certificate is not authorized to sign for this name: DNS name "cp-1" is not permitted by any constraint (kube-apiserver)',
    steps: ['pki-lint issue --write --only kubernetes-ca --replace kubernetes-ca --keep-key --yes'],
  },
];

const pathLengths: readonly FixCase[] = [
  {
    name: 'a CA with a path length gets a new certificate for its key',
    nodes: () => [withIntermediate(buildNode().issue('kubernetes-ca', { pathLength: 0 }), 'kube-apiserver')],
    rule: 'authority/limit',
    says: '"CN=kubernetes" limits what kubernetes-ca may sign: too many intermediates for path length constraint: 1, and it allows 0 (kube-apiserver)',
    steps: ['pki-lint issue --write --only kubernetes-ca --replace kubernetes-ca --keep-key --yes'],
  },
  {
    name: 'an intermediate with a path length is left out: the CA signs the certificate itself',
    nodes: () => {
      const node = buildNode();
      const first = makeAuthority('first-intermediate', { pathLength: 0 }, node.authority('kubernetes-ca'));
      withIntermediate(node, 'kube-apiserver', first);
      return [node.edit('pki/apiserver.crt', (text) => text + certificatePem(first.certificate))];
    },
    rule: 'cert/issuer',
    says: 'the certificate of kube-apiserver has a chain that is too long for its intermediate "CN=first-intermediate": x509: too many intermediates for path length constraint',
    steps: ['pki-lint issue --write --only kube-apiserver --replace kube-apiserver'],
  },
];

export const causeFixes: readonly FixCase[] = [
  ...kubelets,
  ...settings,
  ...limits,
  ...pathLengths,
  ...contents,
  ...encodings,
  ...quotes,
  ...stored,
  ...bundles,
  {
    name: 'a member of etcd whose certificate lacks the address from which it connects',
    nodes: () => [
      hardWay2021Controller(),
      hardWay2021Controller({ certificates: { kubernetes: { sans: hosts('127.0.0.1', '10.32.0.1') } } }, 1),
    ],
    rule: 'connection/client-trust',
    steps: [
      'reissue /etc/etcd/kubernetes.pem of controller-1 with the address that the error names as a SAN: its clients connect from there',
    ],
  },
  {
    name: 'one CA for clients and front proxies, and any name will do',
    nodes: () => [kubeaszMaster({ flags: { 'kube-apiserver': { 'requestheader-allowed-names': null } } })],
    rule: 'authority/impersonation',
    steps: [
      'set --requestheader-allowed-names=aggregator in line 29 of /etc/systemd/system/kube-apiserver.service',
      'systemctl daemon-reload',
      'systemctl restart kube-apiserver',
    ],
  },
];
