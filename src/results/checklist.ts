/** The rows of the documented tables in a report. */

import type { Fingerprint, Timestamp } from '../core/formats.ts';
import type { Severity } from './finding.ts';

export type ChecklistState = 'ok' | Severity | 'skipped' | 'not-applicable';

/** A row of the documented tables, on one node. */
export interface ChecklistRow {
  /** Name of the node. */
  readonly node: string;
  /** The role: a certificate, a CA, a key pair or a kubeconfig. */
  readonly role: string;
  /** Path on the node. */
  readonly path: string;
  /** Whether it is the path of the documentation. */
  readonly isRecommended: boolean;
  /** The role or the subject of its issuer; null if it is not known, or for keys. */
  readonly signedBy: string | null;
  /** The earliest expiry in its chain; null for keys and for absent files. */
  readonly expires: Timestamp | null;
  /** The severity of its worst finding, or why it has none. */
  readonly state: ChecklistState;
  /** The reason for `skipped` and `not-applicable`. */
  readonly reason: string | null;
  /** Fingerprints of its findings. */
  readonly findings: readonly Fingerprint[];
}
