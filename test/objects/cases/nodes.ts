/** Nodes, names of certificates that the configuration has, and roles of joining nodes. */
import { buildNode, type NodeOptions } from '../../support/build-node.ts';
import type { ObjectCase } from '../harness.ts';
import { documents, metadata } from '../objects.ts';
import { extensionAuthentication, kubeadmConfig } from '../published.ts';

const own = (release: NonNullable<NodeOptions['release']> = '1.36') => {
  const node = buildNode({ release });
  return extensionAuthentication(node.certificate('kubernetes-ca'), node.certificate('front-proxy-ca'));
};
const nodes = () => [buildNode()];

const nodeWith = (name: string, version: string): string => `apiVersion: v1
kind: Node
${metadata(name)}
status:
  addresses:
  - type: InternalIP
    address: 192.0.2.77
  nodeInfo:
    kubeletVersion: ${version}`;

const config = 'ConfigMap kube-system/kubeadm-config';
const skewPolicy = 'https://kubernetes.io/releases/version-skew-policy/#kubelet';

/** A RoleBinding, and the subjects of it. */
const roleBinding = (
  name: string,
  namespace: string,
  ...subjects: readonly string[]
): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
${metadata(name, namespace)}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: ${name}
subjects: ${JSON.stringify(
  subjects.map((subject) => {
    const [kind, own] = subject.split(' ');
    return { kind, name: own };
  }),
)}`;

const joining = ['Group system:bootstrappers:kubeadm:default-node-token', 'Group system:nodes'];
const defaults = ['kube-system', 'kube-public'].map((namespace) =>
  roleBinding('system:controller:bootstrap-signer', namespace, 'ServiceAccount bootstrap-signer'),
);
const readers = [
  roleBinding('kubeadm:bootstrap-signer-clusterinfo', 'kube-public', 'User system:anonymous'),
  roleBinding('kubeadm:nodes-kubeadm-config', 'kube-system', ...joining),
  roleBinding('kubeadm:kubelet-config', 'kube-system', ...joining),
];
const stored = kubeadmConfig('apiServer: {}');

export const nodeCases: readonly ObjectCase[] = [
  {
    name: 'kubelets of the releases that an API server of 1.36 supports',
    objects: documents(
      own(),
      nodeWith('w-1', 'v1.36.0'),
      nodeWith('w-2', 'v1.33.5-eks-3025e55'),
      nodeWith('w-3', 'v1.34.1+k3s1'),
    ),
    nodes,
    source: skewPolicy,
    findings: [],
  },
  {
    name: 'a kubelet that is too old for the API server',
    objects: documents(own(), nodeWith('w-1', 'v1.32.9')),
    nodes,
    source: skewPolicy,
    findings: ['object/kubelet-skew@Node w-1'],
  },
  {
    name: 'kubelets that were upgraded before the API server',
    objects: documents(own(), nodeWith('w-1', 'v1.37.0'), nodeWith('w-2', 'v1.37.0')),
    nodes,
    source: 'https://github.com/awslabs/amazon-eks-ami/issues/2119',
    findings: ['object/kubelet-skew@Node'],
  },
  {
    name: 'a kubelet of the new release that dials the API server of the old one',
    objects: documents(own('1.28'), nodeWith('cp-2', 'v1.29.4')),
    nodes: () => [buildNode({ release: '1.28' })],
    source: 'https://github.com/kubernetes/kubernetes/issues/127316',
    findings: ['object/kubelet-skew@Node cp-2'],
  },
  {
    name: 'Nodes alone: no API server shows its release',
    objects: documents(nodeWith('w-1', 'v1.36.0'), nodeWith('w-2', 'v1.20.0')),
    findings: [],
  },
  {
    name: 'an API server of 1.22 supports kubelets of two releases before it',
    objects: documents(own('1.22'), nodeWith('w-1', 'v1.20.15')),
    nodes: () => [buildNode({ release: '1.22' })],
    source: skewPolicy,
    findings: [],
  },
  {
    name: 'a kubelet that is too old for an API server of 1.22',
    objects: documents(own('1.22'), nodeWith('w-1', 'v1.19.16')),
    nodes: () => [buildNode({ release: '1.22' })],
    source: skewPolicy,
    findings: ['object/kubelet-skew@Node w-1'],
  },
  {
    name: 'certSANs were added, and kubeadm certs renew did not issue them',
    objects: documents(own(), kubeadmConfig('apiServer:\n  certSANs: [35.197.150.45, cp-1]')),
    nodes,
    source: 'https://github.com/kubernetes/kubeadm/issues/1447',
    findings: [`object/unissued-names@${config}`],
  },
  {
    name: 'names of etcd that its certificates lack',
    objects: documents(
      own(),
      kubeadmConfig('etcd:\n  local:\n    serverCertSANs: [etcd.example.test]\n    peerCertSANs: [localhost]'),
    ),
    nodes,
    findings: [`object/unissued-names@${config}`],
  },
  {
    name: 'certSANs that the certificates have, and one that kubeadm leaves out',
    objects: documents(
      own(),
      kubeadmConfig(
        'apiServer:\n  certSANs: [cp-1, 192.0.2.10, "Not a name"]\netcd:\n  local:\n    peerCertSANs: ["::1"]',
      ),
    ),
    nodes,
    source: 'https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/',
    findings: [],
  },
  {
    name: 'the roles by which joining nodes read ConfigMaps',
    objects: documents(stored, ...defaults, ...readers),
    source: 'https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/',
    findings: [],
  },
  {
    name: 'the RoleBinding for kubelet-config of a release that had it in the name',
    objects: documents(
      stored,
      ...defaults,
      ...readers.slice(0, 2),
      readers[2]?.replaceAll('kubelet-config', 'kubelet-config-1.23') ?? '',
    ),
    source: 'https://github.com/kubernetes/kubernetes/issues/94065',
    findings: [],
  },
  {
    name: 'kubeadm join may not read kubeadm-config',
    objects: documents(stored, ...defaults, ...readers.filter((one) => !one.includes('kubeadm:nodes-kubeadm-config'))),
    source: 'https://github.com/kubernetes/kubeadm/issues/907',
    findings: ['binding/join-role@RoleBinding kube-system/kubeadm:nodes-kubeadm-config'],
  },
  {
    name: 'a token may read kubelet-config, and the nodes may not',
    objects: documents(
      stored,
      ...defaults,
      ...readers.slice(0, 2),
      roleBinding('kubeadm:kubelet-config', 'kube-system', ...joining.slice(0, 1)),
    ),
    findings: ['binding/join-role@RoleBinding kube-system/kubeadm:kubelet-config'],
  },
  {
    name: 'no one may read cluster-info without a token',
    objects: documents(stored, ...defaults, ...readers.slice(1)),
    source:
      'https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/#turning-off-public-access-to-the-cluster-info-configmap',
    findings: ['binding/join-role@RoleBinding kube-public/kubeadm:bootstrap-signer-clusterinfo'],
  },
  {
    name: 'a dump with some RoleBindings, and not those of every cluster',
    objects: documents(stored, ...readers.slice(0, 1)),
    findings: [],
  },
];
