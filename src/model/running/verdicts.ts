/** What follows from files that processes still hold: what fails now, and what goes on for a while. */

import { isOn } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import { remember } from '../../core/collections.ts';
import { day } from '../../core/time.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { argumentName } from '../../tables/tables.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import { verify } from '../../x509/verify/verify.ts';
import type { Pki } from '../roles/pki.ts';
import type { Slot } from '../roles/slots.ts';
import { credentialOfKubelet } from '../trust/signing.ts';
import { changeSince, isYounger, keysUntouchedSince, type ReadTime, verifyingKeys } from './changes.ts';
import { certificatesIn, certificatesOf } from './contents.ts';
import { type HeldFile, heldFiles } from './held.ts';
import { processOf, timeSeen } from './processes.ts';

/**
 * `fails`: something does not work now. `works`: it goes on. `unclear`: it is not known whether the file was changed.
 */
export interface Held extends HeldFile {
  readonly verdict: 'fails' | 'works' | 'unclear';
  /** What it holds ends at this time at the latest: milliseconds since the epoch; undefined if that is not known. */
  readonly ends?: number;
}

/** Returns what the processes of a node still hold, with what follows from it. */
export const heldBy = remember((pki: Pki): readonly Held[] => {
  const all = heldFiles(pki);
  return all.flatMap((one): readonly Held[] => {
    if (one.change.state === 'unclear') return [{ ...one, verdict: 'unclear' }];
    const fails = hasFailed(one, all, pki);
    // A kubelet that renews its credential does not use the one in its kubeconfig.
    if (!fails && isStoredInstead(one, pki)) return [];
    const ends = one.row.embeds ? latestEnd(one) : undefined;
    const hasEnded = ends !== undefined && ends < timeSeen(pki);
    return [{ ...one, verdict: fails || hasEnded ? 'fails' : 'works', ...(ends !== undefined && { ends }) }];
  });
});

function hasFailed(held: HeldFile, all: readonly HeldFile[], pki: Pki): boolean {
  const slot = slotOf(held, pki);
  if (slot?.row.role === roleIds.serviceAccount) return isTokenKeyMixed(held, all, pki);
  if (held.row.trusts) return isServerUntrusted(held, pki);
  if (held.row.embeds) return refusesOldClients(held.read, pki) || isServerUntrusted(held, pki);
  const isPool = held.row.authority || slot?.row.holds.endsWith('pool');
  return isPool === true && isPoolTooOld(held, pki);
}

const slotOf = ({ row, component, file }: HeldFile, { slots }: Pki): Slot | undefined =>
  slots.find((slot) => slot.component === component && slot.row.flag === row.flag && slot.path === file.path);

/** Whether one that the pool in the file verifies is not verified by what was in the file before. */
function isPoolTooOld({ row, file, read, change }: HeldFile, pki: Pki): boolean {
  const pool = certificatesIn(file);
  const before = pool.filter((one) => mayBeOld(one, pool, { read, at: change.at }, pki));
  const { judging, strictness } = pki;
  // Who trusts it, and not whether it has expired: that is said of the file.
  const whileValid = ({ notBefore, notAfter }: Certificate) => Math.min(Math.max(judging.at, notBefore), notAfter);
  const isVerified = (leaf: Certificate, roots: readonly Certificate[]) =>
    verify(leaf, { roots, usages: ['any'], at: whileValid(leaf), strictness }).ok;
  return leavesFor(row, pki).some((leaf) => isVerified(leaf, pool) && !isVerified(leaf, before));
}

/** When a file was read, and when it was written after that, as far as that is known. */
interface Rewrite {
  readonly read: ReadTime;
  readonly at: number | undefined;
}

/** Installers backdate certificates by up to five minutes. */
const untilFile = 10 * 60_000;

/**
 * Whether a certificate, or one with its key, may have been in a changed file before. If others surely were, or are
 * older, it is what was changed. One that is alone and was not made for the change may only have been written again: by
 * `cp -r` of a backup.
 */
function mayBeOld(one: Certificate, pool: readonly Certificate[], { read, at }: Rewrite, pki: Pki): boolean {
  const untouched = keysUntouchedSince(pki, read.until);
  if (pool.some(({ publicKey }) => untouched.has(publicKey.id))) return untouched.has(one.publicKey.id);
  if (isYounger(one, read)) return false;
  const first = Math.min(...pool.map(({ notBefore }) => notBefore));
  if (pool.length === 1) return at === undefined || at - one.notBefore > untilFile;
  return one.notBefore === first || pool.every(({ notBefore }) => notBefore === first);
}

/**
 * Whether what the API server of this node presents is only of a CA that is younger than the one in a kubeconfig that
 * was read.
 */
