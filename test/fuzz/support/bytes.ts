/** Mutations of bytes that know nothing of their meaning. */
import type { Dice } from '../../support/random.ts';

/** Larger inputs would only make the fuzz slow: the limits on sizes have tests of their own. */
const most = 256 * 1024;

/** A copy with one to four bytes changed, removed, inserted or repeated; sometimes truncated. */
export function mutateBytes(bytes: Uint8Array, { below, chance }: Dice): Uint8Array {
  if (chance(0.08)) return bytes.subarray(0, below(bytes.length + 1));
  const list = Buffer.from(bytes);
  let result = list;
  for (let left = 1 + below(4); left > 0; left--) {
    const at = below(result.length + 1);
    const length = chance(0.7) ? 1 : below(64);
    const part = result.subarray(at, at + length);
    if (chance(0.5) && at < result.length) {
      result[at] = chance(0.5) ? (result[at] ?? 0) ^ (1 << below(8)) : below(256);
    } else if (chance(0.5)) {
      result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)]);
    } else {
      const copies = chance(0.95) ? 1 : Math.min(2000, Math.floor(most / (part.length + 1)));
      const added = part.length > 0 ? Array.from({ length: copies }, () => part) : [Buffer.from([below(256)])];
      result = Buffer.concat([result.subarray(0, at), ...added, result.subarray(at)]);
    }
  }
  return result;
}
