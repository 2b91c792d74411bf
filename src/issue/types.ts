/** What issuing is made of: a plan, what it comes to in memory, and what was written. Plain data. */
import type { KeyUsage, SubjectAltName } from '../core/certificate.ts';

export const algorithms = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'ecdsa-p256', 'ecdsa-p384'] as const;
export type Algorithm = (typeof algorithms)[number];

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
  readonly organizations: readonly string[];
  readonly commonName: string;
  /** In the order in which they are written: names sorted, then addresses. */
  readonly sans: readonly SubjectAltName[];
  readonly keyUsage: readonly KeyUsage[];
  /** RFC 5280 names; none: no such extension. */
  readonly extendedKeyUsage: readonly string[];
  readonly ca: boolean;
  /** Milliseconds since the epoch, whole seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Where a file goes: on the node, or, for a root or a CA that is kept off it, on this machine. */
export interface Target {
  readonly on: 'node' | 'machine';
  /** Absolute. */
  readonly path: string;
}

/** What signs: an authority of the plan or of the node, or a certificate itself. */
export type IssuerRef = 'self' | { readonly role: string };

export interface KubeconfigSpec {
  readonly server: string;
  readonly cluster: string;
  readonly user: string;
  readonly context: string;
}

/** One thing to do. What it writes is made from it; what it says is shown as it is. */
export interface Action {
  readonly kind: ActionKind;
  readonly role: string;
  /** Findings that it mends, and reasons: `cert/present: the certificate of kube-apiserver is missing`. */
  readonly why: readonly string[];
  /** The certificate, the kubeconfig, the request or the public key; for chmod the file. */
  readonly target: Target;
  /** The private key, where it lies in a file of its own. */
  readonly keyTarget: Target | null;
  readonly certificate: CertificateSpec | null;
  readonly issuer: IssuerRef | null;
  /** What a new key is; `kept`: the one that is there; null: there is none to speak of. */
  readonly algorithm: Algorithm | 'kept' | null;
  readonly kubeconfig: KubeconfigSpec | null;
  /** Octal, for chmod. */
  readonly mode: number | null;
  /** Existing files that it replaces: backed up first. */
  readonly replaces: readonly string[];
  /** What must restart, or reads it by itself. */
  readonly after: string;
  /** What a reader should know: an end that was clamped, names that were kept, what dies with it. */
  readonly notes: readonly string[];
}

/** What cannot be done, and what to do about it. */
export interface Refusal {
  readonly role: string;
  readonly message: string;
  readonly hint: string;
}

/** What only a running cluster can take. */
export interface ClusterCommand {
  readonly why: string;
  readonly command: string;
}

export interface Plan {
  /** The node's name. */
  readonly node: string;
  /** As the node sees it. */
  readonly pki: string;
  /** In the order of execution: issuers before leaves. */
  readonly actions: readonly Action[];
  readonly commands: readonly ClusterCommand[];
  readonly refusals: readonly Refusal[];
}

/** A file to be written, whole. Kept in memory only; never shown. */
export interface FileWrite {
  readonly target: Target;
  readonly bytes: Uint8Array;
  /** Octal. */
  readonly mode: number;
  /** Whether a file that is there is replaced (with backup); else it must not be there. */
  readonly replaces: boolean;
}

/** Files that belong together, in the order of writing: the key first, the certificate last. */
export interface WriteUnit {
  readonly role: string;
  readonly files: readonly FileWrite[];
}

/** A change of permission bits alone. */
export interface ModeChange {
  readonly target: Target;
  readonly mode: number;
}

export interface WriteResult {
  /** Absolute paths on this machine, in order. */
  readonly written: readonly string[];
  /** The folder with what was replaced; null where nothing was. */
  readonly backup: string | null;
  /** What an earlier run had left half done, and what became of it. */
  readonly recovered: readonly string[];
}
