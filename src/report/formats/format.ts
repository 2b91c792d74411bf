/** What the formats for programs have in common. */

import { type Finding, severities } from '../../results/finding.ts';
import type { Report } from '../../results/report.ts';
import type { RuleDoc } from '../../results/rule-doc.ts';
import { statement } from '../message/index.ts';

/** Options of the formats for programs. */
export interface FormatOptions {
  /** Every rule, for formats that describe them. */
  readonly rules?: readonly RuleDoc[];
  /** Returns where a `file` of the report is in its repository (`deploy/pki/ca.crt`); undefined if it is in none. */
  readonly inRepository?: (file: string) => string | undefined;
  /** Whether JUnit has a case for every check that passed (by default), or one for each rule. */
  readonly junitPasses?: 'subject' | 'rule';
  /** Whether excused findings are written too, marked as such. */
  readonly showSuppressed?: boolean;
  /** Whether the table counts findings by rule and node instead of listing them. */
  readonly statistics?: boolean;
  /** The category of the SARIF file: a program that uploads several gives each its own. */
  readonly sarifCategory?: string;
  /** How many bytes Markdown may have. */
  readonly markdownBytes?: number;
}

/**
 * Returns a report, whose nodes have names for programs (results/read/labels.ts), as text. It is the same for the same
 * report and options.
 */
export type Format = (report: Report, options: FormatOptions) => string;

/** The findings to write, the most severe first. */
export function writtenFindings({ findings }: Report, { showSuppressed = false }: FormatOptions): readonly Finding[] {
  const shown = showSuppressed ? findings : findings.filter(({ suppressed }) => suppressed === null);
  return shown.toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
}

/** Returns the message of a finding. If there are several nodes, it names its own. */
export function messageOf(finding: Finding, { nodes }: Pick<Report, 'nodes'>): string {
  return statement(finding, nodes.length < 2 ? [] : [finding.node]);
}

/**
 * Returns the path of a file for programs that show files of a repository: relative to the repository, or, outside of
 * one, the path on the node without its first slash, below the name of the node if there are several.
 */
export function pathForPrograms(
  { file, path, node }: Pick<Finding, 'file' | 'path' | 'node'>,
  { nodes }: { readonly nodes: readonly unknown[] },
  { inRepository }: FormatOptions,
): string {
  const known = inRepository?.(file);
  if (known !== undefined) return known;
  const onNode = path.replace(/^\/+/, '');
  // A finding about the policy, or about an object, is on no node.
  return nodes.length > 1 && node !== '' ? `${node}/${onNode}` : onNode;
}
