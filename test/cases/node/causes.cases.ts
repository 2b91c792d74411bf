import { controlPlane, worker } from '../../support/cluster.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { certificates, copyFromFirst, kubernetes, moveVolume, pki } from '../support/causes.ts';

/** Exchanges the contents of files, each pair in turn. */
const swap =
  (...pairs: readonly (readonly [string, string])[]) =>
  (node: NodeTree) => {
    for (const [one, other] of pairs) {
      const [first, second] = [node.read(one), node.read(other)];
      node.write(one, second).write(other, first);
    }
  };

/** Removes the PKI and every manifest; their folder stays. */
function withoutManifests(node: NodeTree): NodeTree {
  for (const path of [...node.entries.keys()].filter((one) => one.startsWith('/etc/kubernetes/manifests/')))
    node.remove(path);
  return node.remove('pki');
}

const keys = ['pki/front-proxy-client.key', 'pki/apiserver-kubelet-client.key'] as const;

const swapPairs = (one: string, other: string) =>
  swap([`pki/${one}.crt`, `pki/${other}.crt`], [`pki/${one}.key`, `pki/${other}.key`]);

/** Two certificates that are in each other's place fail for the same reason. */
const both = (rule: string) => ['front-proxy-client', 'kube-apiserver-kubelet-client'].map((role) => `${rule}@${role}`);

