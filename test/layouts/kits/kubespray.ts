/**
 * kubespray: kubeadm in /etc/kubernetes/ssl, and a CA of its own for etcd, which runs on the host from /etc/etcd.env.
 * Here are a control plane with a member of etcd, a host with nothing but a member, and a worker.
 */

import { mount } from '../../cases/manifest-edits.ts';
import { buildNode, type NodeOptions } from '../../support/build-node.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { buildKit, type Kit, type KitChanges, type Parts } from './kit.ts';
import { etcdCertificates, etcdClient, etcdFlags, members, ssl, writeEtcd } from './kubespray-etcd.ts';
import { hosts } from './profiles.ts';
import { writeAll } from './texts.ts';

/** Changes may name roles of kubeadm too. */
export interface KubesprayChanges extends KitChanges {
  readonly kubeadm?: NonNullable<NodeOptions['certificates']>;
}

const kubeletVariables = [
  ...['KUBE_LOGTOSTDERR', 'KUBE_LOG_LEVEL', 'KUBELET_API_SERVER', 'KUBELET_ADDRESS', 'KUBELET_PORT'],
  ...['KUBELET_HOSTNAME', 'KUBELET_ARGS', 'DOCKER_SOCKET', 'KUBELET_NETWORK_PLUGIN', 'KUBELET_VOLUME_PLUGIN'],
  'KUBELET_CLOUDPROVIDER',
];

/** The kubelet by a unit and variables, of which most are not set. */
function writeKubelet(parts: Parts, host: string, ip: string): void {
  const config = parts.tree.read('/var/lib/kubelet/config.yaml');
  const socket = 'containerRuntimeEndpoint: unix:///run/containerd/containerd.sock\n';
  for (const name of ['config.yaml', 'kubeadm-flags.env', 'instance-config.yaml']) {
    parts.tree.remove(`/var/lib/kubelet/${name}`);
  }
  const flags = Object.entries(parts.flags('kubelet')).map(([name, value]) => `--${name}=${value}`);
  writeAll(parts, 0o640, { '/etc/kubernetes/kubelet-config.yaml': config + socket });
  writeAll(parts, 0o600, {
    '/etc/kubernetes/kubelet.env': [
      'KUBE_LOG_LEVEL="--v=2"',
      `KUBELET_ADDRESS="--node-ip=${ip}"`,
      `KUBELET_HOSTNAME="--hostname-override=${host}"`,
      '',
      `KUBELET_ARGS="${flags.join(' \\\n')} "`,
      'KUBELET_CLOUDPROVIDER=""',
      '',
      'PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin',
      '',
    ].join('\n'),
  });
  const start = ['/usr/local/bin/kubelet', ...kubeletVariables.map((name) => `\t\t$${name}`)].join(' \\\n');
  writeAll(parts, 0o644, {
    '/etc/hostname': `${host}\n`,
    '/etc/systemd/system/kubelet.service': [
      '[Unit]',
      'Description=Kubernetes Kubelet Server',
      'After=containerd.service',
      'Wants=containerd.service',
      '',
      '[Service]',
      'EnvironmentFile=-/etc/kubernetes/kubelet.env',
      `ExecStart=${start}`,
      'Restart=always',
      'RestartSec=10s',
      '',
      '[Install]',
      'WantedBy=multi-user.target',
      '',
    ].join('\n'),
  });
}

const kubeletFlags = {
  'bootstrap-kubeconfig': '/etc/kubernetes/bootstrap-kubelet.conf',
  config: '/etc/kubernetes/kubelet-config.yaml',
  kubeconfig: '/etc/kubernetes/kubelet.conf',
  'runtime-cgroups': '/system.slice/containerd.service',
} as const;

/** The files of kubeadm, in `ssl` instead of `pki`. */
function copyKubeadm(parts: Parts, node: NodeTree): void {
  const inSsl = (text: string) => text.replaceAll('/etc/kubernetes/pki', '/etc/kubernetes/ssl');
  for (const [path, entry] of node.entries) {
    const isText = entry.type === 'file';
    parts.tree.entries.set(
      inSsl(path),
      isText ? { ...entry, content: Buffer.from(inSsl(entry.content.toString('utf8'))) } : entry,
    );
  }
  parts.tree.link('/etc/kubernetes/pki', '/etc/kubernetes/ssl');
  for (const [role, key] of node.authorityKeys) parts.tree.authorityKeys.set(role, key);
}

