import { authorizationConfiguration } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { mount, setFlags } from '../manifest-edits.ts';
import { apiServer } from '../support/settings.ts';

const etcd = (flags: Readonly<Record<string, string | undefined>>) => (node: NodeTree) => setFlags(node, 'etcd', flags);

const nobodyAsked = { 'trusted-ca-file': undefined, 'client-cert-auth': undefined };

const etcdDoors: readonly Case[] = [
  {
    name: 'etcd asks no client for a certificate',
    change: etcd(nobodyAsked),
    findings: ['etcd/open@etcd'],
  },
  {
    name: 'etcd is told in so many words to ask no client',
    change: etcd({ 'trusted-ca-file': undefined, 'client-cert-auth': 'false' }),
    findings: ['etcd/open@etcd'],
  },
  {
    name: 'etcd asks its clients, and has no trust file to verify them by',
    change: etcd({ 'trusted-ca-file': undefined }),
    findings: ['argument/required@etcd --trusted-ca-file'],
  },
  {
    name: 'etcd asks other members, and has no trust file to verify them by',
    change: etcd({ 'peer-trusted-ca-file': undefined }),
    findings: ['argument/required@etcd --peer-trusted-ca-file'],
  },
  {
    name: 'etcd asks no other member for a certificate',
    change: etcd({ 'peer-trusted-ca-file': undefined, 'peer-client-cert-auth': undefined }),
    findings: ['etcd/open@etcd'],
  },
  {
    name: 'a trust file alone makes etcd ask',
    change: etcd({ 'client-cert-auth': undefined, 'peer-client-cert-auth': 'false' }),
    findings: ['etcd/client-cert-auth@etcd', 'etcd/client-cert-auth@etcd'],
  },
  {
    name: 'other spellings of true',
    change: etcd({ 'client-cert-auth': '1', 'peer-client-cert-auth': 'T' }),
    findings: [],
  },
  {
    name: 'etcd makes a certificate of its own for other members',
    change: etcd({ 'peer-auto-tls': 'true', 'peer-cert-file': undefined, 'peer-key-file': undefined }),
    findings: ['etcd/open@etcd'],
  },
  {
    name: 'etcd would make certificates of its own, had it none',
    change: etcd({ 'auto-tls': 'true', 'peer-auto-tls': 'true' }),
    findings: ['etcd/auto-tls@etcd', 'etcd/auto-tls@etcd'],
  },
  {
    name: 'etcd is told not to make certificates of its own',
    change: etcd({ 'auto-tls': 'false', 'peer-auto-tls': 'false' }),
    findings: [],
  },
  {
    name: 'etcd serves plain http to the network beside https',
    change: etcd({ 'listen-client-urls': 'https://127.0.0.1:2379,https://192.0.2.10:2379,http://0.0.0.0:2378' }),
    findings: ['etcd/open@etcd'],
  },
  {
    name: 'etcd serves plain http to its own machine beside https',
    change: etcd({ 'listen-client-urls': 'http://127.0.0.1:2378,https://127.0.0.1:2379,https://192.0.2.10:2379' }),
    findings: ['etcd/open-local@etcd'],
  },
  {
    name: 'etcd serves http alone by another argument',
    change: etcd({ 'listen-client-http-urls': 'http://192.0.2.10:2382' }),
    findings: ['etcd/open@etcd'],
  },
  {
    name: 'etcd serves plain http on a socket, which its folder guards',
    change: etcd({ 'listen-client-urls': 'unix://localhost:2378,https://127.0.0.1:2379,https://192.0.2.10:2379' }),
    findings: [],
  },
  {
    name: 'etcd speaks plain http with other members',
    change: etcd({ 'listen-peer-urls': 'http://192.0.2.10:2380', 'initial-advertise-peer-urls': undefined }),
    findings: ['etcd/open@etcd'],
  },
  {
    name: 'the only member listens for others at home, in the clear',
    change: etcd({ 'listen-peer-urls': undefined, 'initial-advertise-peer-urls': undefined }),
    findings: ['etcd/open-local@etcd'],
  },
  {
    name: 'where etcd listens is in a variable that nothing sets',
    change: etcd({ 'listen-client-urls': '$(URLS)' }),
    findings: [],
  },
  {
    name: 'the metrics of etcd are plain for everybody, which lets nobody at the data',
    change: etcd({ 'listen-metrics-urls': 'http://0.0.0.0:2381' }),
    findings: [],
  },
];

/** The API server without the arguments it needs for etcd over TLS. */
const plainEtcd = (node: NodeTree) => {
  apiServer({ 'etcd-cafile': undefined, 'etcd-certfile': undefined, 'etcd-keyfile': undefined })(node);
  for (const file of ['etcd', 'apiserver-etcd-client.crt', 'apiserver-etcd-client.key']) node.remove(`pki/${file}`);
};

const elsewhere: readonly Case[] = [
  {
    name: 'external etcd over plain http',
    node: { externalEtcd: ['http://198.51.100.1:2379'] },
    change: plainEtcd,
    findings: ['etcd/open@kube-apiserver'],
  },
  {
    name: 'etcd by plain http on the same machine, but no static pod',
    node: { externalEtcd: ['http://127.0.0.1:2379'] },
    change: plainEtcd,
    findings: ['etcd/open-local@kube-apiserver'],
  },
];

const authorization: readonly Case[] = [
  {
    name: 'kube-apiserver allows everything',
    change: apiServer({ 'authorization-mode': 'AlwaysAllow' }),
    findings: ['argument/authorization@kube-apiserver'],
  },
  {
    name: 'kube-apiserver allows what RBAC does not',
    change: apiServer({ 'authorization-mode': 'Node,RBAC,AlwaysAllow' }),
    findings: ['argument/authorization@kube-apiserver'],
  },
  {
    name: 'kube-apiserver is told of no authorizer',
    change: apiServer({ 'authorization-mode': undefined }),
    findings: ['argument/authorization@kube-apiserver'],
  },
  {
    name: 'a file says who may do what',
    change: (node) => {
      node.write('authorization.yaml', authorizationConfiguration);
      mount(node, 'kube-apiserver', '/etc/kubernetes/authorization.yaml');
      apiServer({ 'authorization-mode': undefined, 'authorization-config': '/etc/kubernetes/authorization.yaml' })(
        node,
      );
    },
    findings: [],
  },
];

const frontProxy: readonly Case[] = [
  {
    name: 'the allowed names are given one by one',
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/^( +- --requestheader-allowed-names=).*\n/m, '$&$1aggregator\n'),
      ),
    findings: [],
  },
];

/** Rules about settings that decide which clients a component accepts. */
export const settingsCases: readonly Case[] = [...etcdDoors, ...elsewhere, ...authorization, ...frontProxy];
