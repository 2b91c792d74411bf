import { joining } from '../../cases/cause-states.ts';
import { credential } from '../../cases/support/kubeconfigs.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { kubeVip, otherPod, withKubeconfig } from '../../support/other-pod.ts';
import { behindProxy } from '../../support/proxies.ts';
import type { Incident } from '../incident.ts';

const kubeVipManifest = '/etc/kubernetes/manifests/kube-vip.yaml';
const superAdmin = '/etc/kubernetes/super-admin.conf';
const bootstrap = '/etc/kubernetes/bootstrap-kubelet.conf';

const write = (name: string, text: string) => (node: NodeTree) => node.write(`manifests/${name}.yaml`, text, 0o600);

const stranger = () => Buffer.from(certificatePem(makeAuthority('kubernetes').certificate)).toString('base64');
const withOldCa = (text: string) => text.replace(/(certificate-authority-data: ).*/, `$1${stranger()}`);

/** A pod with a file or a folder, by the path and the type of its volume. */
const withVolume = (name: string, path: string, type: string) =>
  write(name, otherPod(name, { image: `example.test/${name}:v1`, volumes: [{ path, type }] }));

const joiningWith = (change: (text: string) => string) =>
  joining(`--bootstrap-kubeconfig=${bootstrap} `).edit(bootstrap, change);

const exec = (version: string, ...more: readonly string[]) => [
  'exec:',
  `  apiVersion: client.authentication.k8s.io/${version}`,
  '  command: aws',
  ...more,
];