export const swappedFiles: readonly Case[] = [
  {
    name: 'two keys are swapped',
    change: swap(keys),
    findings: ['node/swapped@cp-1'],
    members: both('cert/pair'),
  },
  {
    name: 'two certificates are swapped',
    change: swap(certificates),
    findings: ['node/swapped@cp-1'],
    members: both('cert/pair'),
  },
  {
    name: 'two pairs are swapped',
    change: swap(certificates, keys),
    findings: ['node/swapped-pairs@cp-1'],
    members: both('cert/target'),
  },
  {
    name: "etcd's serving pair and its peer pair are swapped: they have the same names and usages",
    change: swap(['pki/etcd/server.crt', 'pki/etcd/peer.crt'], ['pki/etcd/server.key', 'pki/etcd/peer.key']),
    findings: [],
  },
  {
    name: 'the certificates of a CA and of a leaf that it signed are swapped',
    change: swap(['pki/ca.crt', 'pki/apiserver.crt']),
    findings: ['node/swapped@cp-1'],
    members: ['authority/issued@kubernetes-ca', 'cert/pair@kube-apiserver'],
  },
  {
    name: 'the certificates of a CA and of the only leaf that it signed are swapped',
    change: swap(['pki/front-proxy-ca.crt', 'pki/front-proxy-client.crt']),
    findings: ['node/swapped@cp-1'],
    members: ['authority/name@front-proxy-ca', 'authority/stray-key@front-proxy-ca', 'cert/pair@front-proxy-client'],
  },
  {
    name: 'their keys are swapped',
    change: swap(['pki/front-proxy-ca.key', 'pki/front-proxy-client.key']),
    findings: ['node/swapped@cp-1'],
    members: ['authority/stray-key@front-proxy-ca', 'cert/pair@front-proxy-client'],
  },
  {
    name: 'the pair of a CA and that of a leaf are swapped',
    change: swapPairs('ca', 'apiserver'),
    findings: ['node/swapped-pairs@cp-1'],
    members: [
      'authority/issued@kubernetes-ca',
      'cert/common-name@kube-apiserver',
      'cert/signs@kube-apiserver',
      'cert/usage-documented@kube-apiserver',
      'san/coverage@kube-apiserver',
    ],
  },
  {
    name: 'a CA was copied over the certificate of a leaf: that is not a swap',
    change: (node) => node.write('pki/front-proxy-client.crt', node.read('pki/front-proxy-ca.crt')),
    findings: ['cert/pair@front-proxy-client'],
    members: [],
  },
  {
    name: 'the certificates of two CAs are swapped',
    change: swap(['pki/ca.crt', 'pki/etcd/ca.crt']),
    findings: ['node/swapped@cp-1'],
    members: ['authority/issued@etcd-ca', 'authority/issued@kubernetes-ca'],
  },
  {
    name: 'the keys of two CAs are swapped',
    change: swap(['pki/ca.key', 'pki/etcd/ca.key']),
    findings: ['node/swapped@cp-1'],
    members: ['authority/pair@kubernetes-ca', 'authority/stray-key@etcd-ca'],
  },
  {
    name: 'two CAs are swapped with their keys',
    change: swap(['pki/ca.crt', 'pki/front-proxy-ca.crt'], ['pki/ca.key', 'pki/front-proxy-ca.key']),
    findings: ['node/swapped-pairs@cp-1'],
    members: ['authority/issued@kubernetes-ca', 'authority/name@front-proxy-ca', 'cert/issuer@front-proxy-client'],
  },
  {
    name: 'two kubeconfigs are swapped',
    change: swap(['scheduler.conf', 'controller-manager.conf']),
    findings: ['node/swapped@cp-1'],
    members: ['cert/target@controller-manager.conf', 'cert/target@scheduler.conf'],
  },
  {
    name: 'a certificate and its key are swapped',
    change: swap(['pki/front-proxy-client.crt', 'pki/front-proxy-client.key']),
    findings: ['node/swapped@cp-1'],
    members: [
      'file/parse@/etc/kubernetes/pki/front-proxy-client.crt',
      'file/parse@/etc/kubernetes/pki/front-proxy-client.key',
    ],
  },
  {
    name: 'the certificate of a CA and its key are swapped',
    change: swap(['pki/ca.crt', 'pki/ca.key']),
    findings: ['node/swapped@cp-1'],
    members: ['file/parse@/etc/kubernetes/pki/ca.crt', 'file/parse@/etc/kubernetes/pki/ca.key'],
  },
  {
    name: 'the certificate of a CA and a key that is not its own are swapped: to move them does not suffice',
    change: (node) => {
      const certificate = node.read('pki/ca.crt');
      node.write('pki/ca.crt', privateKeyPem(keyNamed('a foreign key')), 0o600).write('pki/ca.key', certificate);
    },
    findings: ['file/parse@/etc/kubernetes/pki/ca.crt', 'file/parse@/etc/kubernetes/pki/ca.key'],
  },
  {
    name: 'the keys of tokens are swapped: kube-apiserver reads the public key of either',
    change: swap(['pki/sa.key', 'pki/sa.pub']),
    findings: ['node/swapped@cp-1'],
    members: ['file/parse@/etc/kubernetes/pki/sa.key'],
  },
  ...(
    [
      ['ca.key', 'authority/pair@kubernetes-ca'],
      ['etcd/ca.key', 'authority/stray-key@etcd-ca'],
      ['apiserver.key', 'cert/pair@kube-apiserver'],
      ['front-proxy-client.key', 'cert/pair@front-proxy-client'],
      ['etcd/server.key', 'cert/pair@kube-etcd'],
    ] as const
  ).map(([key, member]) => ({
    name: `the key that signs tokens is swapped with ${key}`,
    change: swap(['pki/sa.key', `pki/${key}`]),
    findings: ['node/swapped@cp-1'],
    members: [member, 'service-account/verified@service-account'],
  })),
  {
    name: 'the key of a certificate overwrote the one that signs tokens: that is not a swap',
    change: (node) => node.write('pki/sa.key', node.read('pki/front-proxy-client.key'), 0o600),
    findings: ['service-account/verified@service-account'],
    members: [],
  },
  {
    name: 'keys were swapped, but no public key shows that one of them signed tokens',
    change: (node) => {
      swap(['pki/sa.key', 'pki/front-proxy-client.key'])(node);
      node.write('pki/sa.pub', publicKeyPem(keyNamed('another service account')));
    },
    findings: ['cert/pair@front-proxy-client', 'service-account/verified@service-account'],
    members: [],
  },
  {
    name: "etcd's serving pair and that of its health check are swapped, one of which fails",
    change: swapPairs('etcd/server', 'etcd/healthcheck-client'),
    findings: ['node/swapped-pairs@cp-1'],
    members: ['cert/common-name@kube-etcd-healthcheck-client', 'cert/target@kube-etcd'],
  },
  {
    name: 'their certificates are swapped, their keys are not',
    change: swap(['pki/etcd/server.crt', 'pki/etcd/healthcheck-client.crt']),
    findings: ['node/swapped@cp-1'],
    members: ['cert/pair@kube-etcd', 'cert/pair@kube-etcd-healthcheck-client'],
  },
  {
    name: 'the serving pairs of kube-apiserver and etcd are swapped: they have different CAs',
    change: swapPairs('apiserver', 'etcd/server'),
    findings: ['node/swapped-pairs@cp-1'],
    members: ['cert/issuer@kube-apiserver', 'cert/target@kube-etcd', 'san/coverage@kube-apiserver'],
  },
  {
    name: 'the kubeconfigs of the administrator and the kubelet are swapped: the kubelet may do what it likes',
    change: swap(['admin.conf', 'kubelet.conf']),
    findings: ['node/swapped@cp-1'],
    members: ['cert/target@admin.conf', 'kubeconfig/administrator@kubelet.conf'],
  },
  {
    name: 'the kubeconfigs of the two administrators are swapped',
    change: swap(['admin.conf', 'super-admin.conf']),
    findings: ['node/swapped@cp-1'],
    members: ['cert/organization@super-admin.conf', 'cert/privilege@admin.conf'],
  },
  {
    name: "admin.conf was copied over the kubelet's: that is not a swap",
    change: (node) => node.write('kubelet.conf', node.read('admin.conf'), 0o600),
    findings: ['kubeconfig/administrator@kubelet.conf'],
    members: [],
  },
  {
    name: 'a key overwrote a different one: that is not a swap',
    change: (node) => node.write(keys[0], node.read(keys[1])),
    findings: ['cert/pair@front-proxy-client'],
    members: [],
  },
];

