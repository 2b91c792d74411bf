/**
 * Plans and results of issuing: plain data, without secrets. It is the JSON of `pki-lint issue`, and
 * `rules/schema/issue.schema.json` is generated from it.
 */
import type { KeyUsage, SubjectAltName } from '../../artifact/certificate.ts';
import type { NonEmptyString, Timestamp } from '../../core/formats.ts';
import type { Tool } from '../../core/tool.ts';
import type { Profile } from '../../settings/profile.ts';
import type { NodeKind } from '../reported-node.ts';

export const classicalAlgorithms = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'ecdsa-p256', 'ecdsa-p384'] as const;
export type ClassicalAlgorithm = (typeof classicalAlgorithms)[number];

const mlDsaAlgorithms = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const;
type MlDsaAlgorithm = (typeof mlDsaAlgorithms)[number];

export type KeyAlgorithm = ClassicalAlgorithm | MlDsaAlgorithm;
export const algorithms: readonly KeyAlgorithm[] = [...classicalAlgorithms, ...mlDsaAlgorithms];

/** Whether an algorithm is ML-DSA, with any of its parameter sets. */
export const isMlDsa = (algorithm: KeyAlgorithm): algorithm is MlDsaAlgorithm => algorithm.startsWith('ml-dsa-');

/**
 * Why ed25519 is not supported: kubeadm/app/util/pkiutil/pki_helpers.go, TryLoadKeyFromDisk: "the private key file … is
 * neither in RSA nor ECDSA format"; pkg/serviceaccount/jwt.go, JWTTokenGenerator; client-go util/keyutil/key.go,
 * ParsePublicKeysPEM.
 */
export const noEd25519 =
  'kubeadm does not accept such keys, and service account tokens are signed and verified with RSA and ECDSA keys only';

export const actionKinds = [
  'create-ca',
  'issue',
  're-issue',
  'key-pair',
  'kubeconfig',
  'request',
  'install',
  'embed',
  'chmod',
] as const;
export type ActionKind = (typeof actionKinds)[number];

/** The fields of a certificate (RFC 5280), except its serial, key and issuer. */
export interface CertificateSpec {
  /** O of the subject. */
  readonly organizations: readonly string[];
  /** CN of the subject. */
  readonly commonName: string;
  /** In the order of the certificate: sorted names, then addresses. */
  readonly sans: readonly SubjectAltName[];
  /** RFC 5280 names. */
  readonly keyUsage: readonly KeyUsage[];
  /** RFC 5280 names; empty: no such extension. */
  readonly extendedKeyUsage: readonly string[];
  /** Whether it is a CA. */
  readonly ca: boolean;
  /** Start of its validity, in whole seconds. */
  readonly notBefore: Timestamp;
  /** End of its validity, in whole seconds. */
  readonly notAfter: Timestamp;
}

/** The location of a file: on the node, or on this machine for a root or a CA that is kept off the node. */
export interface Target {
  /** `machine`: kept off the node. */
  readonly on: 'node' | 'machine';
  /**
   * Absolute.
   *
   * @pattern ^/
   */
  readonly path: string;
}

/** The issuer: a CA of the plan or of the node, or `self` for a self-signed certificate. */
export type IssuerRef = 'self' | CaRef;

/** A CA by its role. */
export interface CaRef {
  /** The role of the CA. */
  readonly role: NonEmptyString;
}

export interface KubeconfigNames {
  /** URL of the API server. */
  readonly server: string;
  /** The cluster's name. */
  readonly cluster: string;
  /** The user's name. */
  readonly user: string;
  /** The current context. */
  readonly context: string;
}

/** The fields of a kubeconfig, except its credential. */
export interface KubeconfigSpec extends KubeconfigNames {
  /** Whether only the credential and the CA of the existing file change. */
  readonly keeps: boolean;
}

/**
 * Permission bits, as a number.
 *
 * @asType integer
 * @minimum 0
 * @maximum 4095
 */
export type FileMode = number;

