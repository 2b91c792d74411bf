/** Checks of the keys of service account tokens: their size and type. */

import { isShort, keyLimits } from '../../model/facts/limits.ts';
import { type ServiceAccountKeys, stoppedWithoutTokens } from '../../model/roles/service-account.ts';
import { shortKeyError } from '../../x509/verify/signature.ts';
import { notApplicable, problem } from '../base/check.ts';
import { keyPairCheck } from '../base/guards.ts';
import { keyName, tooShort } from '../credentials/keys.ts';

/** The keys that sign tokens; if none of them was read, the key that verifies all tokens. */
function tokenKeysOf({ signers, verifiers }: ServiceAccountKeys) {
  const signing = signers.flatMap(({ source, loaded }) =>
    loaded?.ok ? [{ source, key: loaded.value.publicKey }] : [],
  );
  if (signing.length > 0) return signing;
  const verifying = verifiers.flatMap(({ source, loaded }) =>
    loaded?.ok ? loaded.value.map((key) => ({ source, key })) : [],
  );
  return verifying.length === 1 ? verifying : [];
}

export const serviceAccountKeysChecks = {
  /**
   * A key with which Go neither signs nor verifies tokens. kube-controller-manager asks for the tokens of its
   * controllers when it starts, and exits without them (--use-service-account-credentials, which kubeadm sets).
   */
  'service-account/key-usable': keyPairCheck(function* (pair, pki) {
    for (const { source, key } of tokenKeysOf(pair)) {
      const error = shortKeyError(key, pki.strictness);
      if (error === undefined) continue;
      const stops = stoppedWithoutTokens(pki);
      return yield problem({ path: source.path }, { path: source.path, found: keyName(key), error }, { stops });
    }
  }),
  'service-account/key-size': keyPairCheck(function* (pair, pki) {
    const limits = keyLimits(pki.judging, 'service-account/key-size');
    for (const { source, loaded } of pair.signers) {
      if (!loaded?.ok || !isShort(loaded.value.publicKey, limits)) continue;
      if (shortKeyError(loaded.value.publicKey, pki.strictness) !== undefined) {
        return yield notApplicable('reported by service-account/key-usable');
      }
      const bits = String(Math.max(3072, limits.rsa));
      const data = { path: source.path, ...tooShort(loaded.value.publicKey, limits), bits };
      return yield problem({ path: source.path }, data);
    }
  }),
};
