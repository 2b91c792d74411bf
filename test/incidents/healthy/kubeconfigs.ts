import { joining } from '../../cases/cause-states.ts';
import { credential } from '../../cases/support/kubeconfigs.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { kubeVip, otherPod, withKubeconfig } from '../../support/other-pod.ts';
import { behindProxy } from '../../support/proxies.ts';
import type { Shape } from './shape.ts';

const write = (name: string, text: string) => (node: NodeTree) => node.write(`manifests/${name}.yaml`, text, 0o600);

const execV1 = (command: string, ...more: readonly string[]) => [
  'exec:',
  '  apiVersion: client.authentication.k8s.io/v1',
  `  command: ${command}`,
  '  interactiveMode: Never',
  ...more,
];

const own = '/etc/kubernetes/own.conf';

/** A pod with a kubeconfig of its own: that of kube-scheduler. */
const withOwn =
  (name: string, image: string, ...args: readonly string[]) =>
  (node: NodeTree) =>
    write(name, withKubeconfig(name, image, own, ...args))(node.write(own, node.read('scheduler.conf'), 0o600));

const proxied = (exceptions: string) => (node: NodeTree) => {
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
    behindProxy(node, name, exceptions);
};

const client = 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins';
const kubeVipDocs = 'https://kube-vip.io/docs/installation/static/';
const proxyDocs = 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/';

/** Static pods of others with their kubeconfigs, and kubeconfigs of clouds and behind proxies. */
export const kubeconfigs: readonly Shape[] = [
  {
    id: 'kube-vip-first-node',
    runs: 'kube-vip on the first control plane, with super-admin.conf',
    source: 'https://github.com/kube-vip/kube-vip/issues/684',
    change: write('kube-vip', kubeVip('/etc/kubernetes/super-admin.conf', 'FileOrCreate')),
  },
  {
    id: 'kube-vip-joined-node',
    runs: 'kube-vip on a joined control plane, with admin.conf',
    source: kubeVipDocs,
    change: (node) => write('kube-vip', kubeVip())(node.remove('super-admin.conf')),
  },
  {
    id: 'kube-vip-variable',
    runs: 'kube-vip with the variable k8s_config_file',
    source: kubeVipDocs,
    change: write('kube-vip', kubeVip(undefined, 'File', { k8s_config_file: '/etc/kubernetes/admin.conf' })),
  },
  {
    id: 'kube-vip-in-cluster',
    runs: 'kube-vip that uses a service account, and mounts nothing',
    source: 'https://kube-vip.io/docs/installation/daemonset/',
    change: write(
      'kube-vip',
      otherPod('kube-vip', {
        image: 'ghcr.io/kube-vip/kube-vip:v0.8.9',
        args: ['manager', '--inCluster'],
        volumes: [{ path: '/etc/hosts', type: 'File' }],
      }),
    ),
  },
  {
    id: 'konnectivity-kubeconfig',
    runs: 'the konnectivity server with a kubeconfig of its own',
    source: 'https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/',
    change: withOwn('konnectivity-server', 'registry.k8s.io/kas-network-proxy/proxy-server:v0.0.37'),
  },
  {
    id: 'cloud-controller',
    runs: 'a cloud controller as a static pod with a kubeconfig of its own',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/',
    change: withOwn('openstack-cloud-controller', 'openstack-cloud-controller-manager:v1.30.0', '--v=2'),
  },
  {
    id: 'haproxy-with-certificates',
    runs: 'HAProxy as a static pod with a directory that is made',
    source: 'https://github.com/kubernetes/kubeadm/blob/main/docs/ha-considerations.md',
    change: write(
      'haproxy',
      otherPod('haproxy', {
        image: 'haproxy:2.8',
        volumes: [{ path: '/etc/haproxy', type: 'DirectoryOrCreate' }],
      }),
    ),
  },
  {
    id: 'keepalived-script',
    runs: 'keepalived with a script that dials the API server',
    source: 'https://github.com/osixia/docker-keepalived',
    change: write(
      'keepalived',
      otherPod('keepalived', {
        image: 'osixia/keepalived:2.0.20',
        args: ['sh', '-c', 'exec keepalived --use-file /etc/keepalived.conf'],
        volumes: [{ path: '/etc/keepalived/check_apiserver.sh' }],
      }),
    ),
  },
  {
    id: 'management-cluster',
    runs: 'a static pod with the kubeconfig of a different cluster',
    source: 'https://cluster-api.sigs.k8s.io/user/concepts',
    change: (node) =>
      write(
        'agent',
        withKubeconfig('agent', 'example.test/agent:v1', own),
      )(node.write(own, node.read('scheduler.conf').replace(/server: .*/, 'server: https://api.other.example:6443'))),
  },
  {
    id: 'eks-exec',
    runs: 'administrators with the plugin of AWS',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html',
    change: credential('admin.conf', 'exec:', '  apiVersion: client.authentication.k8s.io/v1beta1', '  command: aws'),
  },
  {
    id: 'gke-exec',
    runs: 'administrators with gke-gcloud-auth-plugin',
    source: 'https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl',
    change: credential('admin.conf', ...execV1('gke-gcloud-auth-plugin', '  provideClusterInfo: true')),
  },
  {
    id: 'aks-exec',
    runs: 'administrators with kubelogin',
    source: 'https://azure.github.io/kubelogin/',
    change: credential('admin.conf', ...execV1('kubelogin', '  args: [get-token]', '  env: null')),
  },
  {
    id: 'oidc-provider',
    runs: 'administrators with the auth provider oidc, which kubectl still has',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-kubectl',
    change: credential('admin.conf', 'auth-provider:', '  name: oidc', '  config:', '    idp-issuer-url: https://id'),
  },
  {
    id: 'scheduler-exec',
    runs: 'kube-scheduler with an exec plugin',
    source: client,
    change: credential('scheduler.conf', ...execV1('/opt/bin/token')),
  },
  {
    id: 'joining-with-token',
    runs: 'workers while they join',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/',
    node: () => joining('--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf '),
  },
  {
    id: 'proxy-addresses',
    runs: 'control planes behind a proxy, with the addresses of nodes, pods and Services as exceptions',
    source: proxyDocs,
    change: proxied('localhost,127.0.0.1,192.0.2.0/24,10.96.0.0/12,.svc,.cluster.local'),
  },
  {
    id: 'proxy-one-address',
    runs: 'control planes behind a proxy, with one address and its port',
    source: 'https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config',
    change: proxied('192.0.2.10:6443'),
  },
  {
    id: 'proxy-no-https',
    runs: 'control planes with a proxy for http only',
    source: proxyDocs,
    change: (node) => behindProxy(node, 'kube-scheduler', '', 'HTTP_PROXY'),
  },
  {
    id: 'proxy-everything',
    runs: 'control planes on which every host is an exception',
    source: 'https://github.com/kubernetes/kubeadm/issues/666',
    change: proxied('*'),
  },
  {
    id: 'controllers-by-new-names',
    runs: 'kube-controller-manager with the names of controllers since 1.28',
    source:
      'https://github.com/kubernetes/kubernetes/blob/master/cmd/kube-controller-manager/names/controller_names.go',
    change: (node) =>
      node.replaceFlag(
        'kube-controller-manager',
        'controllers',
        '*,bootstrap-signer-controller,token-cleaner-controller',
      ),
  },
];
