/** Checks whether one key is used twice. */

import type { PublicKey } from '../../artifact/certificate.ts';
import type { Place } from '../../artifact/place.ts';
import { groupBy } from '../../core/collections.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { check, list, notApplicable, problem } from '../base/check.ts';
import { swapWith } from '../credentials/swaps.ts';
import { hasOtherRolesUser, otherRole } from '../credentials/target.ts';
import { isUnverified, ownTokenKey } from '../credentials/token-keys.ts';

interface Holder {
  /** The name in messages: of a role, an authority or the service account keys. */
  readonly id: string;
  /** The component, authority or key pair that has the key. One component may use it in several roles. */
  readonly owner: string;
  readonly at: Place;
  readonly key: PublicKey;
}

/**
 * The component that presents a role. No flag names the healthcheck client, which etcdctl uses. Where the layout leaves
 * names to the operator, one certificate may have several uses.
 */
function ownerOf(role: Role, { layout }: Pki): string {
  if (role.row.anyName && role.leaf) return role.leaf.fingerprint256;
  if (role.row.usedBy !== undefined) return role.row.usedBy;
  return layout.arguments.find((row) => row.role === role.row.role && row.holds === 'certificate')?.component ?? 'etcd';
}

function holdersOf(pki: Pki): readonly Holder[] {
  const { roles, authorities, serviceAccount } = pki;
  const leaves = roles.flatMap((role): readonly Holder[] => {
    const { leaf, inUse, applies, id, at, pair } = role;
    if (!leaf || !inUse || applies.answer !== 'yes' || pair?.ok === false) return [];
    // The certificate of a different role is reported by another rule.
    if (otherRole(role, pki) !== undefined || hasOtherRolesUser(role, pki)) return [];
    return [{ id, owner: ownerOf(role, pki), at, key: leaf.publicKey }];
  });
  const signers = authorities.flatMap(({ id, source, loaded }): readonly Holder[] => {
    // A certificate that is not a CA signs nothing.
    const certificates = loaded?.ok ? loaded.value.filter((one) => one.basicConstraints?.ca ?? one.version !== 3) : [];
    return certificates.map(({ publicKey }) => ({ id, owner: id, at: source.at, key: publicKey }));
  });
  const { row, signers: tokens } = serviceAccount;
  // In some layouts the key of a CA is meant to sign tokens too.
  const owner = authorities.find((one) => one.row.key === row.private)?.id ?? row.role;
  const token = tokens.flatMap(({ source, loaded }): readonly Holder[] =>
    loaded?.ok ? [{ id: row.role, owner, at: source.at, key: loaded.value.publicKey }] : [],
  );
  return [...leaves, ...token, ...signers];
}

export const keySharedChecks = {
  /** Two authorities with a common key are reported by authority/distinct. */
  'key/shared': check('node', function* (pki) {
    const byKey = groupBy(holdersOf(pki), ({ key }) => key.id);
    const authorities = new Set(pki.authorities.map(({ id }) => id));
    for (const holders of byKey.values()) {
      const [first] = holders;
      const { row } = pki.serviceAccount;
      // Of a key that signs tokens which nothing verifies, service-account/verified says more.
      const isReported = isUnverified(first?.key.id ?? '', pki.serviceAccount);
      const owners = new Set(holders.flatMap(({ id, owner }) => (isReported && id === row.role ? [] : owner)));
      if (first === undefined || owners.size < 2 || authorities.has(first.owner)) continue;
      const paths = holders.map(({ at }) => at.path);
      if (swapWith(paths, pki).length > 0) {
        yield notApplicable('reported by node/swapped');
        continue;
      }
      const ids = [...new Set(holders.map(({ id }) => id))];
      const tokens = ids.includes(pki.serviceAccount.row.role) ? ownTokenKey(pki) : undefined;
      const data = { roles: list(ids), hint: '', ...tokens?.data };
      yield problem(first.at, data, { key: ids.toSorted().join(' '), ...tokens?.more });
    }
  }),
};
