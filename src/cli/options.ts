/** Options of the command line → options of the library. */
import { UserError } from '../core/errors.ts';
import { type Severity, severities } from '../core/report.ts';
import type { FactValues } from '../model/facts/facts.ts';
import { factOptions } from '../model/facts/options.ts';
import { optionTable } from '../tables/options.ts';
import { valuesOf } from './flags.ts';
import type { LintOptions, RuleDoc } from './library.ts';
import { didYouMean } from './parse.ts';
import type { Terminal } from './terminal.ts';

/** What every command that reads nodes passes on. */
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

/** What linting takes further. Throws a UserError for a rule that does not exist. */
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

/** The rule of this id. Throws a UserError that names the nearest where there is none. */
export function ruleNamed(id: string, ruleDocs: readonly RuleDoc[]): RuleDoc {
  const found = ruleDocs.find((rule) => rule.id === id);
  if (found !== undefined) return found;
  const ids = ruleDocs.map((rule) => rule.id);
  throw new UserError(`unknown rule "${id}"`, `${didYouMean(id, ids)}pki-lint rules lists them all`);
}

const levels: readonly ('off' | Severity)[] = ['off', ...severities];

function ruleLevel(text: string, ruleDocs: readonly RuleDoc[]): [id: string, level: 'off' | Severity] {
  const [, id = '', wanted = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const level = levels.find((one) => one === wanted);
  if (level === undefined) {
    throw new UserError(`--rule is "${text}"`, `write ID=LEVEL; a level is one of: ${levels.join(', ')}`);
  }
  return [ruleNamed(id, ruleDocs).id, level];
}

/** A rule by its id, a pattern that fits a rule, or the name of a role: only the library knows the roles. */
function selection(text: string, ruleDocs: readonly RuleDoc[]): string {
  if (text.includes('*')) {
    const pattern = new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
    if (ruleDocs.some((rule) => pattern.test(rule.id))) return text;
    throw new UserError(`--only is "${text}", which fits no rule`, 'pki-lint rules lists them all');
  }
  return text.includes('/') ? ruleNamed(text, ruleDocs).id : text;
}
