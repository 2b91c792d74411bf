/** `sarif:DIR/`: a file for each node, for jobs that upload each with its own category. */
import { nameForPrograms } from '../../results/read/labels.ts';
import type { Report } from '../../results/report.ts';
import type { Destination } from './destination.ts';

/** Letters of the name of a file, without its end. Names of nodes have at most 253 (RFC 1123), and mostly few. */
const maxName = 200;

/** Whether a destination is a folder. */
export const isSarifFolder = ({ format, file }: Destination<string>): boolean =>
  format === 'sarif' && file?.endsWith('/') === true;

/**
 * Returns a destination for each node in place of a folder: the file is called by the node, as far as that is a name.
 */
export function filesOf<Name extends string>(
  { format, file = '' }: Destination<Name>,
  { nodes }: Pick<Report, 'nodes'>,
): readonly Destination<Name>[] {
  const taken = new Set<string>();
  return [...new Set(nodes.map(({ name }) => name))].map((node) => {
    const name = nameForPrograms(node, nodes)
      .replace(/[^\w.-]+/g, '_')
      .replace(/^\./, '_')
      .slice(0, maxName);
    let unique = name;
    for (let copy = 2; taken.has(unique); copy++) unique = `${name}-${copy}`;
    taken.add(unique);
    return { format, file: `${file}${unique}.sarif`, node };
  });
}

/**
 * Returns the part of a report that is about one node. The others stay listed, so that its places are the same as in
 * one file.
 */
export function partOf(report: Report, node: string): Report {
  // What is on no node, such as a finding about an exception, is in the first file.
  const [first] = report.nodes;
  const isOwn = (one: { readonly node: string }) => one.node === node || (one.node === '' && node === first?.name);
  return {
    ...report,
    nodes: report.nodes.map(({ notLookedAt, ...other }) => {
      return other.name === node && notLookedAt ? { ...other, notLookedAt } : other;
    }),
    findings: report.findings.filter(isOwn),
    notChecked: report.notChecked.filter(isOwn),
  };
}
