/** Which role the file of a flag or of a path really plays, by key, issuer, usages and name of what is in it. */

import { requestsServingCertificates } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import { trustedBy } from '../../model/handshake/ends.ts';
import { isServingSigner } from '../../model/handshake/signers.ts';
import { unknownAuthority } from '../../model/handshake/steps.ts';
import { trustsAllPresented } from '../../model/handshake/trust-all.ts';
import { chainOf, sharesKey } from '../../model/roles/authorities.ts';
import { authorityOf, authorityOfPool, type Pki, roleOfCertificate, trustOf } from '../../model/roles/pki.ts';
import { type Authority, idOfSlot, type Role } from '../../model/roles/role.ts';
import { type Slot, slotFlag } from '../../model/roles/slots.ts';
import { sourceOf } from '../../model/roles/source.ts';
import { isAdministrators } from '../../model/trust/authorization.ts';
import { loadLeafChain } from '../../x509/load.ts';
import { editPaths } from '../base/argument-edit.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { goesWithSigner, keyPathOf, signerPairError, slotOfKey, wrongKey } from './wrong-key.ts';
import { type WrongFile, wrongServingSigner } from './wrong-signer.ts';

/** A flag that names the file of a different role. Flags without which nothing fails have a rule of their own. */
export function target(minor: boolean) {
  return check('argument', function* (slot, pki) {
    if (slot.argument === undefined || slot.path === undefined) return yield notApplicable('not set');
    const { component, breaks } = slot.row;
    if (isMinor(slot, pki) !== minor) return yield notApplicable('reported by a different rule');
    const wrong = wrongFile(slot, pki);
    if (wrong === undefined) return;
    const pair = signerPairError(slot, pki);
    const error = pair ?? (isPool(slot) ? unknownAuthority : '');
    const changes = changesOf(slot, wrong.fix ?? wrong.wanted, pki);
    const fix = changes.map(([one, path]) => `${slotFlag(one)} of ${component} to ${path}`).join(', and ');
    const edits = wrong.wanted === changes[0]?.[1] ? editPaths(changes, pki) : [];
    const data = { breaks, error, ...wrong, fix, component, flag: slotFlag(slot), path: slot.path };
    yield problem(slot.argument.at, data, { stops: pair === undefined ? [] : [component], edits });
  });
}

const isPool = ({ row }: Slot) => row.holds === 'pool' || row.holds === 'etcd-pool' || row.holds === 'signer';

/**
 * The flags to change, and their values: the key of a different certificate goes with that, and all flags that name the
 * same kubeconfig.
 */
function changesOf(slot: Slot, wanted: string, pki: Pki): readonly (readonly [Slot, string])[] {
  if (slot.row.holds === 'kubeconfig') {
    const isSame = ({ component, row, path }: Slot) =>
      component === slot.component && row.holds === 'kubeconfig' && path === slot.path;
    return pki.slots.filter(isSame).map((one) => [one, wanted]);
  }
  const key = slotOfKey(slot, pki);
  const path = keyPathOf(idOfSlot(pki.roles, slot), pki);
  const isMoved = key?.argument !== undefined && path !== undefined && key.path !== path;
  return [[slot, wanted], ...(isMoved ? ([[key, path]] as const) : [])];
}

/** The file of a different role that a flag names. */
export function wrongFile(slot: Slot, pki: Pki): WrongFile | undefined {
  return (
    wrongTrust(slot, pki) ??
    wrongServingSigner(slot, pki) ??
    wrongKubeconfig(slot, pki) ??
    wrongCertificate(slot, pki) ??
    (goesWithSigner(slot, pki) ? undefined : wrongKey(slot, pki))
  );
}

/** Whether nothing fails today if a flag names the wrong file. */
function isMinor(slot: Slot, { node }: Pki): boolean {
  return slot.row.without === 'nothing' || (isServingSigner(slot) && !requestsServingCertificates(node));
}

