/** Does a slot hold the file of its role? By what the file is: its key, its signer, its usages, its name. */

import type { Certificate } from '../core/certificate.ts';
import { inFolder } from '../core/paths.ts';
import { trustedBy } from '../model/handshake/ends.ts';
import { trustsAllPresented } from '../model/handshake/trust-all.ts';
import { chainOf, sharesKey } from '../model/roles/authorities.ts';
import { authorityOf, authorityOfPool, type Pki, roleOfCertificate, trustOf } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import type { Slot } from '../model/roles/slots.ts';
import { sourceAt, sourceOf } from '../model/roles/source.ts';
import { loadKeyOnly, loadLeafChain } from '../x509/load.ts';
import { check, leafOf, notApplicable, problem } from './check.ts';
import { slotFlag } from './presence.ts';

interface Stranger {
  readonly role: string;
  readonly wanted: string;
  readonly found: string;
}

/** An argument that names the file of another role; how much hangs on the argument decides which rule speaks. */
function target(minor: boolean) {
  return check('argument', function* (slot, pki) {
    if (slot.argument === undefined || slot.path === undefined) return yield notApplicable('not given');
    const { component, breaks, without } = slot.row;
    if ((without === 'nothing') !== minor) return yield notApplicable('another rule speaks of it');
    const stranger =
      trustStranger(slot, pki) ??
      kubeconfigStranger(slot, pki) ??
      certificateStranger(slot, pki) ??
      (goesWithSigner(slot, pki) ? undefined : keyStranger(slot, pki));
    if (stranger === undefined) return;
    yield problem(slot.argument.at, { ...stranger, component, flag: slotFlag(slot), path: slot.path, breaks });
  });
}

/** A file at its recommended path that is the certificate, or the credential, of another role. */
const certTarget = check('role', function* (role, pki) {
  if (!(yield* leafOf(role))) return;
  if (role.path !== role.recommended) return yield notApplicable('argument/target speaks of it');
  const found = otherRole(role, pki);
  const kind = role.kind === 'kubeconfig' ? 'credential' : 'certificate';
  if (found !== undefined) yield problem(role.at, { role: role.id, path: role.path, found, kind });
});

/** A trust slot must hold a certificate of its authority, by key, or one that vouches for it. */
function trustStranger(slot: Slot, pki: Pki): Stranger | undefined {
  const trust = trustOf(pki, slot);
  if (!trust?.loaded?.ok) return undefined;
  const authority = authorityOf(pki.authorities, slot.row.role ?? '');
  const own = authority.loaded?.ok ? authority.loaded.value : [];
  if (own.length === 0 || belongs(trust.loaded.value, own, authority)) return undefined;
  if (isOwnCa(slot, trust.loaded.value, pki)) return undefined;
  const other = authorityOfPool(pki, trust.loaded.value);
  const found = other === undefined ? describe(trust.loaded.value) : `the certificate of ${other.id}`;
  return { role: authority.id, wanted: authority.source.path, found };
}

/** Layouts with more CAs than the page's: what hangs on this argument is of this one, or takes what this one signs. */
function isOwnCa({ row, component }: Slot, pool: readonly Certificate[], pki: Pki): boolean {
  if (row.holds !== 'signer') return trustsAllPresented(pki, `${component.name} ${row.flag}`);
  const { material } = trustedBy(pki, 'kube-apiserver client-ca-file', row.role);
  return material.state === 'known' && sharesKey(material.value, pool);
}

/** A pool belongs to an authority if it holds one of its keys, or verifies everything that it issued. */
function belongs(pool: readonly Certificate[], own: readonly Certificate[], { issued }: Authority): boolean {
  if (sharesKey(pool, own)) return true;
  return issued.length > 0 && issued.every((role) => chainOf(role, pool) !== undefined);
}

function describe(pool: readonly Certificate[]): string {
  const [first] = pool;
  return first ? `"${first.subject.text}", which signed nothing of this node` : 'no certificate';
}

/** A kubeconfig whose credential is that of another row, although both lead to the same API server. */
function kubeconfigStranger(slot: Slot, pki: Pki): Stranger | undefined {
  if (slot.row.holds !== 'kubeconfig') return undefined;
  const main = pki.slots.find((one) => one.component === slot.component && one.row.flag === 'kubeconfig');
  // Three arguments that name one file are one fault.
  if (main !== slot && main?.path === slot.path) return undefined;
  const content = pki.node.files.get(slot.path ?? '')?.content;
  const role = pki.roles.find((one) => one.id === slot.row.role);
  const reference = content?.type === 'kubeconfig' ? content.kubeconfig.user?.certificate : undefined;
  const pem = reference && sourceOf(pki.node, reference).pem;
  const chain = pem && loadLeafChain(pem);
  if (!role || !chain?.ok || slot.path === role.recommended || isAdministrator(role, pki)) return undefined;
  const found = rowOfUser(chain.value.leaf.subject.commonName, pki);
  if (found === undefined || found === role.id) return undefined;
  return { role: role.id, wanted: role.recommended, found: `the credential of ${found}` };
}

