/**
 * Tries mutants: all modules are loaded again for each. Run.mjs writes a test file for each mutant that calls
 * `tryMutant`.
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, test, vi } from 'vitest';
import { randomFrom } from './catalogue.mjs';
import { likelihoods } from './choice.mjs';

const state = globalThis.__mutation;

/**
 * @typedef {object} Pass the tests that try a mutant
 * @property {readonly string[]} files test files
 * @property {readonly [number, number]} cases the first and the last of the cases, in the order of `likelyCases`
 * @property {boolean} pages whether the pages that are generated from the rows are compared
 */

/**
 * Adds the tests of a pass to the test file that calls it, with modules that a mutant changed; without a mutant those
 * of them that killed some, to see whether they can be run in this way.
 *
 * @param {Pass} pass
 */
export async function tryMutant(mutant, { files, cases, pages }) {
  state.loaded = mutant?.id ?? null;
  state.active = mutant?.id;
  vi.resetModules();
  state.note({ trying: state.loaded });
  for (const file of files) {
    describe(file, async () => {
      state.active = mutant?.id;
      await killedByThrowing(() => import(/* @vite-ignore */ `${process.cwd()}/${file}`));
    });
  }
  if (mutant === undefined) return;
  test('cases', { timeout: 2 ** 31 - 1 }, async () => {
    await killedByThrowing(async () => {
      const { groups } = await import('../../test/cases/all.ts');
      const { checkCase } = await import('../../test/cases/check-case.ts');
      for (const one of likelyCases(groups, mutant).slice(...cases)) {
        state.note({ trying: mutant.id });
        const isKilled = await checkCase(one).then(
          () => false,
          () => true,
        );
        if (isKilled) return state.kill(mutant.id, one.name);
      }
      if (pages && !(await arePagesRight())) state.kill(mutant.id, 'docs/rules/');
    });
  });
}

async function killedByThrowing(action) {
  try {
    await action();
  } catch (error) {
    if (state.loaded === null) throw error;
    if (state.left.has(state.loaded)) state.kill(state.loaded, `throws: ${String(error.message).split('\n')[0]}`);
  }
}

async function arePagesRight() {
  const { examplesIn, readRulePages, rulePages } = await import('../rule-pages.mjs');
  const { ruleDocs } = await import('../../src/index.ts');
  const words = await import('../../src/report/text/words.ts');
  const pages = readRulePages(process.cwd());
  return isDeepStrictEqual(rulePages(ruleDocs, words, examplesIn(pages)), pages);
}

/** What a case contains: its values, and its code as far as its name is found there. */
function textOf(one, code) {
  const start = code.indexOf(`name: '${one.name}'`);
  const written = start < 0 ? String(one.change) : code.slice(start, code.indexOf('name:', start + 5));
  return [JSON.stringify(one), one.node, written].join(' ');
}

/** The cases that expect a finding of the rule first, then those that contain the rarest words of the row. */
function likelyCases(groups, mutant) {
  const rules = rulesOf(mutant);
  const cases = Object.entries(groups).flatMap(([group, some]) => {
    const code = readFileSync(`test/cases/${group}.cases.ts`, 'utf8');
    return some.map((one) => ({ one, text: textOf(one, code) }));
  });
  const places = likelihoods(cases, mutant.words ?? []);
  const isOfRule = ({ findings }) => findings.some((name) => rules.includes(name.split('@')[0]));
  const random = randomFrom(1);
  return cases
    .map(({ one }, index) => ({ one, place: (isOfRule(one) ? 100 : 0) + places[index] + random() / 1000 }))
    .sort((one, other) => other.place - one.place)
    .map(({ one }) => one);
}

/** The rule that a row of the catalogue describes. */
function rulesOf({ file, path }) {
  return file.startsWith('rules/catalog/') && path[0] === 'rules' ? [path[1]] : [];
}