/** The file of a trust slot must contain a certificate with a key of its authority, or of a CA above it. */
export function wrongTrust(slot: Slot, pki: Pki): WrongFile | undefined {
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

/** Whether this flag has a CA of its own: all that it verifies is signed by it, or all that it signs is trusted. */
function isOwnCa({ row, component }: Slot, pool: readonly Certificate[], pki: Pki): boolean {
  if (row.holds !== 'signer') return trustsAllPresented(pki, `${component.name} ${row.flag}`);
  const { material } = trustedBy(pki, 'kube-apiserver client-ca-file');
  return material.state === 'known' && sharesKey(material.value, pool);
}

/** A pool belongs to an authority if it contains one of its keys, or verifies everything that it issued. */
function belongs(pool: readonly Certificate[], own: readonly Certificate[], { issued }: Authority): boolean {
  if (sharesKey(pool, own)) return true;
  return issued.length > 0 && issued.every((role) => chainOf(role, pool) !== undefined);
}

function describe(pool: readonly Certificate[]): string {
  const [first] = pool;
  return first ? `"${first.subject.text}", which signed no certificate of this node` : 'no certificate';
}

/** A kubeconfig with the credential of a different row, although both lead to the same API server. */
function wrongKubeconfig(slot: Slot, pki: Pki): WrongFile | undefined {
  if (slot.row.holds !== 'kubeconfig') return undefined;
  const main = pki.slots.find((one) => one.component === slot.component && one.row.flag === 'kubeconfig');
  // Several flags that name the same file are one fault.
  if (main !== slot && main?.path === slot.path) return undefined;
  const content = pki.node.files.get(slot.path ?? '')?.content;
  const own = idOfSlot(pki.roles, slot);
  const role = pki.roles.find(({ id }) => id === own);
  const leaf = userLeaf(pki, content?.type === 'kubeconfig' ? content.kubeconfig : undefined);
  if (!role || !leaf || slot.path === role.recommended || isAdministrator(role, pki)) return undefined;
  const found = rowOfUser(leaf.subject.commonName, pki, role.row.role);
  if (found === undefined || found === role.row.role) return undefined;
  return { role: role.id, wanted: role.recommended, found: `the credential of ${found}` };
}

/** The client certificate of a kubeconfig's user, in the kubeconfig or in a file that it names. */
export function userLeaf({ node }: Pki, kubeconfig: Kubeconfig | undefined): Certificate | undefined {
  const reference = kubeconfig?.user?.certificate;
  const pem = reference && sourceOf(node, reference).pem;
  const chain = pem && loadLeafChain(pem);
  return chain?.ok ? chain.value.leaf : undefined;
}

/** A certificate flag that names a file other than the recommended one, with the certificate of a different role. */
function wrongCertificate(slot: Slot, pki: Pki): WrongFile | undefined {
  const role = slot.row.holds === 'certificate' ? pki.roles.find((one) => one.slot === slot) : undefined;
  if (!role || role.path === role.recommended) return undefined;
  const found = otherRole(role, pki);
  return found === undefined ? undefined : { role: role.id, wanted: role.recommended, found };
}

/** Describes the content of a role's file if that is the certificate of a different row. */
export function otherRole(role: Role, pki: Pki): string | undefined {
  const row = otherRow(role, pki);
  return row && `the ${role.kind === 'kubeconfig' ? 'credential' : 'certificate'} of ${row}`;
}

/** The row whose certificate, or credential, is in a role's file; undefined if it is the role's own, or unknown. */
function otherRow(role: Role, pki: Pki): string | undefined {
  if (!role.leaf || (role.kind === 'kubeconfig' && isAdministrator(role, pki))) return undefined;
  if (role.kind === 'certificate' && fitsItsRow(role)) return ownerOfFile(role, pki);
  const user = role.signedBy === undefined ? undefined : rowOfUser(role.leaf.subject.commonName, pki, role.row.role);
  // A certificate of an earlier cluster is signed by none of the CAs.
  const row = role.kind === 'kubeconfig' ? user : (roleOfCertificate(role, pki)?.role ?? ownerOfFile(role, pki));
  return row === role.row.role ? undefined : row;
}

/**
 * The row in whose place a file is that a different role uses together with its own key, which does not belong to it.
 */
function ownerOfFile({ id, path, recommended, pair, key }: Role, pki: Pki): string | undefined {
  const isOfOther = pair === undefined ? key?.seen === 'absent' : !pair.ok;
  if (path === recommended || !isOfOther || key?.path !== keyPathOf(id, pki)) return undefined;
  return pki.roles.find((other) => other.id !== id && other.recommended === path && other.pair?.ok)?.id;
}

/**
 * Whether a kubeconfig of a component has an administrator's credential, which has all permissions of the component.
 */
export function isAdministrator(role: Role, pki: Pki): boolean {
  if (role.kind !== 'kubeconfig' || role.verified === undefined) return false;
  const subject = role.leaf?.subject;
  const own = rowOfUser(subject?.commonName ?? '', pki, role.row.role) === role.row.role;
  return !own && (subject?.organizations ?? []).some((group) => isAdministrators(group, pki));
}

/** Returns the row of the kubeconfig with this user: of several that share it, `own` if it is one of them. */
export function rowOfUser(name: string, { layout }: Pki, own: string): string | undefined {
  const isUser = (cn: string) => {
    const [prefix = '', open] = cn.split('<nodeName>');
    return open === undefined ? name === cn : name.startsWith(prefix);
  };
  const roles = layout.kubeconfigs.filter((row) => isUser(row.cn)).map(({ role }) => role);
  return roles.includes(own) ? own : roles[0];
}

/** Whether the user of a kubeconfig is that of a different row. */
export function hasOtherRolesUser(role: Role, pki: Pki): boolean {
  const row =
    role.kind === 'kubeconfig' ? rowOfUser(role.leaf?.subject.commonName ?? '', pki, role.row.role) : undefined;
  return row !== undefined && row !== role.row.role;
}

/** Whether a certificate has the issuer and the usages that its component needs. */
function fitsItsRow(role: Role): boolean {
  const needs = role.kind === 'certificate' ? role.row.needs : ['clientAuth'];
  const usages = role.leaf?.extendedKeyUsage;
  return role.signedBy === role.parent.id && needs.every((usage) => usages === undefined || usages.includes(usage));
}
