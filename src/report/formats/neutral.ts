/** Names for nodes that have none, so that a report for programs does not depend on where a copy of a node is. */
import type { Report } from '../../core/report.ts';

/** Fields with the path that was typed: how a program finds the file, and commands for the copy. */
const typed = new Set(['file', 'rootfs', 'copy', 'failures', 'tool']);

/** Fields that can be the name of a node and nothing else that is spelled like it. */
const names = new Set(['node', 'on', 'name', 'subject']);

/**
 * Returns a report that calls nodes without a name `node-1`, `node-2`, by their position. In a report for people, such a node
 * is called by the path that was typed. `file` and `rootfs` are left as they are.
 */
export function neutral(report: Report): Report {
  const labels = new Map(
    report.nodes.flatMap((node, index) => (node.isNamed ? [] : [[node.name, `node-${index + 1}`]])),
  );
  if (labels.size === 0) return report;
  const inTexts = withinTexts(report, labels);
  const renamed = (value: unknown, key: string): unknown => {
    if (typed.has(key)) return value;
    if (typeof value === 'string') return (names.has(key) ? labels.get(value) : undefined) ?? inTexts(value);
    if (Array.isArray(value)) return value.map((item) => renamed(item, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, renamed(inner, name)]));
  };
  return renamed(report, '') as Report;
}

const isPath = (name: string) => /\w[/.]|[/.]\w/.test(name);

/**
 * A path on the node itself, such as `/etc/kubernetes`, stays in texts: they may mean the path. So does a word such as `etcd`,
 * which is also the name of a component.
 */
function withinTexts({ nodes }: Report, labels: ReadonlyMap<string, string>): (text: string) => string {
  const paths = nodes.filter(
    ({ name, pki }) => labels.has(name) && isPath(name) && !`${pki}/`.startsWith(name.replace(/\/*$/, '/')),
  );
  if (paths.length === 0) return (text) => text;
  const longestFirst = paths.map(({ name }) => name).sort((one, other) => other.length - one.length);
  const any = longestFirst.map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|');
  const whole = new RegExp(`(?<![\\w./-])(?:${any})(?![\\w/-]|\\.\\w)`, 'g');
  return (text) => text.replace(whole, (name) => labels.get(name) ?? name);
}
