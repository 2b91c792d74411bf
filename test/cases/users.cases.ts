import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { Case } from './harness.ts';

const pki = '/etc/kubernetes/pki';
const uid = 998;

/** Lets a component run as a user. */
const runsAs = (node: NodeTree, component: string, settings: readonly string[]): NodeTree =>
  node.edit(`manifests/${component}.yaml`, (text) => {
    const context = settings.map((line) => `    ${line}\n`).join('');
    return text
      .replace(/ {2}securityContext:\n(?: {4}.*\n)+/, '')
      .replace('  hostNetwork: true\n', `  hostNetwork: true\n  securityContext:\n${context}`);
  });

const etcdAs = (node: NodeTree, ...more: readonly string[]) => runsAs(node, 'etcd', [`runAsUser: ${uid}`, ...more]);
const etcdKeys = ['etcd/server.key', 'etcd/peer.key'].map((path) => `${pki}/${path}`);

function own(node: NodeTree, paths: readonly string[], owner: number, group = owner, mode = 0o600): NodeTree {
  for (const path of paths) node.chown(path, owner, group).chmod(path, mode);
  return node;
}

const denied = ['argument/access@etcd'];
const program = ['file/owner-program@cp-1'];

/** Components that do not run as root, and the files that they may read. */
export const userCases: readonly Case[] = [
  { name: 'etcd runs as a user who may not read its keys', change: (node) => etcdAs(node), findings: denied },
  {
    name: 'a container of etcd has the user',
    change: (node) =>
      node.edit('manifests/etcd.yaml', (text) =>
        text.replace('    volumeMounts:\n', `    securityContext:\n      runAsUser: ${uid}\n    volumeMounts:\n`),
      ),
    findings: denied,
  },
  {
    name: 'a container of etcd has another user than its pod: root',
    change: (node) =>
      etcdAs(node).edit('manifests/etcd.yaml', (text) =>
        text.replace('    volumeMounts:\n', '    securityContext:\n      runAsUser: 0\n    volumeMounts:\n'),
      ),
    findings: [],
  },
  {
    name: 'a renewal gave one key of etcd back to root',
    change: (node) => own(etcdAs(node), etcdKeys.slice(0, 1), uid),
    findings: [...denied, ...program],
  },
  {
    name: 'the folder of etcd is closed to its user',
    change: (node) => own(etcdAs(node), etcdKeys, uid).chmod('pki/etcd', 0o700),
    findings: [...denied, ...program],
  },
  {
    name: 'the folders above the mount of etcd are closed to its user, who never walks through them',
    change: (node) => own(etcdAs(node), etcdKeys, uid).chmod('pki', 0o700),
    findings: program,
  },
  {
    name: 'the keys of etcd belong to a group of its user',
    change: (node) => own(etcdAs(node, 'supplementalGroups: [990]'), etcdKeys, 0, 990, 0o640),
    findings: ['file/mode@cp-1'],
  },
  {
    name: 'the keys of etcd are open to a group that only an access control list can give its user',
    change: (node) => own(etcdAs(node), etcdKeys, 0, 990, 0o640),
    findings: ['file/mode@cp-1'],
  },
  {
    name: 'etcd runs in a user namespace',
    change: (node) =>
      etcdAs(node).edit('manifests/etcd.yaml', (text) =>
        text.replace('  hostNetwork: true\n', '  hostNetwork: true\n  hostUsers: false\n'),
      ),
    findings: [],
  },
  {
    name: 'a copy of a node whose etcd has a user of its own',
    change: (node) => {
      etcdAs(node);
      for (const [path, { type }] of node.entries) if (type !== 'link') node.chown(path, 1000, 1000);
    },
    findings: [],
  },
  {
    name: 'the scheduler runs as a user who may not read its kubeconfig',
    change: (node) => runsAs(node, 'kube-scheduler', ['runAsUser: 65532', 'runAsGroup: 65532']),
    findings: ['argument/access@kube-scheduler'],
  },
  {
    name: 'the kubeconfig of the scheduler belongs to its user, whose id could be that of a person',
    change: (node) => {
      runsAs(node, 'kube-scheduler', ['runAsUser: 65532', 'runAsGroup: 65532']);
      own(node, ['/etc/kubernetes/scheduler.conf'], 65532);
    },
    findings: program,
  },
  {
    name: 'the kubeconfig of the scheduler belongs to a person, not to its user',
    change: (node) => {
      runsAs(node, 'kube-scheduler', ['runAsUser: 65532', 'runAsGroup: 65532']);
      own(node, ['/etc/kubernetes/scheduler.conf'], 1000, 1000, 0o644);
    },
    findings: ['key/mode@/etc/kubernetes/scheduler.conf', 'file/owner@cp-1'],
  },
  {
    name: 'kubeadm with RootlessControlPlane',
    change: (node) => {
      const readers = 995;
      const ids = { 'kube-apiserver': 991, 'kube-controller-manager': 992, 'kube-scheduler': 993, etcd: uid };
      for (const [component, id] of Object.entries(ids)) {
        runsAs(node, component, [`runAsGroup: ${id}`, `runAsUser: ${id}`, `supplementalGroups:`, `- ${readers}`]);
      }
      const ofServer = ['sa.pub', 'apiserver.key', 'apiserver-kubelet-client.key', 'apiserver-etcd-client.key'];
      own(
        node,
        [...ofServer, 'front-proxy-client.key'].map((path) => `${pki}/${path}`),
        991,
      );
      own(node, [`${pki}/ca.key`, '/etc/kubernetes/controller-manager.conf'], 992);
      own(node, ['/etc/kubernetes/scheduler.conf'], 993);
      own(node, etcdKeys, uid);
      own(node, [`${pki}/sa.key`], 0, readers, 0o640);
    },
    findings: ['file/mode@cp-1', ...program],
  },
];

