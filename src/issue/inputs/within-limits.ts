/** Keys and lifetimes of new certificates within the limits by which lint judges them. */
import type { PublicKey } from '../../artifact/certificate.ts';
import { UserError } from '../../core/errors.ts';
import { count } from '../../core/text.ts';
import { day } from '../../core/time.ts';
import { isShort, type KeySizeRule, keyLimits, keysInWords, limitOf, type Settled } from '../../model/facts/limits.ts';
import { type ClassicalAlgorithm, classicalAlgorithms, isMlDsa, type KeyAlgorithm } from '../../results/issue/plan.ts';

/** `ecdsa-p256` as a key of that length. */
function keyOf(algorithm: ClassicalAlgorithm): PublicKey {
  const [type, size = ''] = algorithm.split('-');
  return { type: type === 'rsa' ? 'RSA' : 'ECDSA', bits: Number(size.replace('p', '')) } as PublicKey;
}

/**
 * Returns the algorithm of new keys: the usual one, unless lint would call its keys too short. Then it is the next
 * longer one of the same kind, or else one of the other kind. No limit is about keys of ML-DSA.
 *
 * @param rule the one that judges the keys
 * @param isGiven whether the user chose the usual one for keys of this kind
 * @throws UserError if the user chose one whose keys are too short, or if all are
 */
export function algorithmWithin<Algorithm extends KeyAlgorithm>(
  settled: Settled,
  rule: KeySizeRule,
  usual: Algorithm,
  isGiven = false,
): Algorithm | ClassicalAlgorithm {
  const limits = keyLimits(settled, rule);
  const long = classicalAlgorithms.filter((one) => !isShort(keyOf(one), limits));
  if (isMlDsa(usual) || long.some((one) => one === usual)) return usual;
  const [kind = ''] = usual.split('-');
  const other = long.find((one) => one.startsWith(kind)) ?? long[0];
  if (other !== undefined && !isGiven) return other;
  const hint = long.length === 0 ? 'no algorithm has longer keys' : `long enough: ${long.join(', ')}`;
  throw new UserError(`keys of ${usual} are too short: the policy requires ${keysInWords(limits)} (${rule})`, hint);
}

/**
 * Returns a lifetime in milliseconds, or the longest one that lint accepts.
 *
 * @param isGiven whether the user chose it
 * @throws UserError if the user chose one that is too long
 */
export function lifetimeWithin(
  settled: Settled,
  rule: 'cert/lifetime' | 'authority/lifetime',
  lifetime: number,
  isGiven: boolean,
): number {
  const max = limitOf(settled, rule, 'max') ?? Number.POSITIVE_INFINITY;
  if (lifetime <= max || !isGiven) return Math.min(lifetime, max);
  const days = (ms: number) => count(Math.round(ms / day), 'day');
  throw new UserError(
    `${days(lifetime)} are too long: the policy allows ${days(max)} (${rule})`,
    'choose a shorter lifetime',
  );
}
