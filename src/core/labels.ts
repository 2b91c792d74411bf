/**
 * Names of nodes that do not depend on where their copies are. A node without a name is called by its folder as typed, so
 * that people recognise it; what programs compare from run to run calls it `node-1`.
 */
import type { Report, ReportedNode } from './report.ts';

/** Returns the name of a node, or its number: `node-2`. */
export function nameForPrograms(name: string, nodes: readonly Pick<ReportedNode, 'name' | 'isNamed'>[]): string {
  const index = nodes.findIndex((node) => node.name === name);
  return nodes[index]?.isNamed === false ? `node-${index + 1}` : name;
}

/** Where the input is: what is read from there is found by these. */
const places: readonly string[] = ['file', 'rootfs', 'copy'];

/** Returns a report in which nodes without a name are called by their number, also within texts. */
export function withNodeLabels(report: Report): Report {
  const { nodes } = report;
  const labels = nodes.flatMap(({ name, isNamed }): [string, string][] =>
    isNamed ? [] : [[name, nameForPrograms(name, nodes)]],
  );
  if (labels.length === 0) return report;
  const exact = new Map(labels);
  const patterns = labels.flatMap(([name, label]): [RegExp, string][] =>
    isPath(name) ? [[wholePath(name), label]] : [],
  );
  const relabel = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') {
      if (places.includes(key)) return value;
      return exact.get(value) ?? patterns.reduce((text, [pattern, label]) => text.replace(pattern, label), value);
    }
    if (Array.isArray(value)) return value.map((one) => relabel(one));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, relabel(one, name)]));
  };
  return relabel(report) as Report;
}

/** Within a text, only what can hardly be anything but the path is replaced. */
const isPath = (name: string): boolean => /[^/]\//.test(name) || /^\/[^/]{3}/.test(name);

function wholePath(name: string): RegExp {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w/.-])${literal}(?![\\w/-])`, 'g');
}
