/**
 * What expires on nodes. It is the JSON of `pki-lint expiry`, and `rules/schema/expiry.schema.json` is generated from
 * it.
 */
import type { Count, Integer, NonEmptyString, Sha256, Timestamp } from '../core/formats.ts';
import type { Tool } from '../core/tool.ts';
import type { FailedPath, UncheckedPath } from './outcome.ts';
import type { NodeKind } from './reported-node.ts';

/**
 * What renews a certificate: `kubelet` by itself, `manual` nothing, or what the node's layout names: `kubeadm` by
 * `kubeadm certs renew` and at every `kubeadm upgrade`, `kubespray` by its script, or the provider of a managed
 * cluster.
 */
export type Renewer = NonEmptyString;

/** A file, or an entry of a kubeconfig. */
export interface ExpiringPlace {
  /** Path on the node. */
  readonly path: string;
  /** Entry within a kubeconfig, such as `clusters[kubernetes].certificate-authority-data`. */
  readonly entry: string | null;
}

/** The certificate in a chain that expires first. */
export interface ExpiryLimit {
  /** Its name, as in an entry of its own. */
  readonly name: string;
  /** When the certificate would expire by itself. */
  readonly notAfter: Timestamp;
}

/** A certificate on a node. */
export interface ExpiryEntry {
  /** Name of the node; '' for a certificate in a dump of objects. */
  readonly node: string;
  /** Its role, its object, what reads it, or its file. A further certificate of a CA has its common name too. */
  readonly name: string;
  /** Its role in the documented tables; null where it has none. */
  readonly role: string | null;
  /** Present only if it is the certificate of several roles: the others. */
  readonly otherRoles?: readonly string[];
  readonly kind: 'certificate' | 'authority';
  /** When it can no longer be used: the earliest expiry in its chain. */
  readonly expires: Timestamp;
  /** Whole days from `at` to `expires`, rounded down; negative once it has expired. */
  readonly daysLeft: Integer;
  /** Present only if a different certificate of its chain expires before it. */
  readonly limitedBy?: ExpiryLimit;
  /** The role or the subject of its issuer; `itself` if it is self-signed. */
  readonly signedBy: string;
  readonly renewedBy: Renewer;
  /** The command that renews it; null if there is no single one. */
  readonly renewal: string | null;
  /** Whether something depends on its date. `--within` counts only these. */
  readonly inUse: boolean;
  /** Whether it is where the documented tables expect it. */
  readonly isRecommended: boolean;
  /** Flags and other references to it, such as `kube-apiserver --tls-cert-file`. */
  readonly usedBy: readonly string[];
  /** Where it is, the file that its component reads first. */
  readonly places: readonly ExpiringPlace[];
  /** Distinguished name. */
  readonly subject: string;
  /** SHA-256 of its DER. */
  readonly fingerprint256: Sha256;
}

/** A node whose certificates are listed. */
export interface ExpiryNode {
  /** Its name; the root of its file system if the name is not known. */
  readonly name: string;
  readonly role: NodeKind;
  /** Its layout, such as `kubeadm`. */
  readonly layout: string;
  /** Release of its components; null if it is not known. */
  readonly kubernetesVersion: string | null;
}

/**
 * The output of `pki-lint expiry --format json`.
 *
 * @title Expiry report of pki-lint
 */
export interface ExpiryReport {
  /** Raised by every incompatible change of this schema. */
  readonly schemaVersion: 1;
  readonly tool: Tool;
  /** The time of judging. */
  readonly at: Timestamp;
  /** The days of `--within`; null without it. */
  readonly withinDays: number | null;
  /** 0 nothing in use expires within `withinDays`, 1 something does, 2 usage or input error, 3 nothing to check. */
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly nodes: readonly ExpiryNode[];
  /** The dumps of objects, as typed. Present only if there are any. */
  readonly objects?: readonly string[];
  /** Every certificate, once for each node: the earliest expiry first. */
  readonly entries: readonly ExpiryEntry[];
  /** How many entries in use expire within `withinDays`, or have expired. */
  readonly expiring: Count;
  /** Paths that were needed and could not be examined: their certificates are missing above. */
  readonly notChecked: readonly UncheckedPath[];
  /** Paths of the command line that could not be read, or not all of them. */
  readonly failures: readonly FailedPath[];
}
