import { authenticationConfiguration, authorizationConfiguration } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { mount, setFlags } from '../manifest-edits.ts';

const apiServer = (flags: Readonly<Record<string, string | undefined>>) => (node: NodeTree) =>
  setFlags(node, 'kube-apiserver', flags);

const removed = ['argument/removed@kube-apiserver'];

const releases: readonly Case[] = [
  {
    name: 'flags of klog on 1.36',
    change: apiServer({ logtostderr: 'true' }),
    findings: removed,
  },
  {
    name: 'a flag that 1.33 removed, on 1.33',
    node: { release: '1.32' },
    change: apiServer({ 'cloud-provider': 'external' }),
    options: { facts: { kubernetesVersion: 'v1.33.0' } },
    findings: removed,
  },
  {
    name: 'a flag that 1.33 removed, on 1.32',
    node: { release: '1.32' },
    change: apiServer({ 'cloud-provider': 'external' }),
    findings: [],
  },
  {
    name: 'a flag that 1.33 removed, before the upgrade',
    node: { release: '1.32' },
    change: apiServer({ 'cloud-provider': 'external' }),
    options: { targetVersion: 'v1.33.0' },
    findings: removed,
  },
  {
    name: 'a flag that 1.37 removed, before the upgrade',
    change: (node) => node.replaceFlag('kube-controller-manager', 'concurrent-service-syncs', '2'),
    options: { targetVersion: 'v1.37.0' },
    findings: ['argument/removed@kube-controller-manager'],
  },
  {
    name: 'a flag of which the release that removed it is not known exactly, in a later one',
    node: { release: '1.32' },
    change: apiServer({ 'cloud-provider-gce-lb-src-cidrs': '10.0.0.0/8' }),
    findings: removed,
  },
  {
    name: 'a flag of which the release that removed it is not known exactly, in between',
    node: { release: '1.28' },
    change: (node) => {
      apiServer({
        'cloud-provider-gce-lb-src-cidrs': '10.0.0.0/8',
        'azure-container-registry-config': '/etc/azure.json',
      })(node);
    },
    findings: [],
  },
  {
    name: 'a flag that is newer than the release',
    node: { release: '1.28' },
    change: (node) => {
      node.write(
        'authentication.yaml',
        'apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanonymous: { enabled: true }\n',
      );
      mount(node, 'kube-apiserver', '/etc/kubernetes/authentication.yaml');
      apiServer({ 'authentication-config': '/etc/kubernetes/authentication.yaml', 'anonymous-auth': 'true' })(node);
    },
    findings: ['argument/newer@kube-apiserver'],
  },
  {
    name: 'every flag of which the table says that it is newer, on 1.22',
    node: { release: '1.22' },
    change: (node) => {
      const both = { 'requestheader-uid-headers': 'X-Remote-Uid', 'tls-curve-preferences': '29' };
      for (const name of ['kube-controller-manager', 'kube-scheduler']) setFlags(node, name, both);
      node.write('pki/settings.yaml', 'kind: X\n');
      apiServer({
        ...both,
        'encryption-provider-config-automatic-reload': 'true',
        'peer-ca-file': '/etc/kubernetes/pki/front-proxy-ca.crt',
        'peer-advertise-ip': '192.0.2.10',
        'peer-advertise-port': '6443',
        'authentication-config': '/etc/kubernetes/pki/settings.yaml',
        'authorization-mode': undefined,
        'authorization-config': '/etc/kubernetes/pki/settings.yaml',
      })(node);
      for (const flag of ['service-account-key-file', 'service-account-signing-key-file'])
        node.replaceFlag('kube-apiserver', flag, undefined);
      node.replaceFlag('kube-apiserver', 'service-account-signing-endpoint', '/run/signer.sock');
    },
    findings: [
      ...Array.from({ length: 9 }, () => 'argument/newer@kube-apiserver'),
      ...Array.from({ length: 2 }, () => 'argument/newer@kube-controller-manager'),
      ...Array.from({ length: 2 }, () => 'argument/newer@kube-scheduler'),
    ],
  },
  {
    name: 'a flag in the release that added it',
    change: (node) => setFlags(node, 'kube-scheduler', { 'tls-curve-preferences': '29' }),
    findings: [],
  },
  {
    name: 'a flag that resembles another, in a release whose flags were not read',
    change: apiServer({ 'audit-policy-files': '/etc/kubernetes/pki/audit.yaml' }),
    options: { facts: { kubernetesVersion: 'v1.38.0' } },
    findings: ['argument/unknown@kube-apiserver'],
  },
];

/** Structured configuration, read from a file that is mounted. */
const structured =
  (flag: string, text: string, flags: Readonly<Record<string, string | undefined>>) => (node: NodeTree) => {
    node.write('structured.yaml', text);
    mount(node, 'kube-apiserver', '/etc/kubernetes/structured.yaml');
    apiServer({ [flag]: '/etc/kubernetes/structured.yaml', ...flags })(node);
  };

const jwt = `${authenticationConfiguration}jwt: []\n`;
const conflict = ['argument/conflict@kube-apiserver'];

const conflicts: readonly Case[] = [
  {
    name: 'two sources of authorizers',
    change: structured('authorization-config', authorizationConfiguration, {}),
    findings: conflict,
  },
  {
    name: 'authorizers of a file, and how long answers of a webhook count',
    change: structured('authorization-config', authorizationConfiguration, {
      'authorization-mode': undefined,
      'authorization-webhook-cache-authorized-ttl': '5m',
    }),
    findings: conflict,
  },
  {
    name: 'authorizers of a file, and an empty mode',
    change: structured('authorization-config', authorizationConfiguration, { 'authorization-mode': '' }),
    findings: conflict,
  },
  {
    name: 'two sources of OIDC issuers',
    change: structured('authentication-config', jwt, { 'oidc-username-claim': 'email' }),
    findings: conflict,
  },
  {
    name: 'a file says who is anonymous, and so does a flag',
    change: structured('authentication-config', `${authenticationConfiguration}anonymous:\n  enabled: false\n`, {
      'anonymous-auth': 'false',
    }),
    findings: conflict,
  },
  {
    name: 'a file without a word about anonymous requests, and a flag',
    change: structured('authentication-config', `${authenticationConfiguration}anonymous:\njwt: []\n`, {
      'anonymous-auth': 'false',
    }),
    findings: [],
  },
  {
    name: 'a file that names who is anonymous, and no flag',
    change: structured('authentication-config', `${authenticationConfiguration}anonymous: { enabled: true }\n`, {}),
    findings: [],
  },
  {
    name: 'an ABAC policy next to authorizers of a file, as kube-apiserver accepts it',
    change: (node) => {
      node.write('pki/policy.jsonl', '{}\n');
      structured('authorization-config', authorizationConfiguration, {
        'authorization-mode': undefined,
        'authorization-policy-file': '/etc/kubernetes/pki/policy.jsonl',
      })(node);
    },
    findings: [],
  },
];

export const flagCases: readonly Case[] = [...releases, ...conflicts];
