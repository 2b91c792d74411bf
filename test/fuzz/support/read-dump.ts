/** Dumps of a cluster's objects: what is read of them, and what the commands print about them. */
import { dumpsInBytes } from '../../../src/scan/objects/find.ts';
import { objectCases } from '../../objects/cases.ts';
import type { Dice } from '../../support/random.ts';
import { isReadable, keysWithin } from '../../support/secrets.ts';
import { isUserError, nodeLimit, readInput } from './read-node.ts';
import type { Fuzzed } from './reader.ts';
import { mutateText } from './text.ts';
import { words } from './words.ts';

const samples = objectCases.map(({ objects }) => objects);

/** The keys in dumps that are mutated. */
export const dumpKeys = (): readonly string[] =>
  [...new Set(samples.flatMap((text) => keysWithin(text)))].filter(isReadable);

/** The words of YAML, of JSON and of objects. */
const vocabulary = [
  ...words.yaml,
  ...words.kubernetes,
  ...['{', '}', '[', ']', '"', ',', '\n---\n', 'items:', '"items": [', 'null', 'kind: Secret', '"kind": "List"'],
  ...['caBundle:', 'tls.crt:', 'data:', 'stringData:', 'LS0tLS1CRUdJTi', 'creationTimestamp:', '- apiVersion: v1\n'],
];

function makeDump(dice: Dice): Uint8Array {
  const text = dice.pick(samples);
  const both = dice.chance(0.2) ? `${text}\n---\n${dice.pick(samples)}` : text;
  return Buffer.from(mutateText(both, dice, { words: vocabulary, samples }), 'latin1');
}

export const dumpReaders: Readonly<Record<string, Fuzzed>> = {
  objects: { make: makeDump, read: (input) => dumpsInBytes(Buffer.from(input), 'x.yaml') },
  dump: { make: makeDump, read: readInput, documented: isUserError, limit: nodeLimit },
};