export const lostFiles: readonly Case[] = [
  {
    name: 'the volume of one kubeconfig names a copy of it',
    change: (node) =>
      moveVolume(
        'kube-scheduler',
        `${kubernetes}/scheduler.conf`,
        `${kubernetes}/sched.conf`,
      )(node.write(`${kubernetes}/sched.conf`, node.read('scheduler.conf'), 0o600)),
    findings: [],
  },
  {
    name: 'the volume names the folder of the files by a different path',
    change: (node) =>
      moveVolume('etcd', `${pki}/etcd`, '/etc/kubernetes/etcd')(node.link('/etc/kubernetes/etcd', `${pki}/etcd`)),
    findings: [],
  },
  {
    name: 'the directory of etcd is lost',
    change: (node) => node.remove('pki/etcd'),
    findings: ['node/folder@cp-1'],
    members: [
      'authority/present@etcd-ca',
      ...['kube-etcd', 'kube-etcd-healthcheck-client', 'kube-etcd-peer'].map((role) => `cert/present@${role}`),
    ],
  },
  {
    name: 'a joined node lost its PKI',
    node: () => controlPlane(2),
    change: (node) => node.remove('pki'),
    beside: () => [controlPlane(1)],
    findings: ['node/folder@cp-2'],
    members: [
      'argument/file@kube-controller-manager --cluster-signing-key-file',
      ...['etcd-ca', 'front-proxy-ca', 'kubernetes-ca'].map((role) => `authority/present@${role}`),
      ...['front-proxy-client', 'kube-apiserver', 'kube-apiserver-etcd-client', 'kube-apiserver-kubelet-client'].map(
        (role) => `cert/present@${role}`,
      ),
      ...['kube-etcd', 'kube-etcd-healthcheck-client', 'kube-etcd-peer'].map((role) => `cert/present@${role}`),
      'service-account/present@service-account',
    ],
  },
  {
    name: 'a joined node lost its PKI and its manifests, and has its kubeconfigs',
    node: () => controlPlane(2),
    change: (node) => node.remove('pki').remove('manifests'),
    beside: () => [controlPlane(1)],
    findings: ['node/folder@cp-2'],
  },
  {
    name: 'the same, with an empty directory of manifests',
    node: () => controlPlane(2),
    change: withoutManifests,
    findings: ['manifest/missing@cp-2', 'node/folder@cp-2'],
  },
  {
    name: 'the same, with only one kubeconfig of a control plane',
    node: () => controlPlane(2),
    change: (node) => withoutManifests(node).remove('admin.conf').remove('controller-manager.conf'),
    findings: [
      'kubeconfig/present-admin@admin.conf',
      'kubeconfig/present@controller-manager.conf',
      'manifest/missing@cp-2',
      'node/folder@cp-2',
    ],
  },
  {
    name: 'a worker to which an administrator copied admin.conf',
    node: () => worker(),
    change: (node) => node.write('admin.conf', controlPlane(1).read('admin.conf'), 0o600),
    findings: [],
  },
  {
    name: 'the directory of etcd still has one of its files',
    change: (node) => {
      const ca = node.read('pki/etcd/ca.crt');
      node.remove('pki/etcd').write('pki/etcd/ca.crt', ca);
    },
    findings: [
      'authority/key@etcd-ca',
      ...['kube-etcd', 'kube-etcd-healthcheck-client', 'kube-etcd-peer'].map((role) => `cert/present@${role}`),
    ],
    members: [],
  },
  {
    name: 'a worker needs only one file of the folder',
    node: { worker: true },
    change: (node) => node.remove('pki'),
    findings: ['authority/present@kubernetes-ca'],
    members: [],
  },
];

