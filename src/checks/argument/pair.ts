/** Checks that the certificate and the key that two flags name belong together. */

import { keyFlagOf } from '../../model/handshake/signers.ts';
import type { Authority } from '../../model/roles/role.ts';
import { slotFlag, unknownPath } from '../../model/roles/slots.ts';
import { sourceAt } from '../../model/roles/source.ts';
import { loadKeyOnly, loadSigner, loadSignerCertificate } from '../../x509/load.ts';
import { check, notApplicable, problem, skip, skipUnseen } from '../base/check.ts';
import { wrongTrust } from '../credentials/target.ts';
import { hasKeyOf, wrongKey } from '../credentials/wrong-key.ts';

export const argumentPairChecks = {
  /**
   * kube-controller-manager signs with this certificate and no other
   * (pkg/controller/certificates/signer/ca_provider.go).
   */
  'argument/pair': check('argument', function* (slot, pki) {
    const keySlot = pki.slots.find((one) => one.component === slot.component && one.row.flag === keyFlagOf(slot));
    if (slot.row.holds !== 'signer' || slot.path === undefined) return yield notApplicable('not a signer');
    const unknown = keySlot && unknownPath(keySlot);
    if (unknown !== undefined) return yield skip(unknown);
    if (keySlot?.path === undefined) return yield notApplicable('no flag names its key on this node');
    const [certificate, key] = [slot.path, keySlot.path].map((path) => sourceAt(pki.node, path));
    if (key?.seen === 'unseen') return yield skipUnseen(key);
    const secret = key?.pem && loadKeyOnly(key.pem);
    if (!certificate?.pem || !key?.pem || !secret?.ok || !loadSignerCertificate(certificate.pem).ok) return;
    const pair = loadSigner(certificate.pem, key.pem);
    if (pair.ok) return;
    if (wrongTrust(slot, pki) || wrongKey(keySlot, pki)) return yield notApplicable('reported by argument/target');
    const isOfAuthority = ({ key: own, certificates }: Authority) =>
      own.path === key.path && !hasKeyOf(certificates, secret.value);
    if (pki.authorities.some(isOfAuthority)) return yield notApplicable('reported by authority/pair');
    const { component } = slot.row;
    const data = { component, flag: slotFlag(slot), path: slot.path, key: key.path, error: pair.error };
    yield problem(slot.argument?.at ?? { path: slot.path }, data);
  }),
};
