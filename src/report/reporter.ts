/** What a reporter is. */

export interface ReporterOptions {
  /** Columns to fit. */
  readonly width: number;
  readonly color: boolean;
  /** Errors only. */
  readonly quiet: boolean;
  /** Passes and skips too, and every list in full. */
  readonly verbose: boolean;
}

/** Yields the whole text of a result, which ends with a line feed (or is empty). */
export type Reporter<Result> = (result: Result, options: ReporterOptions) => string | Promise<string>;