/** An action in the JSON: every kind has all fields, and those that do not apply are null. */
export interface ReportedAction {
  /** What is done. */
  readonly kind: ActionKind;
  /** A role of the tables; for chmod the path; `root-ca` for a common root. */
  readonly role: NonEmptyString;
  /**
   * The findings that it fixes, with reasons: `cert/present: the certificate of kube-apiserver is missing`.
   *
   * @minItems 1
   */
  readonly why: readonly string[];
  /** The certificate, the kubeconfig, the request or the public key; for chmod the file. */
  readonly target: Target;
  /** The private key, if it is in a separate file. */
  readonly keyTarget: Target | null;
  /** The fields of the certificate or the request. */
  readonly certificate: CertificateSpec | null;
  /** The issuer: `self`, or a CA by its role; null if nothing is signed here. */
  readonly issuer: IssuerRef | null;
  /**
   * The algorithm of a new key; `kept`: the existing key; `imported`: the key in the input; null: no key is involved.
   */
  readonly algorithm: KeyAlgorithm | 'kept' | 'imported' | null;
  /** The fields of a kubeconfig, except its credential. */
  readonly kubeconfig: KubeconfigSpec | null;
  /** The permission bits that chmod sets. */
  readonly mode: FileMode | null;
  /** Existing files that it replaces. They are backed up first. */
  readonly replaces: readonly string[];
  /** Components to restart, or that reload it by themselves; '' if none runs yet. */
  readonly after: string;
  /** Side effects: an expiry date that was shortened, names that were kept, what stops working. */
  readonly notes: readonly string[];
}

/** A change that cannot be made, and what to do about it. */
export interface Refusal {
  /** The role, or the node. */
  readonly role: string;
  /** Why. */
  readonly message: NonEmptyString;
  /** What to do about it. */
  readonly hint: NonEmptyString;
  /** How to do it, if it needs commands: lines for a shell, with what is not a command as a comment. */
  readonly steps?: readonly NonEmptyString[];
}

/** A problem that the plan does not solve: no option requests it, or it cannot be solved on this node. */
export interface Unresolved extends Refusal {
  /** The rule of the finding; null if there is no finding. */
  readonly rule: string | null;
}

/** A step after writing. It has a text, a command, or both. */
export interface NextStep {
  /** What to do, or what the command does and when to run it; null for a command that says it itself. */
  readonly text: NonEmptyString | null;
  /** The command that does it, one line for a shell; null if no single one does. One that fails ends the steps. */
  readonly command: NonEmptyString | null;
  /** Present in a text that only explains. Any other without a command has to be done before the next command. */
  readonly info?: true;
}

/** A plan in the JSON. */
export interface ReportedPlan {
  /** The node's name. */
  readonly node: string;
  readonly kind: NodeKind;
  /** The PKI directory, as a path on the node. */
  readonly pki: string;
  /** The PKI directory, as a path on this machine. */
  readonly folder: string;
  /** Assumed facts, as the options that would set them: `--service-cidr 10.96.0.0/12`. */
  readonly assumed: readonly string[];
  /** In the order of execution: issuers before leaves. */
  readonly actions: readonly ReportedAction[];
  /** Steps after writing, in the order in which they can be done: restarts, bindings, copies, requests to be signed. */
  readonly next: readonly NextStep[];
  /** Requested changes that cannot be made. */
  readonly refusals: readonly Refusal[];
  /**
   * If there are refusals, the options that select the other changes; null if there are none, or no options select
   * them.
   */
  readonly byItself: string | null;
  /** Problems that no option requests to change. */
  readonly left: readonly Unresolved[];
}

/** What was written. */
export interface WriteResult {
  /** Absolute paths on this machine, in order. */
  readonly written: readonly string[];
  /** The directory with the backup of the replaced files; null if none was replaced. */
  readonly backup: string | null;
}

/** Why nothing was written. */
export interface IssueFailure {
  /** Why. */
  readonly message: NonEmptyString;
  /** What to do about it. */
  readonly hint: string | null;
}

/**
 * The output of `pki-lint issue --format json`: the plan, and with `--write` its result. It never contains private
 * keys.
 *
 * @title Result of pki-lint issue
 */
export interface IssueReport {
  /** After the first release: raised by every incompatible change of this schema. */
  readonly schemaVersion: 1;
  readonly tool: Tool;
  /** The time for which it was planned. */
  readonly at: Timestamp;
  /** Whose names it uses: those of kubeadm, or those of the documentation. */
  readonly profile: Profile;
  /** The plan. */
  readonly plan: ReportedPlan;
  /** Changes of an interrupted run. The next run with `--write` completes them, or rolls them back. */
  readonly unfinished: readonly string[];
  /** Changes of an interrupted run that this run completed or rolled back. */
  readonly recovered: readonly string[];
  /** What was written; null if nothing was. */
  readonly result: WriteResult | null;
  /** Why nothing was written, or cannot be; null otherwise. */
  readonly failure: IssueFailure | null;
  /** 0: nothing to do, or done; 1: there is something to do; 2: refused or failed. */
  readonly exitCode: 0 | 1 | 2;
}
