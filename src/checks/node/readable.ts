/** Checks that the files of a node could be read. */

import { archivedPaths } from '../../artifact/archived-paths.ts';
import { notUtf8, permissionDenied } from '../../artifact/left-out.ts';
import { count, handful } from '../../core/text.ts';
import { unseenReason } from '../../model/roles/source.ts';
import { check, problem } from '../base/check.ts';

export const nodeReadableChecks = {
  /** One warning for all files without permission to read: the files are not at fault. */
  'node/readable': check('node', function* (pki) {
    const unreadable = [...pki.node.files.values()].filter((file) => file.state === 'unreadable');
    if (unreadable.length === 0) return;
    const paths = unreadable.map((file) => file.path).sort();
    const reasons = new Set(unreadable.map(unseenReason));
    const read = [...pki.node.files.values()].filter((file) => file.state === 'file');
    const [unnamed, others] = [true, false].map((is) => unreadable.filter(({ detail }) => (detail === notUtf8) === is));
    const data = {
      count: `${paths.length} of ${count(paths.length + read.length, 'file')}`,
      paths: handful(paths, 3),
      found: [...reasons].join(', '),
      ...(reasons.has(permissionDenied) ? { denied: permissionDenied } : {}),
      ...(unnamed?.length ? { unnamed: handful(unnamed.map(({ path }) => path).sort(), 3) } : {}),
    };
    // A copy helps where this machine is not the node, or where root could not read them either.
    const needsCopy = pki.node.named?.length !== 0 || !reasons.has(permissionDenied);
    const lists = others?.length && needsCopy ? { archived: archivedPaths(pki.layout) } : {};
    yield problem({ path: pki.node.pki }, data, { lists, parts: paths });
  }),
};
