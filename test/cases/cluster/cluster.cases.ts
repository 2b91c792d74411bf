import { certificatePem } from '../../support/certificates.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

/** Unless it says otherwise, every case has cp-3 and two healthy control planes. */
const third = () => controlPlane(3);
const firstTwo = () => [controlPlane(1), controlPlane(2)];

const another = { key: 'P-384' } as const;
const otherTokens = keyNamed('another service-account');

const writeTokens = (node: NodeTree) =>
  node.write('pki/sa.key', privateKeyPem(otherTokens)).write('pki/sa.pub', publicKeyPem(otherTokens));

const everythingElse = () =>
  writeTokens(
    controlPlane(3, { certificates: { 'kubernetes-ca': another, 'etcd-ca': another, 'front-proxy-ca': another } }),
  );

const image = (node: NodeTree, component: string, release: string) =>
  node.edit(`manifests/${component}.yaml`, (text) => text.replace(/(image: .*:)v[\d.]+/, `$1${release}`));

const allNames = ['cp-1', 'cp-3', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'lb.example.test']
  .concat('kubernetes.default.svc.cluster.local')
  .map((name) => `DNS:${name}` as const);
const allAddresses = ['10.96.0.1', '192.0.2.10', '192.0.2.12'].map((ip) => `IP:${ip}` as const);
const commonServer = { key: keyNamed('one for all'), sans: [...allNames, ...allAddresses] };

export const sharedFiles: readonly Case[] = [
  { name: 'three control planes and a worker', node: third, beside: () => [...firstTwo(), worker()], findings: [] },
  {
    name: 'a control plane with a cluster CA of its own',
    node: () => controlPlane(3, { certificates: { 'kubernetes-ca': another } }),
    beside: firstTwo,
    findings: ['cluster/authority@kubernetes-ca'],
  },
  {
    name: 'a control plane with an etcd CA of its own',
    node: () => controlPlane(3, { certificates: { 'etcd-ca': another } }),
    beside: firstTwo,
    findings: ['cluster/authority@etcd-ca'],
  },
  {
    name: 'a control plane with a front-proxy CA of its own',
    node: () => controlPlane(3, { certificates: { 'front-proxy-ca': another } }),
    beside: firstTwo,
    findings: ['cluster/front-proxy@front-proxy-ca'],
  },
  {
    name: 'a control plane that was made by kubeadm init again, behind the same endpoint',
    node: everythingElse,
    beside: firstTwo,
    findings: [
      'cluster/authority@etcd-ca',
      'cluster/authority@kubernetes-ca',
      'cluster/front-proxy@front-proxy-ca',
      'cluster/service-account@service-account',
    ],
  },
  {
    name: 'a worker that belongs to another CA',
    node: () => worker({ certificates: { 'kubernetes-ca': another } }),
    beside: firstTwo,
    findings: ['cluster/authority@kubernetes-ca'],
  },
  {
    name: 'a CA that was renewed with its key on one node',
    node: third,
    change: (node) => node.issue('kubernetes-ca', { notAfter: '2040-01-01' }),
    beside: firstTwo,
    findings: [],
  },
  ...['ca', 'etcd/ca'].map((ca) => ({
    name: `the front-proxy CA of a control plane is swapped with ${ca}.crt: its own is there, no copy is needed`,
    node: third,
    change: (node: NodeTree) => {
      const [one, other] = [node.read('pki/front-proxy-ca.crt'), node.read(`pki/${ca}.crt`)];
      node.write('pki/front-proxy-ca.crt', other).write(`pki/${ca}.crt`, one);
    },
    beside: firstTwo,
    findings: ['node/swapped@cp-3'],
  })),
  {
    name: 'a front-proxy CA in rotation, which neither of the others trusts yet',
    node: () => controlPlane(3, { certificates: { 'front-proxy-ca': another } }),
    change: (node) => node.write('pki/front-proxy-ca.crt', bundle(node, controlPlane(1))),
    beside: firstTwo,
    findings: ['cluster/front-proxy@front-proxy-ca', 'cluster/front-proxy@front-proxy-ca'],
  },
  {
    name: 'a front-proxy CA in rotation, which the others trust too',
    node: () => controlPlane(3, { certificates: { 'front-proxy-ca': another } }),
    change: (node) => node.write('pki/front-proxy-ca.crt', bundle(node, controlPlane(1))),
    beside: () =>
      firstTwo().map((node) =>
        node.write(
          'pki/front-proxy-ca.crt',
          bundle(node, controlPlane(3, { certificates: { 'front-proxy-ca': another } })),
        ),
      ),
    findings: [],
  },
  {
    name: 'a control plane with service account keys of its own',
    node: third,
    change: writeTokens,
    beside: firstTwo,
    findings: ['cluster/service-account@service-account'],
  },
  {
    name: 'service account keys in rotation: everybody verifies both',
    node: third,
    change: (node) => writeTokens(node).write('pki/sa.pub', bothTokens()),
    beside: () => firstTwo().map((node) => node.write('pki/sa.pub', bothTokens())),
    findings: [],
  },
  {
    name: 'service account keys that one control plane alone has changed',
    node: third,
    change: (node) => writeTokens(node).write('pki/sa.pub', bothTokens()),
    beside: firstTwo,
    findings: ['cluster/service-account@service-account'],
  },
  {
    name: 'one of two control planes that verify both keys already signs with the next, which the third does not verify',
    node: third,
    change: (node) => node.write('pki/sa.pub', bothTokens()),
    beside: () => [controlPlane(1), writeTokens(controlPlane(2)).write('pki/sa.pub', bothTokens())],
    findings: ['cluster/service-account@service-account'],
  },
  {
    name: 'a node without its service account keys has one fault, which is its own',
    node: third,
    change: (node) => node.remove('pki/sa.pub'),
    beside: firstTwo,
    findings: ['cluster/incomplete@cp-3'],
  },
];

