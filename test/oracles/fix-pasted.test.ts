/** What a report prints as the first way to fix something is pasted into a shell on a copy of the node, and works. */
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding, Fix } from '../../src/core/report.ts';
import { lint, type Report } from '../../src/index.ts';
import { groups } from '../cases/all.ts';
import { at, type Case, treeOf } from '../cases/harness.ts';
import { incidents } from '../incidents/incidents.ts';
import { onDisk, type } from '../issue/support/remedy.ts';
import { privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { authorities } from '../support/roles.ts';
import { kubeadm, startKubelet } from './support/kubeadm.ts';
import { type Answer, type Call, furnishRoot, type NodeShell, paste, writeStandIns } from './support/node-shell.ts';
import { commandsOf, isCommand, type PrintedFix, printedFixes } from './support/printed-fix.ts';
import { temporaryFolder } from './support/programs.ts';

type Faulty = Pick<Case, 'name' | 'node' | 'change' | 'beside' | 'options'>;

const folder = temporaryFolder();
writeStandIns(folder.path);
afterAll(folder.remove);

const lintRoots = (roots: readonly string[], { options }: Faulty) => lint({ at, ...options, paths: roots, cwd: '/' });
const isAlarm = ({ severity, suppressed }: Finding) => severity !== 'info' && suppressed === null;
const firstFix = ({ fix }: Finding): Fix =>
  (fix.find((steps) => steps.length > 0) ?? []).filter((step) => !step.footnote);
const commandsIn = (steps: Fix) => steps.filter(({ kind }) => kind === 'command').map(({ text }) => text);
const writes = (finding: Finding) => firstFix(finding).some((step) => step.writes);
const key = (value: unknown) => JSON.stringify(value);

/** Identifies an alarm also in a copy whose files do not say the name of the node. */
const alarmsOf = ({ nodes, findings }: Report) =>
  findings
    .filter(isAlarm)
    .map(({ rule, path, node }) => `${nodes.findIndex(({ name }) => name === node)} ${rule} ${path}`);

function copyOf(tree: NodeTree): string {
  const root = onDisk(tree);
  for (const [path, entry] of tree.entries) {
    if (entry.type !== 'link' && entry.uid !== undefined) chownSync(join(root, path), entry.uid, entry.gid ?? 0);
  }
  return root;
}

const problems: unknown[] = [];

async function follow(fix: PrintedFix, before: Report, trees: readonly NodeTree[], healthy: NodeTree, one: Faulty) {
  const roots = trees.map(copyOf);
  const names = before.nodes.map(({ name }) => name);
  const rootOf = (name: string) => roots[names.indexOf(name)] ?? expect.fail(`there is no node ${name}`);
  for (const root of roots) furnishRoot(root, names);
  const results = [];
  for (const { places, lines } of fix) {
    for (const place of places.length === 0 ? ['elsewhere'] : places) {
      const root = place === 'elsewhere' ? (roots[0] ?? '') : rootOf(place);
      const machine = { root, healthy, options: { at: one.options?.at ?? at, ...(one.options?.facts && { facts: one.options.facts }) } };
      writeFileSync(join(root, 'root/kubeadm.yaml'), '');
      const answer = ([program, ...words]: Call): Promise<Answer> | Answer => {
        if (program === 'kubeadm') return kubeadm(words, machine);
        if (program === 'systemctl') return startKubelet(root);
        return type(['pki-lint', ...words].join(' '), root, machine.options.at).then(({ exitCode, said }) => ({ status: exitCode, said }));
      };
      const shell: NodeShell = {
        root,
        others: Object.fromEntries(names.flatMap((name, i) => (roots[i] === root ? [] : [[name, roots[i] ?? '']]))),
        answer: async (call) => answer(call),
      };
      const r = await paste(lines, shell, folder.path);
      const cmds = lines.filter(isCommand);
      const read = r.read.filter((line) => cmds.includes(line));
      results.push({ place, status: r.status, failed: r.failed, unread: cmds.filter((c) => !read.includes(c)), output: r.failed.length ? r.output : '' });
    }
  }
  const after = await lintRoots(roots, one);
  return { results, after };
}

async function followAll(one: Faulty) {
  const bare = await treeOf({ ...(one.node !== undefined && { node: one.node }) });
  const trees = [await treeOf(one), ...((await one.beside?.()) ?? [])];
  const before = await lintRoots(trees.map(copyOf), one);
  const alarms = before.findings.filter(isAlarm);
  if (!alarms.some(writes)) return;
  const printed = [];
  for (const width of [60, 80, 100]) printed.push(await printedFixes(before, width));
  const [narrow = [], ...wider] = printed;
  for (const w of wider) expect(w.map(commandsOf)).toEqual(narrow.map(commandsOf));
  const withCmds = new Set(alarms.map(firstFix).map(commandsIn).map(key));
  expect([...new Set(narrow.map(commandsOf).map(key))].sort()).toEqual([...withCmds].sort());
  const known = new Set(alarmsOf(before));
  for (const fix of narrow) {
    const promised = alarms.filter((f) => key(commandsIn(firstFix(f))) === key(commandsOf(fix)));
    if (!promised.some(writes)) continue;
    const { results, after } = await follow(fix, before, trees, bare, one);
    const left = alarmsOf(after);
    const stays = alarmsOf({ ...before, findings: promised }).filter((id) => left.includes(id));
    const fresh = left.filter((id) => !known.has(id));
    const bad = results.filter((r) => r.status !== 0 || r.failed.length || r.unread.length);
    if (bad.length || stays.length || fresh.length) problems.push({ name: one.name, rules: promised.map((f) => `${f.rule}@${f.subject}`), fix, bad, stays, fresh });
  }
}

const all: Faulty[] = [
  ...incidents.map((i) => ({ ...i, name: `incident ${i.id}` })),
  ...Object.values(groups).flat().filter((c) => c.findings.length > 0 && !c.unreadable),
];
describe('x', () => {
  it.each(all)('$name', async (one) => {
    try { await followAll(one); } catch (e) { problems.push({ name: one.name, error: String((e as Error).stack) }); }
  });
});
afterAll(() => writeFileSync('/tmp/w/paste-scratch/problems.json', JSON.stringify(problems, null, 1)));
void [cpSync, existsSync, mkdirSync, readFileSync, rmSync, privateKeyPem, authorities];
