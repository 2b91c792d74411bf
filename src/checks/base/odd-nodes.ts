/** Finds the nodes that differ from the others of their cluster. */
import { handful } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { list } from './check.ts';

export interface Odd {
  readonly node: Pki;
  /** The nodes that it disagrees with. */
  readonly others: readonly Pki[];
  /** What to add to a message if there is no majority. */
  readonly hint: string;
}

/** How nodes are compared. */
export interface Comparison {
  readonly agree: (one: Pki, other: Pki) => boolean;
}

/** The nodes outside the largest group that agrees. If no group is the majority only one, for all sides. */
export function oddOnes(nodes: readonly Pki[], { agree }: Comparison): readonly Odd[] {
  const groups = groupsOf(nodes, agree).toSorted((one, other) => other.length - one.length);
  const [main = [], ...rest] = groups;
  const isMajority = main.length > nodes.length / 2;
  const hint = isMajority ? '' : ' (pki-lint cannot tell which of them is correct)';
  const odd: Odd[] = [];
  for (const node of rest.flat()) {
    const others = (isMajority ? main : nodes).filter((other) => other !== node && !agree(other, node));
    if (others.length > 0) odd.push({ node, others, hint });
    if (odd.length > 0 && !isMajority) break;
  }
  return odd;
}

/** Adds each node to the first group in which it agrees with every node. */
function groupsOf(nodes: readonly Pki[], agree: Comparison['agree']): readonly (readonly Pki[])[] {
  const groups: Pki[][] = [];
  for (const node of nodes) {
    const group = groups.find((members) => members.every((member) => agree(member, node)));
    if (group === undefined) groups.push([node]);
    else group.push(node);
  }
  return groups;
}

/** The nodes whose connections can fail because of it: the odd one, or both sides if either can be wrong. */
export function disputed({ node, others, hint }: Odd): readonly Pki[] {
  return hint === '' ? [node] : [node, ...others];
}

/** The placeholders of messages about an odd node: `{node}`, `{others}`, one of them as `{other}`, and `{hint}`. */
export function oddData({ node, others, hint }: Odd): Record<'node' | 'others' | 'other' | 'hint', string> {
  return { node: node.name, others: namesOf(others), other: others[0]?.name ?? '', hint };
}

/** What an odd node has, and what one of the others has: `{found}` and `{wanted}`. */
export function oddValues({ node, others: [other = node] }: Odd, describe: (pki: Pki) => string) {
  return { found: describe(node), wanted: describe(other) };
}

/** `cp-1 and cp-2`, `cp-1, cp-2, cp-3 and 4 more`. */
export function namesOf(nodes: readonly Pki[]): string {
  const names = nodes.map(({ name }) => name);
  return names.length > 4 ? handful(names, 3) : list(names);
}
