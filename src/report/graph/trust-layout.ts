/**
 * Where the parts of a trust graph are drawn: in four columns, from CAs over certificates and keys to components, and
 * to what these dial. A part is placed near what it is joined to, so that few lines cross.
 */
import type { GraphNode, TrustGraph } from '../../results/graph.ts';
import { type Box, columns, inColumns, type Join } from './columns.ts';

/** What is drawn as a box. */
export interface Item extends Box {
  /** The second line of its label. */
  readonly detail: string;
  /** The middle of the box. */
  readonly y: number;
}

/** A line, and what it says when it is pointed at. */
export interface TitledJoin extends Join {
  readonly title: string;
}

export interface Drawing {
  readonly items: readonly Item[];
  readonly joins: readonly TitledJoin[];
  readonly height: number;
}

/** The distance between the middles of two boxes of a column. */
const pitch = 50;
const top = 64;

/**
 * Returns the part of a graph that is about one node: what it has, and what its components dial, the same of other
 * nodes once.
 */
export function ofNode({ at, nodes, edges }: TrustGraph, name: string): TrustGraph {
  const own = new Set(nodes.filter((node) => node.nodes.includes(name)).map(({ id }) => id));
  const kept = edges.filter(({ from, to, kind }) => own.has(from) && (own.has(to) || kind === 'dials'));
  const needed = new Set([...own, ...kept.map(({ to }) => to)]);
  const part = { at, nodes: nodes.filter(({ id }) => needed.has(id)), edges: kept };
  return merge(part, ({ id, kind, name: of }) => (own.has(id) ? id : `${kind} ${of}`));
}

/** Returns a graph in which the parts of all nodes that have the same kind and name are one. */
export const ofCluster = (graph: TrustGraph): TrustGraph => merge(graph, ({ kind, name }) => `${kind} ${name}`);

/** Returns a graph in which the parts that have the same key are one. */
function merge({ at, nodes, edges }: TrustGraph, keyOf: (node: GraphNode) => string): TrustGraph {
  const merged = new Map<string, GraphNode>();
  const ids = new Map<string, string>();
  for (const node of nodes) {
    const known = merged.get(keyOf(node));
    ids.set(node.id, known?.id ?? node.id);
    merged.set(keyOf(node), known === undefined ? node : together(known, node));
  }
  const renamed = edges.map((edge) => ({ ...edge, from: ids.get(edge.from) ?? '', to: ids.get(edge.to) ?? '' }));
  return {
    at,
    nodes: [...merged.values()],
    edges: renamed.filter(({ from, to, kind }) => from !== to || kind === 'dials'),
  };
}

/** One of several: it is at fault if one of them is, and expires with the first. */
function together(one: GraphNode, other: GraphNode): GraphNode {
  const [expires = null] = [one.expires, other.expires].filter((text) => text !== null).sort();
  return { ...one, nodes: [...new Set([...one.nodes, ...other.nodes])], fault: one.fault ?? other.fault, expires };
}

/**
 * Returns the folder below which the files of a graph are named: that of the CAs, or the one around it; '' if they
 * share none.
 */
export function baseOf({ nodes }: TrustGraph): string {
  const paths = nodes.flatMap(({ path }) => path ?? []);
  const authorities = nodes.flatMap(({ kind, path }) => (kind === 'authority' && path !== null ? [path] : []));
  const [first = [], ...others] = authorities.map((path) => path.split('/').slice(0, -1));
  const differs = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  const shared = (differs === -1 ? first : first.slice(0, differs)).join('/');
  const around = shared.slice(0, shared.lastIndexOf('/'));
  // Kubeconfigs are next to the folder of certificates.
  const isShared = around.lastIndexOf('/') > 0 && paths.some((path) => path.slice(0, path.lastIndexOf('/')) === around);
  return isShared ? around : shared;
}

/** Lays a graph out. Its files are named below `base`. */
export function layOut(graph: TrustGraph, base = baseOf(graph)): Drawing {
  const { boxes, joins } = inColumns(graph);
  const placed = place(boxes, joins, base);
  const nameOf = new Map(boxes.map(({ id, node }) => [id, node.name]));
  const titled = joins.map((join) => {
    const about = join.about === '' ? '' : ` (${join.about})`;
    return {
      ...join,
      title: `${nameOf.get(join.from) ?? ''} ${verbs[join.kind]} ${nameOf.get(join.to) ?? ''}${about}`,
    };
  });
  return { items: placed, joins: titled, height: Math.max(top, ...placed.map(({ y }) => y)) + pitch / 2 + 8 };
}

