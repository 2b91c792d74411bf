/** What a reporter is. */
import type { Report } from '../core/report.ts';

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
