/** Nodes that ought to agree: which of them is the odd one. */
import { handful } from '../../core/text.ts';
import type { Pki } from '../../model/pki.ts';

export interface Odd {
  readonly node: Pki;
  /** Those that it disagrees with. */
  readonly others: readonly Pki[];
  /** What to add to a message where nobody is in the majority. */
  readonly hint: string;
}

/** The nodes outside the largest group that agrees; one alone, as one of two sides, where no group is the majority. */
export function oddOnes(nodes: readonly Pki[], agree: (one: Pki, other: Pki) => boolean): readonly Odd[] {
  const groups: Pki[][] = [];
  for (const node of nodes) {
    const group = groups.find((members) => members.every((member) => agree(member, node)));
    if (group === undefined) groups.push([node]);
    else group.push(node);
  }
  const [main = [], ...rest] = groups.sort((one, other) => other.length - one.length);
  const isMajority = main.length > nodes.length / 2;
  const odd = rest.flat().map((node) => ({
    node,
    others: (isMajority ? main : nodes).filter((other) => other !== node && !agree(other, node)),
    hint: isMajority ? '' : ' (which of them is right cannot be told from here)',
  }));
  const told = odd.filter(({ others }) => others.length > 0);
  return isMajority ? told : told.slice(0, 1);
}

/** The nodes on which a connection may fail for it: the odd one, or both sides where nobody knows which is right. */
export function disputed({ node, others, hint }: Odd): readonly Pki[] {
  return hint === '' ? [node] : [node, ...others];
}

/** What a message says of an odd node: `{node}`, `{others}`, one of them as `{other}`, and `{hint}`. */
export function oddData({ node, others, hint }: Odd): Record<'node' | 'others' | 'other' | 'hint', string> {
  return { node: node.name, others: namesOf(others), other: others[0]?.name ?? '', hint };
}

/** `cp-1 and cp-2`, `cp-1, cp-2, cp-3 and 4 more`. */
export function namesOf(nodes: readonly Pki[]): string {
  const names = nodes.map(({ name }) => name);
  if (names.length < 2 || names.length > 4) return handful(names, 3);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
