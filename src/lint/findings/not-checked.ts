/** The paths of a node that were needed and not seen. */

import type { NodeFile } from '../../artifact/file.ts';
import { type LeftOut, leftOutReasons } from '../../artifact/left-out.ts';
import { setByText } from '../../artifact/place.ts';
import { compareText } from '../../core/text.ts';
import { manifestUnknown } from '../../model/roles/manifest-files.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { unknownPath } from '../../model/roles/slots.ts';
import { seenOfFile, unseenReason } from '../../model/roles/source.ts';
import type { UncheckedPath } from '../../results/outcome.ts';

/** States of files that are there and were not read. */
const unread: ReadonlySet<NodeFile['state']> = new Set(['unreadable', 'too-large']);

/**
 * Returns paths that were needed and not seen, each once, sorted. What a copy leaves out is one pattern for each kind.
 */
export function notCheckedOf(pki: Pki): readonly UncheckedPath[] {
  const reasons = new Map<string, string>();
  const add = (path: string, file: NodeFile | undefined, reason = unseenReason(file)) => {
    if (file?.leftOut === undefined) reasons.set(path, reason);
  };
  for (const file of pki.node.files.values()) if (unread.has(file.state)) add(file.path, file);
  // A link in the PKI may lead out of a copy.
  for (const path of pki.node.pkiFiles) {
    const file = pki.node.files.get(path);
    if (file?.state === 'outside') add(path, file);
  }
  for (const { at, unknown } of pki.node.components) if (unknown !== undefined) reasons.set(setByText(at), unknown);
  for (const path of pki.uses.keys()) {
    const file = pki.node.files.get(path);
    if (seenOfFile(file) === 'unseen') add(path, file);
  }
  for (const role of pki.roles) {
    if (role.applies.answer === 'yes' && role.seen === 'unseen')
      add(role.path, pki.node.files.get(role.path), role.reason);
    if (role.applies.answer === 'unknown') reasons.set(role.recommended, role.applies.reason);
  }
  for (const slot of pki.slots) {
    const reason = unknownPath(slot);
    const { argument, written } = slot;
    if (reason !== undefined && argument) reasons.set(written ?? argument.spelled, reason);
  }
  for (const path of pki.node.manifestFiles) {
    const reason = manifestUnknown(pki.node.files.get(path));
    if (reason !== undefined) reasons.set(path, reason);
  }
  const unseen = [...reasons].map(([path, reason]) => ({ node: pki.name, path, reason }));
  return [...leftOutPaths(pki, false), ...unseen].sort((one, other) => compareText(one.path, other.path));
}

/**
 * Returns what the copy of a node leaves out, as a pattern of paths for each kind.
 *
 * @param isDeclared whether a policy says so: then nothing demands it
 */
export function leftOutPaths({ node, name, judging }: Pki, isDeclared: boolean): readonly UncheckedPath[] {
  const folders = node.layout.kubeconfigFolders.map(({ folder, ending = '' }) => `${folder}/*${ending}`);
  const paths: Readonly<Record<LeftOut, readonly string[]>> = { keys: [`${node.pki}/*.key`], kubeconfigs: folders };
  const declared = judging.policy?.leftOut ?? [];
  const kinds = (node.leftOut ?? []).filter((kind) => declared.includes(kind) === isDeclared);
  return kinds.flatMap((kind) => paths[kind].map((path) => ({ node: name, path, reason: leftOutReasons[kind] })));
}
