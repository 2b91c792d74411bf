/** The result of scanning: files and their contents, as plain data. Paths are those of the node. */
import type { FileComment } from './comment.ts';
import type { FileState } from './file-state.ts';
import type { KubeadmConfig } from './kubeadm-config.ts';
import type { NodeLayout } from './layout.ts';
import type { LeftOut } from './left-out.ts';
import type { MiscasedField } from './oddities.ts';
import type { Pem } from './pem-blocks.ts';
import type { PodDocument, RefusedPod } from './pod-document.ts';
import type { Position } from './position.ts';
import type { PodOfContainer, Probe } from './probe.ts';
import type { SettingsContent } from './setting.ts';
import type { ShellCommand } from './shell-command.ts';

/** A certificate, key or CA to which a kubeconfig or a kubelet setting refers: embedded, or by path. */
export interface Reference {
  /** `users[default-auth].client-certificate-data`, … */
  readonly entry: string;
  readonly at: Place;
  /** Absolute path on the node, if the reference is by path. */
  readonly path?: string;
  /** The contents of the embedded base64. */
  readonly embedded?: Pem;
  /** Why embedded data could not be decoded. */
  readonly error?: string;
  /** Whether the data is PEM, which is not base64. */
  readonly isPem?: true;
}

export interface Kubeconfig {
  readonly currentContext: Placed<string> | undefined;
  /** Why the current context does not lead to a cluster and a user; undefined if it does. */
  readonly unresolved: Placed<string> | undefined;
  /** Names of the contexts that do, at most ten; only if the current one does not. */
  readonly goodContexts?: readonly string[];
  /** Why client-go rejects the cluster or user of the context, as in its error: fields that exclude each other. */
  readonly refused?: Placed<string> | undefined;
  readonly cluster?:
    | {
        readonly name: string;
        readonly at: Place;
        readonly server: Placed<string> | undefined;
        readonly tlsServerName: Placed<string> | undefined;
        readonly insecureSkipTlsVerify: Placed<boolean> | undefined;
        readonly certificateAuthority: Reference | undefined;
        /** Whether the kubeconfig has no other cluster. */
        readonly isOnly?: true;
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

/** One argument of a component, after quotes and `$(VAR)` are resolved. */
export interface Argument {
  /** Canonical: no dashes in front, `-` for `_`. A kubelet config field has the name of its flag. */
  readonly name: string;
  /** As written: `--tls-cert-file`, `authentication.x509.clientCAFile`, `ETCD_CERT_FILE`. */
  readonly spelled: string;
  /** undefined if it contains an unknown variable (see `unknownVariable`). */
  readonly value: string | undefined;
  readonly unknownVariable?: string | undefined;
  readonly at: Place;
}

/** A volume mount. `hostPath` is undefined for a volume that is not on the node's disk (emptyDir, secret, …). */
export interface Mount {
  readonly mountPath: string;
  readonly hostPath: string | undefined;
  /** Of the hostPath. */
  readonly at?: Place | undefined;
  /** The path whose type the kubelet checks before it mounts it. */
  readonly checked?: CheckedPath;
}

/** The path of a volume, and what must be there. */
export interface CheckedPath {
  readonly path: string;
  /** `File`, `DirectoryOrCreate`, … */
  readonly type: string;
  readonly at: Place;
}

/** A program with its arguments, from a static pod manifest, a kubelet's unit or its configuration. */
export interface Component {
  /** `kube-apiserver`, `kube-controller-manager`, `kube-scheduler`, `etcd`, `kubelet`. */
  readonly name: string;
  /** The manifest or unit. */
  readonly at: Place;
  /** Image reference of a static pod. */
  readonly image?: string | undefined;
  /** In the order in which they apply: later ones take precedence. */
  readonly arguments: readonly Argument[];
  /** Words of its command line that are neither: it does not start with them. */
  readonly operands?: readonly Placed<string>[];
  /** What is wrong with its list of words, if that is written as for a shell. */
  readonly shellCommand?: ShellCommand;
  /** undefined for a program that runs on the host: its paths are those of the node. */
  readonly mounts: readonly Mount[] | undefined;
  /** Fields of its configuration that it ignores, because their case is wrong. */
  readonly miscased?: readonly MiscasedField[];
  /** Why some arguments are unknown (a config file that is not in the input, a shell script). */
  readonly unknown?: string | undefined;
  /** The user that it runs as, if that is known not to be root. */
  readonly user?: RunAs | undefined;
  /** What the kubelet dials to see whether it works; only of a static pod. */
  readonly probes?: readonly Probe[];
  /** Of a static pod. */
  readonly pod?: PodOfContainer;
}

/** A user who is not root, and its groups as far as they are known. */
export interface RunAs {
  /** Its name, or its id. */
  readonly name: string;
  /** undefined if it is not known. */
  readonly uid: number | undefined;
  readonly gids: readonly number[];
  readonly at: Place;
}

/** A file that a program names which is not a component of Kubernetes. */
export interface ProgramFile {
  /** Its unit: `node-exporter.service`. */
  readonly program: string;
  /** The flag or variable: `--web.cert`. */
  readonly spelled: string;
  readonly path: string;
  readonly at: Place;
}

export type Content =
  | { readonly type: 'pem'; readonly pem: Pem }
  | { readonly type: 'kubeconfig'; readonly kubeconfig: Kubeconfig }
  | { readonly type: 'manifest'; readonly components: readonly Component[]; readonly pod: PodDocument }
  /** Expected to be YAML of a known kind, but cannot be parsed, or is of another `kind`; line from 1. */
  | {
      readonly type: 'malformed';
      readonly error: string;
      readonly line?: number | undefined;
      readonly kind?: string;
      /** Only of a pod that is well-formed, and that the kubelet refuses. */
      readonly refused?: RefusedPod;
    }
  | SettingsContent
  /** Of no type that pki-lint reads. */
  | { readonly type: 'other' };

export interface NodeFile {
  /** Path on the node, normalised, links not followed. */
  readonly path: string;
  /** Path that was read, for messages: relative to the working directory, or `archive.tar.gz!/etc/…`. */
  readonly file: string;
  readonly state: FileState;
  /** Explains the state: a link's target, an error code, a size. */
  readonly detail?: string | undefined;
  /** The path on the node after links are followed; undefined unless the state is `file`. */
  readonly realPath?: string | undefined;
  /** Permission bits of the file itself (after links), 0o0–0o7777. */
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly size?: number | undefined;
  /** Symbolic links followed on the way, each with its target. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  readonly content?: Content;
  /** Only of a file that its copy leaves out, which is `outside`. */
  readonly leftOut?: LeftOut;
  /** Those that excuse findings; only if there is a policy. */
  readonly comments?: readonly FileComment[];
}

/** Everything that was read from one node. */
export interface ScannedNode<L extends NodeLayout = NodeLayout> {
  /** The root or archive from the command line: stands for the node until its name is known. */
  readonly label: string;
  /** The root: `/`, a folder, `archive.tar.gz!/wrapper`. */
  readonly rootfs: string;
  /** Arguments by which a command finds the node again: none for this machine; undefined for an archive. */
  readonly named?: readonly string[] | undefined;
  readonly layout: L;
  /** The PKI root, as a path on the node: `/etc/kubernetes/pki`. */
  readonly pki: string;
  /** Whether the input includes files outside the PKI root (false for a bare folder of certificates). */
  readonly beyondPki: boolean;
  /** The examined files, by path. */
  readonly files: ReadonlyMap<string, NodeFile>;
  /** What the copy of the node that was read is made without. */
  readonly leftOut?: readonly LeftOut[];
  /** The secrets in a copy that should be made without them, because a policy says so. */
  readonly secrets?: readonly { readonly path: string; readonly kind: LeftOut }[];
  /** Paths below the PKI root, in order. */
  readonly pkiFiles: readonly string[];
  /** Paths in the static pod folder that the kubelet reads as manifests, in order. */
  readonly manifestFiles: readonly string[];
  /** The static pod folder. */
  readonly manifestFolder?: string | undefined;
  /** Those of `manifestFiles` that the kubelet does not read: its configuration names a different folder, or none. */
  readonly idleManifests: readonly string[];
  readonly components: readonly Component[];
  /** Files that other programs name. */
  readonly programFiles: readonly ProgramFile[];
  /** Programs of systemd units of which only their access to files is judged. */
  readonly services?: readonly Component[];
  /** Where an etcd keeps data, if one has ever run here. */
  readonly etcdData?: string | undefined;
  readonly kubeadmConfig?: KubeadmConfig;
}

/** A position in a file, as far as it is known. `source` is there only if its form shows that it contains no secret. */
export interface Place extends Partial<Position> {
  /** Path on the node, also if a copy of the node was read. */
  readonly path: string;
}

/** A value, and the place from which it was read. */
export interface Placed<T> {
  readonly value: T;
  readonly at: Place;
}
