/** Chains that an intermediate in the file of a certificate makes too long. */
import type { PathLimit } from '../../model/roles/authorities.ts';
import { tooLong } from '../../x509/verify/chain.ts';

/** What is wrong with a chain in the file of a certificate whose intermediate allows only a shorter one. */
export function longChain({ ca: { subject, basicConstraints }, below }: PathLimit) {
  const name = `"${subject.text}"`;
  const found = `the path length of ${name} is ${basicConstraints?.pathLength}, and the chain has ${below} below it`;
  return {
    found,
    error: tooLong,
    claim: `has a chain that is too long for its intermediate ${name}`,
    claims: `have chains that are too long for their intermediate ${name}`,
    shared: found,
    isRenamed: false,
  };
}
