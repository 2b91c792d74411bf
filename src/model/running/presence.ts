/** Whether what a node lacks may be on its way: the kubelet takes a while for what was just changed. */
import type { NodeFile } from '../../artifact/file.ts';
import type { Pki } from '../roles/pki.ts';
import { instancesOf, type SeenRunning } from './pairing.ts';

/**
 * How long a node may differ from its files after a change of them, or after a start of the kubelet, without a fault: the kubelet takes
 * up to 20 s for a manifest, 30 s or more until a pod has ended, and waits before it starts again what has ended.
 */
const settlingMs = 2 * 60_000;

/** By how much clocks and file systems may differ. */
const inexactMs = 2000;

/** Returns the time of which it is known what runs. */
export const lookedAt = ({ judging }: Pick<Pki, 'judging'>, { at }: SeenRunning): number => at ?? judging.at;

/** Whether a node had the time to do what a file asks for: `unknown` without the times of the file, or if its clock was wrong. */
export type Settled =
  | { readonly state: 'settled' | 'unknown' }
  /** What was changed or started less than two minutes before, and how many seconds before. */
  | { readonly state: 'settling'; readonly since: 'file' | 'kubelet'; readonly seconds: number };

/**
 * Returns whether the kubelet had the time to do what a file asks for.
 *
 * @param file the manifest; the folder, of one that is not there
 */
export function settledBy(file: NodeFile | undefined, pki: Pki, running: SeenRunning): Settled {
  const now = lookedAt(pki, running);
  const [kubelet] = instancesOf('kubelet', running);
  const started = kubelet?.started === undefined ? undefined : kubelet.started + kubelet.tolerance;
  const times = file?.times;
  const edited = times && Math.max(times.mtime, times.ctime ?? times.mtime);
  if (isRecent(started, now)) return settling('kubelet', now - started);
  if (isRecent(edited, now)) return settling('file', now - edited);
  if (edited === undefined || edited > now) return { state: 'unknown' };
  return { state: 'settled' };
}

/** Whether something happened less than two minutes before, and not after. */
const isRecent = (then: number | undefined, now: number): then is number =>
  then !== undefined && then - now < inexactMs && now - then < settlingMs;

const settling = (since: 'file' | 'kubelet', ms: number): Settled => ({
  state: 'settling',
  since,
  seconds: Math.max(0, Math.round(ms / 1000)),
});
