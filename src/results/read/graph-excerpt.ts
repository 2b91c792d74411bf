/** The part of a trust graph that can be drawn: of many nodes, what fails and its neighbours. */
import { groupBy } from '../../core/collections.ts';
import { count, withoutName } from '../../core/text.ts';
import type { GraphEdge, TrustGraph } from '../graph.ts';

/** Of more nodes, Graphviz and Mermaid draw nothing that can be read, or nothing. */
const mostDrawn = 5;
/** So many errors of different kinds are no picture either. */
const mostErrors = 20;

/** A graph to draw, and what it leaves out, in words; '' if it is whole. */
export interface Excerpt {
  readonly graph: TrustGraph;
  readonly leftOut: string;
}

/**
 * Returns the graph of up to five nodes as it is. Of more, it has the connections that fail, each error once, with the
 * certificates of both ends and the CAs that signed these; if nothing fails, all of the first five nodes.
 */
export function drawable(graph: TrustGraph): Excerpt {
  const all = [...new Set(graph.nodes.flatMap(({ nodes }) => nodes))];
  if (all.length <= mostDrawn) return { graph, leftOut: '' };
  const dials = graph.edges.filter(({ kind }) => kind === 'dials');
  const failing = dials.filter(({ verdict }) => verdict === 'fail');
  const errors = onceEach(failing, graph);
  const drawn =
    errors.length > 0 ? around(errors.slice(0, mostErrors), graph) : ofNodes(all.slice(0, mostDrawn), graph);
  const shown = new Set(drawn.nodes.flatMap(({ kind, nodes }) => (kind === 'component' ? nodes : []))).size;
  const left = dials.length - drawn.edges.filter(({ kind }) => kind === 'dials').length;
  const which = errors.length > mostErrors ? `the first ${mostErrors} of ${errors.length} errors` : 'each error once';
  const what = errors.length > 0 ? `${which}, with the certificates of both ends` : 'the first of them';
  return {
    graph: drawn,
    leftOut: `the graph of ${all.length} nodes shows ${what}: ${count(shown, 'node')}; ${count(left, 'connection')} left out (--format json has all)`,
  };
}

/** The first connection of each error between two kinds of components, with the number of the others. */
function onceEach(failing: readonly GraphEdge[], { nodes }: TrustGraph): readonly GraphEdge[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const errors = groupBy(failing, ({ from, to, reason }) => {
    const ends = [byId.get(from), byId.get(to)];
    const own = ends.flatMap((end) => end?.nodes ?? []);
    return JSON.stringify([ends.map((end) => end?.name), own.reduce(withoutName, reason ?? '')]);
  });
  return [...errors.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    // First, because long labels are cut.
    const all = others.length === 0 ? '' : `${others.length + 1} connections: `;
    return [{ ...first, reason: `${all}${first.reason ?? ''}` }];
  });
}

/** Some connections, what both ends present, and the CAs above. */
function around(dials: readonly GraphEdge[], { at, nodes, edges }: TrustGraph): TrustGraph {
  const kept = new Set(dials.flatMap(({ from, to }) => [from, to]));
  const above = (kinds: readonly GraphEdge['kind'][]) => {
    const before = kept.size;
    for (const { from, to, kind } of edges) if (kinds.includes(kind) && kept.has(to)) kept.add(from);
    return kept.size > before;
  };
  above(['shown-by', 'trusted-by']);
  while (above(['signs'])) {}
  return {
    at,
    nodes: nodes.filter(({ id }) => kept.has(id)),
    edges: [...edges.filter(({ from, to, kind }) => kind !== 'dials' && kept.has(from) && kept.has(to)), ...dials],
  };
}

/** What is on some nodes, or on none: a file that is not in the input. */
function ofNodes(names: readonly string[], { at, nodes, edges }: TrustGraph): TrustGraph {
  const kept = nodes.filter((one) => one.nodes.length === 0 || one.nodes.some((name) => names.includes(name)));
  const ids = new Set(kept.map(({ id }) => id));
  const drawn = edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const joined = new Set(drawn.flatMap(({ from, to }) => [from, to]));
  return {
    at,
    nodes: kept
      .filter(({ id, nodes: own }) => own.length > 0 || joined.has(id))
      .map((one) => ({ ...one, nodes: one.nodes.filter((name) => names.includes(name)) })),
    edges: drawn,
  };
}
