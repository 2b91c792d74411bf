/** The documents of manifests. */

/** The pod in a manifest. */
export interface PodDocument {
  /** The namespace and the name: `kube-system/etcd`. */
  readonly name: string;
  /** A hash of all values, whatever their order, the layout and comments: by it manifests are compared. */
  readonly digest: string;
  /** The paths of the node that its volumes mount, normalised. */
  readonly hostPaths: readonly string[];
  /** The pods in further documents of the file, which the kubelet does not read. */
  readonly ignored?: readonly IgnoredDocument[];
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
