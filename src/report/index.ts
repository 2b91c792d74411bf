/** The formats of a report. The keys are the choices of `--format`. */
import type { Report } from '../core/report.ts';
import { json } from './json.ts';

export interface ReporterOptions {
  /** Columns to fit. */
  readonly width: number;
  readonly color: boolean;
  /** Errors only. */
  readonly quiet: boolean;
  /** Passes and skips too, and every list in full. */
  readonly verbose: boolean;
}

/** Yields the whole text, which ends with a line feed (or is empty). */
export type Reporter = (report: Report, options: ReporterOptions) => string | Promise<string>;

export const reporters = {
  table: async (report, options) => (await import('./table.ts')).table(report, options),
  json,
} as const satisfies Record<string, Reporter>;

export type Format = keyof typeof reporters;
