import { setFlags } from '../cases/manifest-edits.ts';
import { buildNode } from '../support/build-node.ts';
import { configure } from '../support/configurations.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { edited, type FixCase } from './fix-case.ts';

const node = (component: string, flags: Readonly<Record<string, string>>) => () => [
  setFlags(buildNode(), component, flags),
];
const replaced = (flag: string, old: string, by: string) => `'s|- ${flag}=${old}\\(\\r*\\)$|- ${flag}=${by}\\1|'`;

const authorizes = (tree: NodeTree, authorizers: string) =>
  configure(
    tree,
    'authorization-config',
    '/etc/kubernetes/pki/authorization.yaml',
    `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n${authorizers}`,
  ).replaceFlag('kube-apiserver', 'authorization-mode', undefined);

const strong = 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384';

/** Values that a component refuses, or with which something does not work. */
export const valueFixes: readonly FixCase[] = [
  {
    name: 'days become hours',
    nodes: node('kube-controller-manager', { 'cluster-signing-duration': '365d' }),
    rule: 'argument/value',
    says: 'invalid argument "365d" for "--cluster-signing-duration" flag: time: unknown unit "d" in duration "365d"',
    steps: edited('kube-controller-manager', replaced('--cluster-signing-duration', '365d', '8760h')),
  },
  {
    name: 'a word for a bool becomes one of Go',
    nodes: node('kube-apiserver', { profiling: 'no' }),
    rule: 'argument/value',
    says: 'invalid argument "no" for "--profiling" flag: strconv.ParseBool: parsing "no": invalid syntax',
    steps: edited('kube-apiserver', replaced('--profiling', 'no', 'false')),
  },
  {
    name: 'the suite that HTTP/2 requires is added, for the key of the certificate',
    nodes: node('kube-apiserver', { 'tls-cipher-suites': strong }),
    rule: 'argument/value',
    says: 'error configuring http2: http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher',
    steps: edited(
      'kube-apiserver',
      replaced('--tls-cipher-suites', strong, `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,${strong}`),
    ),
  },
  {
    name: 'suites that etcd cannot have with TLS 1.3 are removed',
    nodes: node('etcd', { 'tls-min-version': 'TLS1.3', 'cipher-suites': strong }),
    rule: 'argument/value',
    says: 'cipher suites cannot be configured when only TLS1.3 is enabled',
    steps: edited('etcd', `'\\|^ *- --cipher-suites=${strong}\\r*$|d'`),
  },
  {
    name: 'a version of TLS gets the spelling of its component',
    nodes: node('kube-scheduler', { 'tls-min-version': 'TLS1.2' }),
    rule: 'argument/value',
    says: 'unknown tls version "TLS1.2"',
    steps: edited('kube-scheduler', replaced('--tls-min-version', 'TLS1.2', 'VersionTLS12')),
  },
  {
    name: 'a mode that is given twice is given once',
    nodes: node('kube-apiserver', { 'authorization-mode': 'Node,RBAC,Node' }),
    rule: 'argument/value',
    says: 'authorization-mode ["Node" "RBAC" "Node"] has mode specified more than once',
    steps: edited('kube-apiserver', replaced('--authorization-mode', 'Node,RBAC,Node', 'Node,RBAC')),
  },
  {
    name: 'without a value that is clearly meant, a person edits the manifest',
    nodes: node('kube-apiserver', { 'secure-port': '64430000' }),
    rule: 'argument/value',
    says: '--secure-port 64430000 must be between 1 and 65535, inclusive. It cannot be turned off with 0',
    steps: ['give --secure-port of kube-apiserver a number from 1 to 65535'],
    never: /sed/,
  },
  {
    name: 'quotes that no shell removes, and a value that is sensitive to them',
    nodes: node('kube-apiserver', { 'anonymous-auth': '"true"' }),
    rule: 'argument/value',
    says: 'invalid argument "\\"true\\"" for "--anonymous-auth" flag: strconv.ParseBool: parsing "\\"true\\"": invalid syntax',
    steps: edited('kube-apiserver', replaced('--anonymous-auth', '"true"', 'true')),
  },
  {
    name: 'a value with a command in it is never part of one',
    nodes: node('kube-apiserver', { 'request-timeout': '5m;reboot' }),
    rule: 'argument/value',
    steps: ['give --request-timeout of kube-apiserver a duration with a unit'],
    never: /;reboot|sed/,
  },
  {
    name: 'a flag and its value in one item are joined',
    nodes: () => [
      buildNode().edit('manifests/etcd.yaml', (text) => text.replace('--snapshot-count=', '--snapshot-count ')),
    ],
    rule: 'argument/mistyped',
    says: 'etcd does not know --snapshot-count 10000 (closest known flag: --snapshot-count=10000)',
    steps: ['write --snapshot-count=10000 in the manifest of etcd'],
    never: /sed/,
  },
  {
    name: 'what follows a flag in one item is not printed if it may be a secret',
    nodes: () => [
      buildNode().edit('manifests/etcd.yaml', (text) =>
        text.replace('    - --data-dir', '    - --discovery-password hunter2\n    - --data-dir'),
      ),
    ],
    rule: 'argument/mistyped',
    says: 'etcd does not know --discovery-password … (closest known flag: --discovery-password=…)',
    steps: [String.raw`sed -i 's|^\( *\)- --discovery-password |\1- --discovery-password=|'`],
    never: /hunter2/,
  },
  {
    name: 'a flag whose dashes were forgotten gets them',
    nodes: () => [
      buildNode().edit('manifests/kube-scheduler.yaml', (text) => text.replace('- --kubeconfig=', '- kubeconfig=')),
    ],
    rule: 'argument/value',
    says: '"kube-scheduler" does not take any arguments, got ["kubeconfig=/etc/kubernetes/scheduler.conf"]',
    steps: [
      "sed -i 's|- kubeconfig=/etc/kubernetes/scheduler.conf\\(\\r*\\)$|- --kubeconfig=/etc/kubernetes/scheduler.conf\\1|'",
    ],
    never: /…/,
  },
  {
    name: 'a word without a flag is not printed, unless it is one for a bool',
    nodes: () => [
      buildNode().edit('manifests/etcd.yaml', (text) =>
        text.replace('    - --data-dir', '    - --client-cert-auth\n    - hunter2\n    - --data-dir'),
      ),
    ],
    rule: 'argument/value',
    says: "etcd does not start: '…' is not a valid flag",
    steps: ['write --client-cert-auth=… as one word for etcd'],
    never: /hunter2/,
  },
  {
    name: 'RBAC gets the mode Node',
    nodes: node('kube-apiserver', { 'authorization-mode': 'RBAC' }),
    rule: 'argument/weak',
    says: 'kubelets get Forbidden',
    steps: edited('kube-apiserver', replaced('--authorization-mode', 'RBAC', 'Node,RBAC')),
  },
  {
    name: 'a key without a value gets one',
    nodes: node('kube-apiserver', { 'runtime-config': 'apps/v1,api/all' }),
    rule: 'argument/value',
    says: 'kube-apiserver does not start: invalid value api/all=',
    steps: edited('kube-apiserver', replaced('--runtime-config', 'apps/v1,api/all', 'apps/v1=true,api/all=true')),
  },
  {
    name: 'the authorizer Node is added to the file that lists them',
    nodes: () => [authorizes(buildNode(), '- {type: RBAC, name: rbac}\n')],
    rule: 'argument/weak',
    says: 'it has no authorizer of the type Node: kubelets get Forbidden',
    steps: ['add an authorizer with type Node and name node to /etc/kubernetes/pki/authorization.yaml'],
  },
  {
    name: 'AlwaysAllow is removed from the file that lists the authorizers',
    nodes: () => [authorizes(buildNode(), '- {type: RBAC, name: rbac}\n- {type: AlwaysAllow, name: all}\n')],
    rule: 'argument/authorization',
    says: 'has an authorizer of the type AlwaysAllow',
    steps: ['in /etc/kubernetes/pki/authorization.yaml, list the authorizers Node and RBAC, and remove AlwaysAllow'],
  },
  {
    name: 'a duration in which nothing is valid becomes the default',
    nodes: node('kube-controller-manager', { 'cluster-signing-duration': '0' }),
    rule: 'argument/weak',
    says: 'every certificate that it signs has expired when it is signed',
    steps: edited('kube-controller-manager', replaced('--cluster-signing-duration', '0', '8760h0m0s')),
  },
  {
    name: 'kube-scheduler needs no configuration: its kubeconfig is named by another flag',
    nodes: node('kube-scheduler', { config: '/etc/kubernetes/scheduler.conf' }),
    rule: 'configuration/version',
    says: 'no kind "Config" is registered for version "v1"',
    steps: edited('kube-scheduler', "'\\|^ *- --config=/etc/kubernetes/scheduler.conf\\r*$|d'").slice(0, -1),
  },
];
