/**
 * A kubeconfig for a different cluster, where kubectl looks for one, and a layout expects its own:
 * `/root/.kube/config`.
 */
import type { Certificate } from '../../artifact/certificate.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadGoPool } from '../../x509/load.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { hostOf } from '../facts/host.ts';
import { sharesKey } from './authorities.ts';
import type { AnyRoleFiles } from './role-files.ts';
import { sourceOf } from './source.ts';

/** What is left of a role whose file is not its own. */
const nothing = {
  seen: 'absent',
  reason: undefined,
  file: undefined,
  kubeconfig: undefined,
  certificate: undefined,
  key: undefined,
  chain: undefined,
  pair: undefined,
  leaf: undefined,
} as const;

/**
 * Returns the files of roles without that kubeconfig. It is foreign if it dials what no other kubeconfig of the node
 * dials and no certificate of its API server names, and trusts none of the CAs that the others trust.
 */
export function withoutForeign(node: LaidOutNode, files: readonly AnyRoleFiles[]): readonly AnyRoleFiles[] {
  const isUsers = ({ kind, path, slot }: AnyRoleFiles) =>
    kind === 'kubeconfig' && slot === undefined && path.endsWith('/.kube/config');
  const others = files.filter((one) => one.kubeconfig !== undefined && !isUsers(one));
  const dialled = new Set(others.map(serverHost));
  const trusted = others.flatMap((one) => trustedBy(one, node));
  const server = files.find(({ row }) => row.role === roleIds.apiServer)?.leaf;
  const isForeign = (one: AnyRoleFiles): boolean => {
    const host = serverHost(one);
    if (!isUsers(one) || host === undefined || others.length === 0 || dialled.has(host)) return false;
    return !sharesKey(trustedBy(one, node), trusted) && !(server !== undefined && hasName(server, host));
  };
  return files.map((one) => (isForeign(one) ? { ...one, ...nothing } : one));
}

const serverHost = ({ kubeconfig }: AnyRoleFiles): string | undefined =>
  hostOf(kubeconfig?.cluster?.server?.value ?? '');

function trustedBy({ kubeconfig }: AnyRoleFiles, node: LaidOutNode): readonly Certificate[] {
  const reference = kubeconfig?.cluster?.certificateAuthority;
  const pem = reference && sourceOf(node, reference).pem;
  const pool = pem && loadGoPool(pem);
  return pool?.ok ? pool.value : [];
}
