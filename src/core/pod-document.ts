/** By what manifests of pods are compared. */
export interface PodDocument {
  /** The namespace and the name: `kube-system/etcd`. */
  readonly name: string;
  /** A hash of all values, whatever their order, the layout and comments. */
  readonly digest: string;
}
