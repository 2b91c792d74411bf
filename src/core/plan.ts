/**
 * What issuing is to do, and what it has done: plain data, without any secret. The JSON of `pki-lint issue` is this value;
 * `rules/schema/issue.schema.json` is generated from it.
 */
import type { KeyUsage, SubjectAltName } from './certificate.ts';
import type { NonEmptyString, Timestamp } from './formats.ts';
import type { NodeKind, Profile, Tool } from './report.ts';

export const algorithms = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'ecdsa-p256', 'ecdsa-p384'] as const;
export type Algorithm = (typeof algorithms)[number];

/**
 * Why there is no ed25519: kubeadm/app/util/pkiutil/pki_helpers.go, TryLoadKeyFromDisk: "the private key file … is neither in RSA nor ECDSA
 * format"; pkg/serviceaccount/jwt.go, JWTTokenGenerator; client-go util/keyutil/key.go, ParsePublicKeysPEM.
 */
export const noEd25519 =
  'kubeadm takes RSA and ECDSA keys only, and service account tokens are signed and verified with these';

export const actionKinds = [
  'create-ca',
  'issue',
  're-issue',
  'key-pair',
  'kubeconfig',
  'request',
  'install',
  'chmod',
] as const;
export type ActionKind = (typeof actionKinds)[number];

/** What a certificate is to say (RFC 5280), but for its serial, key and issuer. */
export interface CertificateSpec {
  /** O of the subject. */
  readonly organizations: readonly string[];
  /** CN of the subject. */
  readonly commonName: string;
  /** In the order in which they are written: names sorted, then addresses. */
  readonly sans: readonly SubjectAltName[];
  /** RFC 5280 names. */
  readonly keyUsage: readonly KeyUsage[];
  /** RFC 5280 names; none: no such extension. */
  readonly extendedKeyUsage: readonly string[];
  /** Whether it signs others. */
  readonly ca: boolean;
  /** Start of its validity, in whole seconds. */
  readonly notBefore: Timestamp;
  /** End of its validity, in whole seconds. */
  readonly notAfter: Timestamp;
}

/** Where a file goes: on the node, or, for a root or a CA that is kept off it, on this machine. */
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

/** What signs: an authority of the plan or of the node, or a certificate itself. */
export type IssuerRef = 'self' | CaRef;

/** A CA by its role. */
export interface CaRef {
  /** Of the CA. */
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

/** What a kubeconfig says, but for its credential. */
export interface KubeconfigSpec extends KubeconfigNames {
  /** Whether all else of the file that is there stays: its credential and its CA alone are new. */
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

/** The fields of every action, whatever its kind, as the JSON has them: what an action does not have is null. */
export interface ReportedAction {
  /** What is done. */
  readonly kind: ActionKind;
  /** The role of the tables; for chmod the path; `root-ca` for a common root. */
  readonly role: NonEmptyString;
  /**
   * Findings that it fixes, and reasons: `cert/present: the certificate of kube-apiserver is missing`.
   *
   * @minItems 1
   */
  readonly why: readonly string[];
  /** The certificate, the kubeconfig, the request or the public key; for chmod the file. */
  readonly target: Target;
  /** The private key, where it lies in a file of its own. */
  readonly keyTarget: Target | null;
  /** What the certificate or the request says. */
  readonly certificate: CertificateSpec | null;
  /** What signs: the certificate itself, or a CA by its role; null where nothing here does. */
  readonly issuer: IssuerRef | null;
  /** What a new key is; `kept`: the one that is there; `imported`: one that comes with it; null: there is none to speak of. */
  readonly algorithm: Algorithm | 'kept' | 'imported' | null;
  /** What a kubeconfig says, but for its credential. */
  readonly kubeconfig: KubeconfigSpec | null;
  /** For chmod. */
  readonly mode: FileMode | null;
  /** Existing files that it replaces: backed up first. */
  readonly replaces: readonly string[];
  /** What must restart, or reads it by itself; '' where nothing runs yet. */
  readonly after: string;
  /** What a reader should know: an end that was clamped, names that were kept, what dies with it. */
  readonly notes: readonly string[];
}

/** What cannot be done, and what to do about it. */
export interface Refusal {
  /** The role, or the node. */
  readonly role: string;
  /** Why. */
  readonly message: NonEmptyString;
  /** What to do about it. */
  readonly hint: NonEmptyString;
}

/** What is not done, because it was not asked for, or because it cannot be done here. */
export interface Unresolved extends Refusal {
  /** Of the finding that says so; null where the plan itself does. */
  readonly rule: string | null;
}

/** What only a running cluster can take. */
export interface ClusterCommand {
  /** What it is for. */
  readonly why: NonEmptyString;
  /** One line for a shell. */
  readonly command: NonEmptyString;
}

/** A plan as the JSON has it. */
export interface ReportedPlan {
  /** The node's name. */
  readonly node: string;
  readonly kind: NodeKind;
  /** The PKI directory as the node sees it. */
  readonly pki: string;
  /** Where that lies on this machine. */
  readonly folder: string;
  /** What was assumed, with the option that says it: `--service-cidr 10.96.0.0/12`. */
  readonly assumed: readonly string[];
  /** In the order of execution: issuers before leaves. */
  readonly actions: readonly ReportedAction[];
  /** What is to be done on the machines once it is written, in order: restarts, copies, requests to be signed. */
  readonly next: readonly string[];
  /** What only a running cluster can take. */
  readonly commands: readonly ClusterCommand[];
  /** What was asked for and cannot be done. */
  readonly refusals: readonly Refusal[];
  /** Where something is refused: options that take the rest alone. */
  readonly byItself: string | null;
  /** What lint calls wrong, and no option asks to change. */
  readonly left: readonly Unresolved[];
}

/** What was written. */
export interface WriteResult {
  /** Absolute paths on this machine, in order. */
  readonly written: readonly string[];
  /** The folder with what was replaced; null where nothing was. */
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
 * What `pki-lint issue --format json` writes: the plan, and with `--write` what became of it. No private key material is
 * ever part of it.
 *
 * @title Result of pki-lint issue
 */
export interface IssueReport {
  /** Changes with every incompatible change of this schema. */
  readonly schemaVersion: 1;
  readonly tool: Tool;
  /** The time that it was issued for. */
  readonly at: Timestamp;
  /** Names as kubeadm writes them, or as the documentation has them. */
  readonly profile: Profile;
  /** What is to be done, or was. */
  readonly plan: ReportedPlan;
  /** What an earlier run has left half done; with `--write` the next one finishes it, or takes it back. */
  readonly unfinished: readonly string[];
  /** What an earlier run had left half done, and what became of it. */
  readonly recovered: readonly string[];
  /** What was written; null where nothing was to be, or nothing could. */
  readonly result: WriteResult | null;
  /** Why nothing was written although it was asked for, or cannot be. */
  readonly failure: IssueFailure | null;
  /** 0: nothing to do, or done; 1: there is something to do; 2: refused or failed. */
  readonly exitCode: 0 | 1 | 2;
}
