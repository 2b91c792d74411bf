/**
 * A new CA for etcd where its own is lost or is not the one that signed. It protects only the connections of etcd, so
 * the only member of a cluster loses nothing with it: everything that it signed is on the node, and the data is not
 * encrypted with it.
 */

import { isOnlyControlPlane } from '../../model/cluster/cluster.ts';
import { etcdPeersOf, withoutPeers } from '../../model/dialling/etcd-members.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { othersNeeding, ownFiles, sharedWith } from '../../model/trust/sharing.ts';
import { linkAmong } from '../../model/trust/signing.ts';
import type { Fix } from '../../results/finding.ts';
import { stepsOf } from '../../tables/layouts/steps.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import type { Failure } from '../rules/failure.ts';
import { afterwards, stepsAfter } from './afterwards.ts';
import { configurationPath, stepsWithConfiguration } from './configuration.ts';
import { existingFiles } from './existing.ts';
import { stepTarget } from './restarts.ts';

/** Returns the alternatives that give etcd a new CA, if that heals all failures of a finding and harms nothing. */
export function newEtcdCa(cause: Failure, members: readonly Failure[]): readonly Fix[] {
  const { pki, rule } = cause;
  if (pki.layout.remedies.owner !== undefined) return [];
  // Of files that are only in the wrong place, nothing is lost.
  const isLost = isAboutCa(cause) || (rule.issue === 'fill' && members.some(isAboutCa));
  if (!isLost || ![cause, ...members].every(isOfEtcd)) return [];
  const authority = pki.authorities.find(({ id }) => id === roleIds.etcdCa);
  const row = pki.layout.remedies.rows.find(({ role }) => role === roleIds.etcdCa);
  if (authority === undefined || row === undefined || !isOnlyMember(pki)) return [];
  const { copied, lone } = pki.layout.remedies;
  const own = [authority.source.path, authority.key.path];
  const links = own.filter((path) => linkAmong([path], pki) !== undefined);
  const isUsual = authority.source.path === authority.recommended;
  // A file that another role needs too stays as it is, and a link to it is moved away.
  const isShared = own.some((path) => !links.includes(path) && sharedWith([path], authority.id, pki) !== undefined);
  if (!isUsual || isShared) return [];
  const files = [...links, ...filesOf(authority, pki)];
  const values = { config: configurationPath(pki) };
  const steps = (rows: readonly StepRow[], own = files) =>
    rows.flatMap((one) => stepsOf(one, { ...values, files: own }, stepTarget(pki)));
  const replaced = { ...afterwards(row, 'wrong', authority.id, pki, false), isCommon: false };
  // The fix rests on it that there are no other members.
  const after = stepsAfter(replaced, withoutPeers(pki));
  const about = pki.node.rootfs === '/' ? [] : steps([copied]);
  const issue = [...about, ...(links.length > 0 ? steps(lone.moving, links) : []), ...steps(lone.issue), ...after];
  const moving = files.length === 0 ? [] : steps(lone.moving);
  if (lone.installer === undefined) return [issue];
  return [issue, [...stepsWithConfiguration([...moving, ...steps(lone.installer)], lone.installer, pki), ...after]];
}

/**
 * Whether the CA of etcd is missing, or is not the one that signed. A file that cannot be read may only need a
 * different format, and a check that names a cause knows what to do.
 */
const isAboutCa = ({ rule, subject, problem }: Failure): boolean =>
  subject.role === roleIds.etcdCa &&
  rule.over === 'authority' &&
  problem.fix === undefined &&
  (rule.remedy === 'missing' || rule.remedy === 'wrong');

/** Whether a failure is about the CA of etcd or what it signs, or is the cause of such ones. */
function isOfEtcd({ pki, subject }: Failure): boolean {
  const role = pki.roles.find(({ id }) => id === subject.role);
  return subject.role === undefined || subject.role === roleIds.etcdCa || role?.parent.id === roleIds.etcdCa;
}

/**
 * Whether etcd runs on a control plane that is its only member, as far as the files and the other nodes of the input
 * show.
 */
function isOnlyMember(pki: Pki): boolean {
  const { kind, facts } = pki;
  if (kind !== 'control-plane' || facts.etcd?.value === 'external') return false;
  const peers = etcdPeersOf(pki);
  return peers === 'none' || (peers === 'unknown' && isOnlyControlPlane(pki));
}

/** The files that are there of the CA and of what it signs, without those that something else needs. */
function filesOf({ id, source, key }: Authority, pki: Pki): readonly string[] {
  const signed = pki.roles.filter(({ parent }) => parent.id === id).flatMap((role) => ownFiles(role, pki));
  const own = [source.path, key.path].filter((path) => othersNeeding(path, id, pki).length === 0);
  return existingFiles([...own, ...signed], pki);
}
