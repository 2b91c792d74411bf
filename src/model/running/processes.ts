/** The processes of a node's components, as far as they were seen. */
import type { ComponentProcess, Running } from '../../artifact/process.ts';
import type { Pki } from '../roles/pki.ts';

export type SeenRunning = Extract<Running, { readonly state: 'seen' }>;

/** Returns what was seen to run on a node; undefined if nothing is known about it. */
export function seenRunning({ node }: Pick<Pki, 'node'>): SeenRunning | undefined {
  return node.running?.state === 'seen' ? node.running : undefined;
}

/** Returns why nothing is known about what runs on a node. */
export function unseenRunning({ node }: Pick<Pki, 'node'>): string {
  const { running } = node;
  return running?.state === 'unseen' ? running.reason : 'running processes are not in the input';
}

/** Returns when processes and files were looked at: milliseconds since the epoch. */
export function timeSeen({ node, judging }: Pick<Pki, 'node' | 'judging'>): number {
  return seenRunning({ node })?.at ?? judging.at;
}

/** Returns the process of a component that started last: one that is being replaced may not have ended yet. */
export function processOf(pki: Pick<Pki, 'node'>, component: string): ComponentProcess | undefined {
  const own = seenRunning(pki)?.processes.filter((one) => one.component === component) ?? [];
  return own.toSorted((one, other) => (one.started ?? 0) - (other.started ?? 0)).at(-1);
}
