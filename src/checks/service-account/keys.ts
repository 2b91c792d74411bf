/** Checks of the keys of service account tokens: their size and type. */

import { allArguments, componentNamed } from '../../artifact/arguments.ts';
import type { PublicKey } from '../../artifact/certificate.ts';
import { isShort, keyLimits } from '../../model/facts/limits.ts';
import { type ServiceAccountKeys, stoppedWithoutTokens } from '../../model/roles/service-account.ts';
import { signsTokens, verifierOf } from '../../x509/load.ts';
import { shortKeyError } from '../../x509/verify/signature.ts';
import { sedArguments } from '../base/argument-edit.ts';
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
  /**
   * One key that cannot be published keeps kube-apiserver from publishing any (k8s.io/kubernetes pkg/serviceaccount/
   * openidmetadata.go, publicJWKSFromKeys), if its issuer could be discovered at all (NewOpenIDMetadataProvider).
   */
  'service-account/published': keyPairCheck(function* (pair, pki) {
    if (pair.external) return yield notApplicable('an external signer is configured');
    const apiserver = componentNamed(pki.node, 'kube-apiserver');
    const [issuer] = apiserver ? allArguments(apiserver, 'service-account-issuer') : [];
    if (issuer?.value && !/^https:/i.test(issuer.value)) return yield notApplicable('the issuer is not an https URL');
    const keysOf = ({ loaded }: (typeof pair.verifiers)[number]) => (loaded?.ok ? loaded.value : []);
    if (!pair.verifiers.flatMap(keysOf).some(signsTokens)) return yield notApplicable('no key signs tokens');
    for (const verifier of new Map(pair.verifiers.map((one) => [one.source.path, one])).values()) {
      const { path, pem } = verifier.source;
      const isWrong = (key: PublicKey | undefined) => key !== undefined && !signsTokens(key);
      const blocks = (pem?.blocks ?? []).filter((block) => isWrong(verifierOf(block)));
      const [first] = blocks;
      if (first === undefined) continue;
      const scripts = sedArguments(blocks.map(({ line }) => `${line},/-----END/d`));
      const how = keysOf(verifier).every(isWrong) ? { fix: 'alone' } : { lists: { scripts } };
      yield problem({ path, line: first.line }, { path }, { key: path, ...how });
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
