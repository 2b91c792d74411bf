/** The two ends of a handshake: what each shows, and what each trusts. */
import { componentNamed } from '../../core/arguments.ts';
import type { Kubeconfig, Place } from '../../core/artifact.ts';
import type { Certificate } from '../../core/certificate.ts';
import { type LeafChain, type Loaded, loadGoPool } from '../../x509/load.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { authorityId, componentId, fileId, roleId, type Slot, slotId } from '../roles/slots.ts';
import { type PemSource, poolOfSlot, sourceOf } from '../roles/source.ts';

/** What an end has: loaded; not to be loaded, in the component's words; not configured; or not known to us. */
export type Has<T> =
  | { readonly state: 'known'; readonly value: T }
  | { readonly state: 'broken' | 'none' | 'unknown'; readonly reason: string };

export interface End<T> {
  readonly has: Has<T>;
  /** The node whose files decide. */
  readonly owner: Pki;
  /** Where a fault of it may lie: node and id of `model/ids.ts`. */
  readonly blames: readonly string[];
  readonly at: Place;
}

export type Shown = End<LeafChain>;
export type Trusted = End<readonly Certificate[]>;

/** A thing on a node, as connections name it. */
export function idOnNode(pki: Pki, id: string): string {
  return `${pki.node.label}\0${id}`;
}

const known = <T>(value: T): Has<T> => ({ state: 'known', value });
const broken = <T>(reason: string): Has<T> => ({ state: 'broken', reason });
const none = <T>(reason: string): Has<T> => ({ state: 'none', reason });
const unknown = <T>(reason: string): Has<T> => ({ state: 'unknown', reason });

export const fromLoaded = <T>(loaded: Loaded<T>): Has<T> => (loaded.ok ? known(loaded.value) : broken(loaded.error));

/** Why a file gives nothing, as far as the file itself says; undefined where it can be read. */
export function unread<T>({ seen, path, reason }: PemSource): Has<T> | undefined {
  if (seen === 'unseen') return unknown(`${path}: ${reason ?? 'not seen'}`);
  if (seen === 'absent') return broken(`open ${path}: no such file or directory`);
  if (seen === 'present' && reason !== undefined) return broken(reason);
  return seen === 'irregular' ? broken(`${path} is ${reason ?? 'no file'}`) : undefined;
}

/** What the holder of a role shows in a handshake. A key that was not seen is taken to fit. */
export function shownBy(pki: Pki, role: Role): Shown {
  const paths = [role.path, role.certificate?.path, role.key?.path].flatMap((path) => path ?? []);
  const slots = [role.slot, role.keySlot].flatMap((slot) => slot ?? []);
  const all = [...slots, ...unnamedSlots(pki, role)];
  const ids = [roleId(role.id), ...paths.map(fileId), ...all.flatMap(idsOfSlot)];
  const uncertain = role.slot
    ? undefined
    : all.map((slot) => unnamed<LeafChain>(slot)).find((has) => has !== undefined);
  return { has: uncertain ?? shown(pki, role), owner: pki, blames: ids.map((id) => idOnNode(pki, id)), at: role.at };
}

/** Arguments that ought to name the role's files, and are not given. */
function unnamedSlots(pki: Pki, role: Role): readonly Slot[] {
  const own = new Set(['certificate', 'key', 'kubeconfig']);
  return pki.slots.filter(({ row, argument }) => row.role === role.id && own.has(row.holds) && argument === undefined);
}

/** What an argument that leads to no file gives: what is not mounted does not exist, of the rest we do not know. */
export function pathless<T>({ problem, argument }: Slot): Has<T> | undefined {
  if (problem === undefined) return undefined;
  if (problem.kind !== 'not-mounted') return unknown(problem.reason);
  return broken(`open ${argument?.value}: no such file or directory`);
}

/** An argument that may well be given, where not all arguments of its component can be known. */
export function unnamed<T>({ component }: Slot): Has<T> | undefined {
  return component.unknown === undefined ? undefined : unknown(component.unknown);
}

/** An argument, and the component whose arguments may be at fault as a whole. */
export const idsOfSlot = (slot: Slot): readonly string[] => [slotId(slot), componentId(slot.component)];

