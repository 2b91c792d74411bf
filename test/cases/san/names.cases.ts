import { controlPlane } from '../../support/cluster.ts';
import type { Case } from '../harness.ts';
import { replaceCommand } from '../manifest-edits.ts';
import { dialling, ownComponents } from '../support/names.ts';

const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];

const service = names.map((name) => `DNS:${name}`);

const full = ['DNS:cp-1', ...service, 'IP:10.96.0.1', 'IP:192.0.2.10'];

const but = (...gone: readonly string[]) => full.filter((san) => !gone.includes(san));

const etcd = ['DNS:cp-1', 'DNS:localhost', 'IP:192.0.2.10', 'IP:127.0.0.1', 'IP:::1'];

const endpoint = 'lb.example.test:6443';

/** Kubeconfigs on cp-2 that dial cp-1, at 192.0.2.10. */
const elsewhere: readonly Case[] = [
  {
    name: 'the kubelet and the administrator of one control plane dial another, which etcd knows',
    node: () => controlPlane(2),
    change: dialling('https://192.0.2.10:6443', 'kubelet.conf', 'admin.conf'),
    findings: [],
  },
  {
    name: 'the same, where the other node is given',
    node: () => controlPlane(2, { externalEtcd: true }),
    change: dialling('https://192.0.2.10:6443', 'kubelet.conf', 'admin.conf'),
    beside: () => [controlPlane(1, { externalEtcd: true })],
    findings: [],
  },
  {
    name: 'the same, where nothing shows whose address it is',
    node: () => controlPlane(2, { externalEtcd: true }),
    change: dialling('https://192.0.2.10:6443', 'kubelet.conf', 'admin.conf'),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'another port on a control plane may be that of a load balancer',
    node: () => controlPlane(2),
    change: dialling('https://192.0.2.10:8443', ...ownComponents),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'without a port it is 443, where another control plane may have a load balancer',
    node: () => controlPlane(2),
    change: dialling('https://192.0.2.10', ...ownComponents),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'every member of etcd is named, and the kubeconfigs dial their own node',
    node: () => controlPlane(3),
    change: dialling('https://192.0.2.12:6443', 'admin.conf'),
    findings: [],
  },
];

const apiServer: readonly Case[] = [
  {
    name: 'the address that the API server advertises is missing',
    change: (node) => node.issue('kube-apiserver', { sans: but('IP:192.0.2.10') }),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'the address is written as a DNS name',
    change: (node) => node.issue('kube-apiserver', { sans: [...but('IP:192.0.2.10'), 'DNS:192.0.2.10'] }),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'names that no client can find',
    change: (node) =>
      node.issue('kube-apiserver', { sans: [...full, 'DNS:lb.example.test.', 'DNS:192.0.2.77', 'DNS:a b'] }),
    findings: ['san/form@kube-apiserver'],
  },
  {
    name: 'an address both as a name and as an address, and a wildcard',
    change: (node) => node.issue('kube-apiserver', { sans: [...full, 'DNS:192.0.2.10', 'DNS:*.example.test'] }),
    findings: [],
  },
  {
    name: 'the address of the kubernetes Service is missing',
    change: (node) => node.issue('kube-apiserver', { sans: but('IP:10.96.0.1') }),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'no range for services is given, and the default has a different first address',
    change: (node) => node.replaceFlag('kube-apiserver', 'service-cluster-ip-range', undefined),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'no range for services is given, and the certificate has the first address of the default',
    change: (node) =>
      node
        .replaceFlag('kube-apiserver', 'service-cluster-ip-range', undefined)
        .issue('kube-apiserver', { sans: [...but('IP:10.96.0.1'), 'IP:10.0.0.1'] }),
    findings: [],
  },
  {
    name: 'whether a range for services is given is not known',
    change: (node) =>
      replaceCommand(node, 'kube-apiserver', [
        '  - command:',
        '    - /bin/sh',
        '    - -c',
        '    - if [ -f /run/go ]; then kube-apiserver $OPTIONS; fi',
      ]),
    findings: [],
  },
  {
    name: 'no SAN at all, but the host as its common name',
    change: (node) => node.issue('kube-apiserver', { sans: null }),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'addresses alone',
    change: (node) => node.issue('kube-apiserver', { sans: ['IP:10.96.0.1', 'IP:192.0.2.10'] }),
    findings: ['san/documented@kube-apiserver'],
  },
  {
    name: 'the name of the Service in full is missing',
    change: (node) => node.issue('kube-apiserver', { sans: but('DNS:kubernetes.default.svc.cluster.local') }),
    findings: ['san/documented@kube-apiserver'],
  },
  {
    name: 'the name of the node is not that of its API server',
    change: (node) => node.issue('kube-apiserver', { sans: [...but('DNS:cp-1'), 'DNS:cp-9'] }),
    findings: ['san/documented@kube-apiserver'],
  },
  {
    name: 'the certificate names a machine of that name in a different domain',
    node: { name: 'cp-1.example.test' },
    change: (node) => node.issue('kube-apiserver', { sans: [...but('DNS:cp-1'), 'DNS:cp-1.example.org'] }),
    findings: ['san/documented@kube-apiserver'],
  },
  {
    name: 'the certificate has the short name of a node that is registered with its domain',
    node: { name: 'cp-1.example.test' },
    change: (node) => node.issue('kube-apiserver', { sans: full }),
    findings: [],
  },
  {
    name: 'the DNS domain of the cluster is another',
    node: { dnsDomain: 'k8s.example.test' },
    change: (node) => node.issue('kube-apiserver', { sans: full }),
    findings: ['san/documented@kube-apiserver'],
  },
  {
    name: 'the service range was changed',
    change: (node) => node.replaceFlag('kube-apiserver', 'service-cluster-ip-range', '10.200.0.0/16'),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'everything that the page lists',
    change: (node) => node.issue('kube-apiserver', { sans: [...full, 'DNS:kubernetes.default.svc.cluster'] }),
    findings: [],
  },
  {
    name: 'more names, of every kind, in other letters and another order',
    change: (node) =>
      node.issue('kube-apiserver', {
        sans: [
          'URI:https://example.test',
          'email:ops@example.test',
          'IP:2001:db8::1',
          ...full.toReversed(),
          'DNS:CP-2',
        ],
      }),
    findings: [],
  },
  {
    name: 'names in capitals',
    change: (node) => node.issue('kube-apiserver', { sans: ['DNS:CP-1', ...but('DNS:cp-1')] }),
    findings: [],
  },
];

