/** How much harm failing connections do: the order in which texts name effects, and the findings that have them. */

/** The rows of `rules/tables/connections.json`, the worst first. A report has only those of its nodes. */
export const byHarm: readonly string[] = [
  'kube-apiserver-etcd',
  'kubelet-kube-apiserver',
  'kube-controller-manager-kube-apiserver',
  'kube-scheduler-kube-apiserver',
  'admin-kube-apiserver',
  'pods-kube-apiserver',
  'etcd-peer',
  'kube-proxy-kube-apiserver',
  'kube-apiserver-kubelet',
  'aggregator-extension',
  'signed-kube-apiserver',
  'kube-apiserver-peer',
  'super-admin-kube-apiserver',
  'etcdctl-etcd',
  'etcd-gateway',
];

/** Returns the place of a connection among these; what is not there, or undefined, is the last. */
export function harmOf({ id }: { readonly id: string | undefined }): number {
  const place = id === undefined ? -1 : byHarm.indexOf(id);
  return place < 0 ? byHarm.length : place;
}
