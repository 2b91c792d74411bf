import { buildNode } from '../../support/build-node.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { write } from '../support/pods.ts';

const path = (name: string) => `/etc/kubernetes/manifests/${name}.yaml`;

const beforeName = '    name: kube-apiserver\n';

const inContainer = (node: NodeTree, lines: string) => write(node, beforeName, `${lines}${beforeName}`);

const inPod = (node: NodeTree, lines: string) => write(node, '  hostNetwork: true\n', `  hostNetwork: true\n${lines}`);

const withVolume = (node: NodeTree, folder: string, type: string) =>
  write(
    write(node, '  volumes:\n', `  volumes:\n  - name: more\n    hostPath: {path: ${folder}, type: ${type}}\n`),
    '    volumeMounts:\n',
    `    volumeMounts:\n    - {name: more, mountPath: ${folder}}\n`,
  );

const refused = (name: string, change: NonNullable<Case['change']>): Case => ({
  name: `the kubelet refuses ${name}`,
  change,
  findings: [`manifest/pod@${path('kube-apiserver')}`],
});

/** What the kubelet decodes. */
const decoded: readonly Case[] = [
  refused('a bool in a list of arguments', (node) => inContainer(node, '    args:\n    - true\n')),
  refused('a text for a list', (node) => write(node, /command:\n(?: {4}- .*\n)+/, 'command: kube-apiserver\n')),
  refused('a text for a bool', (node) => write(node, 'hostNetwork: true', 'hostNetwork: "true"')),
  refused('a text for a number', (node) => inContainer(node, '    ports:\n    - containerPort: "6443"\n')),
  refused('a list for an object', (node) => inPod(node, '  securityContext: []\n')),
  refused('a text for an object', (node) => inContainer(node, '    resources: small\n')),
  refused('a number in a label', (node) => write(node, 'tier: control-plane', 'tier: 1')),
  refused('a quantity that is none', (node) =>
    inContainer(node, '    resources:\n      limits:\n        memory: 2 Gi\n'),
  ),
  refused('a quantity without digits', (node) =>
    inContainer(node, '    resources:\n      limits:\n        memory: Mi\n'),
  ),
];

/** What it validates. */
const validated: readonly Case[] = [
  refused('a namespace with capitals', (node) => write(node, 'namespace: kube-system', 'namespace: Kube-System')),
  refused('a name with an underscore', (node) => write(node, /^ {2}name: kube-apiserver$/m, '  name: kube_apiserver')),
  refused('a restart policy in lower case', (node) => inPod(node, '  restartPolicy: always\n')),
  refused('a DNS policy that does not exist', (node) => inPod(node, '  dnsPolicy: ClusterFirstWithHostNetwork\n')),
  refused('a protocol in lower case', (node) =>
    inContainer(node, '    ports:\n    - {containerPort: 6443, protocol: tcp}\n'),
  ),
  refused('a port beyond the last', (node) =>
    inContainer(node, '    ports:\n    - containerPort: 64430\n      name: a\n    - containerPort: 644300\n'),
  ),
  refused('a port without a number', (node) => inContainer(node, '    ports:\n    - name: https\n')),
  refused('two ports of one name', (node) =>
    inContainer(node, '    ports:\n    - {containerPort: 1, name: a}\n    - {containerPort: 2, name: a}\n'),
  ),
  refused('a long name of a port', (node) =>
    inContainer(node, '    ports:\n    - {containerPort: 1, name: kube-apiserver-https}\n'),
  ),
  refused('a container without a name', (node) => write(node, beforeName, '')),
  refused('two containers of one name', (node) =>
    write(node, '  hostNetwork:', '  - name: kube-apiserver\n    image: busybox\n  hostNetwork:'),
  ),
  refused('an init container with the name of a container', (node) =>
    inPod(node, '  initContainers:\n  - name: kube-apiserver\n    image: busybox\n'),
  ),
  refused('a mount without a path', (node) =>
    write(node, '    - mountPath: /etc/ssl/certs\n      name:', '    - name:'),
  ),
  refused('a hostPath with two dots', (node) =>
    write(node, '      path: /etc/ssl/certs', '      path: /etc/ssl/../certs'),
  ),
  refused('a variable without a name', (node) => inContainer(node, '    env:\n    - value: a\n')),
  refused('a user below 0', (node) => inPod(node, '  securityContext:\n    fsGroup: -1\n')),
  refused('a seccomp profile without a type', (node) => inPod(node, '  securityContext:\n    seccompProfile: {}\n')),
  refused('a seccomp profile in lower case', (node) =>
    inPod(node, '  securityContext:\n    seccompProfile:\n      type: runtimeDefault\n'),
  ),
  refused('requests above the limits', (node) =>
    inContainer(node, '    resources:\n      requests: {memory: 1Gi}\n      limits: {memory: 512Mi}\n'),
  ),
  refused('a limit in thousandths of a byte', (node) =>
    inContainer(node, '    resources:\n      requests: {memory: 250Mi}\n      limits: {memory: 250m}\n'),
  ),
  refused('a negative limit', (node) => inContainer(node, '    resources:\n      limits: {cpu: -1}\n')),
  refused('a resource that does not exist', (node) =>
    inContainer(node, '    resources:\n      requests: {mem: 1Gi}\n'),
  ),
  refused('a hostPort that is not the port', (node) =>
    inContainer(node, '    ports:\n    - {containerPort: 6443, hostPort: 443}\n'),
  ),
  refused('privileges and none', (node) =>
    inContainer(node, '    securityContext: {privileged: true, allowPrivilegeEscalation: false}\n'),
  ),
  refused('several faults at once', (node) =>
    inPod(
      inContainer(node, '    env:\n    - value: a\n'),
      '  restartPolicy: always\n  dnsPolicy: default\n  tolerations:\n  - effect: noExecute\n',
    ),
  ),
];

