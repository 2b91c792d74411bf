/** The connections of a report. */
import type { Fingerprint } from './formats.ts';

/** What a simulated handshake came to; `unknown` where an end was not seen, or only DNS or the cluster could tell. */
export type ConnectionVerdict = 'ok' | 'fail' | 'unknown';

/** A simulated handshake. */
export interface Connection {
  /** Name of the client's node. */
  readonly node: string;
  /**
   * A row of `rules/tables/connections.json`.
   *
   * @pattern ^[a-z-]+$
   */
  readonly id: string;
  /** Who dials. */
  readonly client: string;
  /** Who is dialled. */
  readonly server: string;
  /** What is dialled, as it is written: a URL, a host, or null where nothing is dialled. */
  readonly address: string | null;
  readonly verdict: ConnectionVerdict;
  /** Why it fails or is unknown, in the component's words; what is not verified where it is ok. */
  readonly reason: string | null;
  /** What does not work without it. */
  readonly without: string;
  /** Fingerprint of the finding at its first failing link. */
  readonly cause: Fingerprint | null;
}
