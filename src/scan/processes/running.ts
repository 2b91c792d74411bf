/** What runs on a node. */
import type { ComponentProcess, MountLine, Running } from '../../artifact/process.ts';
import { argumentsOfProcess } from '../components/process-words.ts';
import type { FileTree } from '../fs/tree.ts';
import { type Bundle, bundlesIn, processesOfBundles } from './bundles.ts';
import { type CgroupPlace, placeInCgroups } from './cgroup.ts';
import { copiedProc } from './copied-proc.ts';
import { liveProc } from './live-proc.ts';
import { parseMounts, rootDevice } from './mountinfo.ts';
import { innermost, isOurs, type OwnNode, ownNode, type PlacedProcess, type Scanned } from './ours.ts';
import type { ProcClock, ProcFiles } from './proc-files.ts';
import { componentsInTable, type FoundProcess, isSame } from './table.ts';

/** Where processes are looked for. */
export interface Surroundings {
  readonly tree: FileTree;
  /** The folder of the procfs of the node, if it is this machine; undefined for a copy. */
  readonly procfs: string | undefined;
  /** Returns the time in milliseconds since the epoch; undefined if it is not known. */
  readonly now?: (() => number) | undefined;
}

type RunningNode = OwnNode & Surroundings;

/** More processes than that are not looked at. Linux has at most 32,768 by default, or four million (`kernel.pid_max`). */
const maxProcesses = 50_000;

/** Returns what runs on a node, by its process table; without one by what its container runtime wrote. */
export function runningOn(scanned: Scanned, around: Surroundings): Running {
  const node = { ...around, ...ownNode(scanned) };
  const proc = node.procfs === undefined ? copiedProc(node.tree) : liveProc(node.procfs, node.now);
  const pids = proc.pids();
  const bundles = bundlesIn(node.tree);
  if (pids === undefined) return node.procfs === undefined ? byBundles(node, bundles) : unseen('/proc cannot be read');
  if (pids.length > maxProcesses) return unseen(`more than ${maxProcesses} processes`);
  const hidden = node.procfs === undefined ? undefined : reasonHidden(proc, pids);
  if (hidden !== undefined) return unseen(hidden);
  const { processes, hostMounts } = processesIn(proc, pids, node, bundles);
  if (processes.length === 0 && node.procfs !== undefined && isOfContainer(proc, pids))
    return unseen('/proc is that of a container');
  const clock = proc.clock();
  const timed = processes.map((process) => processOf(process, clock, node, bundles));
  const started = timed.flatMap((process) => process.started ?? []);
  // A copy cannot be made before what it shows.
  const at = clock?.at !== undefined && started.every((time) => time <= (clock.at ?? 0) + 1000) ? clock.at : undefined;
  return { state: 'seen', from: 'proc', at, processes: timed, hostMounts };
}

const unseen = (reason: string): Running => ({ state: 'unseen', reason });

function byBundles(node: RunningNode, bundles: readonly Bundle[]): Running {
  if (bundles.length === 0) return unseen('no processes in the input');
  const processes = processesOfBundles(bundles, node);
  return { state: 'seen', from: 'bundles', at: undefined, processes, hostMounts: undefined };
}

/** The mount option `hidepid`, or `ProtectProc=` of a unit: the first process is not listed, or not readable (proc(5)). */
function reasonHidden(proc: ProcFiles, pids: readonly number[]): string | undefined {
  const isSeen = pids[0] === 1 && proc.read(1, 'cmdline') !== undefined;
  return isSeen ? undefined : '/proc does not show the processes of other users';
}

/** Programs that are the first process of a machine, also of one in a container such as a node of kind. */
const inits = new Set(['init', 'systemd']);

/** Whether the table is that of a container with other processes: it has no thread of the kernel, which only the host sees. */
function isOfContainer(proc: ProcFiles, pids: readonly number[]): boolean {
  const nameOf = (pid: number) => proc.read(pid, 'comm')?.trim() ?? '';
  const isHost = pids.slice(0, 3).some((pid) => nameOf(pid) === 'kthreadd');
  return !isHost && !inits.has(nameOf(1));
}

