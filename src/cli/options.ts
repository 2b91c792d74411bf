/** Converts options of the command line to options of the library. */
import { UserError } from '../core/errors.ts';
import { glob } from '../core/glob.ts';
import { type Severity, severities } from '../core/report.ts';
import type { FactValues } from '../model/facts/facts.ts';
import { factOptions } from '../model/facts/options.ts';
import { optionTable } from '../tables/options.ts';
import { valuesOf } from './flags.ts';
import type { LintOptions, RuleDoc } from './library.ts';
import { didYouMean } from './parse.ts';
import type { Terminal } from './terminal.ts';

/** Returns the options that every command that reads nodes passes to the library. */
export function nodeOptions(paths: readonly string[], flags: object, terminal: Terminal): LintOptions {
  return {
    ...valuesOf<Pick<LintOptions, keyof typeof optionTable.places>>(optionTable.places, flags),
    ...(paths.length > 0 ? { paths: [...paths] } : {}),
    facts: valuesOf<FactValues>(factOptions, flags),
    cwd: terminal.cwd,
    stdin: () => terminal.stdin(),
  };
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
  flags: object,
  terminal: Terminal,
  ruleDocs: readonly RuleDoc[],
): LintOptions {
  const { rule, only } = valuesOf<Selected>(optionTable.selection, flags);
  return {
    ...nodeOptions(paths, flags, terminal),
    ...valuesOf<Pick<LintOptions, keyof typeof optionTable.judging>>(optionTable.judging, flags),
    ...(rule === undefined ? {} : { rules: Object.fromEntries(rule.map((text) => ruleLevel(text, ruleDocs))) }),
    ...(only === undefined ? {} : { only: only.map((text) => selection(text, ruleDocs)) }),
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
  throw new UserError(`unknown rule "${id}"`, `${didYouMean(id, ids)}pki-lint rules lists them all`);
}

const levels: readonly ('off' | Severity)[] = ['off', ...severities];

function ruleLevel(text: string, ruleDocs: readonly RuleDoc[]): [id: string, level: 'off' | Severity] {
  const [, id = '', name = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const level = levels.find((one) => one === name);
  if (level === undefined) {
    throw new UserError(`--rule is "${text}"`, `write ID=LEVEL; a level is one of: ${levels.join(', ')}`);
  }
  return [ruleNamed(id, ruleDocs).id, level];
}

/** Validates a rule id or a pattern of rule ids. Other text may be a role, which the library validates. */
function selection(text: string, ruleDocs: readonly RuleDoc[]): string {
  if (text.includes('*')) {
    const matches = glob(text);
    if (ruleDocs.some((rule) => matches(rule.id))) return text;
    throw new UserError(`--only is "${text}", which fits no rule`, 'pki-lint rules lists them all');
  }
  return text.includes('/') ? ruleNamed(text, ruleDocs).id : text;
}
