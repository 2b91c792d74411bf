/** The checks of the rules `service-account/*`, whose words are in `rules/catalog/service-account.json`. */

import { inFolder } from '../../artifact/paths.ts';
import { seenAt } from '../../model/roles/source.ts';
import { notApplicable, problem, skipUnseen } from '../base/check.ts';
import { keyPairCheck } from '../base/guards.ts';
import { serviceAccountVerified } from '../credentials/key-pairs.ts';
import { hasPair, tokenPaths } from '../credentials/token-keys.ts';
import { serviceAccountKeysChecks } from './keys.ts';

const serviceAccountPresenceChecks = {
  'service-account/present': keyPairCheck(function* (pair, pki, cluster = []) {
    if (pair.external) return yield notApplicable('an external signer is configured');
    const pairs = pki.layout.keyPairs.map((row) =>
      [row.private, row.public].map((path) => inFolder(pki.node.pki, path)),
    );
    const missing = new Set<string>();
    for (const { source, slot } of [...pair.signers, ...pair.verifiers]) {
      if (source.seen === 'unseen') yield skipUnseen(source);
      const ours = slot === undefined || pairs.flat().includes(source.path);
      if (source.seen === 'absent' && ours) missing.add(source.path);
    }
    const donor = cluster.find((other) => other !== pki && hasPair(other.serviceAccount));
    for (const recommended of pairs) {
      // If both are missing, that is one fault.
      const lost = [...missing].filter((path) => recommended.includes(path));
      const [first] = lost;
      if (first === undefined) continue;
      const path = lost.join(' and ');
      if (donor === undefined) {
        yield problem({ path: first }, { path });
        continue;
      }
      const [signer = '', verifier = ''] = recommended;
      const { signer: otherSigner, verifier: otherVerifier } = tokenPaths(donor.serviceAccount);
      const data = { path, signer, verifier, other: donor.name, otherSigner, otherVerifier };
      const files = recommended.filter((one) => seenAt(pki.node, one) === 'present');
      yield problem({ path: first }, data, { fix: 'pair', lists: { files } });
    }
  }),
};

const serviceAccountVerifiedChecks = {
  'service-account/verified': serviceAccountVerified,
};

export const serviceAccountChecks = {
  ...serviceAccountKeysChecks,
  ...serviceAccountPresenceChecks,
  ...serviceAccountVerifiedChecks,
};
