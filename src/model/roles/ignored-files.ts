/** The files of a node that a policy ignores. */

import { foldersOf } from '../../artifact/paths.ts';
import { fileIn } from '../../artifact/place.ts';
import { glob } from '../../core/glob.ts';
import type { Ignored, Pki } from './pki.ts';

/**
 * Returns what a policy ignores on a node; undefined if it ignores nothing. What a component reads, and the files of
 * the tables, cannot be ignored, nor can the folders above them.
 */
export function ignoredOn(pki: Pki): Ignored | undefined {
  const patterns = (pki.judging.policy?.ignore ?? []).map(glob);
  if (patterns.length === 0) return undefined;
  const readers = readersOf(pki);
  const paths = new Set<string>();
  let files = 0;
  const kept: { path: string; by: string }[] = [];
  for (const { path, state } of pki.node.files.values()) {
    if (!patterns.some((matches) => matches(path))) continue;
    // A link to a file that is read is judged as a file of its own, and so is that file.
    const by = readers.get(path);
    const isFile = state !== 'directory' && state !== 'absent';
    if (by === undefined) paths.add(path);
    if (by === undefined && isFile) files += 1;
    if (by !== undefined && isFile) kept.push({ path, by });
  }
  return { paths, files, kept: kept.toSorted((one, other) => (one.path < other.path ? -1 : 1)) };
}

/** Paths that cannot be ignored, with what reads them. */
function readersOf(pki: Pki): ReadonlyMap<string, string> {
  const { node, uses, roles, authorities, serviceAccount } = pki;
  const readers = new Map<string, string>();
  const add = (path: string | undefined, by: string) => {
    if (path === undefined) return;
    const file = node.files.get(path);
    const files = [path, file?.realPath ?? path, ...(file?.links ?? []).map((link) => link.path)];
    for (const one of files.flatMap((each) => [each, ...foldersOf(each)])) if (!readers.has(one)) readers.set(one, by);
  };
  for (const [path, [use]] of uses) add(path, use?.user ?? '');
  for (const path of node.manifestFiles) add(path, 'kubelet');
  for (const { name, at, arguments: all } of [...node.components, ...(node.services ?? [])]) {
    for (const place of [at, ...all.map((argument) => argument.at)]) add(fileIn(place), name);
  }
  for (const { id, applies, path, certificate, key } of roles) {
    if (applies.answer === 'yes') for (const one of [path, certificate?.path, key?.path]) add(one, id);
  }
  for (const { id, source, key } of authorities) for (const one of [source.path, key.path]) add(one, id);
  const tokens = [...serviceAccount.signers, ...serviceAccount.verifiers];
  for (const { source } of tokens) add(source.path, serviceAccount.row.role);
  return readers;
}
