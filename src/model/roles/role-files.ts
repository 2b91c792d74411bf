/** Finds the certificate, key and kubeconfig of each row of the tables: by argument, else at the recommended path. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import { leftOutReasons } from '../../artifact/left-out.ts';
import { inFolder, normalizePath } from '../../artifact/paths.ts';
import type { PemBlock } from '../../artifact/pem-blocks.ts';
import type { Place } from '../../artifact/place.ts';
import { remember } from '../../core/collections.ts';
import type { AcceptingKubeconfigRow, LaidOutNode, PlacedCertificateRow } from '../../tables/layouts/layout.ts';
import { idOfFurther } from '../../tables/role-ids.ts';
import type { Holds } from '../../tables/tables.ts';
import { type LeafChain, type Loaded, loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import type { Slot } from './slots.ts';
import { type PemSource, type Seen, seenOfFile, sourceAt, sourceOf, unseenReason } from './source.ts';

/** A role of the tables with its files on this node. */
export interface RoleFiles {
  /** The name of the role; of further files of the role the path too. */
  readonly id: string;
  /** The path of the certificate or the kubeconfig. */
  readonly path: string;
  readonly recommended: string;
  readonly file: NodeFile | undefined;
  readonly seen: Seen;
  /** Why it is unseen or irregular. */
  readonly reason: string | undefined;
  /** The slot with the argument that names it, if any. */
  readonly slot: Slot | undefined;
  readonly keySlot: Slot | undefined;
  /** The place of its certificate: a file, or an entry of the kubeconfig. */
  readonly at: Place;
  readonly kubeconfig: Kubeconfig | undefined;
  /** undefined for a kubeconfig without a client certificate. */
  readonly certificate: PemSource | undefined;
  readonly key: PemSource | undefined;
  /** The certificate as its component reads it; undefined if there is none to read. */
  readonly chain: Loaded<LeafChain> | undefined;
  /** Certificate and key together, as `tls.X509KeyPair` loads them; undefined unless both exist. */
  readonly pair: Loaded<LeafChain> | undefined;
  readonly leaf: Certificate | undefined;
}

export type CertificateFiles = RoleFiles & { readonly kind: 'certificate'; readonly row: PlacedCertificateRow };
export type KubeconfigFiles = RoleFiles & { readonly kind: 'kubeconfig'; readonly row: AcceptingKubeconfigRow };
export type AnyRoleFiles = CertificateFiles | KubeconfigFiles;

/** Finds the files of every row of the tables on this node. */
export function findRoleFiles(node: LaidOutNode, slots: readonly Slot[]): readonly AnyRoleFiles[] {
  const { certificates, kubeconfigs } = node.layout;
  const naming = slotsByRow(slots, 'certificate', node.pki, certificates, ({ certificate }) => certificate);
  const keys = slotsByRow(slots, 'key', node.pki, certificates, ({ key }) => key);
  const kubeconfigSlots = slotsByRow(slots, 'kubeconfig', node.pki, kubeconfigs, ({ path }) => path);
  return withIds([
    ...certificates.flatMap((row) =>
      eachOrNone(naming.get(row)).map((slot, index) => {
        const keySlot = keySlotOf(slot, keys.get(row));
        return certificateFiles(node, index === 0 ? row : placedRow(row, slot, keySlot), slot, keySlot);
      }),
    ),
    ...kubeconfigs.flatMap((row) =>
      eachOrNone(kubeconfigSlots.get(row)).map((slot, index) =>
        kubeconfigFiles(node, index === 0 ? row : { ...row, path: slot?.path ?? row.path }, slot),
      ),
    ),
  ]);
}

/** A row that no argument names has its recommended path. */
const eachOrNone = (slots: readonly Slot[] = []): readonly (Slot | undefined)[] =>
  slots.length === 0 ? [undefined] : slots;

/** The row of a further file that only an argument places: nothing else is recommended for it. */
const placedRow = (row: PlacedCertificateRow, slot: Slot | undefined, keySlot: Slot | undefined) => {
  return { ...row, certificate: slot?.path ?? row.certificate, key: keySlot?.path ?? row.key };
};

/**
 * The slot for the key of a certificate: that of the same component, or the first if no argument names the certificate.
 */
const keySlotOf = (slot: Slot | undefined, keys: readonly Slot[] = []): Slot | undefined =>
  keys.find(({ component }) => slot === undefined || component === slot.component);

/** Gives an id to each file of a role. What two flags name is listed once. */
function withIds<Files extends AnyRoleFiles>(all: readonly Files[]): readonly Files[] {
  const first = new Map<string, string>();
  const ids = new Set<string>();
  return all.flatMap((one) => {
    const { row, path } = one;
    const known = first.get(row.role);
    if (known === undefined) first.set(row.role, path);
    const id = known === undefined ? row.role : idOfFurther(row.role, path);
    if (known === path || ids.has(id)) return [];
    ids.add(id);
    return [{ ...one, id }];
  });
}

