/**
 * Runs the cases for mutants of rows, and of code that runs when a module is loaded: all modules are loaded again for
 * each. Then the pages that are generated from the rows are compared.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { test, vi } from 'vitest';
import { randomFrom } from './catalogue.mjs';

const state = globalThis.__mutation;
const folder = process.env.PKI_LINT_MUTATE;
const note = (result) => appendFileSync(`${folder}/results`, `${JSON.stringify(result)}\n`);

/** So many cases try a mutant before it counts as survived. */
const most = 150;

/** The cases that try a mutant: those that expect a finding of the rule, or contain words of the row, first. */
function chosenCases(groups, mutant) {
  const random = randomFrom(1);
  const rules = rulesOf(mutant);
  const place = (one) => {
    const text = [JSON.stringify(one), one.change, one.node].join(' ');
    const words = (mutant.words ?? []).filter((word) => text.includes(word)).length;
    return (one.findings.some((name) => rules.includes(name.split('@')[0])) ? 100 : 0) + words + random() / 2;
  };
  return Object.values(groups)
    .flat()
    .map((one) => ({ one, place: place(one) }))
    .sort((one, other) => other.place - one.place)
    .slice(0, most)
    .map(({ one }) => one);
}

/** The rules that a row of the catalogue describes, or whose checks are changed. */
function rulesOf({ file, path, rules }) {
  if (rules !== undefined) return rules;
  return file.startsWith('rules/catalog/') ? [JSON.parse(readFileSync(file, 'utf8')).rules[path[1]]?.id] : [];
}

/** What notices the mutant: the name of a case, or a page. */
async function killerOf(mutant) {
  vi.resetModules();
  const { groups } = await import('../../test/cases/all.ts');
  const { expected, findingsOf, names } = await import('../../test/cases/harness.ts');
  for (const one of chosenCases(groups, mutant)) {
    state.steps = 0;
    note({ trying: mutant.id });
    if (JSON.stringify(names(await findingsOf(one))) !== JSON.stringify(await expected(one))) return one.name;
  }
  const { examplesIn, rulesPage } = await import('../rules-page.mjs');
  const { ruleDocs } = await import('../../src/index.ts');
  const words = await import('../../src/report/words.ts');
  const page = readFileSync('docs/rules.md', 'utf8');
  return rulesPage(ruleDocs, words, examplesIn(page)) === page ? undefined : 'docs/rules.md';
}

test('the cases kill mutants of rows', { timeout: 2 ** 31 - 1 }, async () => {
  for (const mutant of state.rows) {
    state.active = mutant.id;
    try {
      const by = await killerOf(mutant);
      if (by !== undefined) note({ killed: mutant.id, by });
    } catch (error) {
      note({ killed: mutant.id, by: `throws: ${String(error.message).split('\n')[0]}` });
    } finally {
      state.active = undefined;
    }
  }
});
