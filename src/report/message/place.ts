/** On which machines the steps of a fix are run. */
import { withoutName } from '../../core/text.ts';
import type { Fix } from '../../results/finding.ts';
import { machineOfStep } from '../../results/fix.ts';
import { mostNamed } from './index.ts';

/**
 * Returns where to run steps: `run on cp-1 as root`; '' if they contain no command. Of several nodes, they are written
 * with the name of the first.
 */
export function placeOf(steps: Fix, node: string, nodes: readonly string[]): string {
  const first = steps.find(({ kind }) => kind === 'command');
  if (first === undefined) return '';
  const isOnce = steps.some(({ once }) => once);
  const isHere = first.on === node;
  const place = first.on === null ? machineOfStep(first) : `${isHere ? everyOne(nodes, isOnce) : first.on} as root`;
  const isNamed = nodes.length > 1 && steps.some(({ text }) => withoutName(text, node) !== text);
  if (!isNamed) return `run on ${place}`;
  return `run on ${place}${isHere ? '' : `, for ${everyOne(nodes, false)}`}, with its name instead of ${node}`;
}

function everyOne(nodes: readonly string[], isOnce: boolean): string {
  // A node without a name is called by its folder.
  if (nodes.some((name) => name.includes('/'))) return nodes.length === 1 ? 'this node' : 'each node';
  const all = nodes.length > mostNamed ? `the ${nodes.length} nodes` : nodes.join(', ');
  return nodes.length === 1 ? all : `${isOnce ? 'one' : 'each'} of ${all}`;
}
