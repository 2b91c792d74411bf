import { describe, expect, test } from 'vitest';
import { parsers } from '../../src/cli/parsing/parse.ts';
import { issueDefaults, issueOptions } from '../../src/issue/inputs/issue-options.ts';
import { factNames, factOptions } from '../../src/model/facts/fact-options.ts';
import { allReporters } from '../../src/report/index.ts';
import { algorithms } from '../../src/results/issue/plan.ts';
import { type OptionRow, optionTable } from '../../src/tables/option-table.ts';
import { runWith } from './run.ts';

/** The kinds of results that each command prints. `explain` has only one format and no option for it. */
const printed = {
  lint: [allReporters.report],
  expiry: [allReporters.expiry],
  connections: [allReporters.connections, allReporters.graph],
  blast: [allReporters.blast],
  facts: [allReporters.facts],
  expect: [allReporters.expectations],
  issue: [allReporters.plan],
  verify: [allReporters.verification],
  rules: [allReporters.rules],
} as const;

describe.each(Object.entries(printed))('%s', (command, maps) => {
  const formats = maps.flatMap((map) => Object.keys(map));

  test('--help names every format', async () => {
    const { stdout } = await runWith([command, '--help']);
    const [, help = ''] = /--format <[^>]*>+ +((?:.+\n)(?: {20,}.+\n)*)/.exec(stdout) ?? [];
    for (const format of formats) expect(help).toMatch(new RegExp(`\\b${format}\\b`));
  });

  test('an unknown format is answered with all that there are', async () => {
    const { stderr, exitCode } = await runWith([command, '--format', 'pigeon']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `invalid --format "pigeon": expected ${formats.slice(0, -1).join(', ')} or ${formats.at(-1)}\n`,
    );
  });
});

test('every fact has its line in the help, and its place in the order of the rows', async () => {
  const { stdout } = await runWith(['facts', '--help']);
  const found = factNames.map((name) => stdout.indexOf(`  ${factOptions[name].option} ${factOptions[name].metavar} `));
  expect(found).toEqual(found.filter((index) => index > 0).toSorted((one, other) => one - other));
});

test('every type of a row has a parser, and what has none is an option without a value', () => {
  const { note: _, ...groups } = optionTable as { readonly note?: string } & typeof optionTable;
  const rows = Object.values(groups).flatMap((group): readonly OptionRow[] => Object.values(group));
  expect(rows.filter(({ type, metavar }) => (type === undefined) !== (metavar === undefined))).toEqual([]);
  expect(rows.flatMap(({ type = 'text' }) => (type in parsers ? [] : [type]))).toEqual([]);
});

test('the help of issue says what applies if an option is not given', () => {
  const { algorithm, days, caDays, withinDays } = issueOptions;
  expect(algorithm.help).toBe(`algorithm of new keys: ${algorithms.join(', ')} (default: ${issueDefaults.algorithm})`);
  expect(days.help).toContain(`(default: ${issueDefaults.days})`);
  expect(caDays.help).toContain(`(default: ${issueDefaults.caDays})`);
  expect(withinDays.help).toContain(`(default: ${issueDefaults.withinDays}d)`);
});
