import { commandOf, mount, replaceCommand } from '../../cases/manifest-edits.ts';
import { buildNode } from '../../support/build-node.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Shape } from './shape.ts';

const kubernetes = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
const staticPods = [...kubernetes, 'etcd'] as const;

const image = (node: NodeTree, component: string, name: string) =>
  node.edit(`manifests/${component}.yaml`, (text) => text.replace(/image: .*/, `image: ${name}`));

function pod(name: string, args: readonly string[], files: readonly string[]): string {
  return [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    `  name: ${name}`,
    '  namespace: kube-system',
    'spec:',
    '  hostNetwork: true',
    '  containers:',
    `  - name: ${name}`,
    `    image: ghcr.io/example/${name}:v1.0.0`,
    '    args:',
    ...args.map((arg) => `    - ${arg}`),
    '    volumeMounts:',
    ...files.flatMap((file, index) => [`    - mountPath: ${file}`, `      name: file-${index}`]),
    '  volumes:',
    ...files.flatMap((file, index) => ['  - hostPath:', `      path: ${file}`, `    name: file-${index}`]),
    '',
  ].join('\n');
}

/** How manifests are written, which images they name, and what is next to them. */
export const manifests: readonly Shape[] = [
  {
    id: 'eks-distro',
    runs: 'EKS Distro and EKS Anywhere, whose tags have a suffix of the vendor',
    source: 'https://github.com/aws/eks-distro',
    node: { release: '1.28' },
    change: (node) => {
      for (const name of kubernetes)
        image(node, name, `public.ecr.aws/eks-distro/kubernetes/${name}:v1.29.3-eks-1-29-10`);
      image(node, 'etcd', 'public.ecr.aws/eks-distro/etcd-io/etcd:v3.5.12-eks-1-29-10');
    },
  },
  {
    id: 'k3s-tag',
    runs: 'images of Rancher, whose versions have build metadata (v1.28.9+k3s1, as a tag v1.28.9-rke2r1-build20240416)',
    source: 'https://github.com/rancher/image-build-kubernetes',
    node: { release: '1.28' },
    change: (node) => {
      image(node, 'kube-apiserver', 'index.docker.io/rancher/hardened-kubernetes:v1.28.9-rke2r1-build20240416');
      image(node, 'kube-controller-manager', 'docker.io/rancher/hardened-kubernetes:v1.28.9-k3s1');
    },
  },
  {
    id: 'digests',
    runs: 'clusters that pin every image by its digest only, so that no release is known',
    source: 'https://kubernetes.io/docs/concepts/containers/images/',
    change: (node) => {
      for (const name of staticPods) image(node, name, `registry.example.test/${name}@sha256:${'0a'.repeat(32)}`);
    },
  },
  {
    id: 'shell-wrapper',
    runs: 'older kops, which starts components by a shell that copies the log to a file',
    source: 'https://github.com/kubernetes/kops/tree/master/util/pkg/exec',
    change: (node) => {
      const words = commandOf(node, 'kube-apiserver').map((word) => `'${word}'`);
      const script = `mkfifo /tmp/pipe; (tee -a /var/log/kube-apiserver.log < /tmp/pipe & ) ; exec ${words.join(' ')} > /tmp/pipe 2>&1`;
      replaceCommand(node, 'kube-apiserver', [
        '  - command:',
        '    - /bin/sh',
        '    - -c',
        '    - >-',
        `      ${script}`,
      ]);
    },
  },
  {
    id: 'go-runner',
    runs: "kops and others who use the wrapper that comes with Kubernetes' own images",
    source: 'https://github.com/kubernetes/release/tree/master/images/build/go-runner',
    change: (node) => {
      for (const name of kubernetes) {
        const [program, ...flags] = commandOf(node, name);
        const runner = ['/go-runner', `--log-file=/var/log/${name}.log`, '--also-stdout', `/usr/local/bin/${program}`];
        replaceCommand(node, name, ['  - args:', ...[...runner, ...flags].map((word) => `    - ${word}`)]);
      }
    },
  },
  {
    id: 'crlf',
    runs: 'people whose templates were edited on Windows: every line ends with CR and LF',
    source: 'https://yaml.org/spec/1.2.2/#54-line-break-characters',
    change: (node) => {
      const texts = [
        'admin.conf',
        'scheduler.conf',
        'pki/ca.crt',
        'pki/apiserver.crt',
        'pki/apiserver.key',
        'pki/sa.pub',
      ];
      for (const path of [...staticPods.map((name) => `manifests/${name}.yaml`), ...texts]) {
        node.edit(path, (text) => text.replaceAll('\n', '\r\n'));
      }
    },
  },
  {
    id: 'anchors-and-comments',
    runs: 'people who edit manifests by hand, here with anchors, comments and quotation marks',
    source: 'https://github.com/kubernetes/kubeadm/issues/106',
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text
          .replace('    - --tls-cert-file', '    # renewed by hand\n    - --tls-cert-file')
          .replace(/- (--client-ca-file=.*)/, '- "$1" # the cluster CA')
          .replace('      path: /etc/ssl/certs\n', '      path: &certs /etc/ssl/certs\n')
          .replace('      path: /usr/share/ca-certificates\n', '      path: *certs\n'),
      );
      node.edit('manifests/etcd.yaml', (text) => `# etcd of this node\n---\n${text}---\n# nothing follows\n`);
    },
  },
  {
    id: 'kube-vip',
    runs: 'control planes without a load balancer: kube-vip as a static pod, with the administrator as its user',
    source: 'https://kube-vip.io/docs/installation/static/',
    node: { controlPlaneEndpoint: '192.0.2.100:6443' },
    change: (node) =>
      node.write('manifests/kube-vip.yaml', pod('kube-vip', ['manager'], ['/etc/kubernetes/admin.conf'])),
  },
  {
    id: 'keepalived-haproxy',
    runs: 'control planes that balance themselves: haproxy and keepalived as static pods',
    source: 'https://github.com/kubernetes/kubeadm/blob/main/docs/ha-considerations.md',
    node: { controlPlaneEndpoint: 'vip.example.test:8443' },
    change: (node) => {
      node.write('manifests/haproxy.yaml', pod('haproxy', [], ['/usr/local/etc/haproxy/haproxy.cfg']));
      node.write('manifests/keepalived.yaml', pod('keepalived', [], ['/etc/keepalived/keepalived.conf']));
    },
  },
  {
    id: 'cilium-without-kube-proxy',
    runs: 'Cilium instead of kube-proxy, installed with --skip-phases=addon/kube-proxy',
    source: 'https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/',
    change: (node) => {
      node.write(
        '/etc/cni/net.d/05-cilium.conflist',
        '{"cniVersion":"0.3.1","name":"cilium","plugins":[{"type":"cilium-cni"}]}\n',
      );
      node.replaceFlag('kube-controller-manager', 'allocate-node-cidrs', 'true');
      node.replaceFlag('kube-controller-manager', 'cluster-cidr', '10.244.0.0/16');
    },
  },
  {
    id: 'proxy-environment',
    runs: 'clusters behind a proxy of their company: kubeadm copies its variables into every static pod',
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/',
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(
          '    image: ',
          '    env:\n    - name: HTTPS_PROXY\n      value: http://proxy.example.test:3128\n    - name: NO_PROXY\n      value: 10.96.0.0/12,192.0.2.0/24,.svc\n    image: ',
        ),
      ),
  },
  {
    id: 'folder-of-certificates-mounted-elsewhere',
    runs: 'installers that mount a directory of the node at another path of the container',
    source: 'https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/',
    change: (node) => {
      node
        .move('pki/front-proxy-client.crt', '/srv/front-proxy/tls.crt')
        .move('pki/front-proxy-client.key', '/srv/front-proxy/tls.key');
      node.replaceFlag('kube-apiserver', 'proxy-client-cert-file', '/run/front-proxy/tls.crt');
      node.replaceFlag('kube-apiserver', 'proxy-client-key-file', '/run/front-proxy/tls.key');
      mount(node, 'kube-apiserver', '/srv/front-proxy', '/run/front-proxy');
    },
  },
  {
    id: 'kind',
    runs: 'kind, whose API server has names for the host machine too',
    source: 'https://kind.sigs.k8s.io/docs/user/configuration/',
    node: () =>
      buildNode({
        name: 'kind-control-plane',
        ip: '172.18.0.2',
        controlPlaneEndpoint: 'kind-control-plane:6443',
        serviceCidr: '10.96.0.0/16',
      }),
    change: (node) =>
      node.issue('kube-apiserver', {
        sans: [
          ...['kind-control-plane', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'].map(
            (name) => `DNS:${name}`,
          ),
          'DNS:kubernetes.default.svc.cluster.local',
          ...['10.96.0.1', '172.18.0.2', '0.0.0.0', '127.0.0.1'].map((ip) => `IP:${ip}`),
        ],
      }),
  },
];
