/** Whether a file was changed after a process had started: what its times and its content prove. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { NodeFile } from '../../artifact/file.ts';
import { isAtOrBelow } from '../../artifact/paths.ts';
import type { ComponentProcess } from '../../artifact/process.ts';
import { remember } from '../../core/collections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import type { Pki } from '../roles/pki.ts';
import type { Slot } from '../roles/slots.ts';
import { clientAuthorities, currentCredential, filesOfRole } from '../trust/signing.ts';
import { certificatesIn, keysIn } from './contents.ts';
import { lookAtRunning } from './pairing.ts';
import { timeSeen } from './processes.ts';

/**
 * `changed`: it is proven, by the time at which it was written or by a certificate that is younger than the process.
 * `unclear`: its times would be the same if only its mode had changed. `same`: it is as it was.
 */
export interface FileChange {
  readonly state: 'changed' | 'unclear' | 'same';
  /** When it was changed, as far as that is known: milliseconds since the epoch. */
  readonly at?: number;
}

/** Clocks are not exact, and may be set while a process runs. */
const slack = 1000;

/** A certificate may come from a machine whose clock is ahead. */
const clockSkew = 60_000;

/**
 * kube-controller-manager takes the lease of one that has ended after 15 seconds, and tries every 2 (component-base
 * leaderelection).
 */
const untilLeader = 20_000;

const same: FileChange = { state: 'same' };

/** The latest time at which a process may have read a file: milliseconds since the epoch. */
export interface ReadTime {
  readonly until: number;
}

/** Returns when a process read the files that it reads once; undefined if its start is unknown. */
export function readTime(
  { started, tolerance }: Pick<ComponentProcess, 'started' | 'tolerance'>,
  isLeader = false,
): ReadTime | undefined {
  if (started === undefined) return undefined;
  return { until: started + tolerance + (isLeader ? untilLeader : 0) };
}

/**
 * Whether a certificate did not exist when a process started. The reverse is not known: installers backdate
 * certificates.
 */
export const isYounger = ({ notBefore }: Certificate, { until }: ReadTime): boolean => notBefore > until + clockSkew;

/**
 * Returns whether a file was changed after it was read. A time alone proves nothing if another file of the same pair,
 * which fits, was not touched.
 *
 * @param path on the node
 */
export function changeSince(pki: Pki, path: string, read: ReadTime): FileChange {
  const file = pki.node.files.get(path);
  if (file?.state !== 'file') return same;
  const young = certificatesIn(file).filter((one) => isYounger(one, read));
  if (young.length > 0) return { state: 'changed', at: writtenAt(pki, file) ?? Math.max(...young.map(firstDay)) };
  const state = stateByTimes(pki, file, read);
  if (state === 'same' || hasOldPartner(pki, file, read)) return same;
  const at = writtenAt(pki, file);
  return at === undefined || state === 'unclear' ? { state } : { state, at };
}

const firstDay = ({ notBefore }: Certificate): number => notBefore;

/** When a file was written, if its time can be true. */
function writtenAt(pki: Pki, { times }: NodeFile): number | undefined {
  return times === undefined || !isCredible(pki, times.mtime) ? undefined : times.mtime;
}

/** Whether a time can be true: one after that of looking shows a clock that is wrong. */
export const isCredible = (pki: Pki, time: number): boolean => time <= timeSeen(pki) + clockSkew;

function stateByTimes(pki: Pki, { times }: NodeFile, { until }: ReadTime): FileChange['state'] {
  if (times === undefined || areTimesLost(pki)) return 'same';
  const { mtime, ctime = mtime } = times;
  if (!isCredible(pki, Math.max(mtime, ctime))) return 'same';
  if (mtime > until + slack) return 'changed';
  return ctime > until + slack ? 'unclear' : 'same';
}

/**
 * Whether the times of files are those of the copy: all of them, or all in the folder of manifests and certificates,
 * are later than the start of each process, which had to read some before (`scp -r`, `cp -r`, git).
 */