export const clocks: readonly Case[] = [
  {
    name: 'the time is before all certificates but a CA',
    options: { at: new Date('2026-11-20T00:00:00Z') },
    change: (node) => node.issue('etcd-ca', { notBefore: '2026-11-01' }),
    findings: ['node/clock@cp-1'],
  },
  {
    name: 'a key pair of tokens in the place of each other, of different keys',
    change: (node) => {
      const [secret, shown] = [node.read('pki/sa.key'), publicKeyPem(keyNamed('another service account'))];
      node.write('pki/sa.pub', secret).write('pki/sa.key', shown, 0o600);
    },
    findings: ['file/parse@/etc/kubernetes/pki/sa.key'],
  },
  {
    name: 'two CAs are swapped, and a leaf has a foreign key',
    change: (node) => {
      swap(['pki/ca.crt', 'pki/etcd/ca.crt'])(node);
      node.write('pki/apiserver.key', privateKeyPem(keyNamed('a foreign key')), 0o600);
    },
    findings: ['cert/pair@kube-apiserver', 'node/swapped@cp-1'],
  },
];

/** Copies the PKI of cp-1 over that of a different node, as `scp -r` does. */
const copyPki = (node: NodeTree) => {
  for (const [path, entry] of controlPlane(1).entries) if (path.startsWith(`${pki}/`)) node.entries.set(path, entry);
};

const strangeCertificates = [
  'cert/common-name@kube-etcd',
  'cert/common-name@kube-etcd-peer',
  'san/coverage@kube-apiserver',
  'san/coverage@kube-etcd',
  'san/coverage@kube-etcd-peer',
];

