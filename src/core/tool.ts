/** The program that wrote a report. */

/** The program that wrote the report. */
export interface Tool {
  /** Always `pki-lint`. */
  readonly name: 'pki-lint';
  /** Its version. */
  readonly version: string;
}
