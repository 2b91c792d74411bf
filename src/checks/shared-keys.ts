/** One private key, one owner: whoever has a key that two share can be both. */
import type { PublicKey } from '../core/certificate.ts';
import type { Place } from '../core/place.ts';
import type { Pki, Role } from '../model/pki.ts';
import { argumentRows } from '../spec/tables.ts';
import { check, list, problem } from './check.ts';
import { isOthers, otherRole } from './target.ts';

interface Holder {
  /** A role, an authority or the service account keys, as messages name it. */
  readonly id: string;
  /** What has the key: within one component it may play several roles, with one certificate or several. */
  readonly owner: string;
  readonly at: Place;
  readonly key: PublicKey;
}

/** Whose a role is; no argument names the healthcheck client, which is there for etcdctl. */
function ownerOf(role: Role): string {
  if (role.kind === 'kubeconfig') return role.row.usedBy;
  return argumentRows.find((row) => row.role === role.id && row.holds === 'certificate')?.component ?? 'etcd';
}

function holdersOf({ roles, authorities, serviceAccount }: Pki): readonly Holder[] {
  const leaves = roles.flatMap((role): readonly Holder[] => {
    const { leaf, inUse, applies, id, at, pair } = role;
    if (!leaf || !inUse || applies.answer !== 'yes' || pair?.ok === false) return [];
    // A file that holds somebody else's certificate is told as that.
    if (otherRole(role) !== undefined || isOthers(role)) return [];
    return [{ id, owner: ownerOf(role), at, key: leaf.publicKey }];
  });
  const signers = authorities.flatMap(({ id, source, loaded }): readonly Holder[] => {
    // A certificate that is no CA is trusted for itself alone, and signs nothing.
    const certificates = loaded?.ok ? loaded.value.filter((one) => one.basicConstraints?.ca ?? one.version !== 3) : [];
    return certificates.map(({ publicKey }) => ({ id, owner: id, at: source.at, key: publicKey }));
  });
  const { row, signers: tokens } = serviceAccount;
  const token = tokens.flatMap(({ source, loaded }): readonly Holder[] =>
    loaded?.ok ? [{ id: row.role, owner: row.role, at: source.at, key: loaded.value.publicKey }] : [],
  );
  return [...leaves, ...token, ...signers];
}

/** What each key opens; two authorities with a common key are told of by authority/distinct. */
export const keysDistinct = check('node', function* (pki) {
  const byKey = new Map<string, Holder[]>();
  for (const holder of holdersOf(pki)) byKey.set(holder.key.id, [...(byKey.get(holder.key.id) ?? []), holder]);
  const authorities = new Set(pki.authorities.map(({ id }) => id));
  for (const holders of byKey.values()) {
    const [first] = holders;
    const owners = new Set(holders.map(({ owner }) => owner));
    if (first === undefined || owners.size < 2 || authorities.has(first.owner)) continue;
    const ids = [...new Set(holders.map(({ id }) => id))];
    yield problem(first.at, { roles: list(ids) }, { key: ids.toSorted().join(' ') });
  }
});
