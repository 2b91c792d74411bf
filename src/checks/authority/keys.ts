/** Checks of the keys of CAs: their size and type. */

import { isShort, keyLimits } from '../../model/facts/limits.ts';
import { authorityProblem, check, problem, traceOfInstaller, withoutInstaller } from '../base/check.ts';
import { applies, authorityCheck } from '../base/guards.ts';
import { tooShort } from '../credentials/keys.ts';

export const authorityKeysChecks = {
  'authority/key-size': authorityCheck(function* (authority, pki) {
    const limits = keyLimits(pki.judging, 'authority/key-size');
    const short = authority.loaded.value.find(
      (one) => isShort(one.publicKey, limits) && pki.judging.at <= one.notAfter,
    );
    if (short === undefined) return;
    const data = { subject: short.subject.text, ...tooShort(short.publicKey, limits) };
    yield authorityProblem(authority, data, { certificate: short });
  }),
  /** kubeadm can sign only with RSA and ECDSA keys (cmd/kubeadm/app/util/pkiutil, TryLoadKeyFromDisk). */
  'authority/key-type': check('authority', function* (authority, pki) {
    if (!(yield* applies(authority))) return;
    if (traceOfInstaller(pki) !== 'file') return yield withoutInstaller(pki);
    const { key } = authority;
    const block = key.pem?.blocks.find((one) => one.type === 'private-key');
    if (block?.key.publicKey.type !== 'Ed25519') return;
    yield problem({ path: key.path }, { role: authority.id, path: key.path });
  }),
};
