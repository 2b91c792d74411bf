/** What a report prints as the first way to fix something is pasted into a shell on a copy of the node, and works. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import type { Finding } from '../../src/results/finding.ts';
import { groups } from '../cases/all.ts';
import { treeOf } from '../cases/harness.ts';
import { incidents } from '../incidents/incidents.ts';
import { oneOfEach, sample, sampled } from '../support/extent.ts';
import {
  alarmsOf,
  copyOf,
  type Faulty,
  follow,
  isAlarm,
  isWriting,
  labelOf,
  lintRoots,
  notesOf,
  textsOf,
} from './support/follow.ts';
import { furnishRoot, writeStandIns } from './support/node-shell.ts';
import { onlyNotes, unfinished } from './support/pasted-by-hand.ts';
import { commandsOf, type PrintedFix, printedFixes, wordsOf } from './support/printed-fix.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
writeStandIns(folder.path);
afterAll(folder.remove);

const key = (value: unknown) => JSON.stringify(value);
const withoutBlanks = (text: string) => text.replaceAll(' ', '');

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
  const first = trees.map(copyOf);
  // A lint only reads, so the first fix is pasted on the copies that were judged.
  const unused = [first];
  const before = await lintRoots(first, one);
  const alarms = before.findings.filter(isAlarm);
  for (const finding of alarms) if (!isWriting(finding)) seenNotes.add(finding.rule);
  if (!alarms.some(isWriting)) return;
  for (const fix of await printedAlike(before, alarms)) {
    const said = wordsOf(fix);
    // An address that is longer than a line is broken after a hyphen.
    const isSaid = (note: string) => withoutBlanks(said).includes(withoutBlanks(note));
    const promised = alarms.filter(
      (finding) => key(textsOf(finding)) === key(commandsOf(fix)) && notesOf(finding).every(isSaid),
    );
    expect(promised, said).not.toEqual([]);
    const [finding] = promised.filter(isWriting);
    const name = key([finding?.rule, commandsOf(fix)]);
    const isListed = unfinished[`${finding?.rule}: ${one.name}`] !== undefined;
    // What is listed is pasted again, so that no entry is kept for a fix that has an end.
    if (finding === undefined || (pasted.has(name) && !always && !isListed)) continue;
    pasted.add(name);
    const roots = unused.pop() ?? trees.map(copyOf);
    const names = before.nodes.map((node) => node.name);
    for (const root of roots) furnishRoot(root, names.map(labelOf));
    const healthy = await treeOf({ ...(one.node !== undefined && { node: one.node }) });
    const { failed } = await follow(fix, finding, { one, names, roots, trees, standIns: folder.path }, healthy);
    const after = await lintRoots(roots, one);
    const [known, left] = [alarmsOf(before, before.findings), alarmsOf(after, after.findings)];
    const stays = alarmsOf(before, promised).filter((id) => left.includes(id));
    const fresh = left.filter((id) => !known.includes(id));
    const isDone = failed.length + stays.length + fresh.length === 0;
    if (!isDone) seenUnfinished.add(`${finding.rule}: ${one.name}`);
    const done = { rule: finding.rule, failed: [], stays: [], fresh: [] };
    if (!isListed) expect({ rule: finding.rule, failed, stays, fresh }).toEqual(done);
  }
}

describe('what is printed can be pasted, and fixes what it promises', () => {
  const ruleOf = (name: string): string => name.replace(/^\w+ |@.*/g, '');

  // The sample is one incident of each way to heal the findings of a prefix, and 20 cases of different rules.
  const ofIncidents = oneOfEach(incidents, ({ finds: [cause = ''], fix }) => [
    `${ruleOf(cause).replace(/\/.*/, '')}: ${fix.map((command) => command.split(' ').slice(0, 2).join(' ')).join(', ')}`,
  ]);
  it.each(ofIncidents)('about the incident $id', (one) => pasteAll({ ...one, name: one.id }, true));

  const cases = Object.values(groups)
    .flat()
    .filter(({ findings, unreadable }) => findings.length > 0 && unreadable === undefined);

  const ofRules = oneOfEach(cases, ({ findings }) => findings.map(ruleOf));
  const ofCases = sample(ofRules, 20);
  it.each(ofCases)('$name', (one) => pasteAll(one, false));

  it('but for fixes that only a person can do, or finish', () => {
    expect([...seenNotes].filter((rule) => onlyNotes[rule] === undefined)).toEqual([]);
    expect(pasted.size).toBeGreaterThan(sampled(20, 200));
    const tried = [...ofIncidents.map(({ id }) => id), ...ofCases.map(({ name }) => name)];
    const isTried = (name: string) => tried.some((one) => name.endsWith(`: ${one}`));
    expect(Object.keys(unfinished).filter((name) => isTried(name) && !seenUnfinished.has(name))).toEqual([]);
    // A rule of which one fix is only notes may have others too.
    if (sampled(false, true)) expect(Object.keys(onlyNotes).filter((rule) => !seenNotes.has(rule))).toEqual([]);
  });
});
