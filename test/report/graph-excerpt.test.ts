/** What is drawn of the graph of many nodes. */
import { describe, expect, it } from 'vitest';
import type { GraphEdge, GraphNode, TrustGraph } from '../../src/results/graph.ts';
import { drawable } from '../../src/results/read/graph-excerpt.ts';

const part = (id: string, kind: GraphNode['kind'], nodes: readonly string[]): GraphNode => {
  return { id, kind, nodes, name: id.replace(/-\d+$/, ''), path: null, expires: null, fault: null };
};
const edge = (from: string, to: string, kind: GraphEdge['kind'], reason: string | null = null): GraphEdge => {
  const verdict = kind !== 'dials' ? null : reason === null ? 'ok' : 'fail';
  return { from, to, kind, label: null, verdict, reason };
};

/** Workers with a kubelet that dials one API server, some of which are refused. */
function graphOf(workers: number, reasonOf: (index: number) => string | null): TrustGraph {
  const numbers = Array.from({ length: workers }, (_, index) => index + 1);
  const names = numbers.map((index) => `worker-${index}`);
  return {
    at: '2026-12-01T00:00:00Z',
    nodes: [
      part('ca', 'authority', ['cp-1', ...names]),
      part('front-ca', 'authority', ['cp-1']),
      part('server', 'certificate', ['cp-1']),
      part('api', 'component', ['cp-1']),
      ...numbers.flatMap((index) => [
        part(`client-${index}`, 'certificate', [`worker-${index}`]),
        part(`kubelet-${index}`, 'component', [`worker-${index}`]),
      ]),
    ],
    edges: [
      edge('ca', 'server', 'signs'),
      edge('server', 'api', 'shown-by'),
      ...numbers.flatMap((index) => [
        edge('ca', `client-${index}`, 'signs'),
        edge(`client-${index}`, `kubelet-${index}`, 'shown-by'),
        edge(`kubelet-${index}`, 'api', 'dials', reasonOf(index)),
      ]),
    ],
  };
}

const ids = ({ graph }: { readonly graph: TrustGraph }) => graph.nodes.map(({ id }) => id).sort();

describe('the graph to draw', () => {
  it('is whole up to five nodes', () => {
    const graph = graphOf(4, () => 'refused');
    expect(drawable(graph)).toEqual({ graph, leftOut: '' });
  });

  it('has of more nodes each error once, with its neighbours, and says what is left out', () => {
    const excerpt = drawable(graphOf(300, (index) => (index % 100 === 7 ? `worker-${index} is refused` : null)));
    expect(ids(excerpt)).toEqual(['api', 'ca', 'client-7', 'kubelet-7', 'server']);
    const dials = excerpt.graph.edges.filter(({ kind }) => kind === 'dials');
    expect(dials.map(({ reason }) => reason)).toEqual(['3 connections: worker-7 is refused']);
    expect(excerpt.leftOut).toMatch(/^the graph of 301 nodes .*: 2 nodes; 299 connections left out/);
  });

  it('keeps different errors, but not hundreds', () => {
    const two = drawable(graphOf(9, (index) => ['a', 'b', null][index % 3] ?? null));
    expect(two.graph.edges.filter(({ kind }) => kind === 'dials')).toHaveLength(2);
    const many = drawable(graphOf(300, (index) => `error ${index}`));
    expect(many.graph.edges.filter(({ kind }) => kind === 'dials')).toHaveLength(20);
    expect(many.leftOut).toContain('shows the first 20 of 300 errors, with');
  });

  it('is that of the first five nodes where nothing fails', () => {
    const excerpt = drawable(graphOf(300, () => null));
    const names = new Set(excerpt.graph.nodes.flatMap(({ nodes }) => nodes));
    expect([...names]).toEqual(['cp-1', 'worker-1', 'worker-2', 'worker-3', 'worker-4']);
    expect(excerpt.leftOut).toContain('5 nodes; 296 connections left out');
  });
});
