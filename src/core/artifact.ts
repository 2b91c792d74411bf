/** What scanning yields: files and what they hold, as plain data, in the words of the node that they came from. */
import type { Certificate, CertificateRequest, PrivateKey, PublicKey } from './certificate.ts';
import type { NodeLayout } from './layout.ts';

/** One PEM block as Go's `encoding/pem` yields it. A parse failure is kept in Go's words. */
export type PemBlock = {
  /** The label: `CERTIFICATE`, `RSA PRIVATE KEY`, … */
  readonly label: string;
  /** Line of the BEGIN marker, from 1. */
  readonly line: number;
  /** Whether RFC 1421 headers stood in it: `AppendCertsFromPEM` skips such a block. */
  readonly headers: boolean;
  /** What readers that do not look at the label make of the bytes; absent for a certificate labelled as one. */
  readonly contents?: PemContents;
} & (
  | { readonly type: 'certificate'; readonly certificate: Certificate }
  | { readonly type: 'private-key'; readonly key: PrivateKey }
  | { readonly type: 'public-key'; readonly key: PublicKey }
  | { readonly type: 'certificate-request'; readonly request: CertificateRequest }
  /** Recognised and encrypted: nothing more can be known without a passphrase. */
  | { readonly type: 'encrypted-key' }
  /** What its label promises cannot be parsed. `promised` says what that was. */
  | {
      readonly type: 'malformed';
      readonly promised: 'certificate' | 'private-key' | 'public-key' | 'certificate-request';
      readonly error: string;
    }
  /** A label that no component of Kubernetes reads (`EC PARAMETERS`, `X509 CRL`, …). */
  | { readonly type: 'other' }
);

/** A block as those read it who ignore its label: etcd's pools, and keyutil's ParsePublicKeysPEM. */
export interface PemContents {
  /** What `x509.ParseCertificate` makes of the bytes: a certificate, or why not. */
  readonly certificate: Certificate | { readonly error: string };
  /** The RSA or ECDSA key that verifies service account tokens, where keyutil finds one. */
  readonly verifier?: PublicKey;
}

/** A file (or embedded data) read as PEM. */
export interface Pem {
  readonly blocks: readonly PemBlock[];
  /**
   * Why blocks may be missing, for people; undefined where nothing is odd.
   * `cut-block`: a BEGIN without its END, or bad base64; `byte-order-mark`: hides the first BEGIN from Go.
   */
  readonly oddity?: 'empty' | 'der-certificate' | 'der-key' | 'byte-order-mark' | 'cut-block' | 'no-pem';
  /** Line of the oddity, where it has one. */
  readonly oddityLine?: number;
}

/** A certificate, key or CA that a kubeconfig or a kubelet setting names: embedded, or by path. */
export interface Reference {
  /** `users[default-auth].client-certificate-data`, … */
  readonly entry: string;
  readonly at: Place;
  /** Absolute path on the node, where the reference is by path. */
  readonly path?: string;
  /** What the embedded base64 holds. */
  readonly embedded?: Pem;
  /** Why embedded data could not be decoded. */
  readonly error?: string;
}

export interface Kubeconfig {
  readonly currentContext: Placed<string> | undefined;
  /** Why the current context does not lead to a cluster and a user; undefined where it does. */
  readonly unresolved: Placed<string> | undefined;
  /** Why client-go refuses the cluster or user that it leads to, in its words: fields that exclude each other. */
  readonly refused?: Placed<string> | undefined;
  readonly cluster?:
    | {
        readonly name: string;
        readonly at: Place;
        readonly server: Placed<string> | undefined;
        readonly tlsServerName: Placed<string> | undefined;
        readonly insecureSkipTlsVerify: Placed<boolean> | undefined;
        readonly certificateAuthority: Reference | undefined;
      }
    | undefined;
  readonly user?:
    | {
        readonly name: string;
        readonly at: Place;
        readonly certificate: Reference | undefined;
        readonly key: Reference | undefined;
        /** Credentials that are not certificates: `token`, `tokenFile`, `exec`, `auth-provider`, `username`. */
        readonly otherCredentials: readonly string[];
      }
    | undefined;
}

/** One argument of a component, after quoting, `$(VAR)` and spelling were undone. */
export interface Argument {
  /** Canonical: no dashes in front, `-` for `_`. A kubelet config field stands under the name of its flag. */
  readonly name: string;
  /** As written: `--tls-cert-file`, `authentication.x509.clientCAFile`, `ETCD_CERT_FILE`. */
  readonly spelled: string;
  /** undefined where a variable in it is unknown (see `unknownVariable`). */
  readonly value: string | undefined;
  readonly unknownVariable?: string | undefined;
  readonly at: Place;
}

/** Where a container path comes from. `hostPath` undefined: a volume that is not on the node's disk (emptyDir, secret, …). */
export interface Mount {
  readonly mountPath: string;
  readonly hostPath: string | undefined;
}

