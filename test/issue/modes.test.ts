import { describe, expect, it } from 'vitest';
import { planModes } from '../../src/issue/plan/modes.ts';
import { groups } from '../cases/all.ts';
import { at, names, pkiOf, treeOf } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { filesIn, issueIn } from './support/folders.ts';
import { lintRoot, onDisk, type } from './support/remedy.ts';

const rules = ['key/mode-signing', 'key/mode', 'file/writable', 'file/writable-minor'];
const isMode = (name: string) => rules.includes(name.split('@')[0] ?? '');

const cases = Object.values(groups)
  .flat()
  .filter(({ beside, unreadable, findings }) => !beside && !unreadable && findings.some(isMode));

/** What every file holds, whoever may read it. */
const contents = (root: string) => [...filesIn(root)].map(([name, told]) => `${name} ${told.split(' ')[1]}`);

describe('--fix-modes', () => {
  it.each(cases)('mends what lint calls wrong, and changes no byte: $name', async (one) => {
    const root = onDisk(await treeOf(one));
    const before = contents(root);
    const { exitCode, said } = await type('pki-lint issue --write --fix-modes', root, at);
    expect(exitCode, said).toBe(0);
    expect(names(await lintRoot(root, one)).filter(isMode)).toEqual([]);
    // What is missing is filled as well.
    expect(contents(root)).toEqual(expect.arrayContaining([...before]));
  });

  it('lets the group of a program go on reading a secret', async () => {
    const mended = async (gid: number) => {
      const node = buildNode().chmod('pki/sa.key', 0o644).chown('pki/sa.key', 0, gid);
      return planModes(await pkiOf(node), new Set()).map(({ mode }) => mode);
    };
    expect([await mended(0), await mended(998)]).toEqual([[0o600], [0o640]]);
  });

  it('takes from a group what everybody had', async () => {
    const node = buildNode().chmod('pki/ca.crt', 0o666).chown('pki/ca.crt', 0, 1000);
    expect(planModes(await pkiOf(node), new Set()).map(({ mode }) => mode)).toEqual([0o644]);
  });

  it('finds nothing to do on a healthy node', async () => {
    const { plan } = await issueIn('/', { rootfs: onDisk(buildNode()), fixModes: true });
    expect(plan.actions).toEqual([]);
  });
});