function bundle(node: NodeTree, other: NodeTree): string {
  return node.read('pki/front-proxy-ca.crt') + other.read('pki/front-proxy-ca.crt');
}

function bothTokens(): string {
  return publicKeyPem(otherTokens) + publicKeyPem(keyNamed('service-account'));
}

export const ownThings: readonly Case[] = [
  {
    name: 'two machines of one name',
    node: () => controlPlane(3, { name: 'cp-1' }),
    change: (node) => {
      for (const role of ['kube-apiserver', 'kube-etcd', 'kube-etcd-peer'] as const) node.issue(role, { key: 'P-384' });
    },
    beside: firstTwo,
    findings: ['cluster/node-name@cp-1'],
  },
  {
    name: 'one machine, given twice',
    node: () => controlPlane(1),
    beside: firstTwo,
    findings: ['cluster/node-twice@cp-1'],
  },
  {
    name: 'one serving key on two nodes, for the names of both',
    node: third,
    change: (node) => node.issue('kube-apiserver', commonServer),
    beside: () => [controlPlane(1).issue('kube-apiserver', commonServer), controlPlane(2)],
    findings: ['cluster/own-keys@kube-apiserver'],
  },
  {
    name: 'one serving key on two nodes, of which one does not serve with it',
    node: third,
    change: (node) =>
      node.issue('kube-apiserver', commonServer).replaceFlag('kube-apiserver', 'tls-cert-file', undefined),
    beside: () => [controlPlane(1).issue('kube-apiserver', commonServer), controlPlane(2)],
    findings: ['argument/required@kube-apiserver --tls-cert-file'],
  },
  {
    name: 'an etcd certificate that was copied and fits the other node alone',
    node: third,
    change: (node) => {
      for (const end of ['crt', 'key'])
        node.write(`pki/etcd/peer.${end}`, controlPlane(1).read(`pki/etcd/peer.${end}`));
    },
    beside: firstTwo,
    findings: ['cluster/copied@cp-3'],
  },
  {
    name: 'super-admin.conf was copied',
    node: third,
    change: (node) => node.write('super-admin.conf', controlPlane(1).read('super-admin.conf')),
    beside: firstTwo,
    findings: ['cluster/super-admin@super-admin.conf'],
  },
];

export const settings: readonly Case[] = [
  {
    name: 'tokens of one control plane name another issuer',
    node: third,
    change: (node) => node.replaceFlag('kube-apiserver', 'service-account-issuer', 'https://tokens.example.test'),
    beside: firstTwo,
    findings: ['cluster/issuer@kube-apiserver --service-account-issuer'],
  },
  {
    name: 'a controller manager behind the API server by two minor releases',
    node: third,
    change: (node) => image(node, 'kube-controller-manager', 'v1.34.1'),
    beside: firstTwo,
    findings: ['cluster/skew@kube-controller-manager'],
  },
  {
    name: 'a scheduler that is newer than its API server',
    node: third,
    change: (node) => image(node, 'kube-scheduler', 'v1.37.0'),
    beside: firstTwo,
    findings: ['cluster/skew@kube-scheduler'],
  },
  {
    name: 'an API server that is behind the others by four minor releases, with the components of its node',
    node: () => controlPlane(3, { release: '1.32' }),
    beside: firstTwo,
    findings: ['cluster/skew@kube-apiserver'],
  },
  {
    name: 'an upgrade under way: one node is a minor release ahead',
    node: third,
    change: (node) => {
      for (const name of ['apiserver', 'controller-manager', 'scheduler']) image(node, `kube-${name}`, 'v1.37.0');
    },
    beside: firstTwo,
    findings: [],
  },
  {
    name: 'API servers with two service ranges',
    node: third,
    change: (node) => node.replaceFlag('kube-apiserver', 'service-cluster-ip-range', '10.96.0.0/16'),
    beside: firstTwo,
    findings: ['cluster/setting@kube-apiserver --service-cluster-ip-range'],
  },
  {
    name: 'API servers with the same allowed names in another order',
    node: third,
    change: (node) => node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', 'front-proxy-client,more'),
    beside: () =>
      firstTwo().map((node) =>
        node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', 'more,front-proxy-client'),
      ),
    findings: [],
  },
];

