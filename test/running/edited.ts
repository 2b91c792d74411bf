import type { EditedRecording } from './edits.ts';
import { faultyBundles } from './faulty-bundles.ts';
import { faultyFiles } from './faulty-files.ts';
import { faultyProcesses } from './faulty-processes.ts';
import { healthyFiles } from './healthy-files.ts';
import { healthyNeighbours } from './healthy-neighbours.ts';
import { healthyProcesses } from './healthy-processes.ts';
import { Recording } from './recording.ts';
import { rotations } from './rotations.ts';

/** Recordings that are made from real ones by an edit, more than half of them of healthy nodes. */
export const editedRecordings: readonly EditedRecording[] = [
  ...healthyFiles,
  ...healthyProcesses,
  ...healthyNeighbours,
  ...faultyBundles,
  ...faultyFiles,
  ...faultyProcesses,
  ...rotations,
];

/**
 * The edited node. The files of its container runtime would contradict the edits, so they stay only where they are what
 * the edit is about.
 */
export async function edited({ name, from, at, change }: EditedRecording): Promise<Recording> {
  const node = await Recording.read(from);
  if (name !== 'reused-number' && node.has('/run')) node.remove('/run');
  change(node);
  node.at = new Date(at);
  return node;
}
