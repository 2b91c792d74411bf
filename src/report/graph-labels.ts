/** The labels and boxes of a graph, for every graph language. */
import type { GraphEdge, GraphNode, TrustGraph } from '../core/graph.ts';
import { printable } from '../core/text.ts';
import { wrap } from './layout.ts';

// Long texts make a picture unreadable.
const maxCharacters = 120;
const lineWidth = 48;

const short = (text: string): string => {
  const shown = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
  return printable(shown);
};

const lines = (text: string): readonly string[] => wrap(short(text), lineWidth);

/** Returns the lines of a node's label. */
export function nodeLabel({ name, path, expires, fault, nodes }: GraphNode): readonly string[] {
  const file = path === null || path.endsWith(`/${name}`) ? [] : lines(path);
  const until = expires === null || expires.startsWith('9999-12-31') ? [] : [`until ${expires.slice(0, 10)}`];
  const wrong = fault === null ? [] : lines(fault);
  const shared = nodes.length > 1 ? lines(`on ${nodes.join(', ')}`) : [];
  return [...lines(name), ...file, ...until, ...wrong, ...shared];
}

/** Returns the lines of an edge's label; none for an edge without a label. */
export function edgeLabel({ kind, label, verdict, reason }: GraphEdge): readonly string[] {
  if (kind !== 'dials') return kind === 'shown-by' ? [] : [kind.replace('-', ' ')];
  const words = verdict === 'fail' ? 'FAILS' : verdict === 'unknown' ? 'unknown' : '';
  const why = [words, reason ?? ''].filter((text) => text !== '').join(': ');
  return [label ?? '', why].flatMap((text) => (text === '' ? [] : lines(text)));
}

interface Boxes {
  readonly outside: readonly GraphNode[];
  readonly boxes: readonly { readonly title: string; readonly nodes: readonly GraphNode[] }[];
}

/**
 * Sorts graph nodes into one box for each node of the cluster. Those that several or no cluster nodes have stay
 * outside.
 */
export function boxesOf({ nodes }: TrustGraph): Boxes {
  const titles = [...new Set(nodes.flatMap((node) => node.nodes))];
  const inside = (title: string) => nodes.filter((node) => node.nodes.length === 1 && node.nodes[0] === title);
  return {
    outside: nodes.filter((node) => node.nodes.length !== 1),
    boxes: titles.map((title) => ({ title: short(title), nodes: inside(title) })).filter((box) => box.nodes.length > 0),
  };
}
