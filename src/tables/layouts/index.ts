/**
 * The layouts that nodes may have: the files of `rules/tables/layouts/`, typed. A test validates the JSON, so the type
 * assertions are safe.
 */
import aksFile from '../../../rules/tables/layouts/aks.json' with { type: 'json' };
import eksFile from '../../../rules/tables/layouts/eks.json' with { type: 'json' };
import gkeFile from '../../../rules/tables/layouts/gke.json' with { type: 'json' };
import hardWayFile from '../../../rules/tables/layouts/hard-way.json' with { type: 'json' };
import hardWay2021File from '../../../rules/tables/layouts/hard-way-2021.json' with { type: 'json' };
import k0sFile from '../../../rules/tables/layouts/k0s.json' with { type: 'json' };
import k3sFile from '../../../rules/tables/layouts/k3s.json' with { type: 'json' };
import k3sAgentFile from '../../../rules/tables/layouts/k3s-agent.json' with { type: 'json' };
import k8sSnapFile from '../../../rules/tables/layouts/k8s-snap.json' with { type: 'json' };
import kopsFile from '../../../rules/tables/layouts/kops.json' with { type: 'json' };
import kubeadmFile from '../../../rules/tables/layouts/kubeadm.json' with { type: 'json' };
import kubeaszFile from '../../../rules/tables/layouts/kubeasz.json' with { type: 'json' };
import kubesprayFile from '../../../rules/tables/layouts/kubespray.json' with { type: 'json' };
import microk8sFile from '../../../rules/tables/layouts/microk8s.json' with { type: 'json' };
import microk8sWorkerFile from '../../../rules/tables/layouts/microk8s-worker.json' with { type: 'json' };
import microshiftFile from '../../../rules/tables/layouts/microshift.json' with { type: 'json' };
import mmumshadFile from '../../../rules/tables/layouts/mmumshad.json' with { type: 'json' };
import optKubernetesFile from '../../../rules/tables/layouts/opt-kubernetes.json' with { type: 'json' };
import rke2File from '../../../rules/tables/layouts/rke2.json' with { type: 'json' };
import rke2AgentFile from '../../../rules/tables/layouts/rke2-agent.json' with { type: 'json' };
import systemdFile from '../../../rules/tables/layouts/systemd.json' with { type: 'json' };
import systemdPeerCaFile from '../../../rules/tables/layouts/systemd-peer-ca.json' with { type: 'json' };
import systemdThreeCasFile from '../../../rules/tables/layouts/systemd-three-cas.json' with { type: 'json' };
import systemdTwoCasFile from '../../../rules/tables/layouts/systemd-two-cas.json' with { type: 'json' };
import type { Layouts } from '../../artifact/layout.ts';
import { remember } from '../../core/collections.ts';
import { extended, type LayoutExtension, type LayoutParts, type Places, placesOf, placesUnder } from './extend.ts';
import { layoutOf } from './join.ts';
import type { Layout } from './layout.ts';
import { layoutOnDemand } from './on-demand.ts';
import { reworded } from './words.ts';

const kubeadm = kubeadmFile as LayoutParts;
const k3s = k3sFile as ExtensionFile;
const k3sAgent = k3sAgentFile as ExtensionFile;
const systemd = systemdFile as unknown as LayoutParts;

/** A file with what a layout has otherwise than the one that it extends. */
type ExtensionFile = LayoutExtension & { readonly extends: string };

/** The files of layouts that others extend, by name. */
const bases: Readonly<Record<string, LayoutParts | ExtensionFile>> = {
  k3s,
  'k3s-agent': k3sAgent,
  kubeadm,
  microk8s: microk8sFile as ExtensionFile,
  systemd,
};

function fileOf(name: string): LayoutParts | ExtensionFile {
  const file = bases[name];
  if (file === undefined) throw new Error(`no layout ${name} that others extend`);
  return file;
}

/** The parts of a layout by its name, with those of all that it extends. */
function partsOf(name: string): LayoutParts {
  const file = fileOf(name);
  return 'extends' in file ? extended(partsOf(file.extends), file) : file;
}

/** The places of such a layout. */
function placesNamed(name: string): Places {
  const file = fileOf(name);
  return 'extends' in file ? placesUnder(placesNamed(file.extends), file) : placesOf(file.row);
}

const joined = ({ row, remedies }: LayoutParts) => layoutOf(row, remedies);

/** A layout that is another one with the changes of all its files. The last one is its own. */
function extension(...files: readonly [...unknown[], { readonly extends: string }]): Layout {
  const changes = files as readonly ExtensionFile[];
  const own = changes.at(-1) as ExtensionFile;
  const places = placesUnder(placesNamed(own.extends), own);
  return movable(places, () => changes.reduce(extended, partsOf(own.extends)));
}

/** A layout whose rows are joined when they are needed. With a data directory there is one for each place of it. */
function movable(places: Places, parts: () => LayoutParts): Layout {
  const { dataDir } = places;
  const here = layoutOnDemand(places, () => joined(parts()));
  if (dataDir === undefined) return here;
  const at = remember((from: Places, folder: string) => {
    const words = { [dataDir]: folder };
    return layoutOnDemand(reworded(from, words), () => joined(reworded(parts(), words)));
  });
  return Object.defineProperty(here, 'movedTo', { value: (folder: string) => at(places, folder) });
}

const separate = {
  servers: extension(systemdTwoCasFile),
  peers: extension(systemdPeerCaFile),
  both: extension(systemdTwoCasFile, systemdPeerCaFile, systemdThreeCasFile),
} as const;

/**
 * Every layout: first that of nodes that match none, then in the order in which they are matched: before those that fit
 * more.
 */
export const layouts: Layouts<Layout> = [
  layoutOnDemand(placesOf(kubeadm.row), () => joined(kubeadm)),
  extension(k0sFile),
  extension(microshiftFile),
  extension(rke2AgentFile),
  extension(rke2File),
  extension(k3sAgentFile),
  extension(k3sFile),
  extension(k8sSnapFile),
  extension(microk8sFile),
  extension(microk8sWorkerFile),
  extension(kubesprayFile),
  extension(kopsFile),
  extension(kubeaszFile),
  extension(optKubernetesFile),
  extension(hardWayFile),
  extension(hardWay2021File),
  extension(mmumshadFile),
  extension(eksFile),
  extension(aksFile),
  extension(gkeFile),
  layoutOnDemand({ ...placesOf(systemd.row), separate }, () => joined(systemd)),
  separate.servers,
  separate.peers,
  separate.both,
];
