/** What hangs on one certificate, key or authority: what stops without it, and who is a thief who has it. */

/** A connection that works today, or cannot be told, and would fail. */
export interface Stop {
  readonly node: string;
  /** A row of `rules/tables/connections.json`. */
  readonly id: string;
  readonly client: string;
  readonly server: string;
  readonly address: string | null;
  /** `lost`: without its files, at the latest from the next start on; `expired`: after its end. */
  readonly when: readonly ('lost' | 'expired')[];
  /** In the component's words. */
  readonly reason: string;
  /** What does not work then. */
  readonly without: string;
}

export interface User {
  readonly node: string;
  /** `kube-apiserver --tls-cert-file`, or a kubeconfig that embeds it. */
  readonly user: string;
  /** The component that does not start without the file; null where it is no argument. */
  readonly component: string | null;
}

/** What a thief of the key is to somebody. */
export interface Power {
  readonly nodes: readonly string[];
  /** Who believes him: `kube-apiserver`, or who dials (`kubelet`). */
  readonly to: string;
  /** By what: `kube-apiserver --client-ca-file`; a kubeconfig. */
  readonly by: string;
  readonly may: string;
}

export interface BlastRadius {
  /** A role of the tables; the path of a file that plays none. */
  readonly subject: string;
  /** Where it lies; several hold the same key. */
  readonly nodes: readonly string[];
  /** As they are called on the node; those that were meant first. */
  readonly files: readonly string[];
  /** Where its private key lies, as far as that is known. */
  readonly key: string | null;
  /** The subject's name in its certificate. */
  readonly name: string | null;
  /** RFC 3339; null for keys without a certificate. */
  readonly expires: string | null;
  readonly usedBy: readonly User[];
  readonly stops: readonly Stop[];
  /** What only this key could sign anew. */
  readonly unissued: readonly { readonly node: string; readonly role: string; readonly path: string }[];
  readonly thief: readonly Power[];
  readonly takeBack: readonly string[];
}

/** What `pki-lint blast` was asked: one radius for each key that is meant. */
export interface BlastReport {
  /** The time of judging: RFC 3339. */
  readonly at: string;
  readonly radii: readonly BlastRadius[];
}
