/**
 * Finds out where the certificates of a node belong. What a certificate is decides, not the key next to it: a CA by
 * what it signed, a leaf by its name, its usages and the CA that signed it.
 */
import type { Certificate } from '../../artifact/certificate.ts';
import { anySignature } from '../../artifact/strictness.ts';
import { dialledNames } from '../../model/dialling/dialled-names.ts';
import { areOneMachine } from '../../model/facts/host.ts';
import { chainOf } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { rowOfUser } from './target.ts';

/** The roles and authorities of a node whose files are compared. */
export interface Compared {
  readonly pki: Pki;
  readonly roles: readonly Role[];
  readonly authorities: readonly Authority[];
}

/** Whether the certificate or the credential of a role is what the place of a role or an authority should hold. */
export function fitsRole(role: Role, id: string, all: Compared): boolean {
  const authority = all.authorities.find((one) => one.id === id);
  if (authority !== undefined) return role.kind === 'certificate' && signsFor(caIn(role), authority, all);
  const other = all.roles.find((one) => one.id === id);
  if (other === undefined || role.leaf === undefined || role.kind !== other.kind) return false;
  return role.signedBy === other.parent.id && isNamedFor(role.leaf, other, all.pki);
}

/** Whether the certificates of an authority are what the place of a role or an authority should hold. */
export function fitsAuthority(authority: Authority, id: string, all: Compared): boolean {
  const role = all.roles.find((one) => one.id === id);
  if (role === undefined) return authorityIn(authority, all) === id;
  return role.kind === 'certificate' && isLeafOf(poolOf(authority), role, all);
}

/** How many of the names by which the server of a place is dialled a certificate lacks. */
export function lackingNames({ leaf }: Role, id: string, { pki, roles }: Compared): number {
  const place = roles.find((one) => one.id === id);
  if (leaf === undefined || place === undefined) return 0;
  return dialledNames(place, pki).filter(({ host }) => !hasName(leaf, host)).length;
}

/** The authority whose certificates these verify: the authority itself, unless its file is in the wrong place. */
function authorityIn(authority: Authority, all: Compared): string | undefined {
  const pool = poolOf(authority);
  const { id } = authority;
  if (pool.length === 0 || signsFor(pool, authority, all)) return pool.length === 0 ? undefined : id;
  const other = all.authorities.find((one) => signsFor(pool, one, all))?.id;
  // A CA that signed nothing may be right; a leaf is not.
  return other ?? (pool.some(isCa) ? id : undefined);
}

const poolOf = ({ loaded }: Authority): readonly Certificate[] => (loaded?.ok ? loaded.value : []);

/** The CA in the file of a role, with what follows it; empty if it is a leaf. */
function caIn({ leaf, chain }: Role): readonly Certificate[] {
  return leaf !== undefined && isCa(leaf) && chain?.ok ? [leaf, ...chain.value.intermediates] : [];
}

const isCa = ({ basicConstraints, version }: Certificate): boolean => basicConstraints?.ca ?? version !== 3;

/** Whether CA certificates verify a leaf of an authority, or what should be one and is in the file of an authority. */
function signsFor(pool: readonly Certificate[], authority: Authority, { pki, roles, authorities }: Compared): boolean {
  if (!pool.some(isCa)) return false;
  const isOther = ({ leaf }: Pick<Role, 'leaf'>) => leaf !== undefined && !pool.includes(leaf);
  if (authority.leaves.some((role) => isOther(role) && chainOf(role, pool) !== undefined)) return true;
  const rows = roles.filter((role) => role.kind === 'certificate' && role.parent.id === authority.id);
  return authorities.some((one) => {
    const [leaf, ...rest] = poolOf(one);
    if (leaf === undefined || isCa(leaf) || !isSigned(leaf, rest, pool)) return false;
    return rows.some((role) => isNamedFor(leaf, role, pki));
  });
}

/**
 * Whether a leaf in the file of an authority is that of a role: named for it, and signed by its CA, wherever that is.
 */
function isLeafOf([leaf, ...rest]: readonly Certificate[], role: Role, all: Compared): boolean {
  if (leaf === undefined || isCa(leaf) || !isNamedFor(leaf, role, all.pki)) return false;
  const pools = [...all.roles.map(caIn), ...all.authorities.map(poolOf)];
  return pools.some((pool) => signsFor(pool, role.parent, all) && isSigned(leaf, rest, pool));
}

const isSigned = (leaf: Certificate, rest: readonly Certificate[], pool: readonly Certificate[]): boolean =>
  buildChain(leaf, rest, pool, anySignature) !== undefined;

/** Whether a certificate has the name and the usages that a role's row describes. */
function isNamedFor(leaf: Certificate, role: Role, pki: Pki): boolean {
  const name = leaf.subject.commonName;
  if (name === undefined) return false;
  if (role.kind === 'kubeconfig') return rowOfUser(name, pki, role.row.role) === role.id;
  const nodeName = pki.facts.nodeName?.value;
  const isNode = nodeName !== undefined && areOneMachine(nodeName, name);
  const { cn, accepts, needs } = role.row;
  const isNamed = [cn, ...accepts].some((one) => one === name || (one === '<hostname>' && isNode));
  return isNamed && needs.every((usage) => leaf.extendedKeyUsage?.includes(usage) ?? true);
}
