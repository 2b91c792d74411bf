/** What was needed and could not be looked at. Green never means "looked at nothing". */
import type { NodeFile } from '../core/artifact.ts';
import type { Pki } from '../model/pki.ts';
import { seenOfFile, unseenReason } from '../model/source.ts';

export interface NotChecked {
  readonly node: string;
  readonly path: string;
  readonly reason: string;
}

/** Paths that were needed, each once, in order. */
export function notCheckedOf(pki: Pki): readonly NotChecked[] {
  const reasons = new Map<string, string>();
  const add = (path: string, file: NodeFile | undefined, reason = unseenReason(file)) => reasons.set(path, reason);
  for (const file of pki.node.files.values()) if (file.state === 'unreadable') add(file.path, file);
  for (const path of pki.uses.keys()) {
    const file = pki.node.files.get(path);
    if (seenOfFile(file) === 'unseen') add(path, file);
  }
  for (const role of pki.roles) {
    if (role.applies.answer === 'yes' && role.seen === 'unseen') add(role.path, role.file, role.reason);
    if (role.applies.answer === 'unknown') reasons.set(role.recommended, role.applies.reason);
  }
  for (const slot of pki.slots) {
    const { problem, argument } = slot;
    if (problem && problem.kind !== 'not-mounted' && argument)
      reasons.set(argument.value ?? argument.spelled, problem.reason);
  }
  if (pki.kind === 'control-plane' && pki.node.components.length === 0) {
    const path = '/etc/kubernetes/manifests';
    if (seenOfFile(pki.node.files.get(path)) === 'unseen') add(path, pki.node.files.get(path));
  }
  return [...reasons].sort().map(([path, reason]) => ({ node: pki.name, path, reason }));
}