/** Lines of `mountinfo` of all processes. More are not kept. */
const maxMounts = 200_000;

/** Returns the processes of the node's own components, and what its host mounts. */
function processesIn(
  proc: ProcFiles,
  pids: readonly number[],
  node: RunningNode,
  bundles: readonly Bundle[],
): { readonly processes: readonly PlacedProcess[]; readonly hostMounts: readonly MountLine[] | undefined } {
  const first = pids[0] === 1 ? proc.read(1, 'cgroup') : undefined;
  const prefix = first === undefined ? undefined : placeInCgroups(first).prefix;
  const found = componentsInTable(proc, pids, node.programs).map((process) => ({
    ...process,
    place: placeInCgroups(process.cgroup, prefix),
  }));
  let left = maxMounts;
  const mountsOf = (pid: number): readonly MountLine[] | undefined => {
    const text = left > 0 ? proc.read(pid, 'mountinfo') : undefined;
    const mounts = text === undefined ? undefined : parseMounts(text);
    left -= mounts?.length ?? 0;
    return mounts;
  };
  const hostMounts = mountsOfHost(found, mountsOf, first !== undefined);
  const hostRoot = hostMounts && rootDevice(hostMounts);
  const own = found.flatMap((process): readonly PlacedProcess[] => {
    if (process.place.isNested) return [];
    const mounts = mountsOf(process.pid);
    const placed = { ...process, mounts, place: withContainer(process, mounts, hostRoot) };
    return isOurs(placed, hostMounts, node, bundles) && isSame(proc, process.pid, process.stat) ? [placed] : [];
  });
  return { processes: innermost(own), hostMounts };
}

/** A kubelet that runs on the host sees what it mounts; so does the first process. */
function mountsOfHost(
  found: readonly (FoundProcess & { readonly place: CgroupPlace })[],
  mountsOf: (pid: number) => readonly MountLine[] | undefined,
  hasFirst: boolean,
): readonly MountLine[] | undefined {
  const kubelet = found.find(({ component, place }) => component === 'kubelet' && isOnHost(place));
  const pid = kubelet?.pid ?? (hasFirst ? 1 : undefined);
  return pid === undefined ? undefined : mountsOf(pid);
}

const isOnHost = ({ container, isNested, isUsual, unit }: CgroupPlace): boolean =>
  container === undefined && !isNested && (isUsual || unit !== undefined);

/** A container may have any control group (`ctr run` has `/NAMESPACE/ID`): then its root, which is not that of the host, shows it. */
function withContainer(
  { place }: { readonly place: CgroupPlace },
  mounts: readonly MountLine[] | undefined,
  hostRoot: string | undefined,
): CgroupPlace {
  const root = mounts && rootDevice(mounts);
  if (place.container !== undefined || place.isUsual || place.unit !== undefined || root === undefined) return place;
  return hostRoot !== undefined && root !== hostRoot
    ? { ...place, container: place.path.split('/').at(-1) ?? '' }
    : place;
}

function processOf(
  { pid, stat, component, words, mounts, place }: PlacedProcess,
  clock: ProcClock | undefined,
  node: RunningNode,
  bundles: readonly Bundle[],
): ComponentProcess {
  const { container: id, podUid, unit } = place;
  const bundle = bundles.find((one) => one.id === id);
  // A tick is a hundredth of a second on all machines that Kubernetes supports.
  const started = clock && clock.boot + stat.ticks * 10;
  const now = node.now?.();
  const isPast = started !== undefined && (now === undefined || started <= now + 1000);
  return {
    component,
    pid,
    words,
    arguments: argumentsOfProcess(component, words, { path: `/proc/${pid}/cmdline` }, node.programs),
    started: isPast ? started : undefined,
    tolerance: clock?.tolerance ?? 0,
    mounts,
    container: id === undefined ? undefined : { id, podUid, pod: bundle?.pod, image: bundle?.image },
    unit,
  };
}
