/** From which node of the input the others get the new certificate of an expired CA that they share. */

import { groupBy } from '../../core/collections.ts';
import { chainOf, lastingCertificate } from '../roles/authorities.ts';
import type { CaPlace, CaSource, Pki } from '../roles/pki.ts';
import type { Authority } from '../roles/role.ts';
import { canKeepKey, signingCertificate } from '../trust/signing.ts';
import { ownName } from './evidence.ts';

/** How a node can give a CA to others, best first. */
const ranks = { renewed: 0, keepsKey: 1, signs: 2 };

/**
 * Chooses one node for each CA that has expired somewhere: one that has renewed it, or else the first that can. If each
 * node renewed it for itself, there would be as many certificates as nodes.
 */
export function caSources(pkis: readonly Pki[]): ReadonlyMap<string, CaSource> {
  const all = pkis.flatMap((pki) =>
    pki.authorities.flatMap((authority) => {
      const key = keyOf(authority);
      return key === undefined ? [] : [{ key, pki, authority }];
    }),
  );
  const expired = new Set(all.filter(({ pki, authority }) => hasExpired(authority, pki)).map(({ key }) => key));
  const best = new Map<string, { readonly rank: number; readonly source: CaSource }>();
  for (const { key, pki, authority } of all) {
    const rank = expired.has(key) ? rankOf(authority, pki) : undefined;
    if (rank === undefined || rank >= (best.get(key)?.rank ?? Number.POSITIVE_INFINITY)) continue;
    const { path } = authority.source;
    best.set(key, { rank, source: { node: pki.name, machine: ownName(pki), path, isRenewed: rank === ranks.renewed } });
  }
  return new Map([...best].map(([key, { source }]) => [key, source]));
}

/** Returns the nodes that have each CA, those with its key first. */
export function caHolders(pkis: readonly Pki[]): ReadonlyMap<string, readonly CaPlace[]> {
  const all = pkis.flatMap((pki) => pki.authorities.map((authority) => ({ pki, authority })));
  const held = all.filter(({ authority: { source, loaded } }) => source.seen === 'present' && loaded?.ok === true);
  const hasKey = ({ authority }: (typeof held)[number]) => Number(authority.key.seen === 'present');
  const byKey = held.toSorted((one, other) => hasKey(other) - hasKey(one));
  const byRole = groupBy(byKey, ({ authority }) => authority.id);
  const holders = [...byRole].map(([id, some]) => {
    const nodes = some.map(({ pki, authority }) => ({ node: pki.name, machine: ownName(pki), authority }));
    return [id, nodes] as const;
  });
  return new Map(holders);
}

/**
 * Returns a different node that has the CA which signed the certificates of a node: valid, and all of them. undefined
 * if there is none, or if nothing on the node shows which CA that is.
 */
export function holderOfCa({ id, leaves }: Authority, pki: Pki): CaPlace | undefined {
  const signed = leaves.filter(({ chain }) => chain?.ok);
  if (signed.length === 0) return undefined;
  const { at } = pki.judging;
  return pki.input.holders.get(id)?.find(({ node, machine, authority }) => {
    const isItself = node === pki.name || machine === undefined || machine === ownName(pki);
    const { loaded } = authority;
    if (isItself || !loaded?.ok) return false;
    const valid = loaded.value.filter(({ notBefore, notAfter }) => notBefore <= at && at <= notAfter);
    return signed.every((role) => chainOf(role, valid) !== undefined);
  });
}

/** Returns the node from which this one copies the new certificate of an expired CA; undefined if there is none. */
export function sourceOfCa(authority: Authority, pki: Pki): CaSource | undefined {
  const key = keyOf(authority);
  const source = key === undefined ? undefined : pki.input.authorities.get(key);
  // A second copy of the node that is the source is the same machine.
  const isItself = source?.node === pki.name || (source?.machine !== undefined && source.machine === ownName(pki));
  return isItself || !hasExpired(authority, pki) ? undefined : source;
}

/** Whether no certificate of a CA is valid any more. */
export function hasExpired({ certificates }: Authority, { judging: { at } }: Pick<Pki, 'judging'>): boolean {
  const lasting = lastingCertificate(certificates, at);
  return lasting !== undefined && lasting.notAfter < at;
}

/** undefined: the node cannot give the CA. */
function rankOf(authority: Authority, pki: Pki): number | undefined {
  const { at } = pki.judging;
  if (!hasExpired(authority, pki)) return ranks.renewed;
  if (canKeepKey(authority, at)) return ranks.keepsKey;
  return authority.key.seen === 'present' && signingCertificate(authority, at) ? ranks.signs : undefined;
}

/** The role and the key of a CA; undefined for a file with several CAs, which is not to be replaced by a copy. */
function keyOf({ id, loaded }: Authority): string | undefined {
  const keys = new Set((loaded?.ok ? loaded.value : []).map(({ publicKey }) => publicKey.id));
  return keys.size === 1 ? `${id} ${[...keys].join()}` : undefined;
}
