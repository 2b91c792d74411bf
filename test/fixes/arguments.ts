import { mount, setFlags } from '../cases/manifest-edits.ts';
import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { edited, type FixCase } from './fix-case.ts';

const pki = '/etc/kubernetes/pki';
const replaced = (flag: string, old: string, by: string) => `'s|- ${flag}=${old}\\(\\r*\\)$|- ${flag}=${by}\\1|'`;
const added = (before: string, flag: string) => `'s|^\\( *\\)- ${before}\\(\\r*\\)$|\\1- ${flag}\\2\\n&|M'`;

const apiserver = (flags: Readonly<Record<string, string | undefined>>) => () => [
  setFlags(buildNode(), 'kube-apiserver', flags),
];
const edit = (component: string, change: (text: string) => string) => (): readonly NodeTree[] => [
  buildNode().edit(`manifests/${component}.yaml`, change),
];

/** A person edits the manifest: a pattern could fit more than the argument, or the file is not in the container. */
const byPerson: readonly FixCase[] = [
  {
    name: 'a value in the item after its flag is not edited by a command',
    nodes: edit('etcd', (text) =>
      text.replace(/^( +)- --peer-key-file=.*$/m, `$1- --peer-key-file\n$1- ${pki}/etcd/server.key`),
    ),
    rule: 'argument/target',
    steps: [`set --peer-key-file of etcd to ${pki}/etcd/peer.key`],
    never: /sed/,
  },
  {
    name: 'an argument in quotes is not edited by a command',
    nodes: edit('etcd', (text) => text.replace(/- (--peer-key-file)=.*$/m, `- "$1=${pki}/etcd/server.key"`)),
    rule: 'argument/target',
    steps: [`set --peer-key-file of etcd to ${pki}/etcd/peer.key`],
    never: /sed/,
  },
  {
    name: 'a flag is not set to a file that is not there',
    nodes: () => [
      buildNode().remove('pki/etcd/peer.key').replaceFlag('etcd', 'peer-key-file', `${pki}/etcd/server.key`),
    ],
    rule: 'argument/target',
    steps: [`set --peer-key-file of etcd to ${pki}/etcd/peer.key`],
    never: /sed/,
  },
  {
    name: 'what the next release refuses is not changed before the upgrade by a command',
    nodes: () => [
      buildNode({ release: '1.28' }).replaceFlag(
        'kube-controller-manager',
        'experimental-cluster-signing-duration',
        '1h',
      ),
    ],
    options: { facts: { kubernetesVersion: 'v1.24.5' }, targetVersion: 'v1.25.0' },
    rule: 'argument/removed',
    steps: ['remove --experimental-cluster-signing-duration from the manifest of kube-controller-manager'],
    never: /sed/,
  },
];