/**
 * The slots that name a file of each row: those whose argument should name it, or does; of a role's first row all
 * others too. Of a component only the first counts: what its others name is judged by what they should name.
 *
 * @param folder where relative paths are
 */
function slotsByRow<Row extends { readonly role: string }>(
  slots: readonly Slot[],
  holds: Holds,
  folder: string,
  rows: readonly Row[],
  pathOf: (row: Row) => string,
): ReadonlyMap<Row, readonly Slot[]> {
  const found = new Map<Row, Slot[]>();
  for (const slot of slots) {
    const { component, path } = slot;
    if (slot.row.holds !== holds || slot.argument === undefined) continue;
    const own = rows.filter(({ role }) => role === slot.row.role);
    const at = (wanted: string | null = null) =>
      own.find((row) => wanted !== null && inFolder(folder, pathOf(row)) === inFolder(folder, wanted));
    const row = at(slot.row.path) ?? at(path) ?? own[0];
    const named = (row && found.get(row)) ?? [];
    if (row === undefined || named.some((one) => one.component === component)) continue;
    // Those whose arguments should name the file of the row come first.
    const isPlaced = (one: Slot) => at(one.row.path) !== undefined;
    found.set(
      row,
      [...named, slot].sort((one, other) => Number(isPlaced(other)) - Number(isPlaced(one))),
    );
  }
  return found;
}

function certificateFiles(
  node: LaidOutNode,
  row: PlacedCertificateRow,
  slot: Slot | undefined,
  keySlot: Slot | undefined,
): CertificateFiles {
  const recommended = inFolder(node.pki, row.certificate);
  const certificate = sourceFor(node, slot, recommended);
  const key = withoutRemoved(node, sourceFor(node, keySlot, inFolder(node.pki, row.key)), certificate);
  const { path, file, seen, reason } = certificate;
  const names = { kind: 'certificate', row, id: row.role, path, recommended, at: { path } } as const;
  return { ...names, file, seen, reason, slot, keySlot, kubeconfig: undefined, ...loadPair(certificate, key) };
}

/**
 * Returns a key; one that is taken out of the file of its certificate was not seen if the copy was made without keys.
 */
function withoutRemoved(node: LaidOutNode, key: PemSource, { path }: PemSource): PemSource {
  const isRemoved = key.path === path && node.leftOut?.includes('keys') && key.pem?.blocks.every(isCertificate);
  return isRemoved ? { seen: 'unseen', path, at: key.at, reason: leftOutReasons.keys } : key;
}

const isCertificate = ({ type }: PemBlock): boolean => type === 'certificate';

/** Finds the files of a row of the kubeconfigs table on this node. */
export function kubeconfigFiles(node: LaidOutNode, row: AcceptingKubeconfigRow, slot?: Slot): KubeconfigFiles {
  const path = slot?.path ?? row.path;
  const file = slot?.problem ? undefined : node.files.get(path);
  const kubeconfig = file?.content?.type === 'kubeconfig' ? file.content.kubeconfig : undefined;
  const user = kubeconfig?.user;
  const certificate = user?.certificate && sourceOf(node, user.certificate);
  const key = user?.key ? sourceOf(node, user.key) : removedKey(node, path, kubeconfig);
  const seen = seenOfFile(file);
  const reason = seen === 'unseen' ? (slot?.problem?.reason ?? unseenReason(file)) : undefined;
  const at = certificate?.at ?? { path };
  const names = { kind: 'kubeconfig', row, id: row.role, path, recommended: row.path, at } as const;
  return { ...names, file, seen, reason, slot, keySlot: undefined, kubeconfig, ...loadPair(certificate, key) };
}

/**
 * The key of a kubeconfig, if the copy was made without keys: those in kubeconfigs were removed too if none has one.
 */
function removedKey(node: LaidOutNode, path: string, kubeconfig: Kubeconfig | undefined): PemSource | undefined {
  if (kubeconfig?.user?.certificate === undefined || !node.leftOut?.includes('keys')) return undefined;
  if (hasEmbeddedKey(node)) return undefined;
  return { seen: 'unseen', path, at: kubeconfig.user.at, reason: leftOutReasons.keys };
}

const hasEmbeddedKey = remember(({ files }: LaidOutNode) =>
  [...files.values()].some(
    ({ content }) => content?.type === 'kubeconfig' && content.kubeconfig.user?.key?.embedded !== undefined,
  ),
);

function sourceFor(node: LaidOutNode, slot: Slot | undefined, recommended: string): PemSource {
  if (slot?.problem) {
    return { seen: 'unseen', path: recommended, at: { path: recommended }, reason: slot.problem.reason };
  }
  return sourceAt(node, normalizePath(slot?.path ?? recommended));
}

function loadPair(certificate: PemSource | undefined, key: PemSource | undefined) {
  const chain = certificate?.pem && loadLeafChain(certificate.pem);
  const pair = certificate?.pem && key?.pem && loadKeyPair(certificate.pem, key.pem);
  return { certificate, key, chain, pair, leaf: chain?.ok ? chain.value.leaf : undefined };
}
