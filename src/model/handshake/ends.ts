/** The two ends of a handshake: the credential that each presents, and the certificates that each trusts. */
import { componentNamed } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import { type Place, placeIn, placeOn, type SetBy } from '../../artifact/place.ts';
import { remember } from '../../core/collections.ts';
import { namedBy } from '../../tables/layouts/authorities.ts';
import { type LeafChain, type Loaded, loadGoPool, loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import { unknownAccess } from '../roles/access.ts';
import { authorityOf, type Pki } from '../roles/pki.ts';
import type { KubeconfigRole, Role } from '../roles/role.ts';
import { authorityId, componentId, fileId, roleId, type Slot, slotId } from '../roles/slots.ts';
import { type PemSource, poolOfSlot, sourceOf } from '../roles/source.ts';
import { storedCredential } from '../trust/signing.ts';

/** Why an end has no material: it cannot be loaded (with the component's error), is not configured, or is unknown. */
export interface Missing {
  readonly state: 'broken' | 'none' | 'unknown';
  readonly reason: string;
}

export type Material<T> = { readonly state: 'known'; readonly value: T } | Missing;

export interface End<T> {
  readonly material: Material<T>;
  /** The node that has the files. */
  readonly owner: Pki;
  /** What may be at fault if it fails: results of `idOnNode`. */
  readonly blames: readonly string[];
  readonly at: Place;
}

/** The certificate that an end presents. */
export type Presented = End<LeafChain>;
/** The certificates that an end trusts. */
export type Trusted = End<readonly Certificate[]>;

/** Combines the id of a file, argument, role and so on (`src/model/roles/slots.ts`) with its node. */
export function idOnNode(pki: Pki, id: string): string {
  return `${pki.node.label}\0${id}`;
}

/** Returns an end that depends on what these ids identify. */
export function endOf<T>(owner: Pki, ids: readonly string[], at: SetBy, material: Material<T>): End<T> {
  return { material, owner, blames: ids.map((id) => idOnNode(owner, id)), at: placeOn(owner.node, at) };
}

export const broken = (reason: string): Missing => ({ state: 'broken', reason });
export const none = (reason: string): Missing => ({ state: 'none', reason });
export const unknown = (reason: string): Missing => ({ state: 'unknown', reason });

function fromLoaded<T>(loaded: Loaded<T> | undefined, path: string): Material<T> {
  if (loaded === undefined) return unknown(`${path}: not read`);
  return loaded.ok ? { state: 'known', value: loaded.value } : broken(loaded.error);
}

/** Returns why a file cannot be read; undefined if it can. */
export function unread({ seen, path, reason }: PemSource): Missing | undefined {
  if (seen === 'unseen') return unknown(`${path}: ${reason ?? 'not seen'}`);
  if (seen === 'absent') return broken(`open ${path}: no such file or directory`);
  if (seen === 'present' && reason !== undefined) return broken(reason);
  return seen === 'irregular' ? broken(`${path} is ${reason ?? 'not a regular file'}`) : undefined;
}

/** Loads a certificate and its key. A key that was not seen is assumed to match. */
export function pairOf({ path, pem }: PemSource, key: PemSource | undefined): Presented['material'] {
  return fromLoaded(pem && (key?.pem ? loadKeyPair(pem, key.pem) : loadLeafChain(pem)), path);
}

/**
 * Returns the credential of a role in a handshake. A key that was not seen is assumed to match. Most connections have
 * the same ends, so the results are remembered, here and below.
 */
export const presentedBy = remember((pki: Pki, role: Role): Presented => {
  const paths = [role.path, role.certificate?.path, role.key?.path].flatMap((path) => path ?? []);
  const slots = [role.slot, role.keySlot].flatMap((slot) => slot ?? []);
  const all = [...slots, ...missingSlots(pki, role)];
  const ids = [roleId(role.id), ...unnamedParent(pki, role), ...paths.map(fileId), ...all.flatMap(idsOfSlot)];
  const uncertain = role.slot ? undefined : all.map(notShown).find(Boolean);
  return endOf(pki, ids, role.at, uncertain ?? materialOf(pki, role));
});

/** The CA that signs a role's certificate, if verifiers have it in a bundle only, so that no argument is about it. */
const unnamedParent = ({ layout }: Pki, { parent }: Role): readonly string[] =>
  layout.arguments.some(({ role }) => role === parent.id) ? [] : [authorityId(parent.id)];

const ownFiles = new Set(['certificate', 'key', 'kubeconfig']);

/** The slots for the role's files that have no argument. */
function missingSlots(pki: Pki, role: Role): readonly Slot[] {
  return pki.slots.filter(
    ({ row, argument, component }) =>
      row.role === role.row.role &&
      ownFiles.has(row.holds) &&
      argument === undefined &&
      (role.slot === undefined || role.slot.component === component),
  );
}

/**
 * Returns the effect of an argument whose file is not on the node, or not for the component's user: it does not exist
 * in the container, cannot be read, or is unknown. A file that its user may be able to read is judged by what it
 * contains.
 */
export function pathless({ problem, obstacle, row, written = '' }: Slot): Missing | undefined {
  if (obstacle !== undefined && obstacle !== 'unknown') return broken(`open ${written}: permission denied`);
  if (problem === undefined) return undefined;
  if (problem.kind === 'malformed') return broken(problem.reason);
  if (problem.kind !== 'not-mounted') return unknown(problem.reason);
  return broken(`${row.said ?? ''}open ${written}: no such file or directory`);
}

/** Returns why it is unknown whether an end can read one of its files; undefined if it can. */
export function doubtAbout({ owner, blames }: End<unknown>): string | undefined {
  const slot = owner.slots.find((one) => one.obstacle === 'unknown' && blames.includes(idOnNode(owner, slotId(one))));
  return slot && unknownAccess(slot.written ?? '');
}

/** Returns `unknown` for a missing argument that may be set after all, because some arguments are unknown. */
export function notShown({ component }: Slot): Missing | undefined {
  return component.unknown === undefined ? undefined : unknown(component.unknown);
}

/** The ids of an argument and of its component, whose arguments may be at fault as a whole. */
export const idsOfSlot = (slot: Slot): readonly string[] => [slotId(slot), componentId(slot.component)];

/** Where the file of a slot is set: the file itself if no file sets it. */
export function placeOfSlot({ argument, component, path }: Slot): SetBy {
  const at = argument?.at ?? component.at;
  return placeIn(at) === undefined && path !== undefined ? { path } : at;
}

/** The same, and the id of the file that the argument names. */
export const idsOfSlotAndFile = (slot: Slot): readonly string[] =>
  slot.path === undefined ? idsOfSlot(slot) : [...idsOfSlot(slot), fileId(slot.path)];

/** The same, and the id of the authority that the file must contain. */
export const idsOfTrustSlot = (slot: Slot): readonly string[] =>
  slot.row.role === null ? idsOfSlotAndFile(slot) : [...idsOfSlotAndFile(slot), authorityId(slot.row.role)];

function materialOf(pki: Pki, role: Role): Presented['material'] {
  if (role.applies.answer === 'no') return none(role.applies.reason);
  if (!role.inUse) return none('no flag names a certificate');
  const { certificate, key, chain, pair } = role;
  const missingKey = role.slot && missingSlots(pki, role).find(({ row }) => row.holds === 'key');
  if (missingKey) return broken(`no --${missingKey.row.flag}`);
  const lost = [role.slot, role.keySlot].map((slot) => slot && pathless(slot)).find(Boolean);
  if (lost) return lost;
  if (role.seen === 'unseen') return unknown(`${role.path}: ${role.reason ?? 'not seen'}`);
  const refused = role.kubeconfig && refusalOf(role.kubeconfig, key);
  if (refused !== undefined) return broken(refused);
  if (role.kind === 'kubeconfig' && certificate === undefined) return withoutCertificate(role);
  const missing = (certificate && unread(certificate)) ?? (key && key.seen !== 'unseen' && unread(key));
  const stored = storedCredential(role, pki);
  return missing || (stored ? { state: 'known', value: stored } : fromLoaded(pair ?? chain, role.path));
}

/** The error of client-go for a kubeconfig that it rejects (tools/clientcmd/validation.go, validateAuthInfo). */
function refusalOf({ unresolved, refused, invalid, user }: Kubeconfig, key: Role['key']): string | undefined {
  const error = unresolved ?? refused ?? invalid;
  if (error) return error.value;
  if (user?.certificate === undefined || key !== undefined) return undefined;
  return `client-key-data or client-key must be specified for ${user.name} to use the clientCert authentication method.`;
}

function withoutCertificate({ kubeconfig, path, seen }: Role): Missing {
  if (seen === 'absent') return broken(`stat ${path}: no such file or directory`);
  if (kubeconfig === undefined) return broken(`error loading config file "${path}"`);
  const [other] = kubeconfig.user?.otherCredentials ?? [];
  return other === undefined ? none('no credential') : unknown(`its ${other} is known only to the cluster`);
}

/**
 * Returns what a component trusts.
 *
 * @param argument `component flag`; if the component was not seen, the recommended file of the argument's authority is
 *   used
 */
export function trustedBy(pki: Pki, argument: string): Trusted {
  const configured = trustedByArgument(pki, argument);
  if (configured !== undefined) return configured;
  const [component = '', flag = ''] = argument.split(' ');
  const authority = namedBy(pki.layout, argument);
  if (authority !== undefined && componentNamed(pki.node, component) === undefined) return recommended(pki, authority);
  return endOf(pki, [], { path: pki.node.pki }, none(`no --${flag}`));
}

const trustedByArgument = remember((pki: Pki, argument: string): Trusted | undefined => {
  const slot = pki.slots.find(({ component, row }) => `${component.name} ${row.flag}` === argument);
  return slot && trustedAt(pki, slot);
});

/** Returns what a component trusts if it reads the file of an authority. */
export const recommended = remember((pki: Pki, id: string): Trusted => {
  const { source, loaded } = authorityOf(pki.authorities, id);
  const ids = [authorityId(id), fileId(source.path)];
  return endOf(pki, ids, { path: source.path }, unread(source) ?? fromLoaded(loaded, source.path));
});

function trustedAt(pki: Pki, slot: Slot): Trusted {
  const { path, row } = slot;
  const end = (material: Trusted['material']) => endOf(pki, idsOfTrustSlot(slot), placeOfSlot(slot), material);
  const lost = pathless(slot);
  if (lost !== undefined || path === undefined) return end(lost ?? notShown(slot) ?? none(`no --${row.flag}`));
  const { source, loaded } = poolOfSlot(pki.node, slot, path);
  return end(unread(source) ?? fromLoaded(loaded, path));
}

/** Returns what a kubeconfig verifies its server with; undefined if it does not verify it. */
export const trustedByKubeconfig = remember((pki: Pki, role: KubeconfigRole): Trusted | undefined => {
  const cluster = role.kubeconfig?.cluster;
  if (cluster?.insecureSkipTlsVerify?.value) return undefined;
  const own = [roleId(role.id), authorityId(role.servingCa.id)];
  const reference = cluster?.certificateAuthority;
  if (reference === undefined) {
    const reason = cluster ? 'x509: certificate signed by unknown authority' : 'no cluster';
    const missing = role.seen === 'unseen' ? unknown(`${role.path}: ${role.reason ?? 'not seen'}`) : broken(reason);
    return endOf(pki, own, { path: role.path }, missing);
  }
  const source = sourceOf(pki.node, reference);
  const pool = source.pem && loadGoPool(source.pem);
  return endOf(pki, [...own, fileId(source.path)], reference.at, unread(source) ?? fromLoaded(pool, source.path));
});
