import { describe, expect, it } from 'vitest';
import { type IssueOptions, issue } from '../../src/index.ts';
import { groups } from '../cases/all.ts';
import { at, names, treeOf } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
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

  it('issues nothing, unless something else is requested too', async () => {
    const node = () =>
      buildNode().remove('super-admin.conf').remove('pki/front-proxy-client.crt').chmod('pki/sa.key', 0o644);
    const kinds = async (options: IssueOptions) =>
      (await issue({ at, cwd: '/', rootfs: onDisk(node()), algorithm: 'ecdsa-p256', ...options })).plan.actions.map(
        ({ kind }) => kind,
      );
    expect(await kinds({ fixModes: true })).toEqual(['chmod']);
    expect(await kinds({})).toEqual(['issue']);
    expect(await kinds({ fixModes: true, only: ['front-proxy-client'] })).toEqual(['issue']);
    expect(await kinds({ fixModes: true, renew: true })).toEqual(['issue', 'chmod']);
  });
});
