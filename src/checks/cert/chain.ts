/** Checks of the certificates that follow a leaf in its file. */

import { issues } from '../../x509/verify/chain.ts';
import { roleProblem } from '../base/check.ts';
import { anyCertificateCheck } from '../base/guards.ts';
import { subjects } from '../credentials/file-contents.ts';

export const certChainChecks = {
  /** Each certificate after a leaf should certify one before it (RFC 5246 section 7.4.2; RFC 8446 section 4.4.2). */
  'cert/chain': anyCertificateCheck(function* (role, pki) {
    if (!role.chain?.ok) return;
    const { leaf, intermediates } = role.chain.value;
    const chain = [leaf, ...intermediates];
    const loose = intermediates.filter((one, index) => {
      const before = chain.slice(0, index + 1);
      return (
        !before.some((child) => issues(one, child, pki.strictness)) ||
        before.some((other) => other.fingerprint256 === one.fingerprint256)
      );
    });
    if (loose.length > 0) yield roleProblem(role, { subjects: subjects(loose) });
  }),
};
