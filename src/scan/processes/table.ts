/** Reads the components in a process table. */
import type { Programs } from '../../artifact/layout.ts';
import { candidateNames, identify, wordsOf } from './identify.ts';
import type { ProcFiles } from './proc-files.ts';
import { type ProcessStat, parseStat } from './stat.ts';

/** A process of a component, whether it is of this node or not. */
export interface FoundProcess {
  readonly pid: number;
  readonly stat: ProcessStat;
  readonly component: string;
  readonly words: readonly string[];
  /** The text of its `cgroup`. */
  readonly cgroup: string;
}

/** Processes with the name of a component that are looked at. */
const maxCandidates = 2000;

/**
 * Returns the processes of components, in the order of their ids. Most processes of a node are others, of which only
 * the name is read. A process whose files are of two processes, because its id was used again, is left out, and so are
 * those that have ended.
 */
export function componentsInTable(
  proc: ProcFiles,
  pids: readonly number[],
  programs: Programs,
): readonly FoundProcess[] {
  const mayBe = candidateNames(programs);
  const found: FoundProcess[] = [];
  let left = maxCandidates;
  for (const pid of pids) {
    const name = nameOf(proc, pid);
    if (name === undefined || !mayBe(name)) continue;
    if (left === 0) break;
    left -= 1;
    const read = readProcess(proc, pid, programs);
    if (read !== undefined) found.push(read);
  }
  return found;
}

/** Copies may have no `comm`: the name is in `stat` too. */
function nameOf(proc: ProcFiles, pid: number): string | undefined {
  return proc.read(pid, 'comm')?.replace(/\n$/, '') ?? statOf(proc, pid)?.name;
}

function statOf(proc: ProcFiles, pid: number): ProcessStat | undefined {
  const text = proc.read(pid, 'stat');
  return text === undefined ? undefined : parseStat(text);
}

function readProcess(proc: ProcFiles, pid: number, programs: Programs): FoundProcess | undefined {
  const stat = statOf(proc, pid);
  if (stat === undefined || stat.isKernelThread || hasEnded(stat)) return undefined;
  const cmdline = proc.read(pid, 'cmdline');
  if (cmdline === undefined) return undefined;
  const identified = identify(wordsOf(cmdline), proc.executable(pid), programs);
  const cgroup = proc.read(pid, 'cgroup');
  if (identified === undefined || cgroup === undefined || !isSame(proc, pid, stat)) return undefined;
  return { pid, stat, ...identified, cgroup };
}

const hasEnded = ({ state }: ProcessStat): boolean => 'ZXx'.includes(state);

/** Whether a process is still the one with this `stat`. Its id may be of a later one. */
export function isSame(proc: ProcFiles, pid: number, { ticks }: ProcessStat): boolean {
  const now = statOf(proc, pid);
  return now !== undefined && now.ticks === ticks && !hasEnded(now);
}
