/** What the tables of remedies say about one role: the steps that replace its files, by what is wrong with them. */

import type { CommandValues } from '../../core/command/fill.ts';
import { sourceOfCa } from '../../model/cluster/ca-source.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { OtherCertificate } from '../../model/roles/other-certificates.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Authority, pathsOf, type Role } from '../../model/roles/role.ts';
import { addressOptions } from '../../model/trust/api-server-options.ts';
import { ownFiles } from '../../model/trust/sharing.ts';
import { credentialOfKubelet, currentCredential } from '../../model/trust/signing.ts';
import type { Fix } from '../../results/finding.ts';
import type { RemedyKind } from '../../tables/catalog.ts';
import { bringsBack } from '../../tables/layouts/owner.ts';
import type { KeptRow, Remedy, RemedyRow } from '../../tables/layouts/remedies.ts';
import { isCommand, stepsOf } from '../../tables/layouts/steps.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { withNotes } from './class.ts';
import { configurationPath } from './configuration.ts';
import { embeddingSteps } from './embedding.ts';
import { existingFiles } from './existing.ts';
import { extraNames, missingEntries, missingNames, requestOptions } from './request.ts';
import { stepTarget } from './restarts.ts';
import { restoringSteps } from './restoring.ts';
import { hasForeignKey, isSignedHere, signedElsewhere, signingKey } from './signing.ts';
import { tokenKeyWays } from './token-keys.ts';

/** One way to replace the files of a role. */
export interface Way {
  readonly steps: Fix;
  /** The rows of the table that say so; those of a table of another role have none. */
  readonly rows: readonly StepRow[];
}

/**
 * Returns the alternatives of a row for a kind of fault. Steps that need the CA's key run where that key is.
 *
 * @param path the file at fault, if it is one of several
 */
export function remedyWays(
  kind: RemedyKind,
  row: Remedy | RemedyRow,
  subject: Role | OtherCertificate | string | undefined,
  pki: Pki,
  path?: string,
): readonly Way[] {
  const authority = pki.authorities.find(({ id }) => id === subject);
  const role = typeof subject === 'string' ? undefined : subject;
  const way = (rows: readonly StepRow[]) => wayOf(rows, fillings(role, pki), pki);
  const external = pki.facts.etcd?.value === 'external' ? row.external : undefined;
  if (external !== undefined) return [classed(way(external), authority)];
  if (authority !== undefined) return [classed(authorityWay(kind, row, authority, pki, path), authority)];
  if (subject === pki.serviceAccount.row.role) {
    const { signers, verifiers } = pki.serviceAccount;
    if (!isBroughtBack(signers[0]?.source, pki)) {
      return tokenKeyWays(row[kind], pki).map((steps) => ({ steps, rows: [] }));
    }
    const files = existingFiles(
      [...signers, ...verifiers].map(({ source }) => source.path),
      pki,
    );
    return [classed(wayOf(row[kind], { ...fillings(undefined, pki), files }, pki), true)];
  }
  const restored = role !== undefined && role.kind !== 'other' ? restoredFirst(role.parent, pki) : undefined;
  if (restored !== undefined) return [classed(restored, true)];
  const hasKey = role !== undefined && role.kind !== 'other' && role.parent.key.seen === 'present';
  const kept = role?.kind === 'kubeconfig' ? keptRows(row, role, pki).map(way) : [];
  const own = hasKey && 'local' in row && row.local !== undefined ? row.local : rowsFor(kind, row, role, pki);
  const alternative = classed(way(signedElsewhere(own, role, pki)), false);
  if (kept.length === 0 || !role || role.kind === 'other') return [alternative];
  if (credentialOfKubelet(role, pki) === 'valid') return kept;
  // Of a file that was not seen it is only known that the kubelet would have renewed it.
  return kind === 'expired' ? [...unseenFirst(kept, pki), alternative] : [alternative];
}

/** How a CA comes back whose key does not belong to it: what the program would sign with that key does not verify. */
function restoredFirst(authority: Authority, pki: Pki): Way | undefined {
  const row = pki.layout.remedies.rows.find(({ role }) => role === authority.id);
  if (row === undefined || !isBroughtBack(authority.source, pki) || !hasForeignKey(authority)) return undefined;
  return authorityWay('wrong', row, authority, pki, undefined);
}

