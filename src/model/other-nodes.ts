/** What a control-plane node shows of others beside it: what they share must not be made anew, nor what they dial left out. */
import { componentNamed, lastArgument } from '../core/arguments.ts';
import type { Facts } from './facts.ts';
import type { Pki } from './pki.ts';
import { isFrom } from './release.ts';

/** The host by which all API servers are dialled, as far as a file or an option says it. */
export function sharedEndpoint({ facts }: Pick<Pki, 'facts'>): string | undefined {
  const { controlPlaneEndpoint: endpoint, kubernetesVersion } = facts;
  // Since 1.34 the kubelet of a control plane dials its own API server, whatever the others do.
  const isNear = endpoint?.source === 'kubelet.conf' && isFrom(kubernetesVersion?.value ?? '1.34.0', '1.34.0');
  return isNear && isOwn(endpoint.value, facts) ? undefined : endpoint?.value;
}

const isOwn = (host: string, { advertiseAddress, nodeName, nodeIps }: Facts): boolean =>
  [advertiseAddress?.value, nodeName?.value, ...(nodeIps?.value ?? [])].includes(host);

/**
 * Whether this is the only control-plane node for sure: it runs, and all dial its own address. kubeadm joins no other
 * without an address of them all (kubeadm join.go, checkIfReadyForAdditionalControlPlane).
 */
export function isAlone(pki: Pki): boolean {
  const endpoint = sharedEndpoint(pki);
  const etcd = componentNamed(pki.node, 'etcd');
  const members = (etcd && lastArgument(etcd, 'initial-cluster')?.value)?.split(',').length ?? 1;
  const runs = componentNamed(pki.node, 'kube-apiserver') !== undefined;
  return runs && members === 1 && endpoint !== undefined && isOwn(endpoint, pki.facts);
}
