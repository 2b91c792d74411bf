import { buildNode } from '../../support/build-node.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const stopped = ['manifest/missing@cp-1'];
const manifest = (name: string) => `manifests/${name}.yaml`;
const ofControlPlane = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

const remove =
  (...names: readonly string[]) =>
  (node: NodeTree): NodeTree => {
    for (const name of names) node.remove(manifest(name));
    return node;
  };

function writeUnit(node: NodeTree, name: string): NodeTree {
  return node.write(`/etc/systemd/system/${name}.service`, `[Service]\nExecStart=/usr/bin/${name}\n`, 0o644);
}

const missing: readonly Case[] = [
  ...[...ofControlPlane, 'etcd'].map(
    (name): Case => ({
      name: `${name} was stopped by moving its manifest away`,
      change: remove(name),
      findings: stopped,
    }),
  ),
  {
    name: 'kube-scheduler and kube-controller-manager were stopped by moving their manifests away',
    change: remove('kube-scheduler', 'kube-controller-manager'),
    findings: stopped,
  },
  {
    name: 'the static pod folder is empty',
    change: (node) => node.remove('manifests').directory('manifests', 0o700),
    findings: stopped,
  },
  {
    name: 'a manifest was moved out of the folder, to a name that the kubelet does not read, and to the root',
    change: (node) => {
      node.move(manifest('etcd'), 'etcd.yaml');
      node.move(manifest('kube-scheduler'), 'manifests/.kube-scheduler.yaml');
      node.move(manifest('kube-apiserver'), '/root/kube-apiserver.yaml');
    },
    findings: stopped,
  },
  {
    name: 'a manifest was moved away, and a damaged backup was left',
    change: (node) => remove('kube-apiserver')(node.write('manifests/kube-apiserver.yaml.old', 'a: [')),
    findings: [...stopped, 'manifest/stray@/etc/kubernetes/manifests/kube-apiserver.yaml.old'],
  },
  {
    name: 'one manifest cannot be read, and another one is not there',
    change: (node) => remove('kube-apiserver')(node.write(manifest('etcd'), 'a: [')),
    findings: [...stopped, 'manifest/parse@/etc/kubernetes/manifests/etcd.yaml'],
  },
  {
    name: 'the manifest of etcd was copied over that of kube-apiserver',
    change: (node) => node.write(manifest('kube-apiserver'), node.read(manifest('etcd'))),
    findings: [...stopped, 'manifest/duplicate@etcd'],
  },
  {
    name: 'one of two control planes has no kube-apiserver',
    node: () => controlPlane(1),
    beside: () => [controlPlane(2), worker()],
    change: remove('kube-apiserver'),
    findings: stopped,
  },
  {
    name: 'an etcd that kube-apiserver dials at the address of its node',
    change: (node) => remove('etcd')(node.replaceFlag('kube-apiserver', 'etcd-servers', 'https://192.0.2.10:2379')),
    findings: stopped,
  },
];

const unreadable: readonly Case[] = [
  {
    name: 'a folder in place of a manifest, which the kubelet ignores',
    change: (node) => remove('kube-scheduler')(node).directory(`${manifest('kube-scheduler')}`),
    findings: stopped,
  },
  {
    name: 'a link to nothing in place of a manifest',
    change: (node) => remove('kube-scheduler')(node).link(manifest('kube-scheduler'), '/etc/kubernetes/gone.yaml'),
    findings: ['manifest/parse@/etc/kubernetes/manifests/kube-scheduler.yaml'],
  },
  {
    name: 'a manifest that cannot be parsed',
    change: (node) => node.write(manifest('kube-apiserver'), 'a: ['),
    findings: ['manifest/parse@/etc/kubernetes/manifests/kube-apiserver.yaml'],
  },
  {
    name: 'an empty manifest',
    change: (node) => node.write(manifest('kube-apiserver'), ''),
    findings: ['manifest/parse@/etc/kubernetes/manifests/kube-apiserver.yaml'],
  },
  {
    name: 'a manifest of another name that cannot be parsed',
    change: (node) => remove('kube-apiserver')(node.write(manifest('api'), 'a: [')),
    findings: ['manifest/parse@/etc/kubernetes/manifests/api.yaml'],
  },
];

const elsewhere: readonly Case[] = [
  {
    name: 'a unit may start kube-apiserver',
    change: (node) => remove('kube-apiserver')(writeUnit(node, 'kube-apiserver')),
    findings: ['manifest/unit@cp-1'],
  },
  {
    name: 'a unit may start etcd',
    change: (node) => remove('etcd')(writeUnit(node, 'etcd')),
    findings: ['manifest/unit@cp-1'],
  },
  { name: 'an external etcd', node: { externalEtcd: true }, findings: [] },
  {
    name: 'an etcd that was moved to other machines, and left its files',
    change: (node) => remove('etcd')(node.replaceFlag('kube-apiserver', 'etcd-servers', 'https://192.0.2.99:2379')),
    findings: [],
  },
  {
    name: 'an etcd on this machine that has its files elsewhere, and a unit',
    node: () => buildNode({ externalEtcd: ['https://192.0.2.10:2379'] }),
    change: (node) => writeUnit(node, 'etcd'),
    findings: [],
  },
  {
    name: 'a kubelet that also reads manifests from a URL',
    change: (node) => {
      node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}staticPodURL: https://pods.example.test\n`);
      remove('kube-scheduler')(node);
    },
    findings: [],
  },
  {
    name: 'the static pod folder was not given',
    change: (node) => node.remove('manifests'),
    findings: [],
  },
  {
    name: 'a worker whose static pod folder is empty',
    node: { worker: true },
    change: (node) => node.directory('manifests', 0o700),
    findings: [],
  },
  {
    name: 'a program under the name of kube-apiserver that is not known',
    change: (node) =>
      node.edit(manifest('kube-apiserver'), (text) =>
        text
          .replace(/ {2}- command:\n(?: {4}- .*\n)+/, '  - command:\n    - /opt/start\n')
          .replace(/(name: )kube-apiserver$|(image: ).*/gm, '$1$2start'),
      ),
    findings: [],
  },
];

/** Components that do not run, and components that run elsewhere or in another way. */
export const stoppedCases: readonly Case[] = [...missing, ...unreadable, ...elsewhere];
