/** How the front proxy gets a CA of its own again, if the CA of clients verifies it too. */
import { inFolder } from '../../artifact/paths.ts';
import { sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { slotName } from '../../model/roles/slots.ts';
import { seenAt, sourceAt } from '../../model/roles/source.ts';
import { authorityFor, clientCa } from '../../tables/layouts/authorities.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadGoPool } from '../../x509/load.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import { list } from '../base/check.ts';

/**
 * Returns the data and the name of the fix. If the recommended file has a CA of its own, flags name it again, and
 * front-proxy-client is reissued unless that CA signed it; otherwise a CA is created.
 */
export function separation(authority: Authority, pki: Pki) {
  const { recommended, row } = authority;
  // Where one CA is meant for both, the allowed names tell front proxies from other clients.
  if (authority === authorityFor(clientCa, pki))
    return { data: { wanted: recommended, flags: '' }, more: { fix: 'names' } };
  const cluster = authorityFor(clientCa, pki)?.certificates ?? [];
  const client = pki.roles.find(({ id }) => id === roleIds.frontProxyClient);
  const { pem } = sourceAt(pki.node, recommended);
  const pool = pem && loadGoPool(pem);
  const own = (pool?.ok ? pool.value : []).filter((one) => !sharesKey([one], cluster));
  const isOwn = own.length > 0;
  const isSigned = client?.leaf !== undefined && buildChain(client.leaf, [], own) !== undefined;
  const ofClient = client ? [client.path, client.key?.path ?? ''] : [];
  const ofAuthority = isOwn ? [] : [recommended, inFolder(pki.node.pki, row.key)];
  const files = [...ofAuthority, ...ofClient].filter((path) => seenAt(pki.node, path) === 'present');
  const slots = pki.slots.filter((slot) => slot.row.role === authority.id && slot.path !== undefined);
  const data = { wanted: recommended, flags: list(slots.map(slotName)) };
  // A file with a CA of its own can hold another one too.
  const isNamed = isOwn && slots.every((slot) => slot.path === recommended);
  if (isNamed) return { data, more: { lists: { files } } };
  return { data, more: { lists: { files }, fix: isSigned ? 'flags' : isOwn ? 'client' : 'authority' } };
}
