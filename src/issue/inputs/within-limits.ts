/** Keys and lifetimes of new certificates within the limits by which lint judges them. */
import type { PublicKey } from '../../core/certificate.ts';
import { UserError } from '../../core/errors.ts';
import { algorithms, type KeyAlgorithm } from '../../core/plan.ts';
import { count } from '../../core/text.ts';
import { day } from '../../core/time.ts';
import { isShort, keyLimits, keysInWords, limitOf, type Settled } from '../../model/facts/limits.ts';

const rulesOfKeys = ['cert/key-size', 'authority/key-size', 'service-account/key-size'] as const;

/** The limits for all keys of a plan, which have one algorithm. */
function limitsOf(settled: Settled) {
  const all = rulesOfKeys.map((rule) => keyLimits(settled, rule));
  const ecdsa = all.flatMap((one) => one.ecdsa ?? []);
  return {
    rsa: Math.max(...all.map((one) => one.rsa)),
    ecdsa: ecdsa.length === 0 ? undefined : Math.max(...ecdsa),
  };
}

/** `ecdsa-p256` as a key of that length. */
function keyOf(algorithm: KeyAlgorithm): PublicKey {
  const [type, size = ''] = algorithm.split('-');
  return { type: type === 'rsa' ? 'RSA' : 'ECDSA', bits: Number(size.replace('p', '')) } as PublicKey;
}

/**
 * Returns the algorithm of new keys: the usual one, unless lint would call its keys too short. Then it is the next longer one
 * of the same kind, or else one of the other kind.
 *
 * @param given the one that the user chose
 * @throws UserError if the user chose one whose keys are too short, or if all are
 */
export function algorithmWithin(settled: Settled, given: KeyAlgorithm | undefined, usual: KeyAlgorithm): KeyAlgorithm {
  const limits = limitsOf(settled);
  const long = algorithms.filter((one) => !isShort(keyOf(one), limits));
  const wanted = given ?? usual;
  if (long.includes(wanted)) return wanted;
  const hint = long.length === 0 ? 'no algorithm has longer keys' : `long enough: ${long.join(', ')}`;
  const [kind = ''] = wanted.split('-');
  const other = long.find((one) => one.startsWith(kind)) ?? long[0];
  if (given !== undefined || other === undefined) {
    throw new UserError(`keys of ${wanted} are too short: the policy requires ${keysInWords(limits)}`, hint);
  }
  return other;
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