function isServerUntrusted({ file, read, change }: HeldFile, pki: Pki): boolean {
  if (file.content?.type !== 'kubeconfig' || processOf(pki, 'kube-apiserver') === undefined) return false;
  const pool = certificatesOf(file.content.kubeconfig.cluster?.certificateAuthority);
  const server = pki.roles.find(({ id }) => id === roleIds.apiServer);
  const chain = server?.leaf && buildChain(server.leaf, [], pool);
  return (
    chain?.slice(1).some((one) => isYounger(one, read) && !mayBeOld(one, pool, { read, at: change.at }, pki)) === true
  );
}

/**
 * The certificates on the node that a component verifies with the file of an argument: of its clients or of its
 * servers.
 */
function leavesFor(row: HeldFile['row'], { layout, roles }: Pki): readonly Certificate[] {
  const argument = argumentName(row);
  const verifiesServer = row.authority || argument === publishedCa;
  const wanted = new Set(
    layout.connections.flatMap(({ verifies, trust, presents, serves }) => [
      ...(verifies === argument ? [presents] : []),
      ...(trust === argument ? [serves] : []),
    ]),
  );
  if (verifiesServer) wanted.add(roleIds.apiServer);
  return roles.flatMap((role) => (wanted.has(role.row.role) && role.leaf !== undefined ? role.leaf : []));
}

/** kube-controller-manager gives this CA to pods, which verify kube-apiserver with it. */
const publishedCa = 'kube-controller-manager root-ca-file';

/** Whether the API server of this node accepts only clients of CAs that are younger than what a process has read. */
function refusesOldClients(read: ReadTime, pki: Pki): boolean {
  const slot = pki.slots.find(({ row }) => argumentName(row) === 'kube-apiserver client-ca-file');
  const file = pki.node.files.get(slot?.path ?? '');
  const change = file && changeSince(pki, file.path, read);
  if (file === undefined || change?.state !== 'changed') return false;
  const pool = certificatesIn(file);
  return pool.length > 0 && !pool.some((one) => mayBeOld(one, pool, { read, at: change.at }, pki));
}

/**
 * Whether another process uses the new key of tokens already: then one refuses what the other signs. As long as all use
 * the old one, all works, and so it does if the API server has read both.
 */
function isTokenKeyMixed({ component, read }: HeldFile, all: readonly HeldFile[], pki: Pki): boolean {
  const isHeld = (slot: Slot) => all.some((one) => one.component === slot.component && one.file.path === slot.path);
  const isNew = ({ path }: Slot) => path !== undefined && changeSince(pki, path, read).state === 'changed';
  const verifiers = pki.slots.filter(({ row }) => row.flag === 'service-account-key-file');
  if (verifyingKeys(pki).length > 1 && !verifiers.some(isHeld)) return false;
  return pki.slots.some(
    (slot) =>
      slot.row.role === roleIds.serviceAccount &&
      slot.component !== component &&
      processOf(pki, slot.component.name) !== undefined &&
      isNew(slot) &&
      !isHeld(slot),
  );
}

/** Whether only the certificate in the kubeconfig of a kubelet was changed, and the kubelet uses one that it keeps. */
function isStoredInstead({ row, component, file, read }: HeldFile, pki: Pki): boolean {
  if (!row.embeds || component.name !== 'kubelet' || !isOn(component, 'rotate-certificates')) return false;
  const role = pki.roles.find(({ id }) => id === roleIds.kubelet);
  const cas = file.content?.type === 'kubeconfig' ? file.content.kubeconfig.cluster?.certificateAuthority : undefined;
  const known = keysUntouchedSince(pki, read.until);
  const isSameCa = certificatesOf(cas).every(({ publicKey }) => known.has(publicKey.id));
  return role !== undefined && isSameCa && credentialOfKubelet(role, pki) === 'valid';
}

/**
 * The latest time at which the certificate that a process holds ends: it was there when the process started, and an
 * installer makes the next one for as long. One that was only written again was made before, at an unknown time since
 * its notBefore: certificates are made for a number of days.
 */
function latestEnd({ file, read, change }: HeldFile): number | undefined {
  if (file.content?.type !== 'kubeconfig' || change.at === undefined) return undefined;
  const [leaf] = certificatesOf(file.content.kubeconfig.user?.certificate);
  if (leaf === undefined) return undefined;
  const sinceWritten = leaf.notAfter - change.at;
  const days = Math.round(sinceWritten / day);
  const isJustMade = days > 0 && Math.abs(sinceWritten - days * day) < 60_000;
  return read.until + (isJustMade ? sinceWritten : leaf.notAfter - leaf.notBefore);
}