const pod = (lines: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: haproxy\nspec:\n  containers:\n  - name: haproxy\n${lines}`;

/** Pods of other programs, and what is not refused. */
const others: readonly Case[] = [
  {
    name: 'a pod of a different program that the kubelet refuses is a warning',
    change: (node) =>
      node.write('manifests/haproxy.yaml', pod('    image: haproxy:3.0\n    imagePullPolicy: never\n'), 0o600),
    findings: [`manifest/other-pod@${path('haproxy')}`],
  },
  {
    name: 'a pod of a different program with a misspelled field',
    change: (node) =>
      node.write('manifests/haproxy.yaml', pod('    image: haproxy:3.0\n    livenesProbe: {}\n'), 0o600),
    findings: [`manifest/other-field@${path('haproxy')}`],
  },
  {
    name: 'a component with a field that differs only in case',
    change: (node) => inPod(node, '  securitycontext: {}\n'),
    findings: [`manifest/other-field@${path('kube-apiserver')}`],
  },
  {
    name: 'a component whose command is misspelled has only that fault',
    change: (node) => write(node, '  - command:', '  - comand:'),
    findings: [`manifest/field@${path('kube-apiserver')}`],
  },
  {
    name: 'fields of no release, which resemble none, are silent',
    change: (node) => inPod(node, '  owner: platform\n'),
    findings: [],
  },
  {
    name: 'empty values are defaults',
    change: (node) =>
      inPod(inContainer(node, '    terminationMessagePolicy: ""\n    ports: []\n    env:\n'), '  restartPolicy: ""\n'),
    findings: [],
  },
];

/** Containers that cannot start. */
const containers: readonly Case[] = [
  {
    name: 'the image is that of another component',
    change: (node) => write(node, '/kube-apiserver:', '/etcd:'),
    findings: ['manifest/image@kube-apiserver'],
  },
  {
    name: 'a component of hyperkube',
    change: (node) => write(node, /image: .*/, 'image: registry.example.com/hyperkube:v1.36.2'),
    findings: [],
  },
  {
    name: 'a ConfigMap as variables',
    change: (node) => inContainer(node, '    envFrom:\n    - configMapRef: {name: settings}\n'),
    findings: [`manifest/reference@${path('kube-apiserver')}`],
  },
  {
    name: 'a Secret to pull the image',
    change: (node) => inPod(node, '  imagePullSecrets:\n  - name: registry\n'),
    findings: [`manifest/reference@${path('kube-apiserver')}`],
  },
  {
    name: 'the same before 1.34',
    node: { release: '1.32' },
    change: (node) => inPod(node, '  imagePullSecrets:\n  - name: registry\n'),
    findings: [],
  },
  {
    name: 'the same while the gate of the kubelet is off',
    change: (node) =>
      inPod(node, '  imagePullSecrets:\n  - name: registry\n').edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
        text.replace('ARGS="', 'ARGS="--feature-gates=PreventStaticPodAPIReferences=false '),
      ),
    findings: [],
  },
  {
    name: 'the same while gates are set in the configuration of the kubelet',
    change: (node) =>
      inPod(node, '  imagePullSecrets:\n  - name: registry\n').edit(
        '/var/lib/kubelet/config.yaml',
        (text) => `${text}featureGates:\n  PreventStaticPodAPIReferences: false\n`,
      ),
    findings: [],
  },
  {
    name: 'a folder that must be there and is not',
    change: (node) => withVolume(node, '/etc/kubernetes/audit', 'Directory'),
    findings: ['manifest/host-path@kube-apiserver'],
  },
  {
    name: 'a folder that is made',
    change: (node) => withVolume(node, '/etc/kubernetes/audit', 'DirectoryOrCreate'),
    findings: [],
  },
  {
    name: 'a folder of which the copy may have been made without its parent',
    node: () => buildNode(),
    change: (node) => withVolume(node, '/srv/audit/logs', 'Directory'),
    findings: [],
  },
  ...['/etc/pki', '/var/lib/etcd-wal'].map(
    (folder): Case => ({
      name: `a copy with /etc/os-release does not show that ${folder} is missing`,
      node: () => buildNode().write('/etc/os-release', 'ID=debian\n', 0o644),
      change: (node) => withVolume(node, folder, 'Directory'),
      findings: [],
    }),
  ),
  {
    name: 'a copy with /etc/os-release shows that a folder in /etc/kubernetes is missing',
    node: () => buildNode().write('/etc/os-release', 'ID=debian\n', 0o644),
    change: (node) => withVolume(node, '/etc/kubernetes/audit', 'Directory'),
    findings: ['manifest/host-path@kube-apiserver'],
  },
];

/** A pod with a file of the node that must be there. */
const kubeVip = `apiVersion: v1
kind: Pod
metadata: { name: kube-vip, namespace: kube-system }
spec:
  containers:
    - name: kube-vip
      image: ghcr.io/kube-vip/kube-vip:v0.8.7
      args: [manager]
      volumeMounts: [{ mountPath: /etc/kube-vip.conf, name: settings }]
  volumes: [{ name: settings, hostPath: { path: /etc/kubernetes/kube-vip.conf, type: File } }]
`;

const programs: readonly Case[] = [
  {
    name: 'kube-vip has a file that must be there, and is not',
    change: (node) => node.write('manifests/kube-vip.yaml', kubeVip, 0o600),
    findings: ['manifest/other-host-path@/etc/kubernetes/manifests/kube-vip.yaml'],
  },
];

export const pods = [...programs, ...decoded, ...validated, ...others, ...containers];
