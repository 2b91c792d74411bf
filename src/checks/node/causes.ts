/** Checks of one cause of many faults: a clock, a folder. What follows from it, other rules say. */

import { isInPkiFolder } from '../../artifact/node.ts';
import { folderOf, isAtOrBelow, withoutFolder } from '../../artifact/paths.ts';
import { remember } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import { timeOf } from '../../core/time.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { fileId } from '../../model/roles/slots.ts';
import type { PemSource } from '../../model/roles/source.ts';
import { check, notApplicable, problem } from '../base/check.ts';

/** Everything that a component or a user of the node reads, and that begins at some time. */
function startsOf({ roles, authorities, others }: Pki): readonly number[] {
  const leaves = [...roles.filter(({ inUse }) => inUse), ...others].flatMap(({ leaf }) => leaf ?? []);
  // CAs are older than what they sign. Without a leaf, they are what there is.
  const all = leaves.length > 1 ? leaves : [...leaves, ...authorities.flatMap(({ certificates }) => certificates)];
  return all.map(({ notBefore }) => notBefore);
}

/** The files of a node's PKI whose rows apply, at the paths where its components look for them. */
function neededFiles({ roles, authorities, serviceAccount }: Pki): readonly PemSource[] {
  const applying = [...roles, ...authorities].filter(({ applies }) => applies.answer === 'yes');
  const tokenKeys = serviceAccount.applies.answer === 'yes' && !serviceAccount.external ? serviceAccount : undefined;
  return [
    ...applying.flatMap(
      (one) => ('source' in one ? one.source : one.kind === 'certificate' ? one.certificate : []) ?? [],
    ),
    ...[...(tokenKeys?.signers ?? []), ...(tokenKeys?.verifiers ?? [])].map(({ source }) => source),
  ];
}

interface LostFolder {
  readonly folder: string;
  /** Paths of the files that should be in it. */
  readonly lost: readonly string[];
}

/**
 * The folders of the PKI that have lost all of several files, the outermost ones. Folders that were not seen are none.
 */
export const lostFolders = remember((pki: Pki): readonly LostFolder[] => {
  const files = neededFiles(pki);
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))].filter((folder) =>
    isInPkiFolder(pki.node, folder),
  );
  const lost = folders.flatMap((folder) => {
    const within = files.filter(({ path }) => isAtOrBelow(path, folder));
    const paths = [...new Set(within.map(({ path }) => path))];
    const isEmpty = within.every(({ seen }) => seen === 'absent') && !pki.node.pkiFiles.some(isBelow(folder));
    return isEmpty && paths.length > 1 ? [{ folder, lost: paths }] : [];
  });
  return lost.filter(
    ({ folder }) => !lost.some((outer) => outer.folder !== folder && isAtOrBelow(folder, outer.folder)),
  );
});

const isBelow = (folder: string) => (path: string) => isAtOrBelow(path, folder);

export const nodeCausesChecks = {
  /** Go compares the clock of the machine with NotBefore. Certificates that are made together begin together. */
  'node/clock': check('node', function* (pki) {
    const starts = startsOf(pki);
    const first = Math.min(...starts);
    if (starts.length < 2) return yield notApplicable('fewer than two certificates');
    if (pki.judging.at >= first) return;
    const data = {
      now: timeOf(pki.judging.at),
      start: timeOf(first),
    };
    const path = pki.node.pki;
    const message = `x509: certificate has expired or is not yet valid: current time ${data.now} is before ${data.start}`;
    const related = [{ path, subject: 'every certificate', message }];
    yield problem({ path }, { ...data, count: count(starts.length, 'certificate') }, { related });
  }),

  'node/folder': check('node', function* (pki) {
    for (const { folder, lost } of lostFolders(pki)) {
      const named = pki.slots.flatMap(({ path }) => (path !== undefined && isAtOrBelow(path, folder) ? path : []));
      const affects = [...new Set([...lost, ...named])].map((path) => idOnNode(pki, fileId(path)));
      const data = {
        path: folder,
        files: handful(
          lost.map((one) => withoutFolder(folder, one)),
          4,
        ),
      };
      yield problem({ path: folder }, { ...data, first: lost[0] ?? '' }, { key: folder, affects });
    }
  }),
};
