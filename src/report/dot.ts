/** Formats a trust graph in the DOT language of Graphviz (https://graphviz.org/doc/info/lang.html). */
import type { GraphEdge, GraphNode, TrustGraph } from '../core/graph.ts';
import { boxesOf, edgeLabel, nodeLabel } from './graph-labels.ts';

const shapes: Readonly<Record<GraphNode['kind'], string>> = {
  authority: 'hexagon',
  certificate: 'note',
  key: 'parallelogram',
  component: 'box',
};

/** Returns the graph in the DOT language, with a line feed at the end. */
export function dot(graph: TrustGraph): string {
  const node = (one: GraphNode) => {
    const fault = one.fault === null ? {} : { color: 'red', fontcolor: 'red' };
    return `${quoted([one.id])}${attributes({ label: nodeLabel(one), shape: [shapes[one.kind]], ...lists(fault) })};`;
  };
  const { outside, boxes } = boxesOf(graph);
  const lines = [
    'rankdir=LR;',
    'node [fontname="sans-serif", fontsize=10];',
    'edge [fontname="sans-serif", fontsize=9];',
    ...outside.map(node),
    ...boxes.flatMap((box, index) => [
      `subgraph cluster_${index} {`,
      `  label=${quoted([box.title])};`,
      ...box.nodes.map((one) => `  ${node(one)}`),
      '}',
    ]),
    ...graph.edges.map(
      (edge) =>
        `${quoted([edge.from])} -> ${quoted([edge.to])}${attributes({ label: edgeLabel(edge), ...lists(look(edge)) })};`,
    ),
  ];
  return `${['digraph pki {', ...lines.map((line) => `  ${line}`), '}'].join('\n')}\n`;
}

function look({ kind, verdict }: GraphEdge): Readonly<Record<string, string>> {
  if (kind === 'trusted-by') return { style: 'dotted', color: 'gray40', fontcolor: 'gray40' };
  if (kind !== 'dials') return {};
  if (verdict === 'fail') return { style: 'bold', color: 'red', fontcolor: 'red' };
  return verdict === 'unknown' ? { style: 'dashed', color: 'gray40' } : { style: 'bold' };
}

const lists = (values: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));

function attributes(values: Readonly<Record<string, readonly string[]>>): string {
  const present = Object.entries(values).filter(([, lines]) => lines.length > 0);
  return present.length === 0 ? '' : ` [${present.map(([name, lines]) => `${name}=${quoted(lines)}`).join(', ')}]`;
}

/** A quoted string. Escapes `"`, `\`, and `&`, which starts an entity in a label. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) => line.replace(/["\\]/g, '\\$&').replaceAll('&', '&amp;'));
  return `"${escaped.join('\\n')}"`;
}
