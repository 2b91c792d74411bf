/** Checks whether a node has the certificates of a different one. */

import { addressesOf, ownName } from '../../model/cluster/evidence.ts';
import { strangeNames } from '../../model/cluster/strange-names.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { dataOf, namedRoles, ofRoles } from '../base/copied-nodes.ts';

const strangeOf = ({ leaf, row: { accepted } }: Role, pki: Pki): readonly string[] =>
  leaf ? strangeNames(leaf, pki, accepted?.sans) : [];

export const nodeCopiedChecks = {
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
