/** The commands of all findings about hostile nodes call the programs that they name, with whole values. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type IssueOptions, issue, type Report } from '../../src/index.ts';
import { groups } from '../cases/all.ts';
import { at, type Case, lintTree, lintTrees, treeOf } from '../cases/harness.ts';
import { argumentFixes } from '../fixes/arguments.ts';
import { otherFixes } from '../fixes/others.ts';
import { swapFixes } from '../fixes/swaps.ts';
import { tokenKeyFixes } from '../fixes/token-keys.ts';
import { incidents } from '../incidents/incidents.ts';
import { onDisk } from '../issue/support/remedy.ts';
import { buildNode } from '../support/build-node.ts';
import { catalogueCommands } from '../support/catalogue-commands.ts';
import { oneOfEach, sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { hostile, makeHostile } from './support/hostile-node.ts';
import { intruders, stubShell } from './support/stub-shell.ts';

type Faulty = Pick<Case, 'node' | 'change' | 'beside' | 'options'>;

async function treesOf(one: Faulty): Promise<readonly NodeTree[]> {
  return [await treeOf(one), ...((await one.beside?.()) ?? [])];
}

const lintAll = (trees: readonly NodeTree[], options: Case['options']): Promise<Report> => {
  const [only, ...others] = trees;
  return only !== undefined && others.length === 0
    ? lintTree(only, { at, ...options })
    : lintTrees(trees, { at, ...options });
};

const commandsOf = ({ findings }: Report): readonly string[] =>
  findings.flatMap(({ fix }) => fix.flat().flatMap(({ kind, text }) => (kind === 'command' ? text : [])));

/** The commands of nodes after their names became hostile. */
async function commandsFor(trees: readonly NodeTree[], options: Case['options']) {
  return commandsOf(await lintAll(trees.map(makeHostile), options));
}

const ruleOf = (name: string): string => name.replace(/^\w+ |@.*/g, '');

const groupedCases = Object.values(groups)
  .flat()
  .filter(({ unreadable }) => unreadable === undefined);

/** The sample is a case of each rule, or an incident where it has none. */
const cases: readonly Faulty[] = oneOfEach([...groupedCases, ...incidents], (one) =>
  ('finds' in one ? one.finds : one.findings).map(ruleOf),
);
const fixCases = oneOfEach([argumentFixes, otherFixes, swapFixes, tokenKeyFixes].flat(), ({ rule, whole }) => [
  `${rule} ${whole ?? false}`,
]);

const programs = [
  ...new Set([
    'pki-lint',
    ...catalogueCommands.flatMap(({ command, remote = '' }) =>
      [command, remote].flatMap((text) => text.split(/ \| |\$\(/)).flatMap((text) => text.split(' ', 1)),
    ),
  ]),
].filter((name) => /^[a-z-]+$/.test(name) && name !== 'printf');
const shell = stubShell([...programs, 'openssl', 'tar', 'cat']);
afterAll(shell.remove);

async function allCommands(): Promise<readonly string[]> {
  const all: string[] = [];
  for (const one of cases) all.push(...(await commandsFor(await treesOf(one), one.options)));
  for (const { nodes, options } of fixCases) all.push(...(await commandsFor(nodes(), options)));
  return [...new Set(all)];
}

/** What follows an issue in a folder with a hostile name: of a whole node, and of requests. */
async function followUps(): Promise<readonly string[]> {
  const ways: readonly IssueOptions[] = [
    { renew: true, withinDays: 9999 },
    { replace: ['admin.conf', 'kubelet.conf', 'super-admin.conf'], profile: 'documented' },
    { renew: true, withinDays: 9999, csr: join(shell.folder, hostile.file) },
  ];
  const reports = await Promise.all(
    ways.map((options) => issue({ rootfs: onDisk(makeHostile(buildNode())), at, ...options })),
  );
  return reports.flatMap(({ plan }) => plan.next.flatMap(({ command }) => command ?? []));
}

/** Whether a word has a part of a hostile name, and not the whole of it. What ssh and scp get is for another shell. */
function isBroken(program: string, word: string): boolean {
  const isWhole = word.includes(hostile.file) || word.includes(hostile.name);
  return word.includes('touch') && !isWhole && program !== 'ssh' && program !== 'scp';
}

describe('hostile names', async () => {
  const found = await allCommands();

  it('are in commands', () => {
    expect(found.filter((line) => line.includes('touch')).length).toBeGreaterThan(sampled(20, 30));
    expect(found.filter((line) => line.includes(' -- ')).length).toBeGreaterThan(5);
  });

  it.each(['dash', 'bash', 'zsh'])('stay in their words in %s', async (name) => {
    const next = await followUps();
    expect(next.filter((line) => line.includes('touch')).length).toBeGreaterThan(0);
    const lines = [...found, ...next];
    const calls = shell.run(name, lines);
    expect(calls.length).toBe(lines.length);
    const all = calls.flatMap((own, index) => own.map((call) => ({ line: lines[index], call })));
    const turned = all.filter(({ call: [, program = '', ...words] }) => {
      return words.some((word) => isBroken(program, word)) || (intruders.includes(program) && program !== 'ls');
    });
    expect(turned.slice(0, 5)).toEqual([]);
    expect(shell.left().filter((file) => !file.startsWith('kubeadm'))).toEqual([]);
  });
});
