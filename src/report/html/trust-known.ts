/**
 * What a page knows about the parts of a trust graph: findings, where to read more, and on which nodes something is
 * wrong.
 */
import { groupBy } from '../../core/collections.ts';
import { handful } from '../../core/text.ts';
import type { Finding } from '../../results/finding.ts';
import type { GraphNode, TrustGraph } from '../../results/graph.ts';
import type { Item } from '../graph/trust-layout.ts';
import type { Page } from './page.ts';
import { cardId } from './parts.ts';

/**
 * Returns the graph of a page: a line fails only for a connection that counts, and a file of a CA that is a different
 * one is a box of its own, although its certificate is that of the other.
 */
export function graphOfPage(page: Page): TrustGraph {
  const graph = withoutExcused(page);
  const added = page.wrongCas.filter(
    ({ node, subject }) =>
      !graph.nodes.some(({ kind, name, nodes }) => kind === 'authority' && name === subject && nodes.includes(node)),
  );
  const boxes = added.map(
    ({ node, subject, path, message }): GraphNode => ({
      id: `wrong ${subject} ${node}`,
      kind: 'authority',
      nodes: [node],
      name: subject,
      path,
      expires: null,
      fault: message,
    }),
  );
  return { ...graph, nodes: [...graph.nodes, ...boxes] };
}

/** The graph in which a line fails only for a connection that counts. */
function withoutExcused({ picture: { graph }, failing }: Page): TrustGraph {
  const key = (client: string, reason: string | null) => `${client} ${reason ?? ''}`;
  const counting = new Set(failing.map(({ client, reason }) => key(client, reason)));
  const nameOf = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const isExcused = ({ verdict, from, reason }: TrustGraph['edges'][number]) =>
    verdict === 'fail' && !counting.has(key(nameOf.get(from) ?? '', reason));
  return {
    ...graph,
    edges: graph.edges.map((edge) => (isExcused(edge) ? { ...edge, verdict: 'unknown' as const } : edge)),
  };
}

/**
 * What is known about a box: where to read more (what depends on it, a finding, or its certificate), and its worst
 * finding.
 */
export interface Known {
  readonly href: string;
  readonly worst: Finding | undefined;
  /** If only some of its nodes have it, which, in words: the longest first. */
  readonly wrongOn: readonly string[];
}
export type Finder = (item: Item) => Known;

/**
 * For the graph of these nodes: of those that share a file, one may have an error about it, and another may lack it.
 */
export function finder(page: Page, names: readonly string[]): Finder {
  const link = linkFinder(page);
  const byClient = groupBy(page.failing, ({ client }) => client);
  return (item) => {
    const { kind, name, path, nodes } = item.node;
    const isWrong = (node: string) =>
      kind === 'component'
        ? item.column === dialling && byClient.get(name)?.some((one) => one.node === node)
        : page.worstAt([node], [name, path ?? ''])?.severity === 'error';
    const worst = page.worstAt(kind === 'component' ? [] : names, [name, path ?? '']);
    return { href: link(item), worst, wrongOn: names.length === 1 ? [] : some(nodes, nodes.filter(isWrong)) };
  };
}

/** The column of what dials. */
const dialling = 2;

function some(all: readonly string[], wrong: readonly string[]): readonly string[] {
  if (wrong.length === 0 || all.length < 2) return [];
  if (wrong.length === all.length) return [`✖ on ${all.length} nodes`];
  const share = `${wrong.length} of ${all.length} nodes`;
  return [`✖ ${handful(wrong, 3)}, ${share}`, `✖ ${share}`];
}

function linkFinder({ picture: { radii }, failing, hrefOf, worstAt }: Page): (item: Item) => string {
  const subjects = new Set(radii.map(({ subject }) => subject));
  const byClient = groupBy(failing, ({ client }) => client);
  return ({ node: { kind, name, path, nodes } }) => {
    if (kind === 'component') {
      const cause = byClient.get(name)?.find((one) => nodes.includes(one.node))?.cause;
      return hrefOf(cause ?? null) ?? '#connections';
    }
    if (subjects.has(name)) return `#${cardId(name)}`;
    for (const node of nodes) {
      const href = hrefOf(worstAt([node], [name, path ?? ''])?.fingerprint ?? null);
      if (href !== undefined) return href;
    }
    return '#timeline';
  };
}