const folder = '/etc/etcd/pki';
const passwd = 'root:x:0:0:root:/root:/bin/sh\netcd:x:998:997::/var/lib/etcd:/sbin/nologin\n';

/** An etcd of systemd next to an API server that dials it as an external one. */
const unit = (node: NodeTree, settings: string, mode = 0o600, owner = 0, group = owner): NodeTree => {
  const flags = ['cert-file', 'key-file', 'trusted-ca-file'].map((flag, index) => {
    return `--${flag}=${folder}/${['server.crt', 'server.key', 'ca.crt'][index]}`;
  });
  node.write(
    '/etc/systemd/system/etcd.service',
    `[Service]\n${settings}\nExecStart=/usr/bin/etcd ${flags.join(' ')}\n`,
  );
  const other = buildNode();
  node.write(`${folder}/server.crt`, other.read('pki/etcd/server.crt'), 0o644);
  node.write(`${folder}/ca.crt`, other.read('pki/etcd/ca.crt'), 0o644);
  return node
    .write(`${folder}/server.key`, other.read('pki/etcd/server.key'), mode)
    .chown(`${folder}/server.key`, owner, group);
};

const ofUnit = (name: string, change: (node: NodeTree) => unknown, findings: readonly string[]): Case => ({
  name: `an etcd of systemd: ${name}`,
  node: { externalEtcd: true },
  change,
  findings,
});

/** etcd as a systemd unit, with a user of its own. */
export const unitCases: readonly Case[] = [
  ofUnit('its key belongs to root', (node) => unit(node, 'User=etcd'), ['etcd/access@cp-1']),
  ofUnit('its key is its own', (node) => unit(node.write('/etc/passwd', passwd), 'User=etcd', 0o600, uid), []),
  ofUnit(
    'its key belongs to someone else',
    (node) => unit(node.write('/etc/passwd', passwd), 'User=etcd', 0o600, 990),
    ['etcd/access@cp-1'],
  ),
  ofUnit('the id of its user is not known', (node) => unit(node, 'User=etcd', 0o600, 990), []),
  ofUnit('its group may read it', (node) => unit(node.write('/etc/passwd', passwd), 'User=etcd', 0o640, 0, 997), [
    'file/mode@cp-1',
  ]),
  ofUnit('its folder is closed', (node) => unit(node, 'User=etcd', 0o644).chmod(folder, 0o700), ['etcd/access@cp-1']),
  ofUnit('it runs as root', (node) => unit(node, 'User=root'), []),
  ofUnit('it keeps the rights of root', (node) => unit(node, 'User=etcd\nAmbientCapabilities=CAP_DAC_READ_SEARCH'), []),
];
