import { controlPlane } from '../../support/cluster.ts';
import type { Case } from '../harness.ts';

const flags: readonly (readonly [component: string, flag: string, value: string])[] = [
  ['kube-apiserver', 'advertise-address', '192.0.2.99'],
  ['etcd', 'advertise-client-urls', 'https://192.0.2.99:2379'],
];

const ofPeers = ['etcd', 'initial-advertise-peer-urls', 'https://192.0.2.99:2380'] as const;

/** Flags with an address of the node that differs from all others. */
export const flagAddressCases: readonly Case[] = [
  ...flags.map(
    ([component, flag, value]): Case => ({
      name: `only ${component} --${flag} has a different address`,
      change: (node) => node.replaceFlag(component, flag, value),
      findings: [`argument/address@${component}`],
    }),
  ),
  ...[...flags, ofPeers].map(
    ([component, flag, value]): Case => ({
      name: `of three control planes only ${component} --${flag} of the second has a different address`,
      node: () => controlPlane(2).replaceFlag(component, flag, value),
      beside: () => [controlPlane(1), controlPlane(3)],
      findings: [`argument/address@${component}`],
    }),
  ),
  {
    name: 'the URL for peers of an etcd that may be the only member',
    change: (node) => node.replaceFlag(...ofPeers),
    findings: [],
  },
  {
    name: 'etcd listens at the address that it advertises, which the certificate lacks',
    change: (node) =>
      node
        .replaceFlag('etcd', 'advertise-client-urls', 'https://192.0.2.99:2379')
        .replaceFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379,https://192.0.2.99:2379'),
    findings: ['san/coverage@kube-etcd', 'san/documented@kube-etcd-peer'],
  },
  {
    name: 'the API server advertises an address that only its certificate has',
    change: (node) =>
      node.replaceFlag('kube-apiserver', 'advertise-address', '192.0.2.99').issue('kube-apiserver', {
        sans: [
          ...['cp-1', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map(
            (name) => `DNS:${name}` as const,
          ),
          ...(['DNS:kubernetes.default.svc.cluster.local', 'IP:10.96.0.1', 'IP:192.0.2.10', 'IP:192.0.2.99'] as const),
        ],
      }),
    findings: [],
  },
  {
    name: 'etcd also listens at an address of another network',
    change: (node) => node.replaceFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379,https://172.17.0.1:2379'),
    findings: [],
  },
  {
    name: 'etcd has a network of its own, in which its members have names',
    change: (node) => {
      const sans = [
        'DNS:cp-1',
        'DNS:localhost',
        'DNS:etcd-1.storage.example.test',
        'IP:192.0.2.10',
        'IP:127.0.0.1',
        'IP:::1',
      ] as const;
      for (const role of ['kube-etcd', 'kube-etcd-peer'] as const) node.issue(role, { sans: [...sans] });
      const own = 'etcd-1.storage.example.test';
      node
        .replaceFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379,https://10.1.0.10:2379')
        .replaceFlag('etcd', 'listen-peer-urls', 'https://10.1.0.10:2380')
        .replaceFlag('etcd', 'advertise-client-urls', `https://${own}:2379`)
        .replaceFlag('etcd', 'initial-advertise-peer-urls', `https://${own}:2380`)
        .replaceFlag('etcd', 'initial-cluster', `cp-1=https://${own}:2380`);
    },
    findings: [],
  },
  {
    name: 'only the API server has a different service range',
    node: () => controlPlane(1).replaceFlag('kube-controller-manager', 'service-cluster-ip-range', '10.96.0.0/12'),
    change: (node) => node.replaceFlag('kube-apiserver', 'service-cluster-ip-range', '10.200.0.0/16'),
    findings: ['argument/service-range@kube-apiserver'],
  },
  {
    name: 'of three control planes only the API server of the second has a different service range',
    node: () => controlPlane(2).replaceFlag('kube-apiserver', 'service-cluster-ip-range', '10.200.0.0/16'),
    beside: () => [controlPlane(1), controlPlane(3)],
    findings: ['cluster/setting@kube-apiserver --service-cluster-ip-range'],
    members: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'the certificate has the first address of the range that only the API server has',
    change: (node) => node.replaceFlag('kube-controller-manager', 'service-cluster-ip-range', '10.200.0.0/16'),
    findings: ['fact/agreement@cp-1'],
  },
  {
    name: 'the API server dials a different member of etcd, which is in the input',
    node: () => controlPlane(1).replaceFlag('kube-apiserver', 'etcd-servers', 'https://192.0.2.11:2379'),
    beside: () => [controlPlane(2)],
    findings: [],
  },
];
