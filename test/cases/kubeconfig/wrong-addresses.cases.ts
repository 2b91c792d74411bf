import { certificatePem } from '../../support/certificates.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { certify, presentProfile } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { joining } from '../cause-states.ts';
import type { Case } from '../harness.ts';
import { naming } from '../support/wrong-addresses.ts';

const wrong = 'https://192.0.2.99:6443';

/** Makes kubeconfigs dial a different server. */
const dialling =
  (server: string, ...files: readonly string[]) =>
  (node: NodeTree) => {
    for (const file of files) node.edit(file, (text) => text.replace(/server: .*/, `server: ${server}`));
  };

const kubeconfigs = ['controller-manager.conf', 'scheduler.conf', 'admin.conf', 'super-admin.conf', 'kubelet.conf'];

const alone: readonly Case[] = [
  ...kubeconfigs.map(
    (file): Case => ({
      name: `only ${file} dials an address that nothing else names`,
      change: dialling(wrong, file),
      findings: [`kubeconfig/address@${file}`],
    }),
  ),
  {
    name: 'both components dial an address that nothing else names: they should dial their own node',
    change: dialling(wrong, 'controller-manager.conf', 'scheduler.conf'),
    findings: ['kubeconfig/address@controller-manager.conf', 'kubeconfig/address@scheduler.conf'],
  },
  {
    name: 'one of two files that kubeadm writes together differs, in two groups: they do not support each other',
    change: dialling(wrong, 'controller-manager.conf', 'admin.conf'),
    findings: ['kubeconfig/address@admin.conf', 'kubeconfig/address@controller-manager.conf'],
  },
  {
    name: 'administrators and the kubelet dial a name that the certificate has lost',
    change: dialling('https://lb.example.test:6443', 'admin.conf', 'super-admin.conf', 'kubelet.conf'),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'administrators dial a name, and kubeadm is configured with it as the endpoint',
    change: dialling('https://lb.example.test:6443', 'admin.conf'),
    options: { facts: { controlPlaneEndpoint: 'lb.example.test:6443' } },
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'a component dials its own machine at another name of it, which the certificate lacks',
    change: dialling('https://localhost:6443', 'controller-manager.conf'),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'only administrators dial a name for which the API server presents a different certificate',
    change: withPublicName,
    findings: ['san/documented@kube-apiserver'],
  },
  {
    name: 'a component dials a name that the certificate has, and that nothing else names',
    change: (node) => {
      dialling('https://kubernetes:6443', 'scheduler.conf')(node);
    },
    findings: [],
  },
];

function withPublicName(node: NodeTree): void {
  presenting(node);
  dialling('https://public.example.test:6443', 'admin.conf')(node);
}

/** Adds a certificate of the cluster's CA that the API server presents for one more name. */
function presenting(node: NodeTree): NodeTree {
  const key = keyNamed('certificate by name');
  const der = certify(
    presentProfile(node.certificate('kube-apiserver')),
    { sans: ['DNS:public.example.test'], commonName: 'public' },
    key,
    node.authority('kubernetes-ca'),
  );
  node.write('pki/public.crt', certificatePem(der)).write('pki/public.key', privateKeyPem(key), 0o600);
  const pair = '/etc/kubernetes/pki/public.crt,/etc/kubernetes/pki/public.key';
  return node.replaceFlag('kube-apiserver', 'tls-sni-cert-key', pair);
}

const together: readonly Case[] = [
  ...kubeconfigs
    .filter((file) => file !== 'super-admin.conf')
    .map(
      (file): Case => ({
        name: `of three control planes and a worker only ${file} of the second dials an address that nothing else names`,
        node: () => controlPlane(2),
        change: dialling(wrong, file),
        beside: () => [controlPlane(1), controlPlane(3), worker()],
        findings: [`kubeconfig/address@${file}`],
      }),
    ),
  {
    name: 'one control plane and one worker, which dials an address that nothing else names',
    node: () => worker(),
    change: dialling(wrong, 'kubelet.conf'),
    beside: () => [controlPlane(1)],
    findings: ['kubeconfig/address@kubelet.conf'],
  },
];

