/**
 * SARIF 2.1.0, as GitHub's code scanning reads it ("SARIF support for code scanning" in its documentation): one run,
 * one location for each result, paths relative to the repository. It never has a snippet: a line of a kubeconfig may be
 * a key.
 */

import type { Invocation, Location, Log, LogicalLocation, Notification, Result, Run } from 'sarif';
import { json } from '../../core/json.ts';
import { count, printable } from '../../core/text.ts';
import type { Finding, Related } from '../../results/finding.ts';
import { countsFailures, isIncomplete, unlooked } from '../../results/read/verdict.ts';
import { wordingOfRelated } from '../../results/read/wording.ts';
import type { Report } from '../../results/report.ts';
import { type FormatOptions, messageOf, pathForPrograms, writtenFindings } from './format.ts';
import { ruleDescriptor, sarifLevels, sentence } from './sarif-rules.ts';
import { relativeUri } from './uri.ts';

/** GitHub rejects a file with more results. */
const maxResults = 25_000;
/** Consequences of a finding. A failed CA may have thousands. */
const maxRelated = 20;
/** GitHub shows only the related locations that the message links to. */
const maxLinked = 3;

/** Returns the findings, the worst first, as SARIF. */
export function sarif(report: Report, options: FormatOptions): string {
  const { rules = [], sarifCategory } = options;
  const findings = writtenFindings(report, options);
  const kept = findings.slice(0, maxResults);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const { name, version } = report.tool;
  const run: Run = {
    tool: { driver: { name, semanticVersion: version, rules: rules.map(ruleDescriptor) } },
    automationDetails: { id: categoryId(sarifCategory) },
    invocations: [invocation(report, findings.length - kept.length)],
    columnKind: 'utf16CodeUnits',
    results: kept.map((finding) => result(finding, { report, options, index: indexes.get(finding.rule) })),
  };
  const log: Log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return json(log);
}

/** GitHub takes what precedes the last slash as the category. */
const categoryId = (category: string | undefined): string =>
  category === undefined ? 'pki-lint/' : `pki-lint/${printable(category).replace(/^\/+|(?<!\/)\/+$/g, '')}/`;

interface Context {
  readonly report: Report;
  readonly options: FormatOptions;
  /** The place of the rule in the list of rules. */
  readonly index: number | undefined;
}

function result(finding: Finding, { report, options, index }: Context): Result {
  const { rule, severity, impact, fingerprint, suppressed, cis } = finding;
  const related = finding.related.slice(0, maxRelated).map((one) => relatedLocation(one, finding, report, options));
  return {
    ruleId: rule,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level: sarifLevels[severity],
    message: { text: message(finding, report) },
    locations: [location(finding, report, options)],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((one, at) => ({ id: at + 1, ...one })) }),
    // GitHub compares only the first, whose number distinguishes equal lines.
    partialFingerprints: { primaryLocationLineHash: `${fingerprint}:1`, 'pkiLint/v1': fingerprint },
    ...(suppressed === null
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: printable(suppressed.reason) }] }),
    properties: {
      impact,
      ...(cis.length === 0 ? {} : { cis }),
      ...(suppressed?.until ? { until: suppressed.until } : {}),
    },
  };
}

/** The message, and links to the first consequences. Lists show only the first sentence. */
function message(finding: Finding, report: Report): string {
  const { related } = finding;
  const links = related.slice(0, maxLinked).map(({ subject }, index) => `[${linkText(subject)}](${index + 1})`);
  const more = related.length > links.length ? ` and ${related.length - links.length} more` : '';
  const effects = links.length === 0 ? '' : ` Affected: ${links.join(', ')}${more}.`;
  return `${withoutLinks(sentence(messageOf(finding, report)))}${effects}`;
}

/** `[text](target)` is a link in a message (SARIF 2.1.0, 3.11.6), and a backslash makes a bracket a character. */
const withoutLinks = (text: string): string => text.replaceAll('](', '\\](');

const linkText = (text: string): string => printable(text).replace(/[[\]\\]/g, '\\$&');

function location(finding: Finding, report: Report, options: FormatOptions): Location {
  const { line, column, endLine, endColumn, node, subject } = finding;
  return {
    physicalLocation: {
      artifactLocation: { uri: relativeUri(pathForPrograms(finding, report, options)) },
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
    logicalLocations: [logicalLocation(node, subject)],
  };
}

function logicalLocation(node: string, subject: string): LogicalLocation {
  const name = printable(subject);
  const start = node === '' ? '' : `${printable(node)}/`;
  return { name, fullyQualifiedName: `${start}${name}`, kind: 'resource' };
}

function relatedLocation(related: Related, finding: Finding, report: Report, options: FormatOptions): Location {
  const { subject, message, error } = related;
  const known = [subject, ...(message === '' || message === subject ? [] : [message]), ...(error ? [error] : [])];
  return {
    physicalLocation: { artifactLocation: { uri: relativeUri(relatedPlace(related, finding, report, options)) } },
    message: { text: withoutLinks(sentence(known.join(': '))) },
  };
}

/**
 * A consequence has only a path on a node, and if it names a different node, not which: then the place is that of the
 * finding. The file that was read is found next to that of the finding, if the ends of its path are the same as on the
 * node.
 */
function relatedPlace(related: Related, finding: Finding, report: Report, options: FormatOptions): string {
  const { path } = related;
  const { path: own, file, node } = finding;
  const others = report.nodes.flatMap(({ name }) => (name === node ? [] : [name]));
  if (wordingOfRelated(related, others).subject.nodes.some((name) => name !== node))
    return pathForPrograms(finding, report, options);
  const [ends, names] = [own.split('/'), file.split('/')];
  let common = 0;
  while (common < Math.min(ends.length, names.length) && ends.at(-1 - common) === names.at(-1 - common)) common++;
  const [above, root] = [ends.slice(0, ends.length - common), names.slice(0, names.length - common)];
  const isBelow = path.startsWith(above.map((name) => `${name}/`).join(''));
  const read = isBelow ? [...root, ...path.split('/').slice(above.length)].join('/') : undefined;
  return pathForPrograms({ file: read ?? path, path, node }, report, read === undefined ? {} : options);
}

/** No clock and no machine: the same report gives the same bytes. */
function invocation(report: Report, left: number): Invocation {
  const { exitCode, failures, notChecked } = report;
  const cut =
    left === 0 ? [] : [notification('warning', `left out: ${count(left, 'finding')}, as GitHub accepts ${maxResults}`)];
  return {
    executionSuccessful: exitCode < 2,
    exitCode,
    toolExecutionNotifications: [
      ...cut,
      ...failures.map(({ path, message }) =>
        notification(countsFailures(report) ? 'error' : 'note', `${path}: ${message}`),
      ),
      ...unlooked(report).map(({ node, path, message }) => located(`${path}: ${message}`, node, path, report)),
      ...notChecked.map(({ node, path, reason }) => located(`${path} was not checked: ${reason}`, node, path, report)),
    ],
  };
}

/** What of a node was not checked, or not looked at. */
function located(text: string, node: string, path: string, report: Report): Notification {
  const uri = relativeUri(pathForPrograms({ file: path, path, node }, report, {}));
  return {
    ...notification(isIncomplete(report) ? 'error' : 'note', text),
    locations: [{ physicalLocation: { artifactLocation: { uri } } }],
  };
}

const notification = (level: Result.level, text: string): Notification => ({
  level,
  message: { text: withoutLinks(sentence(text)) },
});
