/** The documents of manifests. */

/** By what manifests of pods are compared. */
export interface PodDocument {
  /** The namespace and the name: `kube-system/etcd`. */
  readonly name: string;
  /** A hash of all values, whatever their order, the layout and comments. */
  readonly digest: string;
}

/** A pod that is not in the first document of its file. */
export interface IgnoredDocument {
  /** Its namespace and name. */
  readonly name: string;
  /** The line in which it begins, from 1. */
  readonly line: number;
  /** The names of the components in it. */
  readonly components: readonly string[];
}
