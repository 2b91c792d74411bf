/** The labels and boxes of a graph, for every graph language. */

import { asRanges, handful, printable } from '../../core/text.ts';
import type { GraphNode } from '../../results/graph.ts';
import { withoutListedNames } from '../../results/read/wording.ts';
import { isEndless, wrap } from '../text/width.ts';
import type { Box, Join } from './columns.ts';

// Long texts make a picture unreadable.
const maxCharacters = 120;
const lineWidth = 48;
/** Nodes, and ranges of them, that a box names. */
const mostNamed = 4;

const short = (text: string): string => {
  const shown = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
  return printable(shown);
};

const lines = (text: string): readonly string[] => wrap(short(text), lineWidth);

/** Returns the lines of a node's label: what it is first, and its file short. */
export function nodeLabel({ name, path, expires, fault, nodes }: GraphNode): readonly string[] {
  const file = path === null || path.endsWith(`/${name}`) ? [] : lines(path.split('/').slice(-2).join('/'));
  const until = expires === null || isEndless(expires) ? [] : [`until ${expires.slice(0, 10)}`];
  const wrong = fault === null ? [] : lines(fault);
  const shared = nodes.length > 1 ? lines(`on ${handful(asRanges(nodes), mostNamed)}`) : [];
  return [...lines(name), ...file, ...until, ...wrong, ...shared];
}

/** Returns the lines of a label: what fails or is unknown, and why; none for what is as it should be. */
export function joinLabel({ verdict, about }: Join): readonly string[] {
  if (verdict !== 'fail' && verdict !== 'unknown') return [];
  const words = [verdict === 'fail' ? 'FAILS' : 'unknown', withoutListedNames(about)];
  return lines(words.filter((text) => text !== '').join(': '));
}

interface Frames {
  readonly outside: readonly Box[];
  readonly frames: readonly { readonly title: string; readonly boxes: readonly Box[] }[];
}

/** Sorts boxes into a frame for each node of the cluster. Those that several or no nodes have stay outside. */
export function inFrames(boxes: readonly Box[]): Frames {
  const titles = [...new Set(boxes.flatMap(({ node }) => node.nodes))];
  const inside = (title: string) => boxes.filter(({ node: { nodes } }) => nodes.length === 1 && nodes[0] === title);
  return {
    outside: boxes.filter(({ node }) => node.nodes.length !== 1),
    frames: titles
      .map((title) => ({ title: short(title), boxes: inside(title) }))
      .filter(({ boxes: own }) => own.length > 0),
  };
}