/** What its notes ask for makes a certificate again, or replaces what others trust. */
function classed(way: Way, isTrusted: unknown): Way {
  return { ...way, steps: withNotes(way.steps, isTrusted ? 'changes-trust' : 're-issues') };
}

/**
 * The steps of a row for a kind of fault. kubeadm creates a pair only if neither of its files is there, so a key
 * without its certificate is moved away first (cmd/kubeadm/app/phases/certs/certs.go, writeCertificateFilesIfNotExist).
 * It renews only files with exactly one certificate (phases/certs/renewal/readwriter.go,
 * pkiCertificateReadWriter.Read), so one with intermediates is moved away too, and created again.
 */
function rowsFor(
  kind: RemedyKind,
  row: Remedy | RemedyRow,
  role: Role | OtherCertificate | undefined,
  { node }: Pki,
): readonly StepRow[] {
  const isThere = (path: string) => node.files.get(path)?.state === 'file';
  const isHalf = role?.kind === 'certificate' && pathsOf(role).some(isThere) && row.missing.some(isSignedHere);
  const isWithOthers =
    role?.kind === 'certificate' && role.chain?.ok === true && role.chain.value.intermediates.length > 0;
  const isRefused = kind === 'missing' ? isHalf : kind === 'expired' && isWithOthers && row.expired.some(isSignedHere);
  return isRefused ? row.wrong : row[kind];
}

function wayOf(rows: readonly StepRow[], values: CommandValues, pki: Pki): Way {
  const { unnamed } = pki.layout.remedies;
  const isNamed = (row: StepRow) => isCommand(row) && /\{(?:node|here)\}/.test(row.command);
  const isUnnamed = pki.facts.nodeName === undefined && rows.some(isNamed);
  const moving = movable(rows, values);
  const all = isUnnamed ? [unnamed, ...moving] : moving;
  return { rows, steps: all.flatMap((row) => stepsOf(row, values, stepTarget(pki))) };
}

/** Rows without those that move files where there are none to move, and then without a folder for them. */
export function movable(rows: readonly StepRow[], values: CommandValues): readonly StepRow[] {
  const isEmpty = (name: string) => values[name]?.length === 0;
  const isIdle = (row: StepRow) =>
    isCommand(row) &&
    ['files', 'credential', 'sans'].some((name) => row.command.includes(`{${name}}`) && isEmpty(name));
  if (!rows.some(isIdle)) return rows;
  const left = rows.filter((row) => !isIdle(row));
  return left.filter((row) => !isCommand(row) || row.command !== 'mkdir -p {backup}');
}

/** The steps for a CA whose certificate is not copied from another node. */
function authorityWay(
  kind: RemedyKind,
  row: Remedy | RemedyRow,
  authority: Authority,
  pki: Pki,
  path: string | undefined,
): Way {
  if ((kind === 'missing' || kind === 'wrong') && !isBroughtBack(authority.source, pki)) {
    return { steps: restoringSteps(row[kind], authority, pki, path), rows: [] };
  }
  const rows = kind === 'expired' && 'local' in row && row.local !== undefined ? row.local : row[kind];
  const { source, key } = authority;
  const files = existingFiles([source.path, key.path], pki);
  return wayOf(rows, { ...fillings(undefined, pki), certificate: source.path, files }, pki);
}

/**
 * Returns the steps that bring the new certificate of an expired CA to a node that does not renew it, and into its
 * kubeconfigs: before everything that the CA signs there. undefined if the node renews it, or it is an external etcd's.
 */
export function copyingSteps(row: Remedy | RemedyRow, authority: Authority, pki: Pki): Fix | undefined {
  if (pki.facts.etcd?.value === 'external' && row.external !== undefined) return undefined;
  if (isBroughtBack(authority.source, pki)) return undefined;
  const source = sourceOfCa(authority, pki);
  const isLocal = authority.key.seen === 'present' && 'local' in row && row.local !== undefined;
  if (source === undefined && isLocal) return undefined;
  const { awaits, step } = pki.layout.remedies.copying;
  const rows = source === undefined ? row.expired : [...(source.isRenewed ? [] : [awaits]), step];
  const values = {
    certificate: authority.source.path,
    ...(source && { other: source.node, otherPath: source.path }),
  };
  return [...rows.flatMap((one) => stepsOf(one, values, stepTarget(pki))), ...embeddingSteps(authority, pki)];
}