function shown(pki: Pki, role: Role): Has<LeafChain> {
  if (role.applies.answer === 'no') return none(role.applies.reason);
  if (!role.inUse) return none('no argument names a certificate');
  const { certificate, key, chain, pair } = role;
  const half = role.slot && unnamedSlots(pki, role).find(({ row }) => row.holds === 'key');
  if (half) return broken(`no --${half.row.flag}`);
  const lost = [role.slot, role.keySlot].map((slot) => slot && pathless<LeafChain>(slot)).find(Boolean);
  if (lost) return lost;
  if (role.seen === 'unseen') return unknown(`${role.path}: ${role.reason ?? 'not seen'}`);
  const refused = role.kubeconfig && refusedBy(role.kubeconfig);
  if (refused !== undefined) return broken(refused);
  if (role.kind === 'kubeconfig' && certificate === undefined) return withoutCertificate(role);
  const missing = (certificate && unread<LeafChain>(certificate)) ?? (key && key.seen !== 'unseen' && unread(key));
  if (missing) return missing;
  const loaded = pair ?? chain;
  return loaded === undefined ? unknown(`${role.path}: not read`) : fromLoaded(loaded);
}

/** Why client-go dials nobody with a kubeconfig, in its words (tools/clientcmd/validation.go, validateAuthInfo). */
function refusedBy({ unresolved, refused, user }: Kubeconfig): string | undefined {
  if (unresolved ?? refused) return (unresolved ?? refused)?.value;
  if (user?.certificate === undefined || user.key !== undefined) return undefined;
  return `client-key-data or client-key must be specified for ${user.name} to use the clientCert authentication method.`;
}

function withoutCertificate({ kubeconfig, path, seen }: Role): Has<LeafChain> {
  if (seen === 'absent') return broken(`stat ${path}: no such file or directory`);
  if (kubeconfig === undefined) return broken(`error loading config file "${path}"`);
  const [other] = kubeconfig.user?.otherCredentials ?? [];
  return other === undefined ? none('no credential') : unknown(`only the cluster knows its ${other}`);
}

/** What a slot trusts. `argument` is `component flag`; where the component was not seen, the recommended file is it. */
export function trustedBy(pki: Pki, argument: string, authority: string | null): Trusted {
  const [component = '', flag = ''] = argument.split(' ');
  const slot = pki.slots.find((one) => one.component.name === component && one.row.flag === flag);
  if (slot !== undefined) return trustedAt(pki, slot);
  if (componentNamed(pki.node, component) !== undefined) throw new Error(`no argument ${argument} in the tables`);
  const at = { path: pki.node.pki };
  if (authority === null) return { has: none(`no --${flag}`), owner: pki, blames: [], at };
  return recommended(pki, authority);
}

/** What an authority's own file trusts. */
export function recommended(pki: Pki, id: string): Trusted {
  const authority = pki.authorities.find((one) => one.id === id);
  if (authority === undefined) throw new Error(`no authority ${id} in the tables`);
  const { source, loaded } = authority;
  const has =
    unread<readonly Certificate[]>(source) ?? (loaded ? fromLoaded(loaded) : unknown(`${source.path}: not read`));
  const blames = [idOnNode(pki, authorityId(id)), idOnNode(pki, fileId(source.path))];
  return { has, owner: pki, blames, at: { path: source.path } };
}

function trustedAt(pki: Pki, slot: Slot): Trusted {
  const { path, argument, row } = slot;
  const ids = [
    ...idsOfSlot(slot),
    ...(path === undefined ? [] : [fileId(path)]),
    ...(row.role ? [authorityId(row.role)] : []),
  ];
  const end = { owner: pki, blames: ids.map((id) => idOnNode(pki, id)), at: argument?.at ?? slot.component.at };
  if (path === undefined) return { ...end, has: pathless(slot) ?? unnamed(slot) ?? none(`no --${row.flag}`) };
  const { source, loaded } = poolOfSlot(pki.node, slot, path);
  return { ...end, has: unread(source) ?? (loaded ? fromLoaded(loaded) : unknown(`${path}: not read`)) };
}

/** By what a kubeconfig verifies its server; undefined: it does not. */
export function trustedByKubeconfig(pki: Pki, role: Role): Trusted | undefined {
  const cluster = role.kubeconfig?.cluster;
  if (cluster?.insecureSkipTlsVerify?.value) return undefined;
  const own = [idOnNode(pki, roleId(role.id)), idOnNode(pki, authorityId(role.parent.id))];
  const end = { owner: pki, blames: own, at: { path: role.path } };
  const reference = cluster?.certificateAuthority;
  if (reference === undefined) {
    const reason = cluster ? 'x509: certificate signed by unknown authority' : 'no cluster';
    return { ...end, has: role.seen === 'unseen' ? unknown(`${role.path}: not seen`) : broken(reason) };
  }
  const source = sourceOf(pki.node, reference);
  const pool = source.pem && loadGoPool(source.pem);
  const blames = [...own, idOnNode(pki, fileId(source.path))];
  return {
    owner: pki,
    blames,
    at: reference.at,
    has: unread(source) ?? (pool ? fromLoaded(pool) : unknown('not read')),
  };
}
