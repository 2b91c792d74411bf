/** Names of other machines in a certificate that should name its own node. */
import type { Certificate } from '../../artifact/certificate.ts';
import { isHostname } from '../../x509/verify/host-name.ts';
import { namesMachine } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';
import { sharedEndpoint } from './cluster.ts';
import { addressesOf } from './evidence.ts';

/**
 * Returns the DNS names of a certificate that names neither its node nor one of its addresses; else none.
 *
 * @param accepted names that a policy accepts
 */
export function strangeNames(leaf: Certificate, pki: Pki, accepted: readonly string[] = []): readonly string[] {
  const own = [pki.facts.nodeName?.value, ...addressesOf(pki)].flatMap((name) => name ?? []);
  if (own.length === 0 || own.some((name) => namesMachine(leaf, name))) return [];
  const isOfAll = (name: string) =>
    /^(?:localhost|kubernetes)(?:\.|$)/.test(name) || name === sharedEndpoint(pki) || accepted.includes(name);
  return (leaf.sans ?? []).flatMap(({ type, value }) =>
    type === 'DNS' && isHostname(value, false) && !isOfAll(value) ? value : [],
  );
}
