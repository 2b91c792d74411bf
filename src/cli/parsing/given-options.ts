/** Converts options of the command line to options of the library. */
import type { Config } from '../../api/load-config.ts';
import { UserError } from '../../core/errors.ts';
import { glob } from '../../core/glob.ts';
import { factOptions } from '../../model/facts/fact-options.ts';
import type { FactValues } from '../../model/facts/facts.ts';
import type { Severity } from '../../results/finding.ts';
import { optionTable } from '../../tables/option-table.ts';
import { progressOn } from '../terminal/progress.ts';
import { complain, type Terminal } from '../terminal/terminal.ts';
import { levels } from './choices.ts';
import { sendingArchive } from './examples.ts';
import { type OutputFlags, valuesOf } from './flags.ts';
import type { Library, LintOptions, RuleDoc } from './library.ts';
import { didYouMean, invalid } from './parse.ts';
import { inWorkTree } from './repository.ts';

/**
 * Returns the options that every command that reads nodes passes to the library. Those of the command line outweigh a
 * policy.
 */
export function nodeOptions(
  paths: readonly string[],
  flags: OutputFlags,
  terminal: Terminal,
  { options: { profile, policy } }: Pick<Config, 'options'>,
): LintOptions {
  const onProgress = progressOn(terminal, flags.quiet);
  return {
    ...(onProgress && { onProgress }),
    ...(profile && { profile }),
    ...(policy && { policy }),
    ...valuesOf<Pick<LintOptions, keyof typeof optionTable.places>>(optionTable.places, flags),
    ...(paths.length > 0 ? { paths: [...paths] } : {}),
    facts: valuesOf<FactValues>(factOptions, flags),
    cwd: terminal.cwd,
    stdin: () => openStdin(terminal),
  };
}

/** Opens standard input for an archive. If it is a keyboard, a message says what is expected. */
function openStdin(terminal: Terminal): ReturnType<Terminal['stdin']> {
  const stdin = terminal.stdin();
  if ('isTTY' in stdin && stdin.isTTY === true) {
    complain(terminal, 'waiting for a tar archive on stdin (Ctrl-C to stop)', `to send one:\n${sendingArchive}`);
  }
  return stdin;
}

interface Selected {
  readonly rule: readonly string[];
  readonly only: readonly string[];
}

/**
 * Returns the options of `lint`.
 *
 * @throws UserError for a rule that does not exist
 */
export function lintOptions(
  paths: readonly string[],
  flags: OutputFlags,
  terminal: Terminal,
  library: Pick<Library, 'ruleDocs'>,
  config: Pick<Config, 'options'>,
): LintOptions {
  const { rule, only } = valuesOf<Selected>(optionTable.selection, flags);
  return {
    ...config.options,
    ...nodeOptions(paths, flags, terminal, config),
    ...valuesOf<Pick<LintOptions, keyof typeof optionTable.judging>>(optionTable.judging, flags),
    ...(rule === undefined
      ? {}
      : { rules: Object.fromEntries(rule.flatMap((text) => ruleLevels(text, library.ruleDocs))) }),
    ...(only === undefined ? {} : { only: only.map((text) => selection(text, library.ruleDocs)) }),
    trustsComments: inWorkTree(terminal),
  };
}

/**
 * Returns the rule with this id.
 *
 * @throws UserError if there is none, with the most similar id
 */
export function ruleNamed(id: string, ruleDocs: readonly RuleDoc[]): RuleDoc {
  const found = ruleDocs.find((rule) => rule.id === id);
  if (found !== undefined) return found;
  const ids = ruleDocs.map((rule) => rule.id);
  throw new UserError(`unknown rule "${id}"`, didYouMean(id, ids) || listRules);
}

const listRules = 'to list the rules: pki-lint rules';

/** The levels that `ID=SEVERITY` or `GLOB=SEVERITY` sets. Of several for one rule, the last one wins. */
function ruleLevels(text: string, ruleDocs: readonly RuleDoc[]): readonly [id: string, level: 'off' | Severity][] {
  const [, id = '', name = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const level = levels.find((one) => one === name);
  if (level === undefined) {
    throw invalid(
      '--rule',
      text,
      'ID=SEVERITY with a severity such as off or warning',
      `severities: ${levels.join(', ')}`,
    );
  }
  return rulesNamed('--rule', id, ruleDocs).map((rule) => [rule, level]);
}

/**
 * Returns the ids of the rule, or of all rules of a glob.
 *
 * @throws UserError if there is none, with a similar one
 */
function rulesNamed(option: string, text: string, ruleDocs: readonly RuleDoc[]): readonly string[] {
  if (!text.includes('*')) return [ruleNamed(text, ruleDocs).id];
  const ids = ruleDocs.map(({ id }) => id);
  const found = ids.filter(glob(text));
  if (found.length > 0) return found;
  const groups = new Set(ids.map((id) => id.replace(/\/.*/, '/*')));
  throw new UserError(`${option} "${text}" matches no rule`, didYouMean(text, groups) || listRules);
}

/** Validates a rule id or a glob of rule ids. Other text may be a role, which the library validates. */
function selection(text: string, ruleDocs: readonly RuleDoc[]): string {
  if (text.includes('*') || text.includes('/')) rulesNamed('--only', text, ruleDocs);
  return text;
}
