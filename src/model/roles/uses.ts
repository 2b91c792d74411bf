/** The users of each file (arguments, roles and kubeconfigs), and whether they can load it. */

import type { NodeFile } from '../../artifact/file.ts';
import { referencesOf } from '../../artifact/kubeconfig.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { hostPath } from '../../artifact/paths.ts';
import { type Place, placeIn } from '../../artifact/place.ts';
import { type Loaded, loadGoPool, loadKeyOnly, loadLeafChain } from '../../x509/load.ts';
import type { OtherCertificate } from './other-certificates.ts';
import { type Authority, idOfSlot, type Role } from './role.ts';
import type { ServiceAccountKeys } from './service-account.ts';
import { type Slot, slotName } from './slots.ts';
import { holdsPool, type PemSource, poolOfSlot, referredPath, sourceAt } from './source.ts';

export interface Use {
  /** `kube-apiserver --tls-cert-file`, `kubelet.conf users[default-auth].client-key`, or a role. */
  readonly user: string;
  /** The place that names the file; the file itself if nothing names it. */
  readonly at: Place;
  readonly slot: Slot | undefined;
  /** The result of loading it as this user does; undefined if there is nothing to load. */
  readonly load: Loaded<unknown> | undefined;
  /** The id of the file's role for this user. */
  readonly role: string | null;
}

export type Uses = ReadonlyMap<string, readonly Use[]>;

interface Joined {
  readonly node: ScannedNode;
  readonly slots: readonly Slot[];
  readonly authorities: readonly Authority[];
  readonly roles: readonly Role[];
  readonly serviceAccount: ServiceAccountKeys;
  readonly others: readonly OtherCertificate[];
}

/** The path of a file, and a use of it. */
type UseAt = readonly [path: string, use: Use];

/** Returns the users of every file, by path. */
export function findUses(pki: Joined): Uses {
  const uses = new Map<string, Use[]>();
  const add = ([path, use]: UseAt) => {
    const list = uses.get(path) ?? [];
    if (!list.some((one) => one.user === use.user)) list.push(use);
    uses.set(path, list);
  };
  for (const one of knownUses(pki)) add(one);
  for (const slot of pki.slots) {
    if (slot.path === undefined) continue;
    // A field that is an argument of its own is a use already.
    for (const one of settingsUses(pki, slot, slot.path)) if (!uses.has(one[0])) add(one);
  }
  return uses;
}

/** The uses of all files but those that only a configuration file names. */
function* knownUses(pki: Joined): Generator<UseAt> {
  for (const slot of pki.slots) yield* slotUses(pki, slot);
  for (const role of pki.roles) if (role.applies.answer === 'yes' && role.inUse) yield* roleUses(role);
  for (const { id, source, loaded, trust, applies } of pki.authorities) {
    if (applies.answer === 'yes' && trust.length === 0) yield [source.path, ownUse(id, source, loaded)];
  }
  const { serviceAccount } = pki;
  for (const { slot, source, loaded } of serviceAccount.applies.answer === 'yes' ? tokenKeys(serviceAccount) : []) {
    if (slot === undefined) yield [source.path, ownUse(serviceAccount.row.role, source, loaded)];
  }
  for (const other of pki.others) yield* otherUses(other);
}

/** The use of the file that an argument names, and of what it refers to. */
function* slotUses(pki: Joined, slot: Slot): Generator<UseAt> {
  const { path, argument } = slot;
  if (path === undefined) return;
  const at = (argument && placeIn(argument.at)) ?? { path };
  yield [path, { user: slotName(slot), at, slot, load: loadOf(pki, slot, path), role: idOfSlot(pki.roles, slot) }];
  yield* referenceUses(pki, slot, path);
}

/** The uses of the files that no argument names. */
function* otherUses({ id, kubelet, namedAt, slots, certificate, key, chain, pool }: OtherCertificate) {
  if (slots.length > 0) return;
  // What the kubelet makes of its own pair is reported for both files together.
  const isLoaded = kubelet === undefined;
  const load = pool === undefined ? chain : undefined;
  const at = placeIn(namedAt) ?? { path: certificate.path };
  const use = { user: id, at, slot: undefined, role: null };
  yield [certificate.path, { ...use, load: isLoaded ? load : undefined }] as const;
  if (key) yield [key.path, { ...use, load: isLoaded && key.pem ? loadKeyOnly(key.pem) : undefined }] as const;
}

