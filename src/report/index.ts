/**
 * The kinds of results that are printed, and the formats of each. The keys are the choices of `--format`, and appear in
 * the help and in messages. A format is loaded when it is first used.
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
import type { Reporter } from './text/reporter.ts';

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

/** Returns the reporter of a format for programs, which is in a bundle of its own. */
const forPrograms =
  (name: keyof typeof import('./formats/index.ts').formats): Reporter<Report> =>
  async (report, options) => {
    const { formats, withNodeLabels } = await import('./formats/index.ts');
    return formats[name](withNodeLabels(report), options);
  };

const formats = {
  report: {
    table: async (report, options) => (await import('./terminal/table.ts')).table(report, options),
    concise: async (report, options) => (await import('./terminal/concise.ts')).concise(report, options),
    json: ({ picture, ...report }) => json(report),
    csv: forPrograms('csv'),
    sarif: forPrograms('sarif'),
    junit: forPrograms('junit'),
    gitlab: forPrograms('gitlab'),
    github: forPrograms('github'),
    markdown: forPrograms('markdown'),
    ndjson: forPrograms('ndjson'),
    openmetrics: forPrograms('openmetrics'),
    cyclonedx: forPrograms('cyclonedx'),
    html: async (report, options) => {
      const { html, withNodeLabels } = await import('./html/index.ts');
      return html(withNodeLabels(report), options);
    },
  },
  connections: {
    table: async (report, options) => (await import('./terminal/connections.ts')).connections(report, options),
    json: ({ connections }) => json(connections),
  },
  graph: {
    mermaid: async (graph) => (await import('./graph/mermaid.ts')).mermaid(graph),
    dot: async (graph) => (await import('./graph/dot.ts')).dot(graph),
  },
  blast: {
    table: async ({ radii, at }, options) => (await import('./terminal/blast.ts')).blastRadii(radii, at, options),
    json: ({ radii }) => json(radii),
  },
  plan: {
    table: async (plan, options) => (await import('./terminal/plan.ts')).planText(plan, options),
    json: ({ report }) => json(report),
  },
  diff: {
    table: async (diff, options) => (await import('./terminal/diff.ts')).diffTable(diff, options),
    json,
    markdown: async (diff, options) => (await import('./formats/index.ts')).diffFormats.markdown(diff, options),
    github: async (diff, options) => (await import('./formats/index.ts')).diffFormats.github(diff, options),
  },
  expectations: {
    table: async (expectations, options) =>
      (await import('./terminal/expectations.ts')).expectationText(expectations, options),
    json,
  },
  expiry: {
    table: async (report, options) => (await import('./terminal/expiry.ts')).expiryTable(report, options),
    json,
    csv: async (report) => (await import('./csv/expiry.ts')).expiryCsv(report),
  },
  exceptions: {
    table: async (report, options) => (await import('./terminal/exceptions.ts')).exceptionTable(report, options),
    json: ({ exceptions = [] }) => json(exceptions),
    csv: async (report) => (await import('./csv/exceptions.ts')).exceptionCsv(report),
  },
  facts: {
    table: async (nodes, options) => (await import('./terminal/facts.ts')).factTables(nodes, options),
    json,
  },
  rules: {
    table: async (rules, options) => (await import('./terminal/rules.ts')).ruleTable(rules, options),
    json,
  },
  rule: {
    text: async (rule, options) => (await import('./terminal/rules.ts')).ruleText(rule, options),
  },
  verification: {
    table: async (verification, options) =>
      (await import('./terminal/verification.ts')).verificationText(verification, options),
    json: async ({ verdict }) => json((await import('./terminal/verification.ts')).verdictValue(verdict)),
  },
} as const satisfies { readonly [Kind in keyof Results]: Readonly<Record<string, Reporter<Results[Kind]>>> };

/** The allReporters of each kind of result, by format. */
export const allReporters: {
  readonly [Kind in keyof Results]: Readonly<Record<keyof (typeof formats)[Kind], Reporter<Results[Kind]>>>;
} = formats;
