/** What stands on the nodes and edges of a drawn graph, whatever the language. */
import type { GraphEdge, GraphNode, TrustGraph } from '../core/graph.ts';
import { printable } from '../core/text.ts';
import { wrap } from './layout.ts';

// A picture is no place for long texts.
const mostCharacters = 120;
const lineWidth = 48;

const short = (text: string): string => {
  const shown = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  return printable(shown);
};

const lines = (text: string): readonly string[] => wrap(short(text), lineWidth);

/** The label of a node, in lines. */
export function nodeLabel({ name, path, expires, fault, nodes }: GraphNode): readonly string[] {
  const file = path === null || path.endsWith(`/${name}`) ? [] : lines(path);
  const until = expires === null || expires.startsWith('9999-12-31') ? [] : [`until ${expires.slice(0, 10)}`];
  const wrong = fault === null ? [] : lines(fault);
  const shared = nodes.length > 1 ? lines(`on ${nodes.join(', ')}`) : [];
  return [...lines(name), ...file, ...until, ...wrong, ...shared];
}

/** The label of an edge, in lines. */
export function edgeLabel({ kind, label, verdict, reason }: GraphEdge): readonly string[] {
  if (kind !== 'dials') return kind === 'shown-by' ? [] : [kind.replace('-', ' ')];
  const words = verdict === 'fail' ? 'FAILS' : verdict === 'unknown' ? 'unknown' : '';
  const why = [words, reason ?? ''].filter((text) => text !== '').join(': ');
  return [label ?? '', why].flatMap((text) => (text === '' ? [] : lines(text)));
}

/** A drawing has a box for each node of the cluster; what several nodes hold, or none, stands outside of all. */
export interface Boxes {
  readonly outside: readonly GraphNode[];
  readonly boxes: readonly { readonly title: string; readonly nodes: readonly GraphNode[] }[];
}

export function boxesOf({ nodes }: TrustGraph): Boxes {
  const titles = [...new Set(nodes.flatMap((node) => node.nodes))];
  const inside = (title: string) => nodes.filter((node) => node.nodes.length === 1 && node.nodes[0] === title);
  return {
    outside: nodes.filter((node) => node.nodes.length !== 1),
    boxes: titles.map((title) => ({ title: short(title), nodes: inside(title) })).filter((box) => box.nodes.length > 0),
  };
}
