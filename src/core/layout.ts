/** Where nodes keep their PKI: what reading a node asks of its layout. */
import type { NonEmptyList, NonEmptyString } from './formats.ts';

/**
 * A path on the node, normalised.
 *
 * @pattern ^(/[A-Za-z0-9._-]+)+$
 */
export type NodePath = string;

/** The kubelet's files. What is relative lies in its folder. */
export interface KubeletLayout {
  /** Its folder, where `--root-dir` names no other. */
  readonly folder: NodePath;
  /** Its systemd unit. */
  readonly unit: NonEmptyString;
  /** Its configuration files: the first is the main one. */
  readonly settings: NonEmptyList<NonEmptyString>;
  /** The file that holds its flags in a variable. */
  readonly flags: { readonly file: NonEmptyString; readonly variable: NonEmptyString };
  /** The flags that its unit gives it before that variable: what counts where the unit was not seen. */
  readonly usual: readonly NonEmptyString[];
  /** The folder of its certificates, where `--cert-dir` names no other. */
  readonly certificates: NonEmptyString;
  /** The client certificate that it renews by itself, in that folder. */
  readonly client: NonEmptyString;
  /** The serving certificate that the cluster signs for it, in that folder. */
  readonly server: NonEmptyString;
  /** The serving certificate that it makes by itself where nothing else is configured, in that folder. */
  readonly selfSigned: { readonly certificate: NonEmptyString; readonly key: NonEmptyString };
}

/** Where one kind of node keeps its files. */
export interface LayoutPlaces {
  /** As reports call it. */
  readonly name: NonEmptyString;
  /** A node that has one of these paths has this layout. Of several layouts that match the first counts. */
  readonly signs: NonEmptyList<NodePath>;
  /** The folder that holds the PKI and what lies around it: it may be given alone. */
  readonly home: NodePath;
  /** The folder of certificates and keys. */
  readonly pki: NodePath;
  /** The folder of static pods, where the kubelet names no other. */
  readonly manifests: NodePath;
  /** The folder of kubeconfigs. */
  readonly kubeconfigFolder: NodePath;
  /** How the names of kubeconfigs end. */
  readonly kubeconfigEnding: NonEmptyString;
  /** The administrator's copy of a kubeconfig. */
  readonly administratorsCopy: NodePath;
  readonly kubelet: KubeletLayout;
  /** The sources of components and their arguments, in the order in which they are asked: each knows what those before it found. */
  readonly sources: NonEmptyList<NonEmptyString>;
}

/** A layout as scanning sees it. */
export interface NodeLayout extends LayoutPlaces {
  /** Kubeconfigs by path: a file there that is no kubeconfig is a broken one. */
  readonly knownKubeconfigs: readonly string[];
  /** Paths to look at even if nothing names them, absolute or relative to the PKI root. */
  readonly expected: readonly string[];
}

/** At least one; the first is the one that counts where a node shows none. */
export type Layouts<L extends NodeLayout = NodeLayout> = readonly [L, ...L[]];
