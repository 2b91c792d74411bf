/** The trust graph: who signed which certificate, who shows it, who trusts whose signature, and who dials whom. */
import type { ConnectionVerdict } from './connection.ts';

export interface GraphNode {
  /** Of this graph; the same for the same files. */
  readonly id: string;
  readonly kind: 'authority' | 'certificate' | 'key' | 'component';
  /** The nodes of the cluster that hold it; empty: it was not given. */
  readonly nodes: readonly string[];
  /** A role, a component, or the subject of a certificate that plays no role. */
  readonly name: string;
  /** The file, as its first node sees it; null for a component, and for what was not given. */
  readonly path: string | null;
  /** RFC 3339; null where there is no end, or it is not known. */
  readonly expires: string | null;
  /** Why it is of no use: it has ended, or cannot be read; null where it is fit. */
  readonly fault: string | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /**
   * `signs`: an authority → a certificate or another authority; `shown-by`: a certificate or key → the component that
   * presents, serves or signs with it; `trusted-by`: an authority or key → the component that verifies by it; `dials`: a
   * component → another.
   */
  readonly kind: 'signs' | 'shown-by' | 'trusted-by' | 'dials';
  /** What is dialled; the row of the table for what dials nothing; null for the other kinds. */
  readonly label: string | null;
  /** Of a connection, the worst of those that it stands for; null for the other kinds. */
  readonly verdict: ConnectionVerdict | null;
  readonly reason: string | null;
}

export interface TrustGraph {
  /** The time of judging, RFC 3339. */
  readonly at: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
