/** What container runtimes write about their containers. */

import { isAtOrBelow } from '../../artifact/paths.ts';
import type { ComponentProcess } from '../../artifact/process.ts';
import { argumentsOfProcess } from '../components/process-words.ts';
import { type FileTree, isMiss } from '../fs/tree.ts';
import { parseBundleJson } from './bundle-json.ts';
import { identifyStarted } from './identify.ts';
import { isStaticPod, type OwnNode } from './ours.ts';

/** A container that was not removed yet. It may have ended. */
export interface Bundle {
  readonly id: string;
  /** The file that has its arguments. */
  readonly path: string;
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

/** Where the bundles of a runtime are: a folder for each container in one of `folders`. */
const runtimes = [
  {
    // containerd's runtime v2: `k8s.io` has those of the CRI and of `ctr --namespace k8s.io`, `moby` those of Docker.
    folders: ['k8s.io', 'moby'].map((namespace) => `/run/containerd/io.containerd.runtime.v2.task/${namespace}`),
    inside: '',
    pid: 'init.pid',
  },
  // CRI-O, with containers/storage.
  { folders: ['/run/containers/storage/overlay-containers'], inside: '/userdata', pid: 'pidfile' },
] as const;

/** Containers of one folder. A kubelet runs at most some hundred pods. */
const maxBundles = 2000;

/** Returns the containers of a node, without the sandboxes of pods, in the order of their ids. */
export function bundlesIn(tree: FileTree): readonly Bundle[] {
  return runtimes.flatMap(({ folders, inside, pid }) =>
    folders.flatMap((folder) => {
      const ids = tree.list(folder);
      return (isMiss(ids) ? [] : ids.slice(0, maxBundles)).flatMap(
        (id) => bundleIn(tree, id, `${folder}/${id}${inside}`, pid) ?? [],
      );
    }),
  );
}

function bundleIn(tree: FileTree, id: string, folder: string, pidFile: string): Bundle | undefined {
  const file = `${folder}/config.json`;
  const entry = tree.lstat(file);
  const bytes = isMiss(entry) || entry.type !== 'file' ? undefined : tree.read(file);
  const json = bytes === undefined || isMiss(bytes) ? undefined : parseBundleJson(Buffer.from(bytes).toString('utf8'));
  if (json === undefined || isMiss(entry)) return undefined;
  const { args, sources, annotations: all } = json;
  const type = all['io.kubernetes.cri.container-type'] ?? all['io.kubernetes.cri-o.ContainerType'];
  if (type === 'sandbox' || (args.length === 1 && args[0] === '/pause')) return undefined;
  const start = tree.lstat(`${folder}/${pidFile}`);
  // It is written when the process starts, the configuration when the container is created, shortly before.
  const times = (isMiss(start) ? undefined : start.times) ?? entry.times;
  const created = Date.parse(all['io.kubernetes.cri-o.Created'] ?? '');
  const started = times?.mtime ?? (Number.isFinite(created) ? created : undefined);
  return {
    id,
    path: file,
    pod: all['io.kubernetes.cri.sandbox-name'] ?? all['io.kubernetes.pod.name'],
    namespace: all['io.kubernetes.cri.sandbox-namespace'] ?? all['io.kubernetes.pod.namespace'],
    podUid: all['io.kubernetes.cri.sandbox-uid'] ?? all['io.kubernetes.pod.uid'],
    image: all['io.kubernetes.cri.image-name'] ?? all['io.kubernetes.cri-o.ImageName'],
    args,
    sources,
    started,
    tolerance: times?.tolerance ?? 1000,
  };
}

/** Returns the containers of the node's components as processes: what is known without a process table. */
export function processesOfBundles(bundles: readonly Bundle[], node: OwnNode): readonly ComponentProcess[] {
  return bundles.flatMap((bundle): readonly ComponentProcess[] => {
    const { id, path, pod, podUid, image, args, sources, started, tolerance } = bundle;
    const identified = identifyStarted(args, node.programs);
    const isOurs =
      pod === undefined
        ? sources.some((source) =>
            node.folders.some((folder) => isAtOrBelow(source, folder) || isAtOrBelow(folder, source)),
          )
        : isStaticPod(podUid, bundle, node);
    if (identified === undefined || !isOurs) return [];
    const container = { id, podUid, pod, image };
    const { component, words } = identified;
    return [
      {
        component,
        words,
        arguments: argumentsOfProcess(component, words, { path }, node.programs),
        pid: undefined,
        started,
        tolerance,
        mounts: undefined,
        container,
        unit: undefined,
      },
    ];
  });
}