export const areTimesLost = remember((pki: Pki): boolean => {
  const { node, layout } = pki;
  const starts = lookAtRunning(pki).seen?.processes.flatMap(({ started }) => started ?? []) ?? [];
  const dated = [...node.files.values()].filter(({ state, times }) => state === 'file' && times !== undefined);
  const inHome = dated.filter(({ path }) => isAtOrBelow(path, layout.home));
  const latest = Math.max(...starts) + slack;
  const isLater = ({ times }: NodeFile) => (times?.mtime ?? 0) > latest;
  return starts.length > 0 && [dated, inHome].some((files) => files.length > 0 && files.every(isLater));
});

/** Whether a file was not touched since a time. Without its ctime, one from a backup looks like one that stayed. */
function isUntouched(pki: Pki, { times }: NodeFile, until: number): boolean {
  return times?.ctime !== undefined && Math.max(times.mtime, times.ctime) <= until + slack && !areTimesLost(pki);
}

/**
 * Whether each key in a file is also in another file that was not touched: then it has the keys that it had. The key
 * that signs tokens is among those that verify them before it is used: it proves nothing if they are several.
 */
function hasOldPartner(pki: Pki, file: NodeFile, { until }: ReadTime): boolean {
  const keys = keysIn(file);
  const isOld = keys.length > 0 && keys.every((key) => keysUntouchedSince(pki, until).has(key));
  return isOld && (!isSigningKey(pki, file) || verifyingKeys(pki).every((key) => keys.includes(key)));
}

const isSigningKey = ({ slots }: Pki, { path }: NodeFile): boolean =>
  slots.some(({ row, path: named }) => row.role === roleIds.serviceAccount && !isVerifier(row) && named === path);

const isVerifier = ({ flag }: Pick<Slot['row'], 'flag'>): boolean => flag === 'service-account-key-file';

/** Returns the ids of the keys by which the API server of a node verifies tokens, as they are on disk. */
export function verifyingKeys({ slots, node }: Pki): readonly string[] {
  const files = slots.flatMap(({ row, path }) => (isVerifier(row) ? (node.files.get(path ?? '') ?? []) : []));
  return [...new Set(files.flatMap(keysIn))];
}

/** The files that the components and the kubeconfigs of a node use. A backup shows only what was once there. */
const filesInUse = remember(({ node, roles, slots }: Pki): readonly NodeFile[] => {
  const named = [
    ...slots.flatMap(({ path }) => path ?? []),
    ...roles.flatMap((role) => [...filesOfRole(role), role.parent.source.path, role.parent.key.path]),
    currentCredential(node),
  ];
  return [...new Set(named)].flatMap((path) => node.files.get(path) ?? []);
});

/**
 * Returns the ids of the keys that a node had at a time and still has: those in files that were not touched since, and
 * those by which certificates in such files were signed.
 */
export const keysUntouchedSince = remember((pki: Pki, until: number): ReadonlySet<string> => {
  const old = new Set(filesInUse(pki).filter((file) => isUntouched(pki, file, until)));
  const signers = pki.roles.flatMap(({ file, verified = [] }) =>
    file !== undefined && old.has(file) ? verified.slice(1).map(({ publicKey }) => publicKey.id) : [],
  );
  return new Set([...[...old].flatMap(keysIn), ...signers, ...signersOfStored(pki, old)]);
});

/** The ids of the keys of the CAs that signed the credential that a kubelet keeps. */
function signersOfStored(pki: Pki, old: ReadonlySet<NodeFile>): readonly string[] {
  const file = pki.node.files.get(currentCredential(pki.node));
  const role = pki.roles.find(({ id }) => id === roleIds.kubelet);
  if (file === undefined || role === undefined || !old.has(file)) return [];
  const [leaf, ...intermediates] = certificatesIn(file);
  const chain = leaf && buildChain(leaf, intermediates, clientAuthorities(role.parent));
  return chain?.slice(1).map(({ publicKey }) => publicKey.id) ?? [];
}