/** Static pods of others, and kubeconfigs that client-go refuses. */
export const staticPods: readonly Incident[] = [
  {
    id: 'kube-vip-super-admin-joined',
    title: 'kube-vip on a joined control plane mounts super-admin.conf',
    source: 'https://github.com/kube-vip/kube-vip/issues/684',
    happened:
      'From kubeadm 1.29 kube-vip needs super-admin.conf while the first node is made. The manifest was the same on all control planes, but only kubeadm init writes that file: on joined nodes kube-vip did not start.',
    change: (node) => write('kube-vip', kubeVip(superAdmin))(node.remove('super-admin.conf')),
    finds: [`warning kubeconfig/program@${kubeVipManifest}`],
    fix: ['sed'],
  },
  {
    id: 'kube-vip-super-admin-file',
    title: 'The volume of kube-vip must be a file that the node does not have',
    source: 'https://github.com/kube-vip/kube-vip/issues/938',
    happened:
      'The manifest of kube-vip had super-admin.conf with the type File on every control plane. The kubelet of the joined ones waited for it forever.',
    change: (node) => write('kube-vip', kubeVip(superAdmin, 'File'))(node.remove('super-admin.conf')),
    finds: [`warning manifest/other-host-path@${kubeVipManifest}`],
    fix: ['sed'],
  },
  {
    id: 'kube-vip-super-admin-template',
    title: 'A template of Cluster API gave super-admin.conf to every control plane',
    source: 'https://github.com/kubernetes-sigs/cluster-api-provider-ibmcloud/issues/1792',
    happened: 'CI of the provider failed from 1.29: the template of kube-vip named one kubeconfig for all nodes.',
    change: (node) =>
      write(
        'kube-vip',
        kubeVip('/etc/kubernetes/super-admin.conf', 'FileOrCreate'),
      )(node.remove('super-admin.conf').write('super-admin.conf', '', 0o644)),
    finds: ['error file/parse@/etc/kubernetes/super-admin.conf'],
    fix: [],
  },
  {
    id: 'kube-vip-own-kubeconfig-old-ca',
    title: 'A tunnel kept a kubeconfig with the CA of before a rotation',
    source: 'https://github.com/clastix/kamaji/issues/315',
    happened: 'The CA was rotated, but kubeconfigs kept the old one: "signed by unknown authority".',
    change: (node) => withKubeVipConf(node, withOldCa),
    finds: [`warning kubeconfig/program@${kubeVipManifest}`],
    fix: [],
  },
  {
    id: 'konnectivity-without-kubeconfig',
    title: 'The konnectivity server was started before anyone made its kubeconfig',
    source: 'https://github.com/kubernetes/website/pull/24141',
    happened:
      'The documentation did not say how to make konnectivity-server.conf. The pod that mounts it could not start.',
    change: write(
      'konnectivity-server',
      withKubeconfig('konnectivity-server', 'proxy-server:v0.0.37', '/etc/kubernetes/konnectivity-server.conf'),
    ),
    finds: ['warning kubeconfig/program@/etc/kubernetes/manifests/konnectivity-server.yaml'],
    fix: [],
  },
  {
    id: 'kube-vip-custom-path',
    title: 'kube-vip reads a kubeconfig at a path of its own, which is not there',
    source: 'https://github.com/kube-vip/kube-vip/pull/1627',
    happened: 'kube-vip in a static pod had --k8sConfigPath=/etc/kubernetes/kubeconfig, and did not find it.',
    change: write(
      'kube-vip',
      otherPod('kube-vip', {
        image: 'ghcr.io/kube-vip/kube-vip:v1.0.0',
        args: ['manager', '--k8sConfigPath=/etc/kubernetes/kubeconfig'],
        volumes: [{ path: '/etc/kubernetes/kubeconfig' }],
      }),
    ),
    finds: [`warning kubeconfig/program@${kubeVipManifest}`],
    fix: [],
  },
  {
    id: 'rescheduler-without-kubeconfig',
    title: 'A static pod had no service account, and the kubeconfig that it names was not there',
    source: 'https://github.com/apprenda/kismatic/pull/1168',
    happened: 'The service account of a static pod is not mounted. The pod fell back to port 8080.',
    change: write(
      'rescheduler',
      withKubeconfig('rescheduler', 'rescheduler:v0.3.1', '/etc/kubernetes/rescheduler.conf'),
    ),
    finds: ['warning kubeconfig/program@/etc/kubernetes/manifests/rescheduler.yaml'],
    fix: [],
  },
  {
    id: 'volume-kubeconfig-not-a-file',
    title: 'A volume for a kubeconfig has the type File, and nothing is there',
    source: 'https://github.com/kubernetes/kubernetes/issues/94993',
    happened: 'FailedMount: hostPath type check failed: … is not a file. The path existed on another machine.',
    change: withVolume('viewer', '/etc/kubernetes/kube_config_cluster.yml', 'File'),
    finds: ['warning manifest/other-host-path@/etc/kubernetes/manifests/viewer.yaml'],
    fix: [],
  },
  {
    id: 'volume-not-a-directory',
    title: 'A volume has the type Directory, and nothing is there',
    source: 'https://github.com/kubernetes/kubernetes/issues/83125',
    happened:
      'MountVolume.SetUp failed for volume "pods-cloud-data": hostPath type check failed: /var/lib/cloud/data is not a directory.',
    change: withVolume('agent', '/etc/kubernetes/agent', 'Directory'),
    finds: ['warning manifest/other-host-path@/etc/kubernetes/manifests/agent.yaml'],
    fix: [],
  },
  {
    id: 'volume-file-is-a-directory',
    title: 'A volume has the type File, and a directory is there',
    source: 'https://github.com/kubernetes/kubernetes/issues/105429',
    happened: 'A container runtime had made a directory for a file that was missing. With the type File the pod waits.',
    change: (node) =>
      withVolume('redis', '/etc/kubernetes/redis.conf', 'File')(node.write('/etc/kubernetes/redis.conf/empty', '')),
    finds: ['warning manifest/other-host-path@/etc/kubernetes/manifests/redis.yaml'],
    fix: [],
  },
  {
    id: 'volume-directory-is-a-file',
    title: 'A volume has the type Directory, and a file is there',
    source: 'https://github.com/k3s-io/k3s/issues/1810',
    happened: 'hostPath type check failed: it was the other way round.',
    change: (node) =>
      withVolume(
        'profile',
        '/etc/kubernetes/profile.json',
        'Directory',
      )(node.write('/etc/kubernetes/profile.json', '{}')),
    finds: ['warning manifest/other-host-path@/etc/kubernetes/manifests/profile.yaml'],
    fix: [],
  },
  {
    id: 'links-of-centos',
    title: 'kube-apiserver has a file behind a link out of the directory that is mounted',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/1143',
    happened:
      'On CentOS the API server did not start: only /etc/ssl/certs was mounted, where ca-bundle.crt is a link to /etc/pki/ca-trust.',
    change: (node) =>
      node
        .write('/var/lib/pki/apiserver.crt', node.read('pki/apiserver.crt'), 0o644)
        .remove('pki/apiserver.crt')
        .link('/etc/kubernetes/pki/apiserver.crt', '/var/lib/pki/apiserver.crt'),
    finds: ['error manifest/link@kube-apiserver'],
    fix: ['mkdir', 'cp', 'cp'],
  },
  {
    id: 'exec-v1alpha1',
    title: 'A kubeconfig of the AWS CLI has v1alpha1 of the exec plugin',
    source: 'https://github.com/aws/aws-cli/issues/6920',
    happened: 'kubectl 1.24 said: exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1".',
    change: credential('admin.conf', ...exec('v1alpha1')),
    finds: ['error kubeconfig/value@admin.conf'],
    fix: [],
  },
  {
    id: 'provider-gcp',
    title: 'A kubeconfig with the auth provider gcp after an upgrade',
    source: 'https://github.com/kubernetes/kubernetes/pull/110013',
    happened: 'client-go and kubectl no longer have the providers gcp and azure.',
    change: credential('admin.conf', 'auth-provider:', '  name: gcp'),
    finds: ['error kubeconfig/value@admin.conf'],
    fix: [],
  },
  {
    id: 'provider-azure',
    title: 'A program has no auth provider azure',
    source: 'https://github.com/ulucinar/kubectl-edit-status/issues/1',
    happened: 'Error: no Auth Provider found for name "azure". A program of client-go must import it.',
    change: credential('scheduler.conf', 'auth-provider:', '  name: azure'),
    finds: ['error kubeconfig/value@scheduler.conf'],
    fix: [],
  },
  {
    id: 'exec-without-mode',
    title: 'An exec plugin of version v1 without interactiveMode',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#configuration',
    happened: 'In v1 the field is required: the client refuses the user.',
    change: credential('admin.conf', ...exec('v1')),
    finds: ['error kubeconfig/value@admin.conf'],
    fix: [],
  },
  {
    id: 'bootstrap-old-ca',
    title: 'A worker that is to join has the CA of before it was replaced',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/9505',
    happened: 'kubeadm join: x509: certificate signed by unknown authority. The CA had been made again.',
    node: () =>
      joiningWith((text) => text.replace(/certificate-authority: .*/, `certificate-authority-data: ${stranger()}`)),
    finds: ['error kubeconfig/authority@kubelet.conf'],
    fix: ['mkdir', 'cp', 'kubectl'],
  },
  {
    id: 'bootstrap-gone',
    title: 'The kubelet has neither kubelet.conf nor a bootstrap kubeconfig',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/3769',
    happened: 'The kubelet failed to start: it could not find /etc/kubernetes/bootstrap-kubelet.conf.',
    change: (node) => node.remove('kubelet.conf'),
    finds: ['error kubeconfig/present@kubelet.conf'],
    fix: [],
  },
  {
    id: 'bootstrap-malformed',
    title: 'The bootstrap kubeconfig of a worker is no YAML',
    source: 'https://github.com/easzlab/kubeasz/issues/1257',
    happened: 'failed to run Kubelet: unable to load bootstrap kubeconfig.',
    node: () => joiningWith((text) => text.replace('clusters:', 'clusters')),
    finds: ['error kubeconfig/bootstrap@worker-1'],
    fix: [],
  },
  {
    id: 'controllers-without-signer',
    title: 'kube-controller-manager has --controllers without bootstrapsigner',
    source: 'https://github.com/luxas/kubeadm-workshop/issues/1',
    happened: 'there is no JWS signed token in the cluster-info ConfigMap: two controllers are off by default.',
    change: (node) => node.replaceFlag('kube-controller-manager', 'controllers', '*'),
    finds: ['info argument/joining@kube-controller-manager'],
    fix: [],
  },
  {
    id: 'controllers-signer-off',
    title: 'The signer of cluster-info does not run',
    source: 'https://github.com/kubernetes/kubeadm/issues/335',
    happened: 'The JWS token was not in cluster-info, so no node could join until someone made it by hand.',
    change: (node) => node.replaceFlag('kube-controller-manager', 'controllers', '*,tokencleaner,-bootstrapsigner'),
    finds: ['info argument/joining@kube-controller-manager'],
    fix: [],
  },
  {
    id: 'no-proxy-missing',
    title: 'kube-controller-manager asks a proxy for the API server of its own node',
    source: 'https://github.com/kubernetes/kubeadm/issues/396',
    happened:
      'kubeadm init waited for the control plane forever. NO_PROXY of the controller manager did not have the address of the node: the proxy answered 403.',
    change: (node) => behindProxy(node, 'kube-controller-manager', 'localhost,127.0.0.1'),
    finds: ['info kubeconfig/no-proxy@controller-manager.conf'],
    fix: [],
  },
  {
    id: 'no-proxy-localhost',
    title: 'NO_PROXY has localhost, and the kubelet dials the address of the node',
    source: 'https://github.com/kubernetes/kubernetes/issues/61629',
    happened: 'localhost and 127.0.0.1 in NO_PROXY did not help: it needed the real address.',
    change: (node) => behindProxy(node, 'kube-scheduler', 'localhost'),
    finds: ['info kubeconfig/no-proxy@scheduler.conf'],
    fix: [],
  },
  {
    id: 'no-proxy-name',
    title: 'NO_PROXY lacks the name of the control plane endpoint',
    source: 'https://github.com/kubernetes-sigs/kind/issues/2884',
    happened: 'kind wrote no_proxy without the name that kube-controller-manager dials.',
    change: (node) => behindProxy(node, 'kube-controller-manager', '10.0.0.0/8,.svc', 'https_proxy'),
    finds: ['info kubeconfig/no-proxy@controller-manager.conf'],
    fix: [],
  },
  {
    id: 'proxy-of-init',
    title: 'kubeadm init copied a proxy of the shell into the manifests',
    source: 'https://github.com/kubernetes/kubeadm/issues/443',
    happened: 'The variables of the shell that ran kubeadm init stayed in /etc/kubernetes/manifests.',
    change: (node) => behindProxy(node, 'kube-scheduler', ''),
    finds: ['info kubeconfig/no-proxy@scheduler.conf'],
    fix: [],
  },
];

/** A kube-vip with a kubeconfig of its own. */
function withKubeVipConf(node: NodeTree, change: (text: string) => string): NodeTree {
  const conf = '/etc/kubernetes/kube-vip.conf';
  return write('kube-vip', kubeVip(conf))(node.write(conf, change(node.read('scheduler.conf')), 0o600));
}
