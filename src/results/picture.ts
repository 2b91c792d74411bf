/** What a page about nodes shows, and no other format: it is computed only when it is asked for. */
import type { BlastRadius, Stop } from './blast.ts';
import type { Expectation } from './expectation.ts';
import type { ExpiryEntry } from './expiry.ts';
import type { TrustGraph } from './graph.ts';

export interface Picture {
  /** The names of the nodes that it is about: of many nodes, those with findings. */
  readonly nodes: readonly string[];
  /** How long the upgrade may take, in days; null without a target release. */
  readonly windowDays: number | null;
  /** What trusts, signs and connects to what. */
  readonly graph: TrustGraph;
  /** Every certificate of these nodes, and of dumps of objects. */
  readonly expiries: readonly ExpiryEntry[];
  /** What renews several certificates at once: its name, as in `renewedBy`, and the command. */
  readonly renewals: Readonly<Record<string, string>>;
  /** What the documented tables expect on these nodes. */
  readonly expectations: readonly Expectation[];
  /** What stops on the next day on which certificates expire, if none is renewed; empty for very many connections. */
  readonly nextStops: readonly Stop[];
  /** What stops without a CA; empty for very many connections. */
  readonly radii: readonly BlastRadius[];
}
