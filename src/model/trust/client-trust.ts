/** Which API servers accept a client certificate by its CA: they verify it, with a file of their own node. */
import { componentNamed } from '../../artifact/arguments.ts';
import { authorityFor, clientCa } from '../../tables/layouts/authorities.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { LeafChain } from '../../x509/load.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { clientAuthorities } from './signing.ts';

/**
 * Whether all, some or none of the API servers of a cluster accept a client certificate; undefined if none was seen.
 */
export function acceptedBy(
  { leaf, intermediates }: LeafChain,
  cluster: readonly Pki[],
): 'all' | 'some' | 'none' | undefined {
  const answers = cluster.flatMap((pki) => {
    const authority = authorityFor(clientCa, pki);
    if (authority === undefined || componentNamed(pki.node, roleIds.apiServer) === undefined) return [];
    const trusted = clientAuthorities(authority);
    return trusted.length === 0 ? [] : buildChain(leaf, intermediates, trusted) !== undefined;
  });
  if (answers.length === 0) return undefined;
  return answers.every(Boolean) ? 'all' : answers.some(Boolean) ? 'some' : 'none';
}

/** Whether the credential of a worker's kubelet is accepted by all API servers of the input, which verify it. */
export function isAcceptedElsewhere({ row, chain }: Role, { kind }: Pki, cluster: readonly Pki[] = []): boolean {
  return (
    row.role === roleIds.kubelet &&
    kind === 'worker' &&
    chain?.ok === true &&
    acceptedBy(chain.value, cluster) === 'all'
  );
}