const withoutEndpoint = (node: NodeTree) =>
  node
    .editKubeconfig('admin.conf', { server: 'https://192.0.2.12:6443' })
    .issue('kube-apiserver', { sans: [...allNames.filter((name) => name !== 'DNS:lb.example.test'), ...allAddresses] });

/** Its kubelet dials an address of no API server. */
const astray = (node: NodeTree) => node.editKubeconfig('kubelet.conf', { server: 'https://192.0.2.99:6443' });

export const dialled: readonly Case[] = [
  {
    name: 'an API server behind the endpoint that does not bear its name, which its own files do not dial',
    node: third,
    change: withoutEndpoint,
    beside: firstTwo,
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'one worker dials an address of no API server: it is corrected on the worker',
    node: () => worker(),
    change: astray,
    beside: firstTwo,
    findings: ['kubeconfig/address@kubelet.conf'],
  },
  {
    name: 'two workers dial an address of neither API server: both show that it is one',
    node: () => worker(),
    change: astray,
    beside: () => [...firstTwo(), astray(worker({ name: 'worker-2', ip: '192.0.2.22' }))],
    findings: ['san/coverage@kube-apiserver', 'san/coverage@kube-apiserver'],
  },
  {
    name: 'two workers dial an address of neither API server, and most dial their load balancer: the two are corrected',
    node: () => worker(),
    change: astray,
    beside: () => [
      ...firstTwo(),
      astray(worker({ name: 'worker-2', ip: '192.0.2.22' })),
      ...[3, 4, 5].map((number) => worker({ name: `worker-${number}`, ip: `192.0.2.2${number}` })),
    ],
    findings: ['kubeconfig/address@kubelet.conf', 'kubeconfig/address@kubelet.conf'],
  },
  {
    name: 'a control plane that administrators dial by one more name of that node alone',
    node: third,
    change: (node) =>
      node
        .editKubeconfig('admin.conf', { server: 'https://cp-3.example.test:6443' })
        .issue('kube-apiserver', { sans: [...allNames, ...allAddresses, 'DNS:cp-3.example.test'] }),
    beside: firstTwo,
    findings: [],
  },
  {
    name: 'the peer certificate of the first etcd member lacks its address',
    node: () => controlPlane(1),
    change: (node) => node.issue('kube-etcd-peer', { sans: ['DNS:cp-1', 'DNS:localhost', 'IP:127.0.0.1'] }),
    beside: () => [controlPlane(2), controlPlane(3)],
    findings: ['connection/server-name@etcd → etcd peers', 'san/documented@kube-etcd-peer'],
  },
];

const company = makeAuthority('Company Root');

/** The cluster's CA is signed by a company CA, which kube-apiserver trusts too. */
const belowCompany = (node: NodeTree) =>
  node
    .write('pki/clients.crt', node.read('pki/ca.crt') + certificatePem(company.certificate))
    .replaceFlag('kube-apiserver', 'client-ca-file', '/etc/kubernetes/pki/clients.crt');

const alone = (node: NodeTree) =>
  node
    .editKubeconfig('admin.conf', { server: 'https://192.0.2.12:6443' })
    .replaceFlag('etcd', 'initial-cluster', 'cp-3=https://192.0.2.12:2380');

export const independent: readonly Case[] = [
  {
    name: 'two clusters whose CAs come from one company',
    node: () =>
      alone(
        controlPlane(3, {
          certificates: {
            'kubernetes-ca': { ...another, issuer: company },
            'etcd-ca': another,
            'front-proxy-ca': another,
          },
        }),
      ),
    change: (node) => belowCompany(writeTokens(node)),
    beside: () => [belowCompany(controlPlane(1, { certificates: { 'kubernetes-ca': { issuer: company } } }))],
    findings: [],
  },
  {
    name: 'two clusters in one run, with other keys and another endpoint',
    node: () => alone(everythingElse()),
    beside: firstTwo,
    findings: [],
  },
  {
    name: 'two clusters whose nodes have the same names and addresses',
    node: () =>
      writeTokens(
        controlPlane(1, { certificates: { 'kubernetes-ca': another, 'etcd-ca': another, 'front-proxy-ca': another } }),
      ),
    beside: firstTwo,
    findings: [],
  },
];
