/** Checks that the files of a node could be read. */

import { archivedPaths } from '../../artifact/layout.ts';
import { notUtf8 } from '../../artifact/left-out.ts';
import { count, handful } from '../../core/text.ts';
import { unreadableOf, unseenReason } from '../../model/roles/source.ts';
import { isMostlyUnread } from '../../results/read/unread.ts';
import { check, problem } from '../base/check.ts';

export const nodeReadableChecks = {
  /** One warning for all files without permission to read: the files are not at fault. */
  'node/readable': check('node', function* (pki) {
    const unreadable = [...pki.node.files.values()].filter((file) => file.state === 'unreadable');
    const [first] = unreadable;
    if (first === undefined) return;
    const paths = unreadable.map((file) => file.path).sort();
    const all = unreadableOf(pki);
    const number = count(paths.length, 'path');
    const share = isMostlyUnread({ unreadable: all }) ? `${paths.length} of ${all.paths + all.files} paths` : number;
    const [unnamed, others] = [true, false].map((is) => unreadable.filter(({ detail }) => (detail === notUtf8) === is));
    const data = {
      ...{ count: share, paths: handful(paths, 3), found: unseenReason(others?.[0] ?? first) },
      ...(unnamed?.length ? { unnamed: handful(unnamed.map(({ path }) => path).sort(), 3) } : {}),
    };
    const lists = others?.length ? { archived: archivedPaths(pki.layout) } : {};
    yield problem({ path: pki.node.pki }, data, { lists, parts: paths });
  }),
};
