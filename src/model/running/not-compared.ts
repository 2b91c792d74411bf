/** Why what runs on a node could not be compared with its files. */
import type { NotCompared } from '../../results/reported-node.ts';
import type { Pki } from '../roles/pki.ts';
import { areTimesLost, isCredible } from './changes.ts';
import { filesReadOnce } from './held.ts';
import { isSupervised, lookAtRunning } from './pairing.ts';

/** Returns why processes were not compared with files; undefined if they were, or nothing in the input can run. */
export function whyNotCompared(pki: Pki): NotCompared | undefined {
  const look = lookAtRunning(pki);
  if (pki.node.running === undefined) return undefined;
  if (look.seen === undefined) return { part: 'processes', reason: look.reason };
  if (isSupervised(pki.layout)) return { part: 'processes', reason: `not compared on nodes of ${pki.layout.name}` };
  const reason = whyTimesSayNothing(pki, look.seen.processes);
  return reason === undefined ? undefined : { part: 'times', reason };
}

function whyTimesSayNothing(
  pki: Pki,
  processes: readonly { readonly started: number | undefined }[],
): string | undefined {
  if (processes.length > 0 && processes.every(({ started }) => started === undefined))
    return 'when processes started is not in the input';
  if (areTimesLost(pki)) return 'those of all files are later than what runs: a copy has set them';
  const isFuture = filesReadOnce(pki).some(({ file: { times } }) => times && !isCredible(pki, times.mtime));
  return isFuture ? 'some are later than now, so that a clock was wrong' : undefined;
}
