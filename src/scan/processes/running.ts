/** What runs on a node. */
import { isAtOrBelow } from '../../artifact/paths.ts';
import type { ComponentProcess, MountLine, Running } from '../../artifact/process.ts';
import { argumentsOfProcess } from '../components/process-words.ts';
import { type FileTree, isMiss } from '../fs/tree.ts';
import { allBundles, type Bundle, bundleFinder, type FindBundle } from './bundles.ts';
import { type CgroupPlace, placeInCgroups } from './cgroup.ts';
import { identifyStarted } from './identify.ts';
import { liveProc } from './live-proc.ts';
import { parseMounts, rootDevice } from './mountinfo.ts';
import { innermost, isOfStaticPod, isOurs, type OwnNode, ownNode, type PlacedProcess, type Scanned } from './ours.ts';
import { maxStat, type ProcClock, type ProcFiles, pidsAmong, procLimits } from './proc-files.ts';
import { bootTime, parseStat } from './stat.ts';
import { componentsInTable, type FoundProcess, isSame } from './table.ts';

/**
 * Processes of which one must have a `stat`: a procfs that is not this machine's is there, but nothing is read of it.
 */
const looksAt = 100;

/**
 * Returns the files below the `/proc` of a copy. There is no table without a process in it: some programs that collect
 * files only copy `/proc/stat`.
 */
function copiedProc(tree: FileTree): ProcFiles {
  const readText = (path: string, limit: number): string | undefined => {
    const entry = tree.lstat(path);
    if (isMiss(entry) || entry.type !== 'file') return undefined;
    const bytes = tree.read(path);
    return isMiss(bytes) ? undefined : Buffer.from(bytes.subarray(0, limit)).toString('utf8');
  };
  const pids = (): readonly number[] | undefined => {
    const names = tree.list('/proc');
    const all = isMiss(names) ? [] : pidsAmong(names);
    const isProcess = (pid: number) => parseStat(readText(`/proc/${pid}/stat`, procLimits.stat) ?? '') !== undefined;
    return all.slice(0, looksAt).some(isProcess) ? all : undefined;
  };
  const timeOf = (path: string): number | undefined => {
    const entry = tree.lstat(path);
    return isMiss(entry) ? undefined : entry.times?.mtime;
  };
  return {
    pids,
    read: (pid, file) => readText(`/proc/${pid}/${file}`, procLimits[file]),
    // A link to the program would lead out of the copy.
    executable: () => undefined,
    clock: () => ({
      boot: bootTime(readText('/proc/stat', maxStat) ?? ''),
      tolerance: 1000,
      at: timeOf('/proc/stat') ?? timeOf(`/proc/${pids()?.[0]}/stat`),
    }),
  };
}

