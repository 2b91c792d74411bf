/**
 * The layouts that nodes may have: the files of `rules/tables/layouts/`, typed. A test validates the JSON, so the type assertions
 * are safe.
 */
import aksFile from '../../../rules/tables/layouts/aks.json' with { type: 'json' };
import eksFile from '../../../rules/tables/layouts/eks.json' with { type: 'json' };
import gkeFile from '../../../rules/tables/layouts/gke.json' with { type: 'json' };
import hardWayFile from '../../../rules/tables/layouts/hard-way.json' with { type: 'json' };
import hardWay2021File from '../../../rules/tables/layouts/hard-way-2021.json' with { type: 'json' };
import kubeadmFile from '../../../rules/tables/layouts/kubeadm.json' with { type: 'json' };
import kubeaszFile from '../../../rules/tables/layouts/kubeasz.json' with { type: 'json' };
import kubesprayFile from '../../../rules/tables/layouts/kubespray.json' with { type: 'json' };
import mmumshadFile from '../../../rules/tables/layouts/mmumshad.json' with { type: 'json' };
import optKubernetesFile from '../../../rules/tables/layouts/opt-kubernetes.json' with { type: 'json' };
import systemdFile from '../../../rules/tables/layouts/systemd.json' with { type: 'json' };
import type { Layouts } from '../../artifact/layout.ts';
import { extended, type LayoutExtension, type LayoutParts } from './extend.ts';
import { layoutOf } from './join.ts';
import type { Layout } from './layout.ts';
import { layoutOnDemand } from './on-demand.ts';

const kubeadm = kubeadmFile as LayoutParts;
const systemd = systemdFile as unknown as LayoutParts;
const bases: Readonly<Record<string, LayoutParts>> = { kubeadm, systemd };

const joined = ({ row, remedies }: LayoutParts) => layoutOf(row, remedies);

/** Those that are another one with changes, in the order in which they are matched: before those that fit more nodes. */
const extensions = [
  kubesprayFile,
  kubeaszFile,
  optKubernetesFile,
  hardWayFile,
  hardWay2021File,
  mmumshadFile,
  eksFile,
  aksFile,
  gkeFile,
].map((file) => {
  const base = bases[file.extends] as LayoutParts;
  const extension = file as unknown as LayoutExtension;
  const kubelet = { ...base.row.kubelet, ...extension.row.kubelet };
  return layoutOnDemand({ ...base.row, ...extension.row, kubelet }, () => joined(extended(base, extension)));
});

/** Every layout: first that of nodes that match none, then in the order in which they are matched. */
export const layouts: Layouts<Layout> = [
  joined(kubeadm),
  ...extensions,
  layoutOnDemand(systemd.row, () => joined(systemd)),
];
