/** What became of the CertificateSigningRequests of a dump. */
import type { ClusterObjects, SigningRequest } from '../../artifact/objects/cluster-objects.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { canonicalHost } from '../facts/host.ts';

/** The signers of kube-controller-manager for kubelets (pkg/controller/certificates/signer). */
export const kubeletServing = 'kubernetes.io/kubelet-serving';
export const kubeletClient = 'kubernetes.io/kube-apiserver-client-kubelet';

/** The beginning of the names of kube-controller-manager's signers. Others are their owners' business. */
export const ownSigners = 'kubernetes.io/';

export type RequestState = 'pending' | 'approved' | 'issued' | 'denied' | 'failed';

/** Returns what became of a request. */
export function requestState({ isIssued, conditions }: SigningRequest): RequestState {
  const has = (type: string) => conditions.some((one) => one.type === type && one.isTrue);
  if (isIssued) return 'issued';
  if (has('Denied')) return 'denied';
  if (has('Failed')) return 'failed';
  return has('Approved') ? 'approved' : 'pending';
}

/** Returns who a certificate is for: `system:node:w-1`, or the user who asks if the request cannot be read. */
export const requestedFor = ({ request, username }: SigningRequest): string => request?.subject.commonName || username;

/**
 * Returns the names in a request for the serving certificate of a kubelet that are not those of its Node. A kubelet
 * asks for the addresses of its Node, and for nothing else (pkg/kubelet/certificate/kubelet.go,
 * addressesToHostnamesAndIPs).
 * Of a Node that a dump does not have, or that has no address yet, nothing is known.
 */
export function namesOfOthers(objects: ClusterObjects, request: SigningRequest): readonly string[] {
  const node = nodesByUser(objects).get(request.username);
  if (node === undefined || node.addresses.length === 0) return [];
  const own = new Set([node.name, ...node.addresses].map(canonicalHost));
  return namesAskedFor(request).filter((name) => !own.has(canonicalHost(name)));
}

const nodesByUser = remember(
  ({ nodes }: ClusterObjects) => new Map(nodes.map((node) => [`system:node:${node.name}`, node])),
);

/** Returns the names and addresses that a request asks for. */
export const namesAskedFor = ({ request }: SigningRequest): readonly string[] =>
  (request?.sans ?? []).map(({ value }) => value);

/** The requests for the same certificate, the newest last: a kubelet asks again after a quarter of an hour. */
export const sameRequests = (objects: ClusterObjects, request: SigningRequest): readonly SigningRequest[] =>
  requestsByIdentity(objects).get(keyOf(request)) ?? [];

const keyOf = (request: SigningRequest) => `${request.signer}\n${requestedFor(request)}`;

const requestsByIdentity = remember(({ requests }: ClusterObjects) =>
  groupBy(
    [...requests].sort((one, other) => (one.meta.created ?? 0) - (other.meta.created ?? 0)),
    keyOf,
  ),
);

/** What a controller does within seconds is late after this. */
export const settled = 5 * 60_000;
