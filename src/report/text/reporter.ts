/** The type of reporters. */
import type { FormatOptions } from '../formats/format.ts';

export interface ReporterOptions extends FormatOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** Print only errors. */
  readonly quiet: boolean;
  /** Print passes and skips too, and complete lists. */
  readonly verbose: boolean;
  /** Whether the terminal cannot show more than ASCII. What is printed is converted at the end (`ascii.ts`). */
  readonly ascii?: boolean;
}

/** Returns the whole text of a result. It ends with a line feed or is empty. */
export type Reporter<Result> = (result: Result, options: ReporterOptions) => string | Promise<string>;
