/** The fixes of causes that a check knows: each names the file or flag at fault, and nothing that would do harm. */
import { describe, expect, it } from 'vitest';
import { stepLine } from '../../src/results/fix.ts';
import { isAboutObjects, rules } from '../../src/tables/catalog.ts';
import { lintTree, lintTrees } from '../cases/harness.ts';
import { isWhole, oneOfEachInAll } from '../support/extent.ts';
import { unseenFixes } from '../support/unseen-fixes.ts';
import { argumentFixes } from './arguments.ts';
import { causeFixes } from './causes.ts';
import { configurationFixes } from './configurations.ts';
import { deadEndFixes } from './dead-ends.ts';
import { disputeFixes } from './disputes.ts';
import type { FixCase } from './fix-case.ts';
import { fixesOfCases } from './of-cases.ts';
import { otherFixes } from './others.ts';
import { podFixes } from './pods.ts';
import { probeFixes } from './probes.ts';
import { processFixes } from './processes.ts';
import { releaseFixes } from './releases.ts';
import { serverFixes } from './servers.ts';
import { shellCommandFixes } from './shell-commands.ts';
import { staticPodFixes } from './static-pods.ts';
import { supervisorFixes } from './supervisors.ts';
import { swapFixes } from './swaps.ts';
import { tokenKeyFixes } from './token-keys.ts';
import { unitFixes } from './units.ts';
import { valueFixes } from './values.ts';
import { workerKeyFixes } from './worker-keys.ts';

async function findingOf({ nodes, options, rule }: FixCase) {
  const trees = nodes();
  const [only] = trees;
  const { findings } = trees.length === 1 && only ? await lintTree(only, options) : await lintTrees(trees, options);
  return findings.find((one) => one.rule === rule) ?? expect.fail(`only ${findings.map((one) => one.rule).join()}`);
}

/** What the sample meets of each table. */
const kindsOf = ({ rule, whole }: FixCase) => [`${rule} ${whole ?? false}`];

/** The lines of every fix, by rule. */
const seen = new Map<string, string[]>();

describe.each([
  ['token keys', tokenKeyFixes],
  ['swapped files', swapFixes],
  ['arguments', argumentFixes],
  ['causes', causeFixes],
  ['static pods', staticPodFixes],
  ['pods', podFixes],
  ['commands of shells', shellCommandFixes],
  ['dead ends', deadEndFixes],
  ['configurations', configurationFixes],
  ['probes', probeFixes],
  ['processes', processFixes],
  ['others', otherFixes],
  ['servers', serverFixes],
  ['releases', releaseFixes],
  ['disputes about CAs', disputeFixes],
  ['keys on workers', workerKeyFixes],
  ['units', unitFixes],
  ['supervisors', supervisorFixes],
  ['values', valueFixes],
  ['cases', fixesOfCases],
])('%s', (_, cases) => {
  it.each(oneOfEachInAll<FixCase>(cases, kindsOf))('$name', async (one) => {
    const { message, fix } = await findingOf(one);
    const lines = fix.flat().map(stepLine);
    seen.set(one.rule, [...(seen.get(one.rule) ?? []), ...lines]);
    if (one.whole) expect({ message, first: fix[0]?.map(stepLine) }).toEqual({ message: one.says, first: one.steps });
    expect(message).toContain(one.says ?? '');
    const found = one.whole ? (fix[0] ?? []).map(stepLine) : lines;
    expect(found.flatMap((line) => one.steps.find((step) => line.startsWith(step)) ?? [])).toEqual(one.steps);
    expect(lines.filter((line) => one.never?.test(line))).toEqual([]);
  });
});

it.runIf(isWhole)('each fix of a cause has a case', () => {
  expect(
    unseenFixes(
      rules.filter((rule) => !isAboutObjects(rule)),
      (id) => seen.get(id) ?? [],
    ),
  ).toEqual([]);
});
