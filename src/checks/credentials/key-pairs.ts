/** Whether a private key belongs to what is next to it. */

import { type ServiceAccountKeys, stoppedWithoutTokens } from '../../model/roles/service-account.ts';
import { slotName } from '../../model/roles/slots.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { notApplicable, problem, skip, skipUnseen } from '../base/check.ts';
import { keyPairCheck } from '../base/guards.ts';
import { mismatchOf, tokenPaths, verifierIds } from './token-keys.ts';

/**
 * The public half of every signing key must be among the keys with which kube-apiserver verifies tokens
 * (kube-apiserver --service-account-key-file; kubernetes-pki-facts E, edge 22).
 */
export const serviceAccountVerified = keyPairCheck(function* (pair, pki, cluster = []) {
  if (pair.external) return yield notApplicable('an external signer is configured');
  const unseen = [...pair.verifiers, ...pair.signers].find((one) => one.source.seen === 'unseen');
  if (unseen) return yield skipUnseen(unseen.source);
  if (pair.verifiers.some((verifier) => !verifier.loaded?.ok)) return yield skip('the verifying keys were not read');
  if (pair.verifiers.length === 0) return yield notApplicable('no flag names the verifying keys');
  const known = verifierIds(pair);
  const reported = new Set<string>();
  for (const one of pair.signers) {
    const { slot, source, loaded } = one;
    if (!loaded?.ok || known.has(loaded.value.publicKey.id) || reported.has(source.path)) continue;
    reported.add(source.path);
    const verifier = pair.verifiers.map((one) => one.source.path).join(', ');
    const signer = slot ? slotName(slot) : source.path;
    const cause = mismatchOf(one, pki, cluster);
    const data = { signer, path: source.path, verifier, verifierPath: tokenPaths(pair).verifier, hint: '' };
    const isServers = pair.signers.some((other) => other.source.path === source.path && isOfServer(other));
    const stops = isServers ? stoppedWithoutTokens(pki) : [];
    yield problem({ path: source.path }, { ...data, ...cause?.data }, { key: source.path, stops, ...withFix(cause) });
  }
});

const withFix = (cause: { readonly fix: string } | undefined) => (cause ? { fix: cause.fix } : {});

/** Whether kube-apiserver signs the tokens that it is asked for with a key. */
const isOfServer = ({ slot }: ServiceAccountKeys['signers'][number]): boolean =>
  slot?.row.component === roleIds.apiServer;
