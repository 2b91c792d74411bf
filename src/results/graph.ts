/** The trust graph: signatures, the certificates that components present, the CAs that they trust, and connections. */
import type { ConnectionVerdict } from './connection.ts';

export interface GraphNode {
  /** Unique in the graph, and the same for the same files. */
  readonly id: string;
  readonly kind: 'authority' | 'certificate' | 'key' | 'component';
  /** The nodes of the cluster that have it; empty if it is not in the input. */
  readonly nodes: readonly string[];
  /** A role, a component, or the subject of a certificate that has no role. */
  readonly name: string;
  /** The path on its first node; null for a component, and for a file that is not in the input. */
  readonly path: string | null;
  /** RFC 3339; null if it does not expire, or its expiry is not known. */
  readonly expires: string | null;
  /** Why it is unusable: it has expired, or cannot be read; null if it is usable. */
  readonly fault: string | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /**
   * `signs`: from a CA to a certificate or another CA; `shown-by`: from a certificate or key to the component that
   * presents it or signs with it; `trusted-by`: from a CA or key to the component that verifies with it; `dials`: from
   * one component to another.
   */
  readonly kind: 'signs' | 'shown-by' | 'trusted-by' | 'dials';
  /** For `dials`, the address, or the id in the table for a connection that dials nothing; null for the other kinds. */
  readonly label: string | null;
  /** For `dials`, the worst verdict of the connections between the two; null for the other kinds. */
  readonly verdict: ConnectionVerdict | null;
  readonly reason: string | null;
}

export interface TrustGraph {
  /** The time of judging, RFC 3339. */
  readonly at: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
