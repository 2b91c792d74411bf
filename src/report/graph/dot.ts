/** Formats a trust graph in the DOT language of Graphviz (https://graphviz.org/doc/info/lang.html). */
import type { GraphNode, TrustGraph } from '../../results/graph.ts';
import { type Box, columns, inColumns, type Join } from './columns.ts';
import { inFrames, joinLabel, nodeLabel } from './labels.ts';

const shapes: Readonly<Record<GraphNode['kind'], string>> = {
  authority: 'hexagon',
  certificate: 'note',
  key: 'parallelogram',
  component: 'box',
};

/** Returns the graph in the DOT language, with a line feed at the end. */
export function dot(graph: TrustGraph): string {
  const { boxes, joins } = inColumns(graph);
  const box = ({ id, column, node }: Box) => {
    const fault = node.fault === null ? {} : { color: ['red'], fontcolor: ['red'] };
    const served = column === 3 ? { style: ['dashed'] } : {};
    return `${quoted([id])}${attributes({ label: nodeLabel(node), shape: [shapes[node.kind]], ...served, ...fault })};`;
  };
  const { outside, frames } = inFrames(boxes);
  const ranks = columns.map((_, column) => boxes.filter((one) => one.column === column).map(({ id }) => quoted([id])));
  const lines = [
    // With newrank, what is in different frames can be in the same column.
    'rankdir=LR;',
    'newrank=true;',
    'ranksep="1.5";',
    'nodesep="0.12";',
    'node [fontname="sans-serif", fontsize=10, height="0.3", margin="0.1,0.05"];',
    'edge [fontname="sans-serif", fontsize=9, color="gray50"];',
    ...outside.map(box),
    ...frames.flatMap((frame, index) => [
      `subgraph cluster_${index} {`,
      `  label=${quoted([frame.title])}; color="gray70";`,
      ...frame.boxes.map((one) => `  ${box(one)}`),
      '}',
    ]),
    ...ranks.filter((ids) => ids.length > 1).map((ids) => `{ rank=same; ${ids.join('; ')}; }`),
    ...joins
      .filter(({ kind }) => kind !== 'trusted-by')
      .map((join) => {
        const about = attributes({ label: joinLabel(join), ...look(join) });
        return `${quoted([join.from])} -> ${quoted([join.to])}${about};`;
      }),
  ];
  return `${['digraph pki {', ...lines.map((line) => `  ${line}`), '}'].join('\n')}\n`;
}

function look({ kind, verdict }: Join): Readonly<Record<string, readonly string[]>> {
  if (kind !== 'dials') return {};
  if (verdict === 'fail') return { style: ['bold'], color: ['red'], fontcolor: ['red'] };
  return verdict === 'unknown' ? { style: ['dashed'] } : { color: ['#2b6cb0'] };
}

function attributes(values: Readonly<Record<string, readonly string[]>>): string {
  const present = Object.entries(values).filter(([, lines]) => lines.length > 0);
  return present.length === 0 ? '' : ` [${present.map(([name, lines]) => `${name}=${quoted(lines)}`).join(', ')}]`;
}

/** A quoted string. Escapes `"`, `\`, and `&`, which starts an entity in a label. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) => line.replace(/["\\]/g, '\\$&').replaceAll('&', '&amp;'));
  return `"${escaped.join('\\n')}"`;
}
