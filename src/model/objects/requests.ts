/** What became of the CertificateSigningRequests of a dump. */
import type { ClusterObjects, SigningRequest } from '../../artifact/objects/cluster-objects.ts';
import { groupBy, remember } from '../../core/collections.ts';

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
