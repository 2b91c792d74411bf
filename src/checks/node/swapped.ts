/**
 * Checks whether two files are in each other's place: two certificates, two keys, two pairs, a certificate and its key.
 */

import { idOnNode } from '../../model/handshake/ends.ts';
import { fileId } from '../../model/roles/slots.ts';
import { check, problem } from '../base/check.ts';
import { allSwaps } from '../credentials/swaps.ts';

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

export const nodeSwappedChecks = {
  'node/swapped': swapped(1),
  'node/swapped-pairs': swapped(2),
};
