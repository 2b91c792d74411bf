/** Where a report goes. */

import type { ReportFormat } from '../../api/reporters.ts';

export interface Destination<Name extends string = ReportFormat> {
  readonly format: Name;
  /** undefined: stdout. */
  readonly file: string | undefined;
  /** The only node to write, by its name; undefined: all. */
  readonly node?: string;
}