/** The use of a file that no argument names, by its role or by a file that names it. */
function ownUse(
  role: string | null,
  { at }: Pick<PemSource, 'at'>,
  load: Loaded<unknown> | undefined,
  user = role ?? '',
): Use {
  return { user, at, slot: undefined, load, role };
}

const tokenKeys = ({ signers, verifiers }: ServiceAccountKeys) => [...signers, ...verifiers];

function loadOf(pki: Joined, slot: Slot, path: string): Loaded<unknown> | undefined {
  const { holds } = slot.row;
  if (holds === 'file') return undefined;
  if (holds === 'settings') return settingsLoad(pki.node.files.get(path));
  if (holdsPool(holds)) return poolOfSlot(pki.node, slot, path).loaded;
  if (holds === 'token-signer' || holds === 'verifiers') {
    return tokenKeys(pki.serviceAccount).find((one) => one.slot === slot)?.loaded;
  }
  if (holds === 'kubeconfig') return kubeconfigLoad(pki.node.files.get(path));
  const { pem } = sourceAt(pki.node, path);
  if (holds !== 'certificate') return pem && loadKeyOnly(pem);
  const role = pki.roles.find((one) => one.slot === slot);
  return role ? role.chain : pem && loadLeafChain(pem);
}

/** A configuration that is not YAML. Its fields are not judged. */
function settingsLoad(file: NodeFile | undefined): Loaded<unknown> | undefined {
  if (file?.content?.type !== 'malformed') return undefined;
  return { ok: false, error: file.content.error };
}

/** How client-go loads what a kubeconfig refers to. */
const loaders = { trust: loadGoPool, certificate: loadLeafChain, key: loadKeyOnly } as const;

/** The files that a kubeconfig of no role, such as that of a webhook, refers to. */
function* referenceUses({ node }: Joined, slot: Slot, path: string): Generator<UseAt> {
  const content = node.files.get(path)?.content;
  if (slot.row.role !== null || content?.type !== 'kubeconfig') return;
  for (const { kind, reference } of referencesOf(content.kubeconfig)) {
    if (reference.path === undefined) continue;
    const referred = referredPath(node, slot.component, reference.path);
    const { pem } = sourceAt(node, referred);
    yield [referred, ownUse(null, reference, pem && loaders[kind](pem), `${slotName(slot)} ${reference.entry}`)];
  }
}

/** The certificates and keys that a configuration file names. Which of its fields names them is not looked up. */
function* settingsUses({ node }: Joined, slot: Slot, path: string): Generator<UseAt> {
  const content = node.files.get(path)?.content;
  if (slot.row.holds !== 'settings' || content?.type !== 'settings') return;
  for (const named of content.paths) {
    const file = node.files.get(hostPath(slot.component, named));
    if (file?.content?.type !== 'pem' && file?.content?.type !== 'kubeconfig') continue;
    yield [file.path, ownUse(null, { at: { path } }, undefined, slotName(slot))];
  }
}

function kubeconfigLoad(file: NodeFile | undefined): Loaded<unknown> | undefined {
  if (file?.state !== 'file') return undefined;
  if (file.content?.type === 'kubeconfig') return { ok: true, value: file.content.kubeconfig };
  const error = file.content?.type === 'malformed' ? file.content.error : 'not a kubeconfig';
  return { ok: false, error };
}

/**
 * The files of a role that no argument names. The CAs to which its kubeconfig refers are judged with the kubeconfig, as
 * one error: they are no use.
 */
function* roleUses({ id, kind, slot, keySlot, path, file, kubeconfig, certificate, key, chain }: Role) {
  const keyUse = ({ at, pem }: PemSource, user = id) => ownUse(id, { at }, pem && loadKeyOnly(pem), user);
  if (kind === 'certificate') {
    if (!slot && certificate) yield [certificate.path, ownUse(id, certificate, chain)] as const;
    if (!keySlot && key) yield [key.path, keyUse(key)] as const;
    return;
  }
  if (!slot) yield [path, ownUse(id, { at: { path } }, kubeconfigLoad(file))] as const;
  const user = kubeconfig?.user;
  const entry = (reference: { readonly entry: string } | undefined) => `${id} ${reference?.entry ?? ''}`;
  if (certificate?.file) yield [certificate.path, ownUse(id, certificate, chain, entry(user?.certificate))] as const;
  if (key?.file) yield [key.path, keyUse(key, entry(user?.key))] as const;
}
