/** The checks of the rules `node/*`, whose words are in `rules/catalog/node.json`. */

import { archivedPaths } from '../../artifact/archived-paths.ts';
import { notUtf8, permissionDenied } from '../../artifact/left-out.ts';
import { count, handful } from '../../core/text.ts';
import { addressesOf, ownName } from '../../model/cluster/evidence.ts';
import { strangeNames } from '../../model/cluster/strange-names.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { fileId } from '../../model/roles/slots.ts';
import { unseenReason } from '../../model/roles/source.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { dataOf, namedRoles, ofRoles } from '../base/copied-nodes.ts';
import { allSwaps } from '../credentials/swaps.ts';
import { nodeCausesChecks } from './causes.ts';

const nodeReadableChecks = {
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

/** The swaps of single files, or those of a certificate together with its key. */
function swapped(files: 1 | 2) {
  return check('node', function* (pki) {
    for (const swap of allSwaps(pki).filter((one) => one.files.length === files)) {
      const [[first, second] = ['', ''], [key, otherKey] = ['', '']] = swap.files;
      const ids = [...swap.ids, ...swap.files.flat().map(fileId)];
      const data = { first, second, key, otherKey, secret: swap.secret ?? '' };
      yield problem({ path: first }, data, {
        key: swap.files.flat().join(' '),
        moved: swap.files.flat(),
        affects: ids.map((id) => idOnNode(pki, id)),
      });
    }
  });
}

const nodeSwappedChecks = {
  'node/swapped': swapped(1),
  'node/swapped-pairs': swapped(2),
};

const strangeOf = ({ leaf, row: { accepted } }: Role, pki: Pki): readonly string[] =>
  leaf ? strangeNames(leaf, pki, accepted?.sans) : [];

const nodeCopiedChecks = {
  /** Seen on one node: several of its certificates name the same different node. */
  'node/copied': check('node', function* (pki) {
    const roles = namedRoles(pki);
    if (roles.length < 2) return yield notApplicable('fewer than two certificates that name a node');
    if (ownName(pki) === undefined || addressesOf(pki).size === 0)
      return yield skip('the name or address of the node is unknown (--node-name, --node-ip)');
    const strange = roles.filter((role) => strangeOf(role, pki).length > 0);
    const [first] = strange;
    const isCommon = (name: string) => strange.every((role) => strangeOf(role, pki).includes(name));
    const other = first && strangeOf(first, pki).find(isCommon);
    if (other === undefined || strange.length < 2) return;
    yield problem({ path: first?.path ?? pki.node.pki }, dataOf(pki, other, strange), {
      affects: ofRoles(strange, pki),
    });
  }),
};

export const nodeChecks = {
  ...nodeCausesChecks,
  ...nodeCopiedChecks,
  ...nodeReadableChecks,
  ...nodeSwappedChecks,
};