const bootstrapFlag = '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf ';

/** A worker that is to join the cluster. */
const joiningBy = (server: string) => redialled(joining(bootstrapFlag), server, 'bootstrap-kubelet.conf');

const bootstrap: readonly Case[] = [
  {
    name: 'a worker that is to join dials an address that nothing else names',
    node: () => joiningBy(wrong),
    beside: () => [controlPlane(1)],
    findings: ['kubeconfig/address@kubelet.conf'],
  },
  {
    name: 'a worker that is to join dials the load balancer',
    node: () => joiningBy('https://lb.example.test:6443'),
    beside: () => [controlPlane(1)],
    findings: [],
  },
  {
    name: 'a worker that has joined keeps a bootstrap kubeconfig with an address of before',
    node: () => worker(),
    change: (node) => {
      const old = joiningBy(wrong);
      for (const path of ['/etc/kubernetes/bootstrap-kubelet.conf', '/etc/systemd/system/kubelet.service'])
        node.write(path, old.read(path), 0o600);
    },
    beside: () => [controlPlane(1)],
    findings: [],
  },
];

export const addressesCases: readonly Case[] = [...alone, ...together, ...bootstrap];

/** Makes kubeconfigs dial a different server. */
function redialled(node: NodeTree, server: string, ...files: readonly string[]): NodeTree {
  dialling(server, ...files)(node);
  return node;
}

/** A control plane behind the balancer of its site, which its certificate and its kubeconfigs name. */
function ofSite(number: 1 | 2 | 3, name: string, address: string): NodeTree {
  const files = ['admin.conf', 'kubelet.conf', ...(number === 1 ? ['super-admin.conf'] : [])];
  return redialled(naming(number, `DNS:${name}`, `IP:${address}`), `https://${name}:6443`, ...files);
}

/** Names that control planes share in their certificates. */
export const sharedNamesCases: readonly Case[] = [
  {
    name: 'one of three control planes lacks a name, for which it presents a different certificate',
    node: () => presenting(naming(2)),
    beside: () => [1, 3].map((number) => naming(number as 1 | 3, 'DNS:public.example.test')),
    findings: [],
  },
  {
    name: 'one of three control planes lacks a name that a worker dials',
    node: () => naming(2),
    beside: () => [
      ...[1, 3].map((number) => naming(number as 1 | 3, 'DNS:api.example.test')),
      redialled(worker(), 'https://api.example.test:6443', 'kubelet.conf'),
    ],
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'two sites have a balancer each',
    node: () => ofSite(1, 'a.example.test', '203.0.113.1'),
    beside: () => [
      ofSite(2, 'b.example.test', '203.0.113.2'),
      ofSite(3, 'b.example.test', '203.0.113.2'),
      redialled(worker(), 'https://b.example.test:6443', 'kubelet.conf'),
    ],
    findings: [],
  },
  {
    name: 'two sites have a balancer each, and one of its control planes lacks the name of its own',
    node: () => redialled(naming(2), 'https://b.example.test:6443', 'admin.conf', 'kubelet.conf'),
    beside: () => [ofSite(1, 'a.example.test', '203.0.113.1'), ofSite(3, 'b.example.test', '203.0.113.2')],
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'each control plane has a name and an address more, of its own',
    node: () => naming(2, 'DNS:cp-2.example.test', 'IP:203.0.113.2'),
    beside: () =>
      [1, 3].map((number) => naming(number as 1 | 3, `DNS:cp-${number}.example.test`, `IP:203.0.113.${number}`)),
    findings: [],
  },
  {
    name: 'one of two control planes has one more name, which nothing else shows',
    node: () => naming(2),
    beside: () => [naming(1, 'DNS:api.example.test')],
    findings: [],
  },
  {
    name: 'one of three control planes has one more name',
    node: () => naming(2),
    beside: () => [naming(1, 'DNS:api.example.test'), naming(3)],
    findings: [],
  },
];
