/** The nodes of a report. */

import type { LeftOut } from '../artifact/left-out.ts';
import type { Count, NonEmptyList, NonEmptyString, Sha256, Timestamp } from '../core/formats.ts';

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
  /** Present only if the directory of its certificates is in the input, and nothing around it. */
  readonly pkiOnly?: true;
  /** What its copy is made without; absent if that is nothing. */
  readonly leftOut?: NonEmptyList<LeftOut>;
  /** Who made the copy without keys that was read. Present only if it is one (`pki-lint collect`). */
  readonly collected?: CollectedNode;
  /** On what the verdict on it rests. */
  readonly judged: Judged;
  /** What nodes of its kind have and the input does not. Present only if there is any. */
  readonly notLookedAt?: NonEmptyList<MissingPart>;
  /** Why what runs could not be compared with the files. It fails nothing. Present only if so. */
  readonly notCompared?: NotCompared;
  /** Present only if this user may not read some of its paths. */
  readonly unreadable?: Unreadable;
}

/** How a copy without keys was made. */
export interface CollectedNode {
  /** When. */
  readonly at: Timestamp;
  /** The release of pki-lint. */
  readonly version: NonEmptyString;
  /** What the system called the machine. Present only if the copy was made on the node itself. */
  readonly host?: NonEmptyString;
  /** What may be secret, and how often it was left out. Present only if anything was. */
  readonly withheld?: NonEmptyList<WithheldValues>;
}

/** What was left out of a copy because it may be secret. */
export interface WithheldValues {
  /** In words: `values of flags`. */
  readonly what: NonEmptyString;
  /** How often. */
  readonly count: Count;
}

/** What of a node was judged. */
export interface Judged {
  /** How much of the node the input has: only the directory of certificates, or more. */
  readonly input: 'pki' | 'node';
  /** Whether the node shows a sign of a layout that pki-lint knows. */
  readonly isLayoutKnown: boolean;
  /** Names of the components whose flags were read. */
  readonly components: readonly string[];
  /** How many flags of these were read. */
  readonly arguments: Count;
  /** How many certificates were read. */
  readonly certificates: Count;
  /** How many of these count, because something reads them. */
  readonly judgedCertificates: Count;
  /** How many running processes of components were seen. Present only if the input has what runs. */
  readonly processes?: Count;
}

/** A part of a node that is not in the input. */
export interface MissingPart {
  /**
   * manifests: those of the static pods; manifest: one of them; kubelet: the kubelet's files, or one of them;
   * components: no component was found, and it is not known what kind of node it is.
   */
  readonly part: 'manifests' | 'manifest' | 'kubelet' | 'components';
  /** Path on the node: the directory or the file; for components that of the PKI root. */
  readonly path: string;
}

/** Why it is not known whether running processes have what the files contain. Many copies lack what runs. */
export interface NotCompared {
  /** processes: what runs was not seen; times: the times of files do not say what is older, a file or a process. */
  readonly part: 'processes' | 'times';
  /** Why: `no /proc in the input`. */
  readonly reason: string;
}

/** What of a node could not be read. */
export interface Unreadable {
  /** How many paths could not be read; a directory is one of them. */
  readonly paths: Count;
  /** How many files were read. */
  readonly files: Count;
}
