/** The blast radius of a certificate, key or CA: what stops without it, and what an attacker can do with it. */
import type { Fix } from './finding.ts';
import type { Filled } from './message.ts';

/** A connection that would fail. */
export interface Stop {
  readonly node: string;
  /** A row of `rules/tables/connections.json`. */
  readonly id: string;
  readonly client: string;
  readonly server: string;
  readonly address: string | null;
  /** `lost`: without its files, from the next restart at the latest; `expired`: after its expiry date. */
  readonly when: readonly ('lost' | 'expired')[];
  /** The error message of the component. */
  readonly reason: string;
  /** What does not work without the connection. */
  readonly without: string;
  /** @hidden The server and the node that it is on, as data. Never in JSON. */
  readonly wording?: Filled;
}

/** A flag or kubeconfig that uses a file. */
export interface User {
  readonly node: string;
  /** `kube-apiserver --tls-cert-file`, or a kubeconfig that embeds it. */
  readonly user: string;
  /** The component that does not start without the file; null for a kubeconfig. */
  readonly component: string | null;
}

/** What an attacker who has the key can do to a component. */
export interface Power {
  readonly nodes: readonly string[];
  /** The component that trusts the attacker: a server (`kube-apiserver`) or a client (`kubelet`). */
  readonly to: string;
  /** The flag or kubeconfig because of which it does: `kube-apiserver --client-ca-file`. */
  readonly by: string;
  /** What the attacker can do then, as an infinitive: `act as any user in any group`. */
  readonly may: string;
}

export interface BlastRadius {
  /** A role of the tables; the path of a file that has no role. */
  readonly subject: string;
  /** The nodes that have the key. */
  readonly nodes: readonly string[];
  /** Paths on the node. */
  readonly files: readonly string[];
  /** Path of the private key; null if it is not known. */
  readonly key: string | null;
  /** The subject of its certificate. */
  readonly name: string | null;
  /** RFC 3339; null for keys without a certificate. */
  readonly expires: string | null;
  readonly usedBy: readonly User[];
  /** The connections that do not fail today. */
  readonly stops: readonly Stop[];
  /** The connections that fail today already, and depend on it as well. */
  readonly failing: readonly Stop[];
  /** Certificates that only this key can reissue. */
  readonly unissued: readonly { readonly node: string; readonly role: string; readonly path: string }[];
  /** What an attacker who has the key can do. */
  readonly attacker: readonly Power[];
  /** Steps that replace the key and revoke what it gives access to. */
  readonly recovery: Fix;
}

/** The result of `pki-lint blast`: one radius for each key. */
export interface BlastReport {
  /** The time of judging: RFC 3339. */
  readonly at: string;
  readonly radii: readonly BlastRadius[];
}