const isBroughtBack = (source: { readonly path: string } | undefined, { layout }: Pki): boolean =>
  source !== undefined && bringsBack(source.path, layout.remedies.owner);

/** The alternatives that keep the credential of the kubelet; none if it has none that is valid, as far as is known. */
function keptRows(row: Remedy | RemedyRow, role: Role, pki: Pki): readonly (readonly StepRow[])[] {
  if (!('kept' in row) || row.kept === undefined || credentialOfKubelet(role, pki) === 'unusable') return [];
  // kubectl and kubeadm must be able to read the kubeconfig, and find its user.
  if (!isEditable(role)) return [];
  const release = pki.facts.kubernetesVersion?.value;
  const applies = ({ byInstaller, from, before }: KeptRow) =>
    (!byInstaller || isInstallers(role, pki)) &&
    (from === undefined || release === undefined || isFrom(release, from)) &&
    (before === undefined || (release !== undefined && !isFrom(release, before)));
  return row.kept.filter(applies).map(({ steps }) => steps);
}

/** Whether the credential of a kubeconfig can be exchanged, and the rest of it stays. */
function isEditable({ kubeconfig }: Role): boolean {
  return kubeconfig?.user?.name !== undefined && kubeconfig.cluster !== undefined && !kubeconfig.refused;
}

/**
 * Whether `kubeadm init phase kubelet-finalize` finds what it changes: it reads only the kubeconfig and the credential
 * at their usual paths, and the user of this node in it. With an external CA kubeadm checks all other files first
 * (kubeadm/app/cmd/phases/init/kubeletfinalize.go, cmd/init.go).
 */
function isInstallers(role: Role, { node, kind, facts, layout }: Pki): boolean {
  const usual = `${layout.kubelet.certificates}/${layout.kubelet.client}`;
  const name = facts.nodeName?.value;
  return (
    kind === 'control-plane' &&
    role.parent.key.seen === 'present' &&
    role.path === role.recommended &&
    currentCredential(node) === usual &&
    name !== undefined &&
    role.kubeconfig?.user?.name === `system:node:${name}`
  );
}

/** The last alternative that keeps a credential, if that is not in the input: it is looked at first. */
function unseenFirst(kept: readonly Way[], pki: Pki): readonly Way[] {
  const rows = pki.layout.remedies.unseen;
  const looking = rows.flatMap((row) => stepsOf(row, fillings(undefined, pki), stepTarget(pki)));
  return kept.slice(-1).map((way) => ({ ...way, steps: [...looking, ...way.steps] }));
}

/** The values of placeholders in the steps of a remedy. */
export function fillings(role: Role | OtherCertificate | undefined, pki: Pki): CommandValues {
  const pem = currentCredential(pki.node);
  const owned = role === undefined ? [] : ownFiles(role, pki);
  // One that is good stays.
  const isKept = role !== undefined && role.kind !== 'other' && credentialOfKubelet(role, pki) === 'valid';
  const ofKubelet = role?.id === roleIds.kubelet && !isKept ? [pem] : [];
  const name = pki.facts.nodeName?.value ?? 'NAME';
  return {
    files: existingFiles(owned, pki),
    certificate: role?.certificate?.path ?? '',
    key: role?.key?.path ?? '',
    ...(role &&
      role.kind !== 'other' && {
        ca: role.parent.source.path,
        caKey: signingKey(role.parent, pki) ?? role.parent.key.path,
        request: requestOptions(role, pki),
        names: missingEntries(role, pki),
        hosts: extraNames(role, pki),
      }),
    node: name,
    here: name,
    path: role?.path ?? '',
    pem,
    // The files of a kubelet's credential: a new one is requested only if the old one has gone.
    credential: existingFiles([...owned, ...ofKubelet], pki),
    user: (role && 'kubeconfig' in role && role.kubeconfig?.user?.name) || '',
    address: addressOptions(role, pki),
    sans: missingNames(role, pki).map((name) => `- "${name}"`),
    config: configurationPath(pki),
  };
}
