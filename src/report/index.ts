/**
 * The kinds of results that are printed, and the formats of each: the only list of formats. The choices of `--format`,
 * its help, messages, completion and the schema of a policy follow from it. What writes a format is loaded when it is
 * first used.
 */

import { json } from '../core/json.ts';
import type { BlastReport } from '../results/blast.ts';
import type { Expectation } from '../results/expectation.ts';
import type { ExpiryReport } from '../results/expiry.ts';
import type { TrustGraph } from '../results/graph.ts';
import type { Report } from '../results/report.ts';
import type { ReportDiff } from '../results/report-diff.ts';
import type { ReportedNode } from '../results/reported-node.ts';
import type { RuleDoc } from '../results/rule-doc.ts';
import type { Verification } from '../results/verification.ts';
import type { TypedPlan } from './terminal/plan.ts';
import type { Reporter, ReporterRow } from './text/reporter.ts';

interface Results {
  readonly report: Report;
  readonly connections: Report;
  readonly graph: TrustGraph;
  readonly blast: BlastReport;
  readonly plan: TypedPlan;
  readonly diff: ReportDiff;
  readonly expectations: readonly Expectation[];
  readonly expiry: ExpiryReport;
  readonly exceptions: Report;
  readonly facts: readonly ReportedNode[];
  readonly rules: readonly RuleDoc[];
  readonly rule: RuleDoc;
  readonly verification: Verification;
}

/** Returns a format for programs, which is in a bundle of its own. */
const forPrograms = (
  name: keyof typeof import('./formats/index.ts').formats,
  traits: Omit<ReporterRow<Report>, 'write'>,
): ReporterRow<Report> => ({
  ...traits,
  write: async (report, options) => {
    const { formats, withNodeLabels } = await import('./formats/index.ts');
    return formats[name](withNodeLabels(report), options);
  },
});

/** Returns a format for people. */
const text = <Result>(write: Reporter<Result>): ReporterRow<Result> => ({ syntax: 'text', write });

/** Returns the table of something that nodes have. */
const tableOfNodes = <Result>(write: Reporter<Result>): ReporterRow<Result> => ({ ...text(write), needsNodes: true });

/** Returns JSON of a part of a result. */
const jsonOf = <Result>(part: (result: Result) => unknown): ReporterRow<Result> => ({
  syntax: 'json',
  write: (result) => json(part(result)),
});

const formats = {
  report: {
    table: tableOfNodes(async (report, options) => (await import('./terminal/table.ts')).table(report, options)),
    concise: text(async (report, options) => (await import('./terminal/concise.ts')).concise(report, options)),
    json: jsonOf(({ picture, ...report }) => report),
    csv: forPrograms('csv', { syntax: 'plain' }),
    sarif: forPrograms('sarif', { syntax: 'json', shows: 'rules', toFolder: true }),
    junit: forPrograms('junit', { syntax: 'markup', shows: 'passes' }),
    gitlab: forPrograms('gitlab', { syntax: 'json' }),
    github: forPrograms('github', { syntax: 'own' }),
    markdown: forPrograms('markdown', { syntax: 'markdown' }),
    ndjson: forPrograms('ndjson', { syntax: 'json' }),
    openmetrics: forPrograms('openmetrics', { syntax: 'plain' }),
    cyclonedx: forPrograms('cyclonedx', { syntax: 'json' }),
    html: {
      syntax: 'markup',
      shows: 'picture',
      write: async (report, options) => {
        const { html, withNodeLabels } = await import('./html/index.ts');
        return html(withNodeLabels(report), options);
      },
    },
  },
  connections: {
    table: tableOfNodes(async (report, options) =>
      (await import('./terminal/connections.ts')).connections(report, options),
    ),
    json: jsonOf(({ connections }) => connections),
  },
  graph: {
    mermaid: {
      syntax: 'mermaid',
      needsNodes: true,
      write: async (graph) => (await import('./graph/mermaid.ts')).mermaid(graph),
    },
    dot: { syntax: 'markup', needsNodes: true, write: async (graph) => (await import('./graph/dot.ts')).dot(graph) },
  },
  blast: {
    table: tableOfNodes(async ({ radii, at }, options) =>
      (await import('./terminal/blast.ts')).blastRadii(radii, at, options),
    ),
    json: jsonOf(({ radii }) => radii),
  },
  plan: {
    table: tableOfNodes(async (plan, options) => (await import('./terminal/plan.ts')).planText(plan, options)),
    json: jsonOf(({ report }) => report),
  },
  diff: {
    table: tableOfNodes(async (diff, options) => (await import('./terminal/diff.ts')).diffTable(diff, options)),
    json: jsonOf((diff) => diff),
    markdown: {
      syntax: 'markdown',
      write: async (diff, options) => (await import('./formats/index.ts')).diffFormats.markdown(diff, options),
    },
    github: {
      syntax: 'own',
      write: async (diff, options) => (await import('./formats/index.ts')).diffFormats.github(diff, options),
    },
  },
  expectations: {
    table: tableOfNodes(async (expectations, options) =>
      (await import('./terminal/expectations.ts')).expectationText(expectations, options),
    ),
    json: jsonOf((expectations) => expectations),
  },
  expiry: {
    table: tableOfNodes(async (report, options) => (await import('./terminal/expiry.ts')).expiryTable(report, options)),
    json: jsonOf((report) => report),
    csv: { syntax: 'plain', write: async (report) => (await import('./csv/expiry.ts')).expiryCsv(report) },
  },
  exceptions: {
    table: tableOfNodes(async (report, options) =>
      (await import('./terminal/exceptions.ts')).exceptionTable(report, options),
    ),
    json: jsonOf(({ exceptions = [] }) => exceptions),
    csv: { syntax: 'plain', write: async (report) => (await import('./csv/exceptions.ts')).exceptionCsv(report) },
  },
  facts: {
    table: tableOfNodes(async (nodes, options) => (await import('./terminal/facts.ts')).factTables(nodes, options)),
    json: jsonOf((nodes) => nodes),
  },
  rules: {
    table: tableOfNodes(async (rules, options) => (await import('./terminal/rules.ts')).ruleTable(rules, options)),
    json: jsonOf((rules) => rules),
  },
  rule: {
    text: text(async (rule, options) => (await import('./terminal/rules.ts')).ruleText(rule, options)),
  },
  verification: {
    table: tableOfNodes(async (verification, options) =>
      (await import('./terminal/verification.ts')).verificationText(verification, options),
    ),
    json: {
      syntax: 'json',
      write: async ({ verdict }) => json((await import('./terminal/verification.ts')).verdictValue(verdict)),
    },
  },
} as const satisfies { readonly [Kind in keyof Results]: Readonly<Record<string, ReporterRow<Results[Kind]>>> };

type Kinds = typeof formats;

/** The formats of each kind of result, by name. The first is the default. */
export const allFormats: {
  readonly [Kind in keyof Results]: Readonly<Record<keyof Kinds[Kind], ReporterRow<Results[Kind]>>>;
} = formats;

/** What writes each kind of result, by format. */
export const allReporters = Object.fromEntries(
  Object.entries(allFormats).map(([kind, rows]) => [
    kind,
    Object.fromEntries(Object.entries(rows).map(([name, { write }]) => [name, write])),
  ]),
) as { readonly [Kind in keyof Results]: Readonly<Record<keyof Kinds[Kind], Reporter<Results[Kind]>>> };
