/** The serving certificate of a kubelet whose settings name none. */
import { componentNamed, isGiven, kubeletServingPair, requestsServingCertificates } from '../../artifact/arguments.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import type { OtherFiles } from './other-files.ts';
import { sourceAt } from './source.ts';

/**
 * Returns the certificate that the cluster signed with `serverTLSBootstrap`, else the pair in the folder of the
 * kubelet's certificates (k8s.io/kubernetes cmd/kubelet/app/server.go, InitializeTLS). Nothing if the kubelet has yet
 * to request or generate one, or if it is not known what it is configured for.
 */
export function kubeletPair(node: LaidOutNode): readonly OtherFiles[] {
  const kubelet = componentNamed(node, 'kubelet');
  if (kubelet === undefined || kubelet.unknown !== undefined) return [];
  if (isGiven(kubelet, 'tls-cert-file') || isGiven(kubelet, 'tls-private-key-file')) return [];
  const requests = requestsServingCertificates(node);
  const [path, keyPath] = kubeletServingPair(node, requests);
  const [certificate, key] = [sourceAt(node, path), sourceAt(node, keyPath)];
  if ([certificate, key].every(({ seen }) => seen === 'absent' || seen === 'unseen')) return [];
  const user = {
    id: `kubelet ${path.slice(path.lastIndexOf('/') + 1)}`,
    component: kubelet.name,
    namedAt: certificate.at,
  };
  return [{ ...user, kubelet: requests ? 'signed' : 'generated', certificate, key, slots: [] }];
}