/** Returns the containers of the node's components as processes: what is known without a process table. */
function processesOfBundles(bundles: readonly Bundle[], node: OwnNode): readonly ComponentProcess[] {
  return bundles.flatMap((bundle): readonly ComponentProcess[] => {
    const { id, pod, podUid, image, args, sources, started, tolerance } = bundle;
    const identified = identifyStarted(args, node.programs);
    const isOurs =
      pod === undefined
        ? sources.some((source) =>
            node.mounted.some((folder) => isAtOrBelow(source, folder) || isAtOrBelow(folder, source)),
          )
        : isOfStaticPod(podUid, bundle, node);
    if (identified === undefined || !isOurs) return [];
    const container = { id, podUid, pod, image };
    const { component, words } = identified;
    const parsed = argumentsOfProcess(component, words, node.programs);
    return [
      {
        ...identified,
        arguments: parsed,
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

/** Where processes are looked for. */
export interface Surroundings {
  readonly tree: FileTree;
  /** The folder of the procfs of the node, if it is this machine; undefined for a copy. */
  readonly procfs: string | undefined;
  /** Returns the time in milliseconds since the epoch; undefined if it is not known. */
  readonly now?: (() => number) | undefined;
}

/**
 * More processes than that are not looked at. Linux has at most 32,768 by default, or four million (`kernel.pid_max`).
 */
const maxProcesses = 50_000;

/** Returns what runs on a node, by its process table; without one by what its container runtime wrote. */
export function runningOn(scanned: Scanned, { tree, procfs, now }: Surroundings): Running {
  const node = ownNode(scanned);
  const proc = procfs === undefined ? copiedProc(tree) : liveProc(procfs, now);
  const pids = proc.pids();
  const isLive = procfs !== undefined;
  // A folder without a process is no process table, but where one would be mounted.
  if (pids === undefined || (isLive && pids.length === 0))
    return isLive ? unseen('/proc cannot be read') : byBundles(node, tree);
  if (pids.length > maxProcesses) return unseen(`more than ${maxProcesses} processes`);
  const hidden = procfs === undefined ? undefined : reasonHidden(proc, pids);
  if (hidden !== undefined) return unseen(hidden);
  const bundleOf = bundleFinder(tree);
  const { found, hostMounts } = processesIn(proc, pids, node, bundleOf);
  if (found.length === 0 && procfs !== undefined && isOfContainer(proc, pids))
    return unseen('/proc is that of a container');
  const clock = proc.clock();
  // A copy may be older than what this machine takes for the time.
  const latest = procfs === undefined ? undefined : now?.();
  const argumentsOf = ({ component, words }: PlacedProcess) => argumentsOfProcess(component, words, node.programs);
  const processes = found.map((one) => ({ ...processOf(one, clock, latest, bundleOf), arguments: argumentsOf(one) }));
  const { at } = clock;
  // A copy cannot be made before what it shows.
  const isPossible = at !== undefined && processes.every(({ started = 0 }) => started <= at + 1000);
  return { state: 'seen', from: 'proc', at: isPossible ? at : undefined, processes, hostMounts };
}

const unseen = (reason: string) => ({ state: 'unseen', reason }) as const;

function byBundles(node: OwnNode, tree: FileTree): Running {
  const bundles = allBundles(tree);
  if (bundles.length === 0) return { ...unseen('not in the input'), isAbsent: true };
  const processes = processesOfBundles(bundles, node);
  return { state: 'seen', from: 'bundles', at: undefined, processes, hostMounts: undefined };
}

/**
 * The mount option `hidepid`, or `ProtectProc=` of a unit: the first process is not listed, or not readable (proc(5)).
 */
function reasonHidden(proc: ProcFiles, pids: readonly number[]): string | undefined {
  const isSeen = pids[0] === 1 && proc.read(1, 'cmdline') !== undefined;
  return isSeen ? undefined : '/proc does not show the processes of other users';
}

/** Programs that are the first process of a machine, also of one in a container such as a node of kind. */
const inits = new Set(['init', 'systemd']);

/**
 * Whether the table is that of a container with other processes: it has no thread of the kernel, which only the host
 * sees.
 */
function isOfContainer(proc: ProcFiles, pids: readonly number[]): boolean {
  const nameOf = (pid: number) => proc.read(pid, 'comm')?.trim() ?? '';
  const isHost = pids.slice(0, 3).some((pid) => nameOf(pid) === 'kthreadd');
  return !isHost && !inits.has(nameOf(1));
}

/** Lines of `mountinfo` of all processes. More are not kept. */
const maxMounts = 200_000;

/**
 * Bytes that count as a line if no line is in them: a table of millions of such bytes for each process is not read to
 * its end.
 */
const bytesOfLine = 1000;

/** Returns the processes of the node's own components, and what its host mounts. */
function processesIn(proc: ProcFiles, pids: readonly number[], node: OwnNode, bundleOf: FindBundle) {
  const first = pids[0] === 1 ? proc.read(1, 'cgroup') : undefined;
  const prefix = first === undefined ? undefined : placeInCgroups(first).prefix;
  const all = componentsInTable(proc, pids, node.programs).map((one) => {
    return { ...one, place: placeInCgroups(one.cgroup, prefix) };
  });
  let left = maxMounts;
  const mountsOf = (pid: number): readonly MountLine[] | undefined => {
    const text = left > 0 ? proc.read(pid, 'mountinfo') : undefined;
    const mounts = text === undefined ? undefined : parseMounts(text);
    left -= Math.max(mounts?.length ?? 0, (text?.length ?? 0) / bytesOfLine);
    return mounts;
  };
  const hostMounts = mountsOfHost(all, mountsOf, first !== undefined);
  const hostRoot = hostMounts && rootDevice(hostMounts);
  const own = all.flatMap((one): readonly PlacedProcess[] => {
    if (one.place.isNested) return [];
    const mounts = mountsOf(one.pid);
    const placed = { ...one, mounts, place: withContainer(one.place, mounts, hostRoot) };
    return isOurs(placed, hostMounts, node, bundleOf) && isSame(proc, one.pid, one.stat) ? [placed] : [];
  });
  return { found: innermost(own), hostMounts };
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

/**
 * A container may have any control group (`ctr run` has `/NAMESPACE/ID`): then its root, which is not that of the host,
 * shows it.
 */
function withContainer(
  place: CgroupPlace,
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
  { boot, tolerance }: ProcClock,
  latest: number | undefined,
  bundleOf: FindBundle,
): Omit<ComponentProcess, 'arguments'> {
  const { container: id, podUid, unit } = place;
  const bundle = id === undefined ? undefined : bundleOf(id);
  // A tick is a hundredth of a second on all machines that Kubernetes supports.
  const started = boot === undefined ? undefined : boot + stat.ticks * 10;
  const isPast = started !== undefined && (latest === undefined || started <= latest + 1000);
  const container = id === undefined ? undefined : { id, podUid, pod: bundle?.pod, image: bundle?.image };
  return { component, pid, words, started: isPast ? started : undefined, tolerance, mounts, container, unit };
}
