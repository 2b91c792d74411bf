/**
 * A trust graph in four columns: CAs, certificates and keys, components, and what these dial. Trust is left out,
 * because it joins nearly everything with everything, and two boxes have one line, with the worst verdict of the
 * connections between them.
 */
import type { ConnectionVerdict } from '../../results/connection.ts';
import type { GraphEdge, GraphNode, TrustGraph } from '../../results/graph.ts';

/** The columns, from left to right. */
export const columns = ['CA', 'Certificate or key', 'Component', 'Server'] as const;

/** A part of the graph in its column. What is dialled has a box of its own there, with an id of its own. */
export interface Box {
  readonly id: string;
  readonly column: number;
  readonly node: GraphNode;
}

/** A line from one box to another. */
export interface Join {
  readonly from: string;
  readonly to: string;
  readonly kind: GraphEdge['kind'];
  readonly verdict: ConnectionVerdict | null;
  /** The address that is dialled, and why that fails or is unknown. */
  readonly about: string;
}

const columnOf = ({ kind }: GraphNode): number => (kind === 'authority' ? 0 : kind === 'component' ? 2 : 1);
const servedId = (id: string) => `${id}-served`;

/** Returns the boxes of a graph, and its lines, those of trust last. */
export function inColumns(graph: TrustGraph): { readonly boxes: readonly Box[]; readonly joins: readonly Join[] } {
  const joins = joinsOf(graph);
  const dialled = new Set(graph.edges.filter(({ kind }) => kind === 'dials').map(({ to }) => to));
  const joined = new Set(joins.flatMap(({ from, to, kind }) => (kind === 'trusted-by' ? [] : [from, to])));
  const boxes = [
    // What is only dialled has no place among the node's own components.
    ...graph.nodes
      .filter(({ kind, id }) => kind !== 'component' || joined.has(id))
      .map((node) => ({ id: node.id, column: columnOf(node), node })),
    ...graph.nodes.filter(({ id }) => dialled.has(id)).map((node) => ({ id: servedId(node.id), column: 3, node })),
  ];
  return { boxes, joins };
}

function joinsOf({ edges }: TrustGraph): readonly Join[] {
  const worst = new Map<string, Join>();
  for (const { from, to, kind, label, verdict, reason } of edges) {
    const end = kind === 'dials' ? servedId(to) : to;
    const key = `${from} ${end} ${kind}`;
    const known = worst.get(key);
    if (known !== undefined && rank(known.verdict) >= rank(verdict)) continue;
    const about = [label ?? '', verdict === 'ok' ? '' : (reason ?? '')].filter((text) => text !== '').join(': ');
    worst.set(key, { from, to: end, kind, verdict, about });
  }
  return [...worst.values()];
}

const rank = (verdict: ConnectionVerdict | null): number => ['ok', 'unknown', 'fail'].indexOf(verdict ?? 'ok');
