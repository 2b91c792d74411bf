/** Is every token that is signed on this node verified on it? */
import { slotName } from '../model/slots.ts';
import { check, notApplicable, problem, skip } from './check.ts';

/**
 * The public half of every signer must be among the keys that kube-apiserver verifies with
 * (kube-apiserver --service-account-key-file; kubernetes-pki-facts E, edge 22).
 */
export const tokensVerified = check('key-pair', function* (pair) {
  if (pair.applies.answer !== 'yes') return yield notApplicable('not a control plane');
  if (pair.external) return yield notApplicable('an external signer is configured');
  const unseen = [...pair.verifiers, ...pair.signers].find((one) => one.source.seen === 'unseen');
  if (unseen) return yield skip(`${unseen.source.path}: ${unseen.source.reason}`);
  const verifiers = pair.verifiers.flatMap((verifier) => (verifier.loaded?.ok ? verifier.loaded.value : []));
  if (pair.verifiers.some((verifier) => !verifier.loaded?.ok)) return yield skip('the verifying keys were not read');
  if (pair.verifiers.length === 0) return yield notApplicable('no argument names the verifying keys');
  const known = new Set(verifiers.map((key) => key.id));
  const told = new Set<string>();
  for (const { slot, source, loaded } of pair.signers) {
    if (!loaded?.ok || known.has(loaded.value.publicKey.id) || told.has(source.path)) continue;
    told.add(source.path);
    const verifier = pair.verifiers.map((one) => one.source.path).join(', ');
    const signer = slot ? slotName(slot) : source.path;
    yield problem({ path: source.path }, { signer, path: source.path, verifier }, { key: source.path });
  }
});
