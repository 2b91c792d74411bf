/** What formats for programs call nodes: the same wherever the copies are. */
import type { Report } from '../../core/report.ts';

export interface NodeLabels {
  /** Returns the name of a node, or its number if that is not known: then it is called by its folder. */
  label(node: string): string;
  /** Returns the server of a connection: `etcd on cp-2`. */
  server(server: string): string;
}

/** Returns the labels of the nodes of a report. */
export function nodeLabels({ nodes }: Pick<Report, 'nodes'>): NodeLabels {
  const labels = new Map(nodes.flatMap(({ name, isNamed }, index) => (isNamed ? [] : [[name, `node-${index + 1}`]])));
  return {
    label: (node) => labels.get(node) ?? node,
    server: (server) => {
      const unnamed = [...labels].find(([name]) => server.endsWith(` on ${name}`));
      return unnamed === undefined ? server : `${server.slice(0, -unnamed[0].length)}${unnamed[1]}`;
    },
  };
}
