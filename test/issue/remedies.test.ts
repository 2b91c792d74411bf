import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/report.ts';
import { rules } from '../../src/tables/catalog.ts';
import { groups } from '../cases/all.ts';
import { at, expected, names, treeOf } from '../cases/harness.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { lintRoot, onDisk, type } from './support/remedy.ts';
import { mended as furtherCases, notMended } from './support/remedy-cases.ts';

/** Rules whose remedy is not one of our commands, and why. */
const byHand: Readonly<Record<string, string>> = {
  'authority/pair': 'the right key is somewhere else',
  'authority/issued': 'the right CA is somewhere else',
  'authority/may-sign': 'a CA that signed is replaced by hand: all that it signed dies with it',
  'authority/expired': 'likewise',
  'authority/ends-soon': 'likewise',
  'authority/key-size': 'likewise',
  'authority/key-usable': 'likewise',
  'upgrade/authority': 'likewise',
};

const mendable = new Set(rules.filter((rule) => rule.remedy !== null || rule.issue !== undefined).map(({ id }) => id));
const isMendable = (name: string) => mendable.has(name.split('@')[0] ?? '');

const cases = [...Object.values(groups).flat(), ...furtherCases].filter(
  ({ beside, unreadable, findings }) => !beside && !unreadable && findings.some(isMendable),
);

const commandOf = ({ fix: [first = ''] }: Finding) => (first.startsWith('pki-lint issue ') ? first : undefined);
const named = (findings: readonly Finding[]) => names({ findings });

/** Cases in which every finding must be fixed manually. */
const unmended: string[] = [];

/** The number of findings that were fixed, by rule. */
const mended = new Map<string, number>();

describe('the command in a finding makes the finding go away, and breaks nothing', () => {
  it.each(cases)('$name', async (one) => {
    const tree = await treeOf(one);
    let root = onDisk(tree);
    const before = (await lintRoot(root, one)).findings;
    const commands = new Set(before.flatMap((finding) => commandOf(finding) ?? []));
    if (commands.size === 0)
      unmended.push(`${one.name}: ${named(before.filter(({ rule }) => mendable.has(rule))).join(', ')}`);
    for (const [index, command] of [...commands].entries()) {
      if (index > 0) root = onDisk(tree);
      const told = before.filter((finding) => commandOf(finding) === command);
      const { exitCode, said } = await type(command, root, one.options?.at ?? at);
      const after = (await lintRoot(root, one)).findings;
      const stays = named(after).filter((name) => named(told).includes(name));
      const fresh = named(after.filter(({ severity }) => severity !== 'info')).filter(
        (name) => !named(before).includes(name),
      );
      expect({ command, exitCode, stays, fresh }, said).toEqual({ command, exitCode: 0, stays: [], fresh: [] });
      for (const { rule } of told) mended.set(rule, (mended.get(rule) ?? 0) + 1);
    }
  });

  it('for every rule with a remedy, but for those of CAs', async ({ annotate }) => {
    await annotate([...mended].map(([rule, times]) => `${rule} ${times}`).join(', '));
    expect([...mendable].filter((id) => !mended.has(id)).sort()).toEqual(Object.keys(byHand).sort());
  });
});

it('cases without a command of ours are those of golden/by-hand.txt', async () => {
  await expect(`${unmended.toSorted().join('\n')}\n`).toMatchFileSnapshot('golden/by-hand.txt');
});

describe('the suggested command', () => {
  it.each(furtherCases)('$name', async (one) => {
    const { findings } = await lintRoot(onDisk(await treeOf(one)), one);
    expect(named(findings)).toEqual(await expected(one));
    expect(findings.filter(({ rule }) => mendable.has(rule)).map(commandOf)).not.toContain(undefined);
  });

  it('makes a new pair for tokens last of all, where there is none to copy', async () => {
    const one = { change: (node: NodeTree) => node.remove('pki/sa.key').remove('pki/sa.pub') };
    const root = onDisk(await treeOf(one));
    const { findings } = await lintRoot(root, {});
    const line = findings.flatMap(({ fix }) => fix).find((text) => text.includes('pki-lint issue')) ?? '';
    expect(line).toMatch(/^with neither, anywhere: /);
    const { exitCode, said } = await type(line.replace(/^.*: /, ''), root, at);
    expect({ exitCode, left: named((await lintRoot(root, {})).findings) }, said).toEqual({
      exitCode: 0,
      left: ['san/page@kube-apiserver'],
    });
  });

  it.each(notMended)('is not ours if it cannot help: $name', async (one) => {
    const { findings } = await lintRoot(onDisk(await treeOf(one)), one);
    expect(named(findings)).toEqual(await expected(one));
    expect(findings.flatMap((finding) => commandOf(finding) ?? [])).toEqual([]);
  });
});
