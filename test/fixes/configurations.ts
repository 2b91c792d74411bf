import { buildNode } from '../support/build-node.ts';
import { addKubeletFlag, setKubelet } from '../support/kubelet-settings.ts';
import { backup, type FixCase } from './fix-case.ts';

const policy = '/etc/kubernetes/pki/audit.yaml';
const dropIn = '/etc/kubernetes/kubelet.conf.d/20.conf';
const kubelet = '/var/lib/kubelet/config.yaml';

const auditPolicy = (rule: string) =>
  buildNode()
    .write('pki/audit.yaml', `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${rule}`)
    .replaceFlag('kube-apiserver', 'audit-policy-file', policy);
const settings = (text: string) => buildNode().edit(kubelet, (own) => `${own}${text}`);
const corrected = (path: string, script: string) => [
  `mkdir -p ${backup}`,
  `cp -p --backup=numbered ${path} ${backup}/`,
  `sed -i '${script}' ${path}`,
];

/**
 * Fixes of configuration files. Where a component runs on and has ignored a part, it reads the file again when it
 * starts.
 */
export const configurationFixes: readonly FixCase[] = [
  {
    name: 'a misspelled field of an audit policy, which kube-apiserver reads again',
    nodes: () => [auditPolicy('- level: None\n  verb: [get]\n')],
    rule: 'configuration/ignored',
    steps: [
      ...corrected(policy, '5s|^\\([^#]*\\)\\bverb\\("*:\\)|\\1verbs\\2|'),
      "restart kube-apiserver: crictl ps --name '^kube-apiserver$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
    ],
  },
  {
    name: 'a field twice in an audit policy: which one is right is not known',
    nodes: () => [auditPolicy('- level: None\n  level: Metadata\n')],
    rule: 'configuration/ignored',
    steps: [
      `correct ${policy}: keep one of the two level`,
      "restart kube-apiserver: crictl ps --name '^kube-apiserver$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
    ],
  },
  {
    name: 'a misspelled field that the kubelet reads again',
    nodes: () => [settings('evictionHrad: {memory.available: 1Gi}\n')],
    rule: 'configuration/ignored',
    steps: ['sed -i ', 'systemctl restart kubelet'],
  },
  {
    name: 'a field twice in the configuration of the kubelet',
    nodes: () => [settings('maxPods: 110\nmaxPods: 120\n')],
    rule: 'configuration/ignored',
    steps: [`correct ${kubelet}: keep one of the two maxPods`, 'systemctl restart kubelet'],
  },
  {
    name: 'a misspelled field that stops kube-apiserver',
    nodes: () => [
      buildNode()
        .write(
          'pki/authentication.yaml',
          'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonimous: {enabled: true}\n',
        )
        .replaceFlag('kube-apiserver', 'authentication-config', '/etc/kubernetes/pki/authentication.yaml'),
    ],
    rule: 'configuration/field',
    steps: corrected(
      '/etc/kubernetes/pki/authentication.yaml',
      '3s|^\\([^#]*\\)\\banonimous\\("*:\\)|\\1anonymous\\2|',
    ),
  },
  {
    name: 'a level in another case',
    nodes: () => [auditPolicy('- level: "metadata" # of all requests\n')],
    rule: 'configuration/value',
    steps: corrected(policy, '4s|^\\([^#]*\\)\\bmetadata\\b\\("*\\)|\\1Metadata\\2|'),
  },
  {
    name: 'serverTLSBootstrap without its feature gate: kube-apiserver may verify the certificate that it requests',
    nodes: () => [
      settings('serverTLSBootstrap: true\nfeatureGates: {RotateKubeletServerCertificate: false, NodeSwap: false}\n'),
    ],
    rule: 'configuration/value',
    steps: corrected(
      kubelet,
      '20s|^\\([^#]*\\bRotateKubeletServerCertificate"* *: *\\)\\bfalse\\b\\("*\\)|\\1true\\2|',
    ),
  },
  {
    name: 'serverTLSBootstrap, and a flag that turns its feature gate off',
    nodes: () => {
      const node = settings('serverTLSBootstrap: true\n');
      addKubeletFlag('--feature-gates=RotateKubeletServerCertificate=false')(node);
      return [node];
    },
    rule: 'configuration/value',
    steps: [
      `correct ${kubelet}: serverTLSBootstrap: it needs RotateKubeletServerCertificate, so remove RotateKubeletServerCertificate=false from --feature-gates`,
    ],
  },
  {
    name: 'a drop-in without its kind, after the mark of a document',
    nodes: () => {
      const node = buildNode().write(dropIn, '---\nmaxPods: 200\n', 0o644);
      addKubeletFlag('--config-dir=/etc/kubernetes/kubelet.conf.d')(node);
      return [node];
    },
    rule: 'configuration/version',
    steps: [
      `mkdir -p ${backup}`,
      `sed -i '2s|^|apiVersion: kubelet.config.k8s.io/v1beta1\\nkind: KubeletConfiguration\\n|' ${dropIn}`,
    ],
  },
  {
    name: 'a feature gate in a drop-in, without which a value of the main file is refused',
    nodes: () => {
      const gates = 'featureGates: {RotateKubeletServerCertificate: false}\n';
      const kind = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
      const node = buildNode().write(dropIn, `${kind}${gates}`, 0o644);
      setKubelet('serverTLSBootstrap: true\n')(node);
      addKubeletFlag('--config-dir=/etc/kubernetes/kubelet.conf.d')(node);
      return [node];
    },
    rule: 'configuration/value',
    steps: corrected(dropIn, '3s|^\\([^#]*\\bRotateKubeletServerCertificate"* *: *\\)\\bfalse\\b\\("*\\)|\\1true\\2|'),
  },
];
