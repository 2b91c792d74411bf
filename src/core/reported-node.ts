/** The nodes of a report. */
import type { Count, NonEmptyList, Sha256 } from './formats.ts';
import type { LeftOut } from './left-out.ts';

/** A fact about a node. */
export interface ReportedFact {
  /** Its name. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
  /** Its source: a file or an option. */
  readonly source: string;
}

/** The kind of a node. */
export type NodeKind = 'control-plane' | 'worker' | 'etcd' | 'unknown';

/** A node. */
export interface ReportedNode {
  /** Its name; the root of its file system if the name is not known. */
  readonly name: string;
  /** Whether its name is known. */
  readonly isNamed: boolean;
  readonly role: NodeKind;
  /** Root of its file system, as on the command line. */
  readonly rootfs: string;
  /** The PKI root, as a path on the node. */
  readonly pki: string;
  /** Its layout, such as `kubeadm`. */
  readonly layout: string;
  /** Release of its components; null if it is not known. */
  readonly kubernetesVersion: string | null;
  /** SHA-256 of the certificate of its cluster's CA; null if that was not seen. */
  readonly clusterCa: Sha256 | null;
  /** Facts about it. */
  readonly facts: readonly ReportedFact[];
  /** Present only if the folder of its certificates was given, and nothing around it. */
  readonly pkiOnly?: true;
  /** What its copy is made without; absent if that is nothing. */
  readonly leftOut?: NonEmptyList<LeftOut>;
  /** Present only if this user may not read some of its paths. */
  readonly unreadable?: Unreadable;
}

/** What of a node could not be read. */
export interface Unreadable {
  /** How many paths could not be read; a folder is one of them. */
  readonly paths: Count;
  /** How many files were read. */
  readonly files: Count;
}
