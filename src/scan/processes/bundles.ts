/** What container runtimes write about their containers. */

import { type FileTree, isMiss } from '../fs/tree.ts';
import { parseBundleJson } from './bundle-json.ts';

/** A container that was not removed yet. It may have ended. */
export interface Bundle {
  readonly id: string;
  readonly pod: string | undefined;
  readonly namespace: string | undefined;
  readonly podUid: string | undefined;
  readonly image: string | undefined;
  readonly args: readonly string[];
  readonly sources: readonly string[];
  /** When it started, in milliseconds since the epoch. */
  readonly started: number | undefined;
  readonly tolerance: number;
}

/** Returns the container with an id; undefined if nothing is known of it. */
export type FindBundle = (id: string) => Bundle | undefined;

/** A folder in which a runtime has a folder for each container, and what is in that. */
interface Runtime {
  readonly folder: string;
  readonly inside: '' | '/userdata';
  readonly pid: 'init.pid' | 'pidfile';
}

/**
 * The folders of containerd's runtime v2 by where it has its state, also those of K3s, RKE2 and k0s: in `k8s.io` is
 * what the CRI and `ctr --namespace k8s.io` run, in `moby` what Docker does. CRI-O has them with containers/storage.
 */
const ofContainerd: readonly Runtime[] = [
  ...['containerd/…/k8s.io', 'k3s/containerd/…/k8s.io', 'k0s/containerd/…/k8s.io'],
  ...['containerd/…/moby', 'docker/containerd/daemon/…/moby'],
].map((folder): Runtime => {
  return { folder: `/run/${folder.replace('…', 'io.containerd.runtime.v2.task')}`, inside: '', pid: 'init.pid' };
});

const runtimes: readonly Runtime[] = [
  ...ofContainerd,
  { folder: '/run/containers/storage/overlay-containers', inside: '/userdata', pid: 'pidfile' },
];

/** Containers of one folder. A kubelet runs at most some hundred pods. */
const maxBundles = 2000;

/** Returns all containers of a node, without the sandboxes of pods. */
export function allBundles(tree: FileTree): readonly Bundle[] {
  // Most copies do not have the folder that all of them are in. To list each would throw once for every part of its
  // path.
  if (isMiss(tree.lstat('/run'))) return [];
  return runtimes.flatMap((runtime) => {
    const ids = tree.list(runtime.folder);
    return (isMiss(ids) ? [] : ids.slice(0, maxBundles)).flatMap((id) => bundleIn(tree, id, runtime) ?? []);
  });
}

/**
 * Returns a function that reads the files of a container when it is first asked for. A node has hundreds, and they are
 * large.
 */
export function bundleFinder(tree: FileTree): FindBundle {
  const known = new Map<string, Bundle | undefined>();
  return (id) => {
    if (known.has(id)) return known.get(id);
    const isName = id !== '' && !id.includes('/') && !id.startsWith('.');
    const [found] = isName ? runtimes.flatMap((runtime) => bundleIn(tree, id, runtime) ?? []) : [];
    known.set(id, found);
    return found;
  };
}

function bundleIn(tree: FileTree, id: string, { folder: top, inside, pid }: Runtime): Bundle | undefined {
  const folder = `${top}/${id}${inside}`;
  const entry = tree.lstat(`${folder}/config.json`);
  if (isMiss(entry) || entry.type !== 'file') return undefined;
  const bytes = tree.read(`${folder}/config.json`);
  const json = isMiss(bytes) ? undefined : parseBundleJson(Buffer.from(bytes).toString('utf8'));
  if (json === undefined) return undefined;
  const { args, sources, annotations: all } = json;
  const type = all['io.kubernetes.cri.container-type'] ?? all['io.kubernetes.cri-o.ContainerType'];
  if (type === 'sandbox' || (args.length === 1 && args[0] === '/pause')) return undefined;
  const start = tree.lstat(`${folder}/${pid}`);
  // It is written when the process starts, the configuration when the container is created, shortly before.
  const times = (isMiss(start) ? undefined : start.times) ?? entry.times;
  const created = Date.parse(all['io.kubernetes.cri-o.Created'] ?? '');
  return {
    id,
    pod: all['io.kubernetes.cri.sandbox-name'] ?? all['io.kubernetes.pod.name'],
    namespace: all['io.kubernetes.cri.sandbox-namespace'] ?? all['io.kubernetes.pod.namespace'],
    podUid: all['io.kubernetes.cri.sandbox-uid'] ?? all['io.kubernetes.pod.uid'],
    image: all['io.kubernetes.cri.image-name'] ?? all['io.kubernetes.cri-o.ImageName'],
    args,
    sources,
    started: times?.mtime ?? (Number.isFinite(created) ? created : undefined),
    tolerance: times?.tolerance ?? 1000,
  };
}
