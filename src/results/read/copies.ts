/** What reports say about copies without keys, once for all nodes. */
import { leftOutText } from '../../artifact/left-out.ts';
import { handful } from '../../core/text.ts';
import type { ReportedNode } from '../reported-node.ts';

/** Returns which nodes were read from copies without keys, in a sentence; '' if none was. */
export function copiesText(nodes: readonly Pick<ReportedNode, 'name' | 'collected'>[]): string {
  const copies = nodes.filter(({ collected }) => collected !== undefined);
  const [first] = copies;
  if (first?.collected === undefined) return '';
  const days = [...new Set(copies.map(({ collected }) => collected?.at.slice(0, 10) ?? ''))].sort();
  const when = days.length > 1 ? `between ${days[0]} and ${days.at(-1)}` : `on ${days[0]}`;
  const which =
    nodes.length > 1 && copies.length === nodes.length
      ? 'All nodes'
      : handful(
          copies.map(({ name }) => name),
          3,
        );
  const what = copies.length === 1 ? 'is a copy without keys' : 'are copies without keys';
  return `${which} ${what}, collected ${when}`;
}

/** Returns what copies of nodes leave out, and which are copies without keys: one line each. */
export function copyLines(nodes: readonly Pick<ReportedNode, 'name' | 'collected' | 'leftOut'>[]): string[] {
  const text = leftOutText(nodes);
  return [text === '' ? '' : `Not checked: ${text}`, copiesText(nodes)].filter((line) => line !== '');
}
