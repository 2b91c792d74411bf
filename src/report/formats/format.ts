/** What the formats for programs have in common. */
import type { Finding, Report } from '../../core/report.ts';
import type { RuleDoc } from '../../core/rule-doc.ts';

/** Options of the formats for programs. */
export interface FormatOptions {
  /** Every rule, for formats that describe them. */
  readonly rules?: readonly RuleDoc[];
  /** Returns where a `file` of the report is in its repository (`deploy/pki/ca.crt`); undefined if it is in none. */
  readonly inRepository?: (file: string) => string | undefined;
  /** Whether JUnit has a case for every check that passed (by default), or one for each rule. */
  readonly junitPasses?: 'subject' | 'rule';
  /** Whether waived findings are written too, marked as such. */
  readonly showSuppressed?: boolean;
}

/** Returns a report as text. It is the same for the same report and options. */
export type Format = (report: Report, options: FormatOptions) => string;

/** The findings to write. */
export function shownFindings({ findings }: Report, { showSuppressed = false }: FormatOptions): readonly Finding[] {
  return showSuppressed ? findings : findings.filter(({ suppressed }) => suppressed === null);
}

/**
 * Returns the path of a file for programs that show files of a repository: relative to the repository, or, outside of one,
 * the path on the node without its first slash, below the name of the node if there are several.
 */
export function placeOf(
  { file, path, node }: Pick<Finding, 'file' | 'path' | 'node'>,
  { nodes }: Pick<Report, 'nodes'>,
  { inRepository }: FormatOptions,
): string {
  const known = inRepository?.(file);
  if (known !== undefined) return known;
  const index = nodes.findIndex(({ name }) => name === node);
  // A node without a name is called by its folder, which depends on where the copy is.
  const label = nodes[index]?.isNamed === false ? `node-${index + 1}` : node;
  const onNode = path.replace(/^\/+/, '');
  return nodes.length > 1 ? `${label}/${onNode}` : onNode;
}
