import { describe, expect, it } from 'vitest';
import { groups } from '../cases/all.ts';
import { at, names, treeOf } from '../cases/harness.ts';
import { filesIn } from './support/folders.ts';
import { lintRoot, onDisk, type } from './support/remedy.ts';

const rules = ['key/mode-signing', 'key/mode', 'file/writable', 'file/writable-minor'];
const isMode = (name: string) => rules.includes(name.split('@')[0] ?? '');

const cases = Object.values(groups)
  .flat()
  .filter(({ beside, unreadable, findings }) => !beside && !unreadable && findings.some(isMode));

/** The contents of every file, regardless of its mode. */
const contents = (root: string) => [...filesIn(root)].map(([name, told]) => `${name} ${told.split(' ')[1]}`);

describe('--fix-modes', () => {
  it.each(cases)('fixes what lint reports, and changes no byte: $name', async (one) => {
    const root = onDisk(await treeOf(one));
    const before = contents(root);
    const { exitCode, said } = await type('pki-lint issue --write --fix-modes', root, at);
    expect(exitCode, said).toBe(0);
    expect(names(await lintRoot(root, one)).filter(isMode)).toEqual([]);
    expect(contents(root)).toEqual(before);
  });
});