const serviceRange = { serviceCidr: '10.233.0.0/18', serviceIp: '10.233.0.1' } as const;

const apiserverSans = hosts(
  ...['cp-1', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
  ...['lb-apiserver.kubernetes.local', 'localhost', '10.233.0.1', members['cp-1'], '127.0.0.1', '::1'],
);

/** The static pods' flags, with changes. */
function changeFlags(tree: NodeTree, flags: NonNullable<KitChanges['flags']>): void {
  for (const [component, changed] of Object.entries(flags)) {
    for (const [flag, value] of Object.entries(changed)) {
      tree.replaceFlag(component, flag, value === null ? undefined : String(value));
    }
  }
}

/** A control plane with a member of etcd. */
export function kubesprayControlPlane(changes: KubesprayChanges = {}): ReturnType<Kit> {
  const pods = { 'kube-apiserver': etcdClient, 'kube-controller-manager': {}, 'kube-scheduler': {} };
  const write = (parts: Parts) => {
    const { tree, pem, key } = parts;
    const { 'kube-apiserver': apiserver = {}, ...kubeadm } = changes.kubeadm ?? {};
    const certificates = { ...kubeadm, 'kube-apiserver': { sans: apiserverSans, ...apiserver } };
    const node = buildNode({ ...serviceRange, externalEtcd: ['https://etcd'], rotatedKubelet: true, certificates });
    for (const file of ['etcd', 'apiserver-etcd-client.crt', 'apiserver-etcd-client.key']) node.remove(`pki/${file}`);
    copyKubeadm(parts, node);
    writeEtcd(parts, 'cp-1');
    tree.write(`${ssl}/node-cp-1.pem`, pem('node'), 0o644).write(`${ssl}/node-cp-1-key.pem`, key('node'), 0o600);
    mount(tree, 'kube-apiserver', ssl);
    changeFlags(tree, pods);
    const podNames = Object.keys(pods);
    changeFlags(
      tree,
      Object.fromEntries(Object.entries(changes.flags ?? {}).filter(([name]) => podNames.includes(name))),
    );
    writeKubelet(parts, 'cp-1', members['cp-1']);
  };
  const flags = { ...pods, etcd: etcdFlags('cp-1'), kubelet: kubeletFlags };
  const certificates = etcdCertificates('cp-1');
  return buildKit({ cluster: 'kubespray', keys: 'pkcs8', certificates, flags, write }, changes);
}

/** A host with nothing of Kubernetes. */
export const kubesprayEtcd: Kit = (changes = {}) => {
  const write = (parts: Parts) => {
    writeEtcd(parts, 'etcd-2');
    parts.tree.write('/etc/hostname', 'etcd-2\n', 0o644);
  };
  const certificates = etcdCertificates('etcd-2');
  return buildKit(
    { cluster: 'kubespray', keys: 'pkcs8', certificates, flags: { etcd: etcdFlags('etcd-2') }, write },
    changes,
  );
};

/** A worker, whose kubelet reaches the control planes through nginx on the node. */
export function kubesprayWorker(changes: KubesprayChanges = {}): ReturnType<Kit> {
  const write = (parts: Parts) => {
    copyKubeadm(parts, buildNode({ worker: true, ...(changes.kubeadm && { certificates: changes.kubeadm }) }));
    parts.tree.editKubeconfig('kubelet.conf', { server: 'https://localhost:6443' });
    writeKubelet(parts, 'worker-1', '192.0.2.21');
    const servers = `    server ${members['cp-1']}:6443;\n`;
    const text = `stream {\n  upstream kube_apiserver {\n${servers}  }\n  server {\n    listen 127.0.0.1:6443;\n`;
    parts.tree.write('/etc/nginx/nginx.conf', `${text}    proxy_pass kube_apiserver;\n  }\n}\n`, 0o640);
  };
  const spec = {
    cluster: 'kubespray',
    keys: 'pkcs8',
    certificates: {},
    flags: { kubelet: kubeletFlags },
    write,
  } as const;
  return buildKit(spec, changes);
}
