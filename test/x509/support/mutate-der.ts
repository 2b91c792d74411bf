/** Seeded mutations of DER: of its bytes, and of its tree with all lengths corrected. */
import { everyList, parseTree, type TreeElement, writeTree } from '../../support/der-tree.ts';

const tags = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31];
const contexts = [0x80, 0x81, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa3, 0xa4];

/** A copy of `der` with one to three mutations. */
export function mutateDer(der: Uint8Array, random: () => number): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  if (random() < 0.3) return mutateBytes(der, random);
  const root = parseTree(der);
  if (root === undefined) return mutateBytes(der, random);
  for (let left = 1 + Math.floor(random() * 2); left > 0 && root.length > 0; left--) {
    const list = pick(everyList(root).filter((elements) => elements.length > 0));
    const at = Math.floor(random() * list.length);
    const target = list[at] as TreeElement;
    const acts: (() => void)[] = [
      () => list.splice(at, 1),
      () => list.splice(at, 0, target),
      () => list.push(list.splice(at, 1)[0] as TreeElement),
      () => {
        target.tag = pick(random() < 0.6 ? tags : contexts);
      },
      () => {
        target.content = mutateBytes(writeTree({ ...target, tag: 0x30 }).subarray(2), random);
      },
      () => {
        const bytes =
          target.content instanceof Uint8Array ? target.content : Buffer.concat(target.content.map(writeTree));
        target.content = random() < 0.5 ? bytes.subarray(0, bytes.length - 1) : Buffer.concat([pick(fillers), bytes]);
      },
      () => {
        target.content = pick(fillers);
      },
    ];
    pick(acts)();
  }
  return Buffer.concat(root.map(writeTree));
}

const fillers = ['', '00', 'ff', '80', '0500', '0101ff', '010100', '020100', '2a2e', '0000'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

function mutateBytes(der: Uint8Array, random: () => number): Uint8Array {
  const copy = Buffer.from(der);
  if (copy.length === 0) return Buffer.from([Math.floor(random() * 256)]);
  for (let left = 1 + Math.floor(random() * 2); left > 0; left--) {
    const at = Math.floor(random() * copy.length);
    copy[at] = random() < 0.5 ? (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8)) : Math.floor(random() * 256);
  }
  return random() < 0.1 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
}
