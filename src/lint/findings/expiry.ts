/** What expires on a node: each certificate once, with its end, its chain and what renews it. */
import type { Certificate } from '../../artifact/certificate.ts';
import { groupBy } from '../../core/collections.ts';
import { compareText } from '../../core/text.ts';
import { day, timeOf } from '../../core/time.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { ExpiringPlace, ExpiryEntry } from '../../results/expiry.ts';
import type { InventoryItem } from '../../results/inventory.ts';
import { countsForAuthority, renewalOf } from '../fix/renewal.ts';

/** An item of the inventory that is a certificate. */
type Dated = InventoryItem & {
  readonly kind: ExpiryEntry['kind'];
  readonly notAfter: string;
  readonly subject: string;
  readonly issuer: string;
  readonly fingerprint256: string;
};

/** Returns the certificates of a node, the earliest expiry first. The inventory may be that of several nodes. */
export function expiryEntries(inventory: readonly InventoryItem[], pki: Pki): readonly ExpiryEntry[] {
  const items = inventory.filter((item) => item.node === pki.name).filter(isDated);
  const firsts = new Map(items.filter(({ index }) => index === 0).map((item) => [placeKey(item), item]));
  // An intermediate that follows a leaf in its file is a part of the leaf's chain.
  const isOwn = (item: Dated) =>
    item.role !== null || item.index === 0 || firsts.get(placeKey(item))?.kind !== 'certificate';
  const byCertificate = groupBy(items.filter(isOwn), ({ fingerprint256 }) => fingerprint256);
  const followers = groupBy(
    items.filter((item) => !isOwn(item)),
    placeKey,
  );
  const entries = [...byCertificate.values()].map((same) => entryOf(same.toSorted(byUse(pki)), followers, pki));
  return withDistinctNames(entries.toSorted(byExpiry), pki);
}

const isDated = (item: InventoryItem): item is Dated =>
  (item.kind === 'certificate' || item.kind === 'authority') && item.notAfter !== null;

const placeKey = ({ path, entry }: InventoryItem) => `${path} ${entry ?? ''}`;

/** The place that something depends on comes first; of a CA, its own file. */
const byUse = (pki: Pki) => (one: Dated, other: Dated) =>
  rank(one, pki) - rank(other, pki) || compareText(placeKey(one), placeKey(other));

function rank({ role, judged, entry, path }: Dated, { authorities, roles }: Pki): number {
  const isOwnFile = [...authorities, ...roles].some(
    (one) => one.id === role && ('source' in one ? one.source.path : one.certificate?.path) === path,
  );
  return Number(role === null) * 8 + Number(!isOwnFile) * 4 + Number(!judged) * 2 + Number(entry !== null);
}

function entryOf(items: readonly Dated[], followers: ReadonlyMap<string, readonly Dated[]>, pki: Pki): ExpiryEntry {
  const [first] = items as readonly [Dated, ...Dated[]];
  const { node, role, kind, subject, fingerprint256, notAfter } = first;
  const limit = limitOf(first, followers.get(placeKey(first)) ?? [], pki);
  const expires = timeOf(limit === undefined ? Date.parse(notAfter) : limit.expires);
  const authority = role !== null && pki.authorities.some(({ id }) => id === role) ? role : undefined;
  return {
    node,
    name: role ?? nameOf(first),
    role,
    ...otherRolesOf(first, pki),
    kind,
    expires,
    daysLeft: Math.floor((Date.parse(expires) - pki.judging.at) / day),
    ...(limit === undefined ? {} : { limitedBy: { name: limit.name, notAfter: timeOf(Date.parse(notAfter)) } }),
    signedBy: first.signedBy ?? first.issuer,
    ...renewalOf(fingerprint256, pki),
    inUse:
      authority === undefined
        ? items.some(({ judged }) => judged) || isServed(fingerprint256, pki)
        : countsForAuthority(fingerprint256, authority, pki),
    isRecommended: isRecommended(first, pki),
    usedBy: [...new Set(items.flatMap(({ usedBy }) => usedBy))],
    places: uniquePlaces(items),
    subject,
    fingerprint256,
  };
}

