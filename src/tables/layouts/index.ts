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
import systemdPeerCaFile from '../../../rules/tables/layouts/systemd-peer-ca.json' with { type: 'json' };
import systemdThreeCasFile from '../../../rules/tables/layouts/systemd-three-cas.json' with { type: 'json' };
import systemdTwoCasFile from '../../../rules/tables/layouts/systemd-two-cas.json' with { type: 'json' };
import type { Layouts } from '../../artifact/layout.ts';
import { extended, type LayoutExtension, type LayoutParts, placesUnder } from './extend.ts';
import { layoutOf } from './join.ts';
import type { Layout } from './layout.ts';
import { layoutOnDemand } from './on-demand.ts';

const kubeadm = kubeadmFile as LayoutParts;
const systemd = systemdFile as unknown as LayoutParts;
const bases: Readonly<Record<string, LayoutParts>> = { kubeadm, systemd };

const joined = ({ row, remedies }: LayoutParts) => layoutOf(row, remedies);

/** A file with what a layout has otherwise than the one that it extends. */
type ExtensionFile = LayoutExtension & { readonly extends: string };

/** A layout that is another one with the changes of all its files. The last one is its own. */
function extension(...files: readonly [...unknown[], { readonly extends: string }]): Layout {
  const changes = files as readonly ExtensionFile[];
  const { row, extends: name } = changes.at(-1) as ExtensionFile;
  const base = bases[name] as LayoutParts;
  return layoutOnDemand(placesUnder(base, row), () => joined(changes.reduce(extended, base)));
}

const separate = {
  servers: extension(systemdTwoCasFile),
  peers: extension(systemdPeerCaFile),
  both: extension(systemdTwoCasFile, systemdPeerCaFile, systemdThreeCasFile),
} as const;

/** Every layout: first that of nodes that match none, then in the order in which they are matched: before those that fit more. */
export const layouts: Layouts<Layout> = [
  joined(kubeadm),
  extension(kubesprayFile),
  extension(kubeaszFile),
  extension(optKubernetesFile),
  extension(hardWayFile),
  extension(hardWay2021File),
  extension(mmumshadFile),
  extension(eksFile),
  extension(aksFile),
  extension(gkeFile),
  layoutOnDemand({ ...systemd.row, separate }, () => joined(systemd)),
  separate.servers,
  separate.peers,
  separate.both,
];
