/** What a report prints as the first way to fix something is pasted into a shell on a copy of the node, and works. */
import { chownSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding, Fix, FixStep } from '../../src/core/report.ts';
import { lint, type Report } from '../../src/index.ts';
import { groups } from '../cases/all.ts';
import { at, type Case, treeOf } from '../cases/harness.ts';
import { incidents } from '../incidents/incidents.ts';
import { onDisk, type } from '../issue/support/remedy.ts';
import { privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { authorities, pathOf } from '../support/roles.ts';
import { kubeadm, type Machine, startKubelet } from './support/kubeadm.ts';
import { type Call, furnishRoot, paste, writeStandIns } from './support/node-shell.ts';
import { onlyNotes, unfinished } from './support/pasted-by-hand.ts';
import { partsOf } from './support/person.ts';
import { commandsOf, isCommand, type Paste, type PrintedFix, printedFixes } from './support/printed-fix.ts';
import { temporaryFolder } from './support/programs.ts';

type Faulty = Pick<Case, 'name' | 'node' | 'change' | 'beside' | 'options'>;

const folder = temporaryFolder();
writeStandIns(folder.path);
afterAll(folder.remove);

const lintRoots = (roots: readonly string[], { options }: Faulty) => lint({ at, ...options, paths: roots, cwd: '/' });
const isAlarm = ({ severity, suppressed }: Finding) => severity !== 'info' && suppressed === null;
const firstFix = ({ fix }: Finding): Fix =>
  (fix.find((steps) => steps.length > 0) ?? []).filter((step) => !step.footnote);
const isCommandStep = ({ kind }: FixStep) => kind === 'command';
const textsOf = (finding: Finding) =>
  firstFix(finding)
    .filter(isCommandStep)
    .map(({ text }) => text);
const isWriting = (finding: Finding) => firstFix(finding).some(({ writes }) => writes);
const key = (value: unknown) => JSON.stringify(value);

/** Identifies alarms also in copies whose files do not say the name of the node. */
const alarmsOf = ({ nodes }: Report, findings: readonly Finding[]) =>
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

/** Puts keys of CAs that are kept elsewhere in place, as on a copy where they are kept. Returns how to remove them. */
function withKeys(root: string, { authorityKeys }: NodeTree): () => void {
  const added = [...authorityKeys].flatMap(([role, caKey]) => {
    const file = join(root, '/etc/kubernetes', `${authorities[role].file}.key`);
    if (existsSync(file) || !existsSync(file.replace(/key$/, 'crt'))) return [];
    writeFileSync(file, privateKeyPem(caKey), { mode: 0o600 });
    return [file];
  });
  return () => {
    for (const file of added) rmSync(file);
  };
}

function keyOf(certificate: string, { authorityKeys }: NodeTree): string {
  const [, caKey] = [...authorityKeys].find(([role]) => certificate === pathOf(role)) ?? [];
  return caKey === undefined ? expect.fail(`no key of ${certificate}`) : privateKeyPem(caKey);
}

/** Copies of the nodes of a case, on which a fix is pasted. */
interface Copies {
  readonly one: Faulty;
  readonly names: readonly string[];
  readonly roots: readonly string[];
  readonly trees: readonly NodeTree[];
}

/** A node without a name has the path of its copy. */
const labelOf = (name: string, index: number) => (name.includes('/') ? `node-${index + 1}` : name);

/** Pastes lines on one node. Returns the commands that failed or were not read. */
async function pasteOn(index: number, lines: readonly string[], machine: Machine, { names, roots }: Copies) {
  const { root, options } = machine;
  const others = names.flatMap((name, other) => (other === index ? [] : [[labelOf(name, other), roots[other] ?? '']]));
  const answer = async ([program, ...words]: Call) => {
    if (program === 'kubeadm') return kubeadm(words, machine);
    if (program === 'systemctl') return startKubelet(root);
    const { exitCode, said } = await type(['pki-lint', ...words].join(' '), root, options.at ?? at, options.policy);
    return { status: exitCode, said };
  };
  const { status, read, failed, output } = await paste(
    lines,
    { root, others: Object.fromEntries(others), answer },
    folder.path,
  );
  const commands = lines.filter(isCommand);
  const unread = commands.filter((command) => !read.includes(command));
  return { status, output, failed: [...failed, ...unread.map((command) => `not read: ${command}`)] };
}

/** Pastes the whole of a fix, and does in between what its notes ask a person to do. */
async function follow(fix: PrintedFix, { node, ...finding }: Finding, copies: Copies, healthy: NodeTree) {
  const { names, roots, trees, one } = copies;
  const steps = firstFix({ node, ...finding });
  // What only shows something may find nothing to show.
  const looks = new Set(steps.filter(({ writes }) => !writes).map(({ text }) => text));
  const trouble: string[] = [];
  const { facts, profile, policy } = one.options ?? {};
  const options = {
    at: one.options?.at ?? at,
    ...(facts && { facts }),
    ...(profile && { profile }),
    ...(policy && { policy }),
  };
  const onNode = async ({ lines, places }: Paste, place: string) => {
    const index = names.indexOf(place);
    const root = roots[index] ?? expect.fail(`there is no node ${place}`);
    for (const name of ['kubeadm', 'etcd']) writeFileSync(join(root, `root/${name}.yaml`), '');
    const remove = places.length === 0 ? withKeys(root, trees[index] ?? healthy) : () => {};
    for (const { part, afterwards } of partsOf(lines, steps)) {
      const done = await pasteOn(index, part, { root, healthy, options }, copies);
      const failed = done.failed.filter((command) => !looks.has(command));
      trouble.push(...failed);
      if (failed.length === 0 && done.failed.length === 0 && done.status !== 0)
        trouble.push(`exit code ${done.status}`);
      const rootOf = (name: string) => roots[names.indexOf(name)] ?? expect.fail(`there is no node ${name}`);
      afterwards({ root, rootOf, keyOf: (certificate) => keyOf(certificate, healthy) });
    }
    remove();
  };
  for (const each of fix)
    for (const place of each.places.length === 0 ? [node] : each.places) {
      // A node without a name is not named.
      await onNode(each, place === 'the node' ? node : place);
    }
  return trouble;
}

/** The fixes that were pasted, each with its rule: the same fix of a different case is only compared. */
const pasted = new Set<string>();
const seenNotes = new Set<string>();
const seenUnfinished = new Set<string>();

/** Every width prints the same commands, and those of the findings. Returns the fixes. */
async function printedAlike(report: Report, alarms: readonly Finding[]): Promise<readonly PrintedFix[]> {
  const [narrow = [], ...wider] = await Promise.all([60, 80, 100].map((width) => printedFixes(report, width)));
  for (const fixes of wider) expect(fixes.map(commandsOf)).toEqual(narrow.map(commandsOf));
  expect(new Set(narrow.map((fix) => key(commandsOf(fix))))).toEqual(new Set(alarms.map((one) => key(textsOf(one)))));
  return narrow;
}

async function pasteAll(one: Faulty, always: boolean): Promise<void> {
  const trees = [await treeOf(one), ...((await one.beside?.()) ?? [])];
  const before = await lintRoots(trees.map(copyOf), one);
  const alarms = before.findings.filter(isAlarm);
  for (const finding of alarms) if (!isWriting(finding)) seenNotes.add(finding.rule);
  if (!alarms.some(isWriting)) return;
  for (const fix of await printedAlike(before, alarms)) {
    const promised = alarms.filter((finding) => key(textsOf(finding)) === key(commandsOf(fix)));
    const [finding] = promised.filter(isWriting);
    const name = key([finding?.rule, commandsOf(fix)]);
    if (finding === undefined || (pasted.has(name) && !always)) continue;
    pasted.add(name);
    const roots = trees.map(copyOf);
    const names = before.nodes.map((node) => node.name);
    for (const root of roots) furnishRoot(root, names.map(labelOf));
    const healthy = await treeOf({ ...(one.node !== undefined && { node: one.node }) });
    const failed = await follow(fix, finding, { one, names, roots, trees }, healthy);
    const after = await lintRoots(roots, one);
    const [known, left] = [alarmsOf(before, before.findings), alarmsOf(after, after.findings)];
    const stays = alarmsOf(before, promised).filter((id) => left.includes(id));
    const fresh = left.filter((id) => !known.includes(id));
    const isDone = failed.length + stays.length + fresh.length === 0;
    const isListed = unfinished[`${finding.rule}: ${one.name}`] !== undefined;
    if (!isDone) {
      seenUnfinished.add(`${finding.rule}: ${one.name}`);
    }
    const done = { rule: finding.rule, failed: [], stays: [], fresh: [] };
    if (!isListed) expect({ rule: finding.rule, failed, stays, fresh }).toEqual(done);
  }
}

describe('what is printed can be pasted, and fixes what it promises', () => {
  it.each(incidents)('about the incident $id', (one) => pasteAll({ ...one, name: one.id }, true));

  const cases = Object.values(groups)
    .flat()
    .filter(({ findings, unreadable }) => findings.length > 0 && unreadable === undefined);

  it.each(cases)('$name', (one) => pasteAll(one, false));

  it('but for fixes that only a person can do, or finish', () => {
    expect([...seenNotes].filter((rule) => onlyNotes[rule] === undefined)).toEqual([]);
    expect(Object.keys(onlyNotes).filter((rule) => !seenNotes.has(rule))).toEqual([]);
    expect(Object.keys(unfinished).filter((name) => !seenUnfinished.has(name))).toEqual([]);
    expect(pasted.size).toBeGreaterThan(200);
  });
});
