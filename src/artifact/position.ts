/** Where in its file something is. */
import type { Ordinal } from '../core/formats.ts';

/** The range of a fault. */
export interface Position {
  /** Line in the file, from 1: of PEM, that of the `-----BEGIN` of the block; 1 for what has no lines, such as a folder. */
  readonly line: Ordinal;
  /** Column in the line, from 1, in UTF-16 code units. */
  readonly column: Ordinal;
  /** Line in which it ends. */
  readonly endLine: Ordinal;
  /**
   * The column after the last character. The range is empty where only its beginning is known. It contains neither a
   * private key nor the data of a kubeconfig.
   */
  readonly endColumn: Ordinal;
  /**
   * The line as it is in the manifest or in the configuration of a component, if an argument in it is at fault. null if
   * there is none, and if the line may contain a secret.
   */
  readonly source: string | null;
}
