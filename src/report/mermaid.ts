/** Formats a trust graph as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html). */
import type { GraphEdge, GraphNode, TrustGraph } from '../core/graph.ts';
import { boxesOf, edgeLabel, nodeLabel } from './graph-labels.ts';

const shapes: Readonly<Record<GraphNode['kind'], readonly [open: string, close: string]>> = {
  authority: ['{{', '}}'],
  certificate: ['[', ']'],
  key: ['[/', '/]'],
  component: ['([', '])'],
};

const styles = [
  'classDef authority stroke-width:2px',
  'classDef component stroke-width:2px,stroke:#2b6cb0',
  'classDef fault stroke:#c53030,color:#c53030,stroke-width:2px',
];

/** Returns the graph in the Mermaid language, with a line feed at the end. */
export function mermaid(graph: TrustGraph): string {
  const ids = new Map(graph.nodes.map((node, index) => [node.id, `n${index}`]));
  const node = (one: GraphNode) => {
    const [open, close] = shapes[one.kind];
    const look = one.fault === null ? one.kind : 'fault';
    const styled = look === 'certificate' || look === 'key' ? '' : `:::${look}`;
    return `${ids.get(one.id)}${open}"${text(nodeLabel(one))}"${close}${styled}`;
  };
  const { outside, boxes } = boxesOf(graph);
  const lines = [
    ...outside.map(node),
    ...boxes.flatMap((box, index) => [
      `subgraph box${index}["${text([box.title])}"]`,
      ...box.nodes.map((one) => `  ${node(one)}`),
      'end',
    ]),
    ...graph.edges.map((edge) => `${ids.get(edge.from)} ${arrow(edge)} ${ids.get(edge.to)}`),
    ...styles,
    ...linkStyles(graph.edges),
  ];
  return `${['flowchart LR', ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
}

function arrow(edge: GraphEdge): string {
  const label = edgeLabel(edge);
  const named = label.length === 0 ? '' : `|"${text(label)}"|`;
  if (edge.kind === 'trusted-by' || edge.verdict === 'unknown') return `-.->${named}`;
  return `${edge.kind === 'dials' ? '==>' : '-->'}${named}`;
}

function linkStyles(edges: readonly GraphEdge[]): readonly string[] {
  const failed = edges.flatMap((edge, index) => (edge.verdict === 'fail' ? [index] : []));
  return failed.length === 0 ? [] : [`linkStyle ${failed.join(',')} stroke:#c53030,color:#c53030`];
}

/**
 * Joins lines, and replaces all characters that could be syntax in Mermaid, or in the HTML that it generates, by
 * entities.
 */
function text(lines: readonly string[]): string {
  const safe = /[^\p{L}\p{N} .,:/()='\u2026\u2192-]/gu;
  return lines.map((line) => line.replace(safe, (character) => `#${character.codePointAt(0)};`)).join('<br/>');
}
