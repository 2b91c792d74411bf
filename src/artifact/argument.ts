/** One argument of a program, files with arguments, and fields that mean the same as one. */
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { SetBy } from './place.ts';

/** One argument of a component, after quotes and `$(VAR)` are resolved. */
export interface Argument {
  /** Canonical: no dashes in front, `-` for `_`. A kubelet config field has the name of its flag. */
  readonly name: string;
  /** As written: `--tls-cert-file`, `authentication.x509.clientCAFile`, `ETCD_CERT_FILE`. */
  readonly spelled: string;
  /** undefined if it contains an unknown variable (see `unknownVariable`). */
  readonly value: string | undefined;
  readonly unknownVariable?: string | undefined;
  readonly at: SetBy;
  /** Present if a part of its value, or of what is written as its name, is hidden (`core/shown.ts`). */
  readonly hidden?: HiddenValue;
  /** Whether its line in a file of arguments has nothing else: then the line can be replaced, whatever it contains. */
  readonly ownLine?: true;
}

/** What is known of a value that is not shown. */
export interface HiddenValue {
  /** Equal for equal values, in one run of the program: it is keyed with a random number that is kept nowhere. */
  readonly digest: string;
  /** Whether it is as it is written, after `=`, without blanks or quotes: it ends with its word. */
  readonly isWord: boolean;
}

/** A component whose arguments are in a file with its name. */
export interface ArgumentFile {
  readonly component: NonEmptyString;
  /** The unit that starts it, perhaps together with others. */
  readonly service: NonEmptyString;
  /** The files that it reads though no argument names them, by names of flags that a layout gives them. */
  readonly implied?: Readonly<Record<string, NonEmptyString>>;
  /** A file that keeps the service from starting. */
  readonly unless?: NonEmptyString;
}

/**
 * Flags that are taken out of the file of a component before it starts, because its newer releases do not know them.
 */
export interface DroppedFlags {
  readonly component: NonEmptyString;
  readonly flags: NonEmptyList<NonEmptyString>;
}

/** A folder of files with the arguments of components, for the source `argument-files`. */
export interface ArgumentFolder {
  readonly folder: NonEmptyString;
  /**
   * How a file is read. `lines`: quotes are deleted, lines are split at single blanks, and variables are replaced as
   * `os.ExpandEnv` of Go does. `words`: as bash reads the words of an array.
   */
  readonly grammar: 'lines' | 'words';
  readonly files: NonEmptyList<ArgumentFile>;
  readonly variables: Readonly<Record<string, NonEmptyString>>;
  /** Files with more variables in the same folder. `*` stands for the name of the component. */
  readonly environment?: NonEmptyList<NonEmptyString>;
  readonly dropped?: {
    /** They are not, if there is a file here. */
    readonly unless: NonEmptyString;
    readonly flags: readonly DroppedFlags[];
  };
}

/** A field, by the names from the root of the document, and its flag. */
export type ArgumentField = readonly [field: string, flag: string];

/**
 * Fields of KubeletConfiguration, with the flags that they correspond to (kubelet.config.k8s.io/v1beta1;
 * cmd/kubelet/app/options).
 */
export const kubeletFields: readonly ArgumentField[] = [
  ['authentication.x509.clientCAFile', 'client-ca-file'],
  ['authentication.anonymous.enabled', 'anonymous-auth'],
  ['authentication.webhook.enabled', 'authentication-token-webhook'],
  ['authorization.mode', 'authorization-mode'],
  ['tlsCertFile', 'tls-cert-file'],
  ['tlsPrivateKeyFile', 'tls-private-key-file'],
  ['tlsMinVersion', 'tls-min-version'],
  ['tlsCipherSuites', 'tls-cipher-suites'],
  ['rotateCertificates', 'rotate-certificates'],
  ['serverTLSBootstrap', 'rotate-server-certificates'],
  ['staticPodPath', 'pod-manifest-path'],
  ['staticPodURL', 'manifest-url'],
  ['clusterDomain', 'cluster-domain'],
  ['clusterDNS', 'cluster-dns'],
  ['readOnlyPort', 'read-only-port'],
  ['address', 'address'],
  ['port', 'port'],
  ['featureGates', 'feature-gates'],
];
