/** Formats a trust graph as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html). */
import type { GraphNode, TrustGraph } from '../../results/graph.ts';
import { type Box, inColumns, type Join } from './columns.ts';
import { inFrames, joinLabel, nodeLabel } from './labels.ts';

const shapes: Readonly<Record<GraphNode['kind'], readonly [open: string, close: string]>> = {
  authority: ['{{', '}}'],
  certificate: ['[', ']'],
  key: ['[/', '/]'],
  component: ['([', '])'],
};

const styles = [
  'classDef authority stroke-width:2px',
  'classDef component stroke-width:2px,stroke:#2b6cb0',
  'classDef dialled stroke:#2b6cb0,stroke-dasharray:4',
  'classDef fault stroke:#c53030,color:#c53030,stroke-width:2px',
];

/** Returns the graph in the Mermaid language, with a line feed at the end. */
export function mermaid(graph: TrustGraph): string {
  const { boxes, joins } = inColumns(graph);
  const shown = joins.filter(({ kind }) => kind !== 'trusted-by');
  const ids = new Map(boxes.map(({ id }, index) => [id, `n${index}`]));
  const box = ({ id, column, node }: Box) => {
    const [open, close] = shapes[node.kind];
    const look = node.fault !== null ? 'fault' : column === 3 ? 'dialled' : node.kind;
    const styled = look === 'certificate' || look === 'key' ? '' : `:::${look}`;
    return `${ids.get(id)}${open}"${text(nodeLabel(node))}"${close}${styled}`;
  };
  const { outside, frames } = inFrames(boxes);
  const lines = [
    ...outside.map(box),
    ...frames.flatMap((frame, index) => [
      `subgraph box${index}["${text([frame.title])}"]`,
      ...frame.boxes.map((one) => `  ${box(one)}`),
      'end',
    ]),
    ...shown.map((join) => `${ids.get(join.from)} ${arrow(join)} ${ids.get(join.to)}`),
    ...styles,
    ...linkStyles(shown),
  ];
  return `${['flowchart LR', ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
}

function arrow(join: Join): string {
  const label = joinLabel(join);
  const named = label.length === 0 ? '' : `|"${text(label)}"|`;
  if (join.verdict === 'unknown') return `-.->${named}`;
  return `${join.verdict === 'fail' ? '==>' : '-->'}${named}`;
}

function linkStyles(joins: readonly Join[]): readonly string[] {
  const failed = joins.flatMap(({ verdict }, index) => (verdict === 'fail' ? [index] : []));
  return failed.length === 0 ? [] : [`linkStyle ${failed.join(',')} stroke:#c53030,color:#c53030`];
}

/** What Mermaid changes even where all of it is entities: a line feed, a formula and an icon of other languages. */
const read = /\\(?=n)|\$(?=\$)|:(?=fa-)/g;
/**
 * All characters that could be syntax in Mermaid, or in the HTML that it generates, and two words after which it takes
 * the `;` of an entity away.
 */
const unsafe = /[^\p{L}\p{N} .,:/()='\u2026\u2192-]|(?<=styl)e|(?<=classDe)f/gu;

/** Joins lines. An invisible space separates what Mermaid would change, and a text without one letter is a space. */
function text(lines: readonly string[]): string {
  const entity = (character: string) => `#${character.codePointAt(0)};`;
  return lines.map((line) => line.replace(read, '$&\u200b').replace(unsafe, entity)).join('<br/>') || '#160;';
}
