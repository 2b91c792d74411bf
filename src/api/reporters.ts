/** The formats of the program, for programs that use the library. */

import { allReporters as all } from '../report/index.ts';
import type { ReporterOptions } from '../report/text/reporter.ts';
import type { Report } from '../results/report.ts';
import { documentedRules } from './rule-docs.ts';

/** The formats of a report: those of `--format`. */
export type ReportFormat = keyof typeof all.report;

/** Returns a report as text. Without options it is 100 columns wide, has no colour, and contains all findings. */
export type ReportWriter = (report: Report, options?: Partial<ReporterOptions>) => Promise<string>;

const defaults = { width: 100, color: false, quiet: false, verbose: false };

/**
 * Writes reports, by format: `await reporters.sarif(await lint({ paths }))`. For JUnit, lint with `passes: true`; for
 * HTML, with `picture: true`.
 */
export const reporters = Object.fromEntries(
  Object.entries(all.report).map(([format, reporter]) => [
    format,
    async (report: Report, options: Partial<ReporterOptions> = {}) =>
      reporter(report, { ...defaults, rules: options.rules ?? documentedRules(), ...options }),
  ]),
) as Readonly<Record<ReportFormat, ReportWriter>>;
