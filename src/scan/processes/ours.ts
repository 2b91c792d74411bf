/** Which processes are of the components of this node, and not of an application, a different cluster or a test. */
import { type Programs, pkiFolders } from '../../artifact/layout.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { isAtOrBelow } from '../../artifact/paths.ts';
import type { MountLine } from '../../artifact/process.ts';
import { foldersOfLayout } from '../fs/layout-of-tree.ts';
import type { Bundle, FindBundle } from './bundles.ts';
import type { CgroupPlace } from './cgroup.ts';
import { isMounted } from './mountinfo.ts';
import type { FoundProcess } from './table.ts';

/** What is known of the node before its processes are looked at. */
export interface OwnNode {
  /** The programs of its components. */
  readonly programs: Programs;
  /** The folders of its files. */
  readonly folders: readonly string[];
  /** Those of them of which a container without a pod that mounts one is of the node. */
  readonly mounted: readonly string[];
  /** The files that its components name. */
  readonly files: ReadonlySet<string>;
  /** The units that start its components. */
  readonly units: readonly string[];
  /** The name of the machine. */
  readonly machine: string | undefined;
}

/** What a scan shows of it. */
export type Scanned = Pick<ScannedNode, 'layout' | 'pki' | 'components' | 'programFiles' | 'machine'>;

/** Returns what processes are compared with. */
export function ownNode({ layout, pki, components, programFiles, machine }: Scanned): OwnNode {
  const folders = [...new Set([...foldersOfLayout(layout), ...pkiFolders(layout), pki])];
  const units = components.flatMap(({ unit }) => unit?.name ?? []);
  // The volumes of all pods are in the kubelet's folder.
  const mounted = folders.filter((folder) => !isAtOrBelow(layout.kubelet.folder, folder));
  const files = new Set(programFiles.flatMap(({ component, path }) => (component === undefined ? [] : path)));
  return { programs: layout.programs, folders, mounted, files, units, machine: machine?.name };
}

/** A process of a component, where it runs, and what it mounts. */
export interface PlacedProcess extends FoundProcess {
  readonly place: CgroupPlace;
  readonly mounts: readonly MountLine[] | undefined;
}

/**
 * Whether a process is of a component of the node: in a static pod; in a container without a pod that mounts the node's
 * files; or in no container, if it is a kubelet, one of the node's units starts it, or it names the node's files. An
 * etcd of an application is in a pod with a UID of the API server, and one of a test has files elsewhere.
 */
export function isOurs(
  { component, words, place, mounts }: PlacedProcess,
  hostMounts: readonly MountLine[] | undefined,
  node: OwnNode,
  bundleOf: FindBundle,
): boolean {
  const { container, podUid, unit, isNested } = place;
  if (isNested) return false;
  if (container !== undefined) {
    const bundle = bundleOf(container);
    if (podUid !== undefined || bundle?.pod !== undefined) return isOfStaticPod(podUid ?? bundle?.podUid, bundle, node);
    return mounts !== undefined && node.mounted.some((folder) => isMounted(folder, mounts, hostMounts));
  }
  return (
    component === 'kubelet' ||
    (unit !== undefined && (node.units.includes(unit) || unit === `${component}.service`)) ||
    words.some((word) => isOwnPath(pathIn(word), node))
  );
}

/**
 * Whether a pod is a static one: the kubelet gives it a hash as its UID (`applyDefaults` of the kubelet's
 * pkg/kubelet/config/common.go), and a name that ends with that of its node.
 */
export function isOfStaticPod(
  podUid: string | undefined,
  bundle: Pick<Bundle, 'pod' | 'namespace'> | undefined,
  { machine }: Pick<OwnNode, 'machine'>,
): boolean {
  if (podUid !== undefined && !podUid.includes('-')) return true;
  return machine !== undefined && bundle?.namespace === 'kube-system' && bundle.pod?.endsWith(`-${machine}`) === true;
}

/** The value of a flag, or the word itself: `--kubeconfig=/etc/kubernetes/scheduler.conf`. */
const pathIn = (word: string): string => (word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word);

const isOwnPath = (path: string, { files, folders }: OwnNode): boolean =>
  files.has(path) || folders.some((folder) => isAtOrBelow(path, folder));

/**
 * Leaves out what only started a process of the same component in the same container or unit: a shell that has its
 * name. While a program starts a different one, its child still has its command line (fork(2)), so a child with the
 * same words is left out instead.
 */
export function innermost(processes: readonly PlacedProcess[]): readonly PlacedProcess[] {
  const byPid = new Map(processes.map((one) => [one.pid, one]));
  const dropped = new Set<number>();
  for (const { pid, stat, component, place, words } of processes) {
    const parent = byPid.get(stat.parent);
    if (parent?.component !== component || parent.place.path !== place.path) continue;
    dropped.add(parent.words.join('\0') === words.join('\0') ? pid : parent.pid);
  }
  return processes.filter(({ pid }) => !dropped.has(pid));
}
