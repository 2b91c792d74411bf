/** The process of each component of a node, and when it was looked at. */
import { componentNamed } from '../../artifact/arguments.ts';
import type { ComponentProcess } from '../../artifact/process.ts';
import type { Pki } from '../roles/pki.ts';
import { instancesOf, isSupervised, lookAtRunning, processesOf } from './pairing.ts';

/** Returns when processes and files were looked at: milliseconds since the epoch. */
export const timeSeen = ({ node, judging }: Pick<Pki, 'node' | 'judging'>): number =>
  lookAtRunning({ node }).seen?.at ?? judging.at;

/**
 * Returns the process of a component that started last: one that is being replaced may not have ended yet. What another
 * program starts on a node, which writes the files too, is not known well enough.
 */
export function processOf(pki: Pki, name: string): ComponentProcess | undefined {
  const { seen } = lookAtRunning(pki);
  const component = componentNamed(pki.node, name);
  if (seen === undefined || component === undefined || isSupervised(pki.layout)) return undefined;
  const own = processesOf(component, pki, seen);
  const all = own.length > 0 ? own : instancesOf(name, seen);
  return all.toSorted((one, other) => (one.started ?? 0) - (other.started ?? 0)).at(-1);
}
