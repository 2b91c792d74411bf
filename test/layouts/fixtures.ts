/** Quiet nodes of every layout, by kind. A layout of `rules/tables/` without them fails `every-layout.test.ts`. */
import { readFileSync } from 'node:fs';
import type { SupportedNodes } from '../../src/api/parse-options.ts';
import { extended, type LayoutExtension, type LayoutParts } from '../../src/tables/layouts/extend.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { layoutOf } from '../../src/tables/layouts/join.ts';
import type { Layout } from '../../src/tables/layouts/layout.ts';
import type { Remedies } from '../../src/tables/layouts/remedies.ts';
import type { LayoutRow } from '../../src/tables/layouts/row.ts';
import { buildNode } from '../support/build-node.ts';
import { corpus } from '../support/corpus.ts';
import type { NodeTree } from '../support/node-tree.ts';
import table from './harbour.json' with { type: 'json' };
import { harbour, harbourNode, harbourWorker } from './harbour.ts';
import { type Cluster, kits, layoutIn } from './kits/index.ts';
import { kubeadmRow } from './kubeadm-row.ts';

export interface LayoutFixture {
  /** What its file says. */
  readonly row: Omit<LayoutExtension['row'], 'name'>;
  /** Joins such a row. */
  readonly join: (row: LayoutFixture['row']) => Layout;
  readonly layout: Layout;
  /** Rules that warn of what is risky in such nodes as their installer makes them. */
  readonly risky?: readonly string[];
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

/** A node whose kubelet has run, and has a configuration in the usual place. */
const withKubelet = (node: NodeTree, layout: Layout): NodeTree =>
  withCredentials(node, layout)
    .directory(layout.pki, 0o755)
    .write(`${layout.kubelet.folder}/${layout.kubelet.settings[0]}`, 'apiVersion: v1', 0o600);

/** A node whose kubelet has run and renewed its certificates. */
const withCredentials = (node: NodeTree, { kubelet }: Layout): NodeTree =>
  node
    .directory(`${kubelet.folder}/${kubelet.pods}`, 0o750)
    .write(`${kubelet.certificates}/${kubelet.client}`, '', 0o600)
    .write(`${kubelet.certificates}/${kubelet.server}`, '', 0o600);

const [kubeadm] = layouts;

const fileOf = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../rules/tables/layouts/${name}.json`, import.meta.url), 'utf8'),
  ) as ExtensionFile;

type ExtensionFile = LayoutExtension & { readonly extends?: string };

/** The parts of a layout with those of all that it extends. */
function partsOf(file: ExtensionFile): LayoutParts {
  return file.extends === undefined ? (file as LayoutParts) : extended(partsOf(fileOf(file.extends)), file);
}

const ofKubernetes = /kube-(?:apiserver|controller-manager|scheduler|proxy)|kubelet|\/kubernetes\/cfg\//;

/** A node that only has the etcd of a control plane, if the layout has such nodes. */
function etcdAlone({ nodes }: Layout, controlPlane: (() => NodeTree) | undefined): LayoutFixture['nodes'] {
  if (controlPlane === undefined || nodes.every(({ kind }) => kind !== 'etcd')) return {};
  const etcd = () => {
    const tree = controlPlane();
    const paths = [...tree.entries].filter(([path, { type }]) => type !== 'directory' && ofKubernetes.test(path));
    for (const [path] of paths) tree.remove(path);
    return tree;
  };
  return { etcd };
}

/** The nodes of the kits with a layout. */
function ofKits(layout: Layout): LayoutFixture {
  const file = fileOf(layout.name);
  const all = Object.values<Cluster>(kits).flatMap((kit) =>
    kit.nodes.flatMap((make, index) =>
      layoutIn(kit, index) === layout.name ? [[kit.kinds[index], () => make()] as const] : [],
    ),
  );
  const join = (row: LayoutFixture['row']) => {
    const own = file.extends === undefined ? row : { name: layout.name, ...row };
    const { row: whole, remedies } = partsOf({ ...file, row: own as ExtensionFile['row'] });
    return layoutOf(whole, remedies);
  };
  return {
    row: file.row,
    join,
    layout,
    risky: [
      'etcd/open-local',
      ...Object.values<Cluster>(kits).flatMap(({ risky = [] }) => risky.map((one) => one.replace(/@.*/, ''))),
    ],
    nodes: { ...etcdAlone(layout, all[0]?.[1]), ...Object.fromEntries(all.toReversed()) },
    others: [
      ...all.map(([, make]) => make),
      ...all.slice(0, 1).map(
        ([, make]) =>
          () =>
            withKubelet(make(), layout),
      ),
    ],
  };
}

export const fixtures: Readonly<Record<string, LayoutFixture>> = {
  ...Object.fromEntries(layouts.slice(1).map((layout) => [layout.name, ofKits(layout)])),
  kubeadm: {
    row: kubeadmRow,
    join: (row) => layoutOf(row as LayoutRow, kubeadm.remedies),
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
    join: (row) => layoutOf(row as LayoutRow, table.remedies as Remedies),
    layout: harbour,
    nodes: { 'control-plane': harbourNode, worker: harbourWorker },
    others: [() => withCredentials(harbourNode(), harbour)],
  },
};
