/** In every layout, what no rule needs is in no copy: comments, further variables, unknown fields and flags. */
import { describe, expect, it } from 'vitest';
import { kits } from '../layouts/kits/index.ts';
import { spreadInAll } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { copyOf } from './support.ts';

const canaries = ['Canary-7f3a9c51d2e84b06', '/Canary+7f3a9c51d2e84b06'] as const;

/** Adds a canary to a text wherever its format has a place for what nothing knows; undefined if it has none. */
function planted(text: string, canary: string): string | undefined {
  if (text.includes('-----BEGIN') || text.includes('\0')) return undefined;
  if (/^\[Service\]$/m.test(text))
    return text.replace(
      /^\[Service\]$/m,
      `$&\n# ${canary}\nEnvironment="MY_SECRET=${canary}"\nEnvironment=OTHER=${canary}`,
    );
  if (/^(?:apiVersion|kind): /m.test(text) && !/^(?:---|\.\.\.)/m.test(text))
    return `# ${canary}\n${text.trimEnd()}\nunknown: ${canary}\nfurther: {unknown: [${canary}]}\n`;
  if (/^[A-Z_]+=/.test(text)) return `# ${canary}\n${text.trimEnd()}\nMY_SECRET=${canary}\n`;
  return undefined;
}

/** Returns how many files of a node got a canary. */
function plant(node: NodeTree, canary: string): number {
  const changes = [...node.entries].flatMap(([path, entry]) => {
    const text = entry.type === 'file' ? planted(entry.content.toString(), canary) : undefined;
    return text === undefined ? [] : [[path, text] as const];
  });
  for (const [path, text] of changes) node.write(path, text);
  return changes.length;
}

describe('a canary in each file', () => {
  it.each(spreadInAll(Object.entries(kits), 10))('of a node of %s', async (_, { nodes: [make] }) => {
    for (const canary of canaries) {
      const node = make({});
      expect(plant(node, canary)).toBeGreaterThan(0);
      const { files } = await copyOf(node);
      expect(files.filter(([, content]) => content.includes(canary)).map(([name]) => name)).toEqual([]);
    }
  });
});