/** A program with its arguments, as a static pod manifest, a kubelet's unit or its configuration describes it. */
export interface Component {
  /** `kube-apiserver`, `kube-controller-manager`, `kube-scheduler`, `etcd`, `kubelet`. */
  readonly name: string;
  /** The manifest or unit. */
  readonly at: Place;
  /** Image reference of a static pod. */
  readonly image?: string | undefined;
  /** In the order in which they apply: what comes later wins. */
  readonly arguments: readonly Argument[];
  /** undefined: runs on the host, paths are the node's own. */
  readonly mounts: readonly Mount[] | undefined;
  /** Why some arguments cannot be known (an unseen config file, an unknown shell script). */
  readonly unknown?: string | undefined;
}

/** State of a path on the node. Only `absent` is a fact about the node; `outside` and `unreadable` are facts about us. */
export type FileState =
  | 'file'
  | 'absent'
  /** Not part of what was given to lint. */
  | 'outside'
  /** Present, but we may not read it or its folder. */
  | 'unreadable'
  | 'broken-link'
  | 'link-loop'
  | 'directory'
  | 'fifo'
  | 'socket'
  | 'device'
  /** Over the size limit of 4 MiB. */
  | 'too-large';

export type Content =
  | { readonly type: 'pem'; readonly pem: Pem }
  | { readonly type: 'kubeconfig'; readonly kubeconfig: Kubeconfig }
  | { readonly type: 'manifest'; readonly components: readonly Component[] }
  /** Meant to be YAML of a known kind, but unreadable as such; line from 1. */
  | { readonly type: 'malformed'; readonly error: string; readonly line?: number | undefined }
  /** Nothing that this tool knows. */
  | { readonly type: 'other' };

export interface NodeFile {
  /** As the node sees it, normalised, links not followed. */
  readonly path: string;
  /** As it was read, for people and tools: relative to the working directory, or `archive.tar.gz!/etc/…`. */
  readonly file: string;
  readonly state: FileState;
  /** A link's target, an error code, a size: whatever explains the state. */
  readonly detail?: string | undefined;
  /** The path after links, on the node; undefined unless `file`. */
  readonly realPath?: string | undefined;
  /** Permission bits of the file itself (after links), 0o0–0o7777. */
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly size?: number | undefined;
  /** Symbolic links followed on the way, each with its target. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  readonly content?: Content;
}

/** What a kubeadm configuration says that other files do not. */
export interface KubeadmConfig {
  readonly at: Place;
  readonly nodeName?: Placed<string>;
  readonly advertiseAddress?: Placed<string>;
  readonly kubernetesVersion?: Placed<string>;
  readonly controlPlaneEndpoint?: Placed<string>;
  readonly dnsDomain?: Placed<string>;
  readonly serviceSubnet?: Placed<string>;
  readonly certSans: readonly Placed<string>[];
  readonly etcdServerSans: readonly Placed<string>[];
  readonly etcdPeerSans: readonly Placed<string>[];
  readonly externalEtcd: boolean;
  /** Whether it is for a node that joins a cluster, and not for the first one. */
  readonly joins: boolean;
  /** Of the API server of this node. */
  readonly bindPort?: Placed<string>;
  /** What kubeconfigs call the cluster. */
  readonly clusterName?: Placed<string>;
  readonly certificatesDir?: Placed<string>;
  /** `RSA-2048`, `ECDSA-P256`, …: of new keys (v1beta4). */
  readonly encryptionAlgorithm?: Placed<string>;
  /** Durations as Go writes them: `8760h0m0s` (v1beta4). */
  readonly certificateValidityPeriod?: Placed<string>;
  readonly caCertificateValidityPeriod?: Placed<string>;
}

/** Everything that was read of one node. */
export interface ScannedNode<L extends NodeLayout = NodeLayout> {
  /** How to call the node where it has no name yet: the root or archive as given. */
  readonly label: string;
  /** The root as given: `/`, a folder, `archive.tar.gz!/wrapper`. */
  readonly rootfs: string;
  /** Words that a command says to find it again: none for this machine itself; undefined: an archive. */
  readonly named?: readonly string[] | undefined;
  /** Where nodes of its kind keep their files. */
  readonly layout: L;
  /** The PKI root as the node sees it: `/etc/kubernetes/pki`. */
  readonly pki: string;
  /** Whether the node outside the PKI root was given at all (false for a bare folder of certificates). */
  readonly beyondPki: boolean;
  /** Every path that was looked at, by path. */
  readonly files: ReadonlyMap<string, NodeFile>;
  /** Paths below the PKI root, in order. */
  readonly pkiFiles: readonly string[];
  /** Paths of the static pod folder that the kubelet takes for manifests, in order. */
  readonly manifestFiles: readonly string[];
  readonly components: readonly Component[];
  readonly kubeadmConfig?: KubeadmConfig;
}

/** Where something stands: a node's path, and the line and column in it (both from 1). */
export interface Place {
  /** The path as the node sees it, whatever copy was read. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

/** A value together with the place it was read from. */
export interface Placed<T> {
  readonly value: T;
  readonly at: Place;
}
