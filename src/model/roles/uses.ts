/** Who reads which file, and whether it can: the join of arguments, roles and kubeconfigs by path. */
import type { NodeFile, Place, ScannedNode } from '../../core/artifact.ts';
import { type Loaded, loadKeyOnly, loadLeafChain } from '../../x509/load.ts';
import type { Authority, Role } from './role.ts';
import type { ServiceAccountKeys } from './service-account.ts';
import { type Slot, slotName } from './slots.ts';
import { holdsPool, type PemSource, poolOfSlot, sourceAt } from './source.ts';

export interface Use {
  /** `kube-apiserver --tls-cert-file`, `kubelet.conf users[default-auth].client-key`, or a role. */
  readonly user: string;
  /** Where the file is named; its own path where nothing names it. */
  readonly at: Place;
  readonly slot: Slot | undefined;
  /** What reading it as this user does gave; undefined where it is not there to read. */
  readonly load: Loaded<unknown> | undefined;
  /** The role of the tables that the file plays for this user. */
  readonly role: string | null;
}

export type Uses = ReadonlyMap<string, readonly Use[]>;

interface Joined {
  readonly node: ScannedNode;
  readonly slots: readonly Slot[];
  readonly authorities: readonly Authority[];
  readonly roles: readonly Role[];
  readonly serviceAccount: ServiceAccountKeys;
}

/** Every file that something reads, by path. */
export function findUses(pki: Joined): Uses {
  const uses = new Map<string, Use[]>();
  const add = (path: string, use: Use) => {
    const list = uses.get(path) ?? [];
    if (!list.some((one) => one.user === use.user)) list.push(use);
    uses.set(path, list);
  };
  for (const slot of pki.slots) if (slot.path !== undefined) add(slot.path, slotUse(pki, slot, slot.path));
  for (const role of pki.roles) {
    if (role.applies.answer === 'yes' && role.inUse) for (const [path, use] of roleUses(role)) add(path, use);
  }
  for (const authority of pki.authorities) {
    if (authority.applies.answer === 'yes' && authority.trust.length === 0) {
      add(authority.source.path, ownUse(authority.id, authority.source, authority.loaded));
    }
  }
  for (const one of [...pki.serviceAccount.signers, ...pki.serviceAccount.verifiers]) {
    if (one.slot === undefined && pki.serviceAccount.applies.answer === 'yes') {
      add(one.source.path, ownUse(pki.serviceAccount.row.role, one.source, one.loaded));
    }
  }
  return uses;
}

function ownUse(role: string, source: PemSource, load: Loaded<unknown> | undefined): Use {
  return { user: role, at: source.at, slot: undefined, load, role };
}

function slotUse(pki: Joined, slot: Slot, path: string): Use {
  const at = slot.argument?.at ?? { path };
  return { user: slotName(slot), at, slot, load: loadOf(pki, slot, path), role: slot.row.role };
}

function loadOf(pki: Joined, slot: Slot, path: string): Loaded<unknown> | undefined {
  const { holds, role: id } = slot.row;
  if (holdsPool(holds)) return poolOfSlot(pki.node, slot, path).loaded;
  const signers = [...pki.serviceAccount.signers, ...pki.serviceAccount.verifiers];
  if (holds === 'token-signer' || holds === 'verifiers') return signers.find((one) => one.slot === slot)?.loaded;
  if (holds === 'kubeconfig') return kubeconfigLoad(pki.node.files.get(path));
  const role = pki.roles.find((one) => one.id === id);
  if (holds === 'certificate') return role ? role.chain : certificateLoad(sourceAt(pki.node, path));
  return keyLoad(sourceAt(pki.node, path));
}

function kubeconfigLoad(file: NodeFile | undefined): Loaded<unknown> | undefined {
  if (file?.state !== 'file') return undefined;
  if (file.content?.type === 'kubeconfig') return { ok: true, value: file.content.kubeconfig };
  const error = file.content?.type === 'malformed' ? file.content.error : 'it is no kubeconfig';
  return { ok: false, error };
}

function keyLoad(source: PemSource): Loaded<unknown> | undefined {
  return source.pem && loadKeyOnly(source.pem);
}

function certificateLoad(source: PemSource): Loaded<unknown> | undefined {
  return source.pem && loadLeafChain(source.pem);
}

function* roleUses(role: Role): Generator<[string, Use]> {
  const use = (user: string, source: PemSource, load: Loaded<unknown> | undefined): [string, Use] => [
    source.path,
    { user, at: source.at, slot: undefined, load, role: role.id },
  ];
  const { certificate, key } = role;
  if (role.kind === 'certificate') {
    if (!role.slot && certificate) yield use(role.id, certificate, role.chain);
    if (!role.keySlot && key) yield use(role.id, key, keyLoad(key));
    return;
  }
  if (!role.slot) yield [role.path, kubeconfigUse(role)];
  const entry = (reference: { readonly entry: string } | undefined) => `${role.id} ${reference?.entry ?? ''}`;
  const user = role.kubeconfig?.user;
  if (certificate?.file) yield use(entry(user?.certificate), certificate, role.chain);
  if (key?.file) yield use(entry(user?.key), key, keyLoad(key));
}

function kubeconfigUse(role: Role): Use {
  return { user: role.id, at: { path: role.path }, slot: undefined, load: kubeconfigLoad(role.file), role: role.id };
}
