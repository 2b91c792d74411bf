/** The configurations that kubeadm keeps in a cluster, and what the next upgrade makes of them. */
import { buildNode } from '../../support/build-node.ts';
import { controlPlane } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { ObjectCase } from '../harness.ts';
import { documents } from '../objects.ts';
import { extensionAuthentication, kubeadmConfig, kubeletConfig } from '../published.ts';

const node = buildNode();
/** What shows whose cluster it is. */
const own = extensionAuthentication(node.certificate('kubernetes-ca'), node.certificate('front-proxy-ca'));
const config = 'ConfigMap kube-system/kubeadm-config';
const usual = 'certificatesDir: /etc/kubernetes/pki\napiServer: {}';

/** Adds a flag to the manifest of kube-apiserver. */
const withFlag = (flag: string) => (tree: NodeTree) =>
  tree.edit('manifests/kube-apiserver.yaml', (text) =>
    text.replace('    - --tls-cert-file=', `    - --${flag}\n    - --tls-cert-file=`),
  );

const flagged = () => [withFlag('tls-min-version=VersionTLS13')(buildNode())];
const named = () => [
  buildNode({
    certificates: {
      'kube-apiserver': {
        sans: [
          ...['cp-1', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map(
            (name) => `DNS:${name}` as const,
          ),
          ...(['DNS:kubernetes.default.svc.cluster.local', 'DNS:api.example.test'] as const),
          ...(['IP:10.96.0.1', 'IP:192.0.2.10'] as const),
        ],
      },
    },
  }),
];
const requesting = () => [
  buildNode().edit('/var/lib/kubelet/config.yaml', (text) => `${text.trimEnd()}\nserverTLSBootstrap: true\n`),
];

export const storedCases: readonly ObjectCase[] = [
  {
    name: 'kubeadm-config and the manifests that kubeadm wrote from it',
    objects: documents(kubeadmConfig(usual), own),
    nodes: () => [buildNode()],
    findings: [],
  },
  {
    name: 'kubeadm-config of two control planes, whose flags differ only by node',
    objects: documents(kubeadmConfig(usual), own),
    nodes: () => [controlPlane(1), controlPlane(2)],
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/',
    findings: [],
  },
  {
    name: 'a flag that only a manifest has',
    objects: documents(kubeadmConfig(usual), own),
    nodes: flagged,
    source: 'https://github.com/kubernetes/kubeadm/issues/541',
    findings: [`object/stored-flags@${config}`],
  },
  {
    name: 'a flag in extraArgs, as a list',
    objects: documents(
      kubeadmConfig(`apiServer:
  extraArgs:
  - name: tls-min-version
    value: VersionTLS13`),
      own,
    ),
    nodes: flagged,
    source: 'https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/',
    findings: [],
  },
  {
    name: 'a flag in extraArgs, as a mapping',
    objects: documents(
      kubeadmConfig(`apiServer:
  extraArgs:
    tls-min-version: VersionTLS13`),
      own,
    ),
    nodes: flagged,
    source: 'https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta3/',
    findings: [],
  },
  {
    name: 'a flag with a different value in extraArgs',
    objects: documents(kubeadmConfig('apiServer:\n  extraArgs:\n    tls-min-version: VersionTLS12'), own),
    nodes: flagged,
    source: 'https://github.com/kubernetes/kubeadm/issues/2157',
    findings: [`object/stored-flags@${config}`],
  },
  {
    name: 'a name that certSANs lack',
    objects: documents(kubeadmConfig(usual), own),
    nodes: named,
    source: 'https://github.com/kubernetes/kubeadm/issues/1447',
    findings: [`object/stored-names@${config}`],
  },
  {
    name: 'a name that certSANs have',
    objects: documents(kubeadmConfig('apiServer:\n  certSANs: [api.example.test]'), own),
    nodes: named,
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/control-plane-flags/',
    findings: [],
  },
  {
    name: 'a controlPlaneEndpoint that no certificate has',
    objects: documents(kubeadmConfig('controlPlaneEndpoint: lb.example.test:6443'), own),
    nodes: () => [buildNode()],
    source: 'https://github.com/kubernetes/kubeadm/issues/2404',
    findings: [`object/stored-endpoint@${config}`],
  },
  {
    name: 'a kubelet that requests its serving certificate, which kubelet-config does not say',
    objects: documents(kubeletConfig('rotateCertificates: true'), own),
    nodes: requesting,
    source: 'https://github.com/kubernetes/kubeadm/issues/3049',
    findings: ['object/kubelet-config@ConfigMap kube-system/kubelet-config'],
  },
  {
    name: 'a kubelet that requests its serving certificate, as kubelet-config says',
    objects: documents(kubeletConfig('serverTLSBootstrap: true'), own),
    nodes: requesting,
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/#kubelet-serving-certs',
    findings: [],
  },
];
