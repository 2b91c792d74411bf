/** Quiet nodes of every layout, by kind. A layout of `rules/tables/` without them fails `every-layout.test.ts`. */
import type { SupportedNodes } from '../../src/api/parse-options.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import type { Layout } from '../../src/tables/layouts/layout.ts';
import type { Remedies } from '../../src/tables/layouts/remedies.ts';
import type { LayoutRow } from '../../src/tables/layouts/row.ts';
import { buildNode } from '../support/build-node.ts';
import { corpus } from '../support/corpus.ts';
import type { NodeTree } from '../support/node-tree.ts';
import table from './harbour.json' with { type: 'json' };
import { harbour, harbourNode, harbourWorker } from './harbour.ts';
import { kubeadmRow } from './kubeadm-row.ts';

export interface LayoutFixture {
  readonly row: LayoutRow;
  readonly remedies: Remedies;
  readonly layout: Layout;
  readonly sources?: SupportedNodes['sources'];
  /** A quiet node of each kind. */
  readonly nodes: Readonly<Partial<Record<'control-plane' | 'worker' | 'etcd', () => NodeTree>>>;
  /** Nodes, quiet or not, that have what the quiet ones lack: a backup, a rotated certificate. */
  readonly others: readonly (() => NodeTree | Promise<NodeTree>)[];
}

/** A kubeadm node with traces of upgrades, of an etcd that is gone, and of a join that did not end. */
const withTraces = () =>
  buildNode()
    .write('/root/.kube/config', 'apiVersion: v1', 0o644)
    .write('/etc/kubernetes/bootstrap-kubelet.conf', 'apiVersion: v1', 0o600)
    .write('/etc/kubernetes/tmp/kubeadm-backup-manifests-1/etcd.yaml', 'apiVersion: v1', 0o666)
    .write('/var/lib/etcd/member/snap/db', '', 0o600)
    .directory('/var/lib/kubelet/pods', 0o750)
    .write('/var/lib/kubelet/pki/kubelet-server-current.pem', '', 0o600)
    .remove('/var/lib/kubelet/config.yaml')
    .remove('/etc/kubernetes/manifests/etcd.yaml');

/** A kubeadm node whose components units start as users of their own. */
const withUnits = () =>
  buildNode({ externalEtcd: true })
    .write(
      '/etc/systemd/system/etcd.service',
      '[Service]\nUser=etcd\nExecStart=/usr/bin/etcd --cert-file=/etc/etcd/a.crt\n',
    )
    .write('/etc/systemd/system/kubelet.service', '[Service]\nExecStart=/usr/bin/kubelet --hostname-override=other\n')
    .write('/etc/etcd/a.crt', '', 0o600);

/** A node whose kubelet has run and renewed its certificates. */
const withCredentials = (node: NodeTree, { kubelet }: Layout): NodeTree =>
  node
    .directory(`${kubelet.folder}/${kubelet.pods}`, 0o750)
    .write(`${kubelet.certificates}/${kubelet.client}`, '', 0o600)
    .write(`${kubelet.certificates}/${kubelet.server}`, '', 0o600);

const [kubeadm] = layouts;

export const fixtures: Readonly<Record<string, LayoutFixture>> = {
  kubeadm: {
    row: kubeadmRow,
    remedies: kubeadm.remedies,
    layout: kubeadm,
    nodes: { 'control-plane': () => buildNode(), worker: () => buildNode({ worker: true }) },
    others: [
      withTraces,
      withUnits,
      () => corpus('kubeadm-1.36-worker-bootstrapped'),
      () => corpus('kubeadm-1.36-default'),
    ],
  },
  harbour: {
    row: table.row as LayoutRow,
    remedies: table.remedies as Remedies,
    layout: harbour,
    nodes: { 'control-plane': harbourNode, worker: harbourWorker },
    others: [() => withCredentials(harbourNode(), harbour)],
  },
};
