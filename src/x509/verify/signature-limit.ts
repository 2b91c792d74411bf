/**
 * Limits the work of verifying signatures. A file with n CAs of one name can require n² of them, and each can take
 * milliseconds. The limit is not a parameter, because nearly every question about a node may need a signature;
 * questions are synchronous.
 */
import type { PublicKey } from '../../artifact/certificate.ts';
import { UserError } from '../../core/errors.ts';
import { mlDsaNamed } from '../ml-dsa.ts';

/**
 * The units for all questions of one kind about one node: ten times what a control plane with keys of 8192 bits needs.
 */
export const signaturesOfNode = 5000;

/** The units of a question whose answer Go would have to find within 100 signatures (maxChainSignatureChecks). */
export const signaturesOfQuestion = 500;

const reason = 'too many certificates with the same name: not all signatures were verified';

interface Budget {
  left: number;
  readonly outer: Budget | undefined;
}

let budget: Budget | undefined;

/**
 * Runs a synchronous function that may verify signatures of this many units. They also count for the functions around
 * it.
 *
 * @throws UserError if it needs more; see `isSignatureLimit`
 */
export function limitSignatures<T>(units: number, run: () => T): T {
  const outer = budget;
  budget = { left: units, outer };
  try {
    return run();
  } finally {
    budget = outer;
  }
}

/** Whether an error says that the limit is reached: the answer is unknown. Its message is the reason. */
export function isSignatureLimit(error: unknown): error is UserError {
  return error instanceof UserError && error.message === reason;
}

/** A signature takes 0.3 to 1 ms by OpenSSL, 2 to 8 ms in JavaScript. */
const mlDsaUnits = 10;

/**
 * Counts one signature. A unit is about 0.2 milliseconds: half of a signature with P-256 or RSA-2048.
 *
 * @param isKnown whether it was verified before, so that only the look-up counts
 * @throws UserError if the limit is reached
 */
export function spendSignature({ type, bits }: PublicKey, isKnown: boolean): void {
  const units = isKnown ? 0.02 : mlDsaNamed(type) ? mlDsaUnits : 1 + (bits / (type === 'RSA' ? 4096 : 192)) ** 2;
  for (let one = budget; one !== undefined; one = one.outer) {
    one.left -= units;
    if (one.left < 0) throw new UserError(reason);
  }
}