export const copiedNodes: readonly Case[] = [
  {
    name: 'the PKI is that of a different node, which is not in the input',
    node: () => controlPlane(2),
    change: copyPki,
    findings: ['node/copied@cp-2'],
    members: strangeCertificates,
  },
  {
    name: 'the PKI is that of a different node',
    node: () => controlPlane(2),
    change: copyPki,
    beside: () => [controlPlane(1), controlPlane(3)],
    findings: ['cluster/copied@cp-2'],
    members: strangeCertificates,
  },
  {
    name: 'one certificate is that of a different node, its key is not',
    node: () => controlPlane(2),
    change: (node) => node.write('pki/apiserver.crt', controlPlane(1).read('pki/apiserver.crt')),
    beside: () => [controlPlane(1)],
    findings: ['cluster/copied@cp-2'],
    members: ['cert/pair@kube-apiserver'],
  },
  {
    name: 'only one certificate names a different node',
    node: () => controlPlane(2),
    change: (node) =>
      node
        .write('pki/etcd/peer.crt', controlPlane(1).read('pki/etcd/peer.crt'))
        .write('pki/etcd/peer.key', controlPlane(1).read('pki/etcd/peer.key')),
    findings: ['cert/common-name@kube-etcd-peer', 'san/coverage@kube-etcd-peer'],
    members: [],
  },
];

/** A control plane that advertises the address of a load balancer, and whose certificate has it. */
function behindBalancer(number: 1 | 2): NodeTree {
  const dns = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
  const names = [`cp-${number}`, 'lb.example.test', ...dns].map((name) => `DNS:${name}`);
  const sans = [...names, 'IP:10.96.0.1', `IP:192.0.2.${9 + number}`, 'IP:198.51.100.7'];
  return controlPlane(number)
    .issue('kube-apiserver', { sans })
    .replaceFlag('kube-apiserver', 'advertise-address', '198.51.100.7');
}

export const copiedManifests: readonly Case[] = [
  {
    name: 'all of /etc/kubernetes is that of another node: nothing shows that it is not the same one',
    node: () => controlPlane(2),
    change: copyFromFirst((path) => path.startsWith('/etc/kubernetes/') || path.startsWith('/var/lib/kubelet/')),
    beside: () => [controlPlane(1)],
    findings: ['cluster/node-twice@cp-1'],
  },
  {
    name: 'all API servers advertise a load balancer',
    node: () => behindBalancer(2),
    beside: () => [behindBalancer(1)],
    findings: [],
  },
];

export const incompleteJoins: readonly Case[] = [
  {
    name: 'a node joined without the keys of tokens',
    node: () => controlPlane(2).remove('pki/sa.key').remove('pki/sa.pub'),
    beside: () => [controlPlane(1), controlPlane(3)],
    findings: ['cluster/incomplete@cp-2'],
    members: ['service-account/present@service-account'],
  },
  {
    name: 'a node joined without the key of the cluster CA',
    node: () => controlPlane(2).remove('pki/ca.key'),
    beside: () => [controlPlane(1)],
    findings: ['cluster/incomplete@cp-2'],
    members: ['argument/file@kube-controller-manager --cluster-signing-key-file'],
  },
  {
    name: 'a node joined without the CA of the front proxy',
    node: () => controlPlane(2).remove('pki/front-proxy-ca.key').remove('pki/front-proxy-ca.crt'),
    beside: () => [controlPlane(1)],
    findings: ['cluster/incomplete@cp-2'],
    members: ['authority/present@front-proxy-ca'],
  },
  {
    name: 'the key of the CA of etcd is on one node only',
    node: () => controlPlane(1),
    beside: () => [controlPlane(2).remove('pki/etcd/ca.key')],
    findings: ['cluster/incomplete@cp-2'],
    members: ['authority/key@etcd-ca'],
  },
  {
    name: 'the key of a CA is on no node',
    node: () => controlPlane(1).remove('pki/etcd/ca.key'),
    beside: () => [controlPlane(2).remove('pki/etcd/ca.key'), worker()],
    findings: ['authority/key@etcd-ca', 'authority/key@etcd-ca'],
    members: [],
  },
];