/** The further roles of a certificate. */
function otherRolesOf({ role, fingerprint256 }: Dated, { roles }: Pki): Pick<ExpiryEntry, 'otherRoles'> {
  const others = roles.filter(({ id, leaf }) => id !== role && leaf?.fingerprint256 === fingerprint256);
  return role === null || others.length === 0 ? {} : { otherRoles: others.map(({ id }) => id) };
}

/** Whether it is a serving certificate of the kubelet that clients can verify. */
function isServed(fingerprint: string, { others }: Pki): boolean {
  return others.some(({ leaf, kubelet }) => leaf?.fingerprint256 === fingerprint && kubelet === 'signed');
}

/** `CA in admin.conf`, or the name of the file. */
function nameOf({ path, entry, kind }: Dated): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (entry === null) return file;
  return `${kind === 'authority' ? 'CA' : 'client'} in ${file}`;
}

function uniquePlaces(items: readonly Dated[]): readonly ExpiringPlace[] {
  const places = new Map(items.map((item) => [placeKey(item), { path: item.path, entry: item.entry }]));
  return [...places.values()];
}

function isRecommended({ role, path }: Dated, { roles, authorities }: Pki): boolean {
  const own = roles.find(({ id }) => id === role);
  const authority = authorities.find(({ id }) => id === role);
  if (own !== undefined) return own.path === own.recommended;
  return authority !== undefined && path === authority.recommended;
}

/**
 * The certificate of a chain that expires before the leaf: in the chain that was verified, else of those in its file.
 */
function limitOf(
  item: Dated,
  followers: readonly Dated[],
  pki: Pki,
): { readonly name: string; readonly expires: number } | undefined {
  const role = pki.roles.find(({ leaf }) => leaf?.fingerprint256 === item.fingerprint256);
  const inFile = followers.map((one) => ({ name: one.subject, expires: Date.parse(one.notAfter) }));
  const inChain = (role?.verified ?? signersOf(item, pki)).map((one) => ({
    name: authorityOf(one, pki) ?? one.subject.text,
    expires: one.notAfter,
  }));
  const [earliest] = [...(role?.verified === undefined ? inFile : []), ...inChain].toSorted(
    (one, other) => one.expires - other.expires,
  );
  return earliest !== undefined && earliest.expires < Date.parse(item.notAfter) ? earliest : undefined;
}

/**
 * The certificate of the authority that signed one without a role: of several for its key, the one that lasts longest.
 */
function signersOf({ signedBy, issuer, kind }: Dated, { authorities }: Pki): readonly Certificate[] {
  if (kind === 'authority') return [];
  const signers = authorities.find(({ id }) => id === signedBy)?.certificates ?? [];
  return signers
    .filter(({ subject }) => subject.text === issuer)
    .toSorted((one, other) => other.notAfter - one.notAfter)
    .slice(0, 1);
}

const authorityOf = ({ fingerprint256 }: Certificate, { authorities }: Pki) =>
  authorities.find(({ certificates }) => certificates.some((one) => one.fingerprint256 === fingerprint256))?.id;

/** Compares entries by their end, then by node and name. */
export function byExpiry(one: ExpiryEntry, other: ExpiryEntry): number {
  return (
    compareText(one.expires, other.expires) ||
    compareText(one.node, other.node) ||
    compareText(one.name, other.name) ||
    compareText(one.fingerprint256, other.fingerprint256)
  );
}

/** Adds the common name to the further certificates with a name: the other CAs of a bundle. */
function withDistinctNames(entries: readonly ExpiryEntry[], pki: Pki): readonly ExpiryEntry[] {
  const groups = groupBy(entries, ({ name }) => name);
  return entries.map((entry) => {
    const same = groups.get(entry.name) ?? [];
    const main = same.find(({ fingerprint256 }) => isMain(fingerprint256, entry.role, pki)) ?? same[0];
    if (entry === main) return entry;
    const common = /CN=([^,+]+)/.exec(entry.subject)?.[1];
    return common === undefined ? entry : { ...entry, name: `${entry.name} (${common})` };
  });
}

/** Whether it is the first certificate in the file of a CA, or the certificate of a role. */
function isMain(fingerprint: string, role: string | null, { authorities, roles }: Pki): boolean {
  const authority = authorities.find(({ id }) => id === role)?.loaded;
  const first = authority?.ok ? authority.value[0] : roles.find(({ id }) => id === role)?.leaf;
  return first?.fingerprint256 === fingerprint;
}