const balanced: readonly Case[] = [
  { name: 'an endpoint for the whole control plane', node: { controlPlaneEndpoint: endpoint }, findings: [] },
  {
    name: 'the endpoint of the control plane is missing',
    node: { controlPlaneEndpoint: endpoint },
    change: (node) => node.issue('kube-apiserver', { sans: full }),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'a wildcard covers the endpoint',
    node: { controlPlaneEndpoint: endpoint },
    change: (node) => node.issue('kube-apiserver', { sans: [...full, 'DNS:*.example.test'] }),
    findings: [],
  },
  {
    name: 'a wildcard covers one label alone',
    node: { controlPlaneEndpoint: 'lb.k8s.example.test:6443' },
    change: (node) => node.issue('kube-apiserver', { sans: [...full, 'DNS:*.example.test', 'DNS:*'] }),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'a wildcard covers the names of the Service that have a label for it',
    change: (node) =>
      node.issue('kube-apiserver', { sans: [...but('DNS:kubernetes.default.svc'), 'DNS:*.default.svc'] }),
    findings: [],
  },
  {
    name: 'both kubeconfigs of administrators dial an address that the certificate does not name: either end may be wrong',
    change: dialling('https://203.0.113.7:6443', 'admin.conf', 'super-admin.conf'),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'admin.conf names what it verifies instead of what it dials',
    change: (node) =>
      node.edit('admin.conf', (text) =>
        text.replace(/^( +)server: .*$/m, '$1server: https://203.0.113.7:6443\n$1tls-server-name: cp-1'),
      ),
    findings: [],
  },
  {
    name: 'kubelet.conf asks for a name that is not in the certificate',
    change: (node) =>
      node.edit('kubelet.conf', (text) =>
        text.replace(/^( +)server: /m, '$1tls-server-name: api.old.example.test\n$&'),
      ),
    findings: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'a name asked for on the command line',
    options: { facts: { sans: ['api.example.test'] } },
    findings: ['san/coverage@kube-apiserver'],
  },
];

const etcds: readonly Case[] = [
  {
    name: 'the loopback address, by which the API server dials etcd, is missing',
    change: (node) => node.issue('kube-etcd', { sans: etcd.filter((san) => san !== 'IP:127.0.0.1') }),
    findings: ['san/coverage@kube-etcd'],
  },
  {
    name: 'the address that etcd advertises is missing',
    change: (node) => node.issue('kube-etcd', { sans: etcd.filter((san) => san !== 'IP:192.0.2.10') }),
    findings: ['san/coverage@kube-etcd'],
  },
  {
    name: 'etcd does not name localhost, which nobody dials',
    change: (node) => node.issue('kube-etcd', { sans: etcd.filter((san) => san !== 'DNS:localhost') }),
    findings: ['san/documented@kube-etcd'],
  },
  {
    name: 'etcd leaves out the IPv6 loopback, which the page does not list',
    change: (node) => node.issue('kube-etcd', { sans: etcd.filter((san) => san !== 'IP:::1') }),
    findings: [],
  },
  {
    name: 'the peer of a cluster of one lacks its address',
    change: (node) => node.issue('kube-etcd-peer', { sans: etcd.filter((san) => san !== 'IP:192.0.2.10') }),
    findings: ['san/documented@kube-etcd-peer'],
  },
  {
    name: 'the peer of a cluster of three lacks its address',
    change: (node) =>
      node
        .issue('kube-etcd-peer', { sans: etcd.filter((san) => san !== 'IP:192.0.2.10') })
        .replaceFlag(
          'etcd',
          'initial-cluster',
          'cp-1=https://192.0.2.10:2380,cp-2=https://192.0.2.11:2380,cp-3=https://192.0.2.12:2380',
        ),
    findings: ['san/coverage@kube-etcd-peer'],
  },
  {
    name: 'the peer has no SAN at all',
    change: (node) => node.issue('kube-etcd-peer', { sans: null }),
    findings: ['san/documented@kube-etcd-peer'],
  },
];

/** Rules about subject alternative names. */
export const namesCases: readonly Case[] = [...apiServer, ...balanced, ...elsewhere, ...etcds];
