/** Nodes and edges of a graph, each once, in the order in which they are met. */
import type { GraphEdge, GraphNode, TrustGraph } from '../core/graph.ts';

type Thing = Omit<GraphNode, 'id' | 'nodes'>;

/** Collects a graph; what has the same key is one node of it, and ids count the nodes of a kind. */
export class GraphCollector {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly edges = new Map<string, GraphEdge>();

  /** The id of a thing; `on` is the node that holds it, undefined where it was not given. */
  node(key: string, on: string | undefined, thing: Thing): string {
    const known = this.nodes.get(key);
    const id = known?.id ?? `${thing.kind}-${this.nodes.size + 1}`;
    const nodes = [...new Set([...(known?.nodes ?? []), ...(on === undefined ? [] : [on])])];
    this.nodes.set(key, { id, ...thing, ...known, nodes });
    return id;
  }

  /** Joins two things, once for each label; of connections the worst verdict stays. */
  edge(edge: GraphEdge): void {
    const key = [edge.from, edge.to, edge.kind, edge.label].join('\0');
    const known = this.edges.get(key);
    if (known === undefined || rank(edge) > rank(known)) this.edges.set(key, edge);
  }

  graph(at: string): TrustGraph {
    return { at, nodes: [...this.nodes.values()], edges: [...this.edges.values()] };
  }
}

const rank = ({ verdict }: GraphEdge): number => ['ok', 'unknown', 'fail'].indexOf(verdict ?? 'ok');