const verbs: Readonly<Record<Join['kind'], string>> = {
  signs: 'signs',
  'shown-by': 'is presented by',
  'trusted-by': 'is trusted by',
  dials: 'dials',
};

/**
 * Places boxes column by column. Certificates and keys are in the order of the CAs that sign them, and the other boxes
 * near what they are joined to.
 */
function place(boxes: readonly Box[], joins: readonly Join[], base: string): readonly Item[] {
  const lines = joins.filter(({ kind }) => kind !== 'trusted-by');
  const neighbours = new Map<string, string[]>();
  const join = (one: string, other: string) => neighbours.set(one, [...(neighbours.get(one) ?? []), other]);
  for (const { from, to } of lines) {
    join(from, to);
    join(to, from);
  }
  const [authorities = [], held = [], components = [], servers = []] = columns.map((_, column) =>
    boxes.filter((box) => box.column === column),
  );
  const y = new Map<string, number>();
  const heightsOf = (ids: readonly string[]) => ids.flatMap((id) => y.get(id) ?? []);
  const near = ({ id }: Box, index: number) => mean(heightsOf(neighbours.get(id) ?? [])) ?? y.get(id) ?? index * pitch;
  const byPresenter = ({ id }: Box) =>
    mean(heightsOf(lines.flatMap(({ from, to, kind }) => (from === id && kind === 'shown-by' ? [to] : [])))) ?? 0;
  const evenly = (column: readonly Box[]) =>
    spread(
      column.map(({ id }, index) => [id, index * pitch]),
      y,
    );
  const byNeighbours = (column: readonly Box[]) =>
    spread(
      column.map((box, index) => [box.id, near(box, index)]),
      y,
    );
  const bySigner = inOrderOf(authorities, held, lines);
  evenly(bySigner);
  byNeighbours(components);
  evenly(
    inOrderOf(
      authorities,
      bySigner.toSorted((one, other) => byPresenter(one) - byPresenter(other)),
      lines,
    ),
  );
  for (const column of [authorities, components, servers]) byNeighbours(column);
  const least = Math.min(...y.values());
  return boxes.map((box) => ({
    ...box,
    detail: detailOf(box, base),
    y: Math.round((y.get(box.id) ?? 0) - least + top),
  }));
}

const mean = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** Certificates and keys in the order of the CAs that sign them; what none of these signs comes last. */
function inOrderOf(authorities: readonly Box[], held: readonly Box[], lines: readonly Join[]): readonly Box[] {
  const rank = new Map(authorities.map(({ id }, index) => [id, index]));
  const signers = new Map(lines.flatMap(({ from, to, kind }) => (kind === 'signs' ? [[to, rank.get(from)]] : [])));
  const rankOf = ({ id }: Box) => signers.get(id) ?? authorities.length;
  return held.toSorted((one, other) => rankOf(one) - rankOf(other));
}

/** Puts boxes at the heights that they want, in that order, and at least `pitch` apart. */
function spread(wanted: readonly (readonly [id: string, y: number])[], y: Map<string, number>): void {
  const sorted = wanted.toSorted(([, one], [, other]) => one - other);
  let next = Number.NEGATIVE_INFINITY;
  const placed = sorted.map(([id, want]): [string, number] => {
    next = Math.max(want, next + pitch);
    return [id, next];
  });
  // What was pushed down moves everything up by half of that, so that the column stays in the middle.
  const [last, want] = [placed.at(-1)?.[1] ?? 0, sorted.at(-1)?.[1] ?? 0];
  for (const [id, at] of placed) y.set(id, at - (last - want) / 2);
}

function detailOf({ column, node }: Box, base: string): string {
  const { path, nodes, name } = node;
  if (column === 3)
    return nodes.length === 1
      ? `on ${nodes.join()}`
      : nodes.length === 0
        ? 'not in the input'
        : `on ${nodes.length} nodes`;
  if (nodes.length > 1 && column !== 0) return `on ${nodes.length} nodes`;
  const file = base !== '' && path?.startsWith(`${base}/`) ? path.slice(base.length + 1) : (path ?? '');
  return file === name ? '' : file;
}
