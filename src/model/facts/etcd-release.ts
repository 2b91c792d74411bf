/** The release of etcd, now and after an upgrade by kubeadm. */
import { imageName } from '../../artifact/image.ts';
import { deployedRows } from '../../tables/etcd-releases.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import type { Facts } from './facts.ts';
import { isFrom, releaseOfImage } from './release.ts';

/**
 * Returns the release of an image of etcd. Other tags number the builds of a wrapper or of a company: there is only
 * etcd 3.
 */
export function etcdOfImage(image: string): string | undefined {
  const release = imageName(image).includes('etcd') ? releaseOfImage(image) : undefined;
  return release?.startsWith('3.') ? release : undefined;
}

/**
 * Returns the release of etcd on a node after an upgrade to a release of Kubernetes: the one that kubeadm deploys, but
 * never an older one. With an image tag of the user's, kubeadm leaves etcd as it is (kubernetes/kubeadm#3247).
 */
export function etcdAfter(
  { etcdVersion }: Pick<Facts, 'etcdVersion'>,
  { installerConfig }: Pick<LaidOutNode, 'installerConfig'>,
  kubernetes: string,
): string | undefined {
  const current = etcdVersion?.value;
  if (current === undefined || installerConfig?.etcdImageTag !== undefined) return current;
  const deployed = deployedRows.findLast((row) => isFrom(kubernetes, row.kubernetes))?.etcd;
  return deployed !== undefined && isFrom(deployed, current) ? deployed : current;
}