/** A key argument that names another file than the recommended one, with the key of another certificate in it. */
export function keyStranger(slot: Slot | undefined, pki: Pki): Stranger | undefined {
  const kind = slot?.row.holds;
  if (slot?.path === undefined || slot.row.role === null || (kind !== 'key' && kind !== 'signer-key')) return undefined;
  const [own, ...others] = ownersFirst(slot.row.role, pki);
  const pem = sourceAt(pki.node, slot.path).pem;
  const key = pem && loadKeyOnly(pem);
  if (!own || !key?.ok || slot.path === own.recommended) return undefined;
  const { id } = key.value.publicKey;
  if (own.certificates.some((certificate) => certificate.publicKey.id === id)) return undefined;
  const owner = others.find((other) => other.certificates.some((certificate) => certificate.publicKey.id === id));
  return owner && { role: own.id, wanted: own.recommended, found: `the private key of ${owner.id}` };
}

/** Whether the certificate beside a signing key is the same stranger's: then that argument tells. */
export function goesWithSigner(slot: Slot, pki: Pki): boolean {
  const pem = slot.row.holds === 'signer-key' ? sourceAt(pki.node, slot.path ?? '').pem : undefined;
  const key = pem && loadKeyOnly(pem);
  return pki.slots.some((one) => {
    const loaded =
      one.component === slot.component && one.row.holds === 'signer' ? trustOf(pki, one)?.loaded : undefined;
    return (
      key?.ok && loaded?.ok && loaded.value.some((certificate) => certificate.publicKey.id === key.value.publicKey.id)
    );
  });
}

interface KeyOwner {
  readonly id: string;
  readonly recommended: string;
  readonly certificates: readonly Certificate[];
}

/** Whose certificates a key may belong to: the role that it ought to be, then all others. */
function ownersFirst(role: string, pki: Pki): readonly KeyOwner[] {
  const owners = [
    ...pki.authorities.map(({ id, row, certificates }) => ({ id, key: row.key, certificates })),
    ...pki.roles.flatMap((one) =>
      one.kind === 'certificate' && one.leaf ? [{ id: one.id, key: one.row.key, certificates: [one.leaf] }] : [],
    ),
  ].map(({ id, key, certificates }) => ({ id, recommended: inFolder(pki.node.pki, key), certificates }));
  return [...owners.filter((one) => one.id === role), ...owners.filter((one) => one.id !== role)];
}

/** A certificate argument that names another file than the recommended one, with another role's certificate in it. */
function certificateStranger(slot: Slot, pki: Pki): Stranger | undefined {
  const role = slot.row.holds === 'certificate' ? pki.roles.find((one) => one.slot === slot) : undefined;
  if (!role || role.path === role.recommended) return undefined;
  const found = otherRole(role, pki);
  return found === undefined ? undefined : { role: role.id, wanted: role.recommended, found };
}

/** What a role's file holds, where that is the certificate of another row. */
export function otherRole(role: Role, pki: Pki): string | undefined {
  if (!role.leaf) return undefined;
  if (role.kind === 'kubeconfig') {
    if (isAdministrator(role, pki)) return undefined;
    const row = role.signedBy === undefined ? undefined : rowOfUser(role.leaf.subject.commonName, pki);
    return row === undefined || row === role.id ? undefined : `the credential of ${row}`;
  }
  if (fitsItsRow(role)) return undefined;
  const row = roleOfCertificate(role, pki);
  return row === undefined || row.role === role.id ? undefined : `the certificate of ${row.role}`;
}

/** Groups that may do everything: the built-in one, and the one that kubeadm binds to cluster-admin since 1.29. */
const administrators = new Set(['system:masters', 'kubeadm:cluster-admins']);

/** Whether a kubeconfig is an administrator's under another name: its user may do the work, and everything else. */
function isAdministrator(role: Role, pki: Pki): boolean {
  if (role.kind !== 'kubeconfig' || role.verified === undefined) return false;
  const subject = role.leaf?.subject;
  const own = rowOfUser(subject?.commonName ?? '', pki) === role.id;
  return !own && (subject?.organizations ?? []).some((group) => administrators.has(group));
}

const kubeconfigAdministrator = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (role.kind !== 'kubeconfig' || role.row.usedBy === 'kubectl') return yield notApplicable("not a component's");
  if (!leaf || !isAdministrator(role, pki)) return;
  const at = role.path === role.recommended ? role.at : (role.slot?.argument?.at ?? role.at);
  const data = { path: role.path, component: role.row.usedBy, user: leaf.subject.commonName, wanted: role.recommended };
  yield problem(at, { ...data, role: role.id, name: role.row.cn });
});

/** The kubeconfig whose user this is. */
function rowOfUser(name: string, { layout }: Pki): string | undefined {
  const isUser = (cn: string) => {
    const [prefix = '', open] = cn.split('<nodeName>');
    return open === undefined ? name === cn : name.startsWith(prefix);
  };
  return layout.kubeconfigs.find((row) => isUser(row.cn))?.role;
}

/** Whether a kubeconfig holds the credential of another row. */
export function isOthers(role: Role, pki: Pki): boolean {
  const row = role.kind === 'kubeconfig' ? rowOfUser(role.leaf?.subject.commonName ?? '', pki) : undefined;
  return row !== undefined && row !== role.id;
}

/** What the component needs of its certificate, names aside. */
function fitsItsRow(role: Role): boolean {
  const needs = role.kind === 'certificate' ? role.row.needs : ['clientAuth'];
  const usages = role.leaf?.extendedKeyUsage;
  return role.signedBy === role.parent.id && needs.every((usage) => usages === undefined || usages.includes(usage));
}

export const targetChecks = {
  'argument/target': target(false),
  'argument/target-minor': target(true),
  'cert/target': certTarget,
  'kubeconfig/administrator': kubeconfigAdministrator,
};