export const argumentFixes: readonly FixCase[] = [
  ...byPerson,
  {
    name: 'a flag with one dash, whose name ends that of another, is not edited by a pattern that fits both',
    nodes: () => {
      const node = buildNode().replaceFlag('etcd', 'cert-file', `${pki}/etcd/old.crt`);
      return [node.edit('manifests/etcd.yaml', (text) => text.replace('--cert-file', '-cert-file'))];
    },
    rule: 'argument/file',
    steps: edited('etcd', replaced('-cert-file', `${pki}/etcd/old.crt`, `${pki}/etcd/server.crt`)),
  },
  {
    name: 'a flag of a manifest with a mistyped path',
    nodes: apiserver({ 'tls-cert-file': `${pki}/apisever.crt` }),
    rule: 'argument/file',
    says: `kube-apiserver --tls-cert-file names ${pki}/apisever.crt, which does not exist`,
    steps: edited('kube-apiserver', replaced('--tls-cert-file', `${pki}/apisever.crt`, `${pki}/apiserver.crt`)),
  },
  {
    name: 'a flag that names the key of a different role',
    nodes: () => [buildNode().replaceFlag('etcd', 'peer-key-file', `${pki}/etcd/server.key`)],
    rule: 'argument/target',
    steps: edited('etcd', replaced('--peer-key-file', `${pki}/etcd/server.key`, `${pki}/etcd/peer.key`)),
  },
  {
    name: 'the flags for the pair of a different role are both changed',
    nodes: apiserver({
      'proxy-client-cert-file': `${pki}/apiserver-kubelet-client.crt`,
      'proxy-client-key-file': `${pki}/apiserver-kubelet-client.key`,
    }),
    rule: 'argument/target',
    steps: edited(
      'kube-apiserver',
      `-e ${replaced('--proxy-client-cert-file', `${pki}/apiserver-kubelet-client.crt`, `${pki}/front-proxy-client.crt`)}` +
        ` -e ${replaced('--proxy-client-key-file', `${pki}/apiserver-kubelet-client.key`, `${pki}/front-proxy-client.key`)}`,
    ),
  },
  {
    name: 'a signer of a different CA, with its key',
    nodes: () => [
      setFlags(buildNode(), 'kube-controller-manager', {
        'cluster-signing-cert-file': `${pki}/front-proxy-ca.crt`,
        'cluster-signing-key-file': `${pki}/front-proxy-ca.key`,
      }),
    ],
    rule: 'argument/target',
    steps: edited(
      'kube-controller-manager',
      `-e ${replaced('--cluster-signing-cert-file', `${pki}/front-proxy-ca.crt`, `${pki}/ca.crt`)}` +
        ` -e ${replaced('--cluster-signing-key-file', `${pki}/front-proxy-ca.key`, `${pki}/ca.key`)}`,
    ),
  },
  {
    name: 'all flags that name the same wrong kubeconfig are changed',
    nodes: () => {
      const node = buildNode();
      mount(node, 'kube-scheduler', '/etc/kubernetes/controller-manager.conf');
      return [
        setFlags(node, 'kube-scheduler', {
          kubeconfig: '/etc/kubernetes/controller-manager.conf',
          'authorization-kubeconfig': '/etc/kubernetes/controller-manager.conf',
        }),
      ];
    },
    rule: 'argument/target',
    steps: edited(
      'kube-scheduler',
      ['--kubeconfig', '--authorization-kubeconfig']
        .map(
          (flag) => `-e ${replaced(flag, '/etc/kubernetes/controller-manager.conf', '/etc/kubernetes/scheduler.conf')}`,
        )
        .join(' '),
    ),
  },
  {
    name: 'a misspelled flag keeps its value',
    nodes: edit('kube-apiserver', (text) => text.replace('--etcd-cafile=', '--etcd-cafle=')),
    rule: 'argument/mistyped',
    steps: edited(
      'kube-apiserver',
      `'s|- --etcd-cafle=${pki}/etcd/ca.crt\\(\\r*\\)$|- --etcd-cafile=${pki}/etcd/ca.crt\\1|'`,
    ),
  },
  {
    name: 'a flag that the release no longer has is removed before the API server is asked to do anything',
    nodes: apiserver({ 'insecure-port': '8080' }),
    rule: 'argument/removed',
    steps: [
      ...edited('kube-apiserver', "'\\|^ *- --insecure-port=8080\\r*$|d'").slice(0, -1),
      'remove it from extraArgs too: kubeadm upgrade writes the manifest from these: kubectl -n kube-system edit configmap kubeadm-config',
      'the kubelet restarts kube-apiserver by itself',
    ],
  },
  {
    name: 'missing flags are added by one change of the manifest',
    nodes: apiserver({ 'etcd-certfile': undefined, 'etcd-keyfile': undefined }),
    rule: 'argument/required',
    steps: edited(
      'kube-apiserver',
      `-e ${added('--advertise-address=192.0.2.10', `--etcd-certfile=${pki}/apiserver-etcd-client.crt`)}` +
        ` -e ${added('--advertise-address=192.0.2.10', `--etcd-keyfile=${pki}/apiserver-etcd-client.key`)}`,
    ),
  },
  {
    name: 'an empty value is replaced',
    nodes: apiserver({ 'client-ca-file': '' }),
    rule: 'argument/required',
    steps: edited('kube-apiserver', replaced('--client-ca-file', '', `${pki}/ca.crt`)),
  },
  {
    name: 'both flags of a pair are added at once: with one of them kube-apiserver does not start',
    nodes: apiserver({ 'proxy-client-cert-file': undefined, 'proxy-client-key-file': undefined }),
    rule: 'argument/recommended',
    says: 'kube-apiserver --proxy-client-cert-file, kube-apiserver --proxy-client-key-file are not set',
    steps: edited(
      'kube-apiserver',
      `-e ${added('--advertise-address=192.0.2.10', `--proxy-client-cert-file=${pki}/front-proxy-client.crt`)}` +
        ` -e ${added('--advertise-address=192.0.2.10', `--proxy-client-key-file=${pki}/front-proxy-client.key`)}`,
    ),
  },
  {
    name: 'a mode that allows everything is replaced',
    nodes: apiserver({ 'authorization-mode': 'Node,AlwaysAllow' }),
    rule: 'argument/authorization',
    steps: edited('kube-apiserver', replaced('--authorization-mode', 'Node,AlwaysAllow', 'Node,RBAC')),
  },
  {
    name: 'a missing mode is added',
    nodes: apiserver({ 'authorization-mode': undefined }),
    rule: 'argument/authorization',
    steps: edited('kube-apiserver', added('--advertise-address=192.0.2.10', '--authorization-mode=Node,RBAC')),
  },
  {
    name: 'the name of the front proxy is added to those that are allowed',
    nodes: apiserver({ 'requestheader-allowed-names': 'aggregator' }),
    rule: 'argument/allowed-names',
    steps: edited(
      'kube-apiserver',
      replaced('--requestheader-allowed-names', 'aggregator', 'aggregator,front-proxy-client'),
    ),
  },
];
