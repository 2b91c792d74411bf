/**
 * Checks of the files that arguments name: whether they exist, and whether a value is accepted.
 */

import { flagValue } from '../../artifact/arguments.ts';
import type { NodeFile } from '../../artifact/file.ts';
import { inFolder } from '../../artifact/paths.ts';
import { awaitsBootstrap } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Slot, slotFlag, slotName, unknownPath } from '../../model/roles/slots.ts';
import { referredPath, seenAt, seenOfFile, unseenReason } from '../../model/roles/source.ts';
import { bringsBack } from '../../tables/layouts/owner.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { editPaths, proposed } from '../base/argument-edit.ts';
import { type CheckResult, check, notApplicable, problem, skip } from '../base/check.ts';
import { linkTo } from '../credentials/presence.ts';

/** If a signing key was removed on purpose, no flag must name it (kubeadm names none then). */
const restoreKey =
  'restore it from a different control-plane node or a backup, or with an external CA leave the flag empty';

/** Why the file of an argument does not have to exist yet. */
function whyAwaited({ row, component, path }: Slot, pki: Pki): string | undefined {
  if (row.role === roleIds.kubelet && awaitsBootstrap(pki)) return 'the kubelet has not written it yet';
  const { owner } = pki.layout.remedies;
  if (row.role === null && path !== undefined && bringsBack(path, owner))
    return `${owner?.name} writes it when it starts`;
  // A kubelet that is installed, but whose node did not join yet, restarts until the installer writes both files.
  const hasJoined = seenAt(pki.node, flagValue(pki.node, 'kubelet', 'kubeconfig') ?? '') !== 'absent';
  const { installer } = pki.layout;
  const isAwaited = installer !== undefined && component.name === 'kubelet' && row.flag === 'config' && !hasJoined;
  return isAwaited ? `${installer} has not written it yet` : undefined;
}

/** Files that do not exist, and to which the kubeconfig of a webhook refers. For those of roles see kubeconfig/file. */
function* referencesAbsent(slot: Slot, file: NodeFile | undefined, { node }: Pki): Generator<CheckResult> {
  if (slot.row.role !== null || file?.content?.type !== 'kubeconfig') return;
  const { cluster, user } = file.content.kubeconfig;
  for (const reference of [cluster?.certificateAuthority, user?.certificate, user?.key]) {
    if (reference?.path === undefined) continue;
    const path = referredPath(node, slot.component, reference.path);
    if (seenAt(node, path) !== 'absent') continue;
    // Without parentheses: a note of a fix escapes those of values.
    const data = { component: slot.row.component, flag: `${slotFlag(slot)}: ${reference.entry}`, path };
    const wanted = {
      target: 'no such file',
      said: '',
      wanted: path,
      fix: `correct the path, or put the file at ${path}`,
    };
    yield problem(reference.at, { ...data, ...wanted }, { key: reference.entry });
  }
}

/** The path that an argument should have: of a role with several files, that of the one that it names. */
function recommendedFor({ row, path }: Slot, { node, layout }: Pki): string | undefined {
  const rows = [...layout.certificates, ...layout.keyPairs, ...layout.kubeconfigs].filter(
    ({ role }) => role === row.role,
  );
  const further = rows.slice(1).flatMap((one) => {
    if ('path' in one) return [one.path];
    return 'certificate' in one ? [one.certificate, one.key] : [one.private, one.public];
  });
  const named = further.map((file) => inFolder(node.pki, file)).find((file) => file === path);
  return named ?? (row.path === null ? undefined : inFolder(node.pki, row.path));
}

export const argumentFilesChecks = {
  /** Flags whose file does not exist. If that is the recommended path, the rules of the role report it. */
  'argument/file': check('argument', function* (slot, pki) {
    if (slot.argument === undefined) return yield notApplicable('not set');
    if (slot.row.holds === 'text' || slot.row.holds === 'sni-pair') return yield notApplicable('names no file');
    const unknown = unknownPath(slot);
    if (unknown !== undefined) return yield skip(unknown);
    if (slot.path === undefined) return;
    const file = pki.node.files.get(slot.path);
    if (seenOfFile(file) === 'unseen') return yield skip(`${slot.path}: ${unseenReason(file)}`);
    const unread = whyAwaited(slot, pki);
    if (unread !== undefined) return yield notApplicable(unread);
    const recommended = proposed(recommendedFor(slot, pki), pki);
    // A CA without its key can be intended, but not if a flag names the key.
    const isOwnFault = slot.path !== recommended || slot.row.role === null || slot.row.holds === 'signer-key';
    yield* referencesAbsent(slot, file, pki);
    if (seenOfFile(file) !== 'absent' || !isOwnFault) return;
    const target = file?.state === 'broken-link' ? linkTo(file) : 'no such file';
    const correct =
      slot.written === recommended
        ? 'correct the hostPath of its volume'
        : recommended === undefined
          ? 'correct the path'
          : `set it to ${recommended}`;
    const fix = recommended === slot.path ? restoreKey : `${correct}, or put the file at ${slot.path}`;
    const { said = '', component, optional, breaks } = slot.row;
    const data = { component, flag: slotFlag(slot), path: slot.path, target, said };
    const related = optional ? [{ path: slot.path, subject: slotName(slot), message: breaks }] : [];
    // A link to nothing has to go as well.
    const isEdited = recommended !== undefined && file?.state !== 'broken-link';
    const edits = isEdited ? editPaths([[slot, recommended]], pki) : [];
    yield problem(slot.argument.at, { ...data, wanted: recommended ?? slot.path, fix }, { related, edits });
  }),
};
