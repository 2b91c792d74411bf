/** No private key is in a copy without keys. Other secrets: `test/secrets/`. */
import { describe, expect, it } from 'vitest';
import { misplacedKeys } from '../hostile/support/misplaced-keys.ts';
import { kits } from '../layouts/kits/index.ts';
import { buildNode } from '../support/build-node.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { spreadInAll } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { detector, isReadable, keysOf } from '../support/secrets.ts';
import { copyOf } from './support.ts';

const textOf = async (node: NodeTree): Promise<string> =>
  (await copyOf(node)).files.map(([, content]) => content).join('\n');

describe('private keys', () => {
  it.each(corpora)('of %s', async (name) => {
    const node = await corpus(name);
    expect(detector(keysOf(node))(await textOf(node))).toBe(false);
  });

  it.each(spreadInAll(Object.entries(misplacedKeys), 6))('misplaced: %s', async (_, misplace) => {
    for (const type of ['P-256', 'Ed25519'] as const) {
      const node = buildNode({ keys: type });
      const keys = keysOf(node);
      misplace(node, node.read('pki/apiserver.key'));
      expect(detector([...keys, ...keysOf(node).filter(isReadable)])(await textOf(node))).toBe(false);
    }
  });
});

describe('keys of each layout', () => {
  // The sample is eight kits.
  it('a copy of each layout has none of the keys of its node', async () => {
    for (const { nodes } of spreadInAll(Object.values(kits), 4))
      for (const make of nodes.slice(0, 1)) {
        const node = make();
        expect(detector(keysOf(node).filter(isReadable))(await textOf(node))).toBe(false);
      }
  });
});
