/** The rules and roles that the user selected, and their severities. Applied after the run. */
import { UserError } from '../core/errors.ts';
import { glob } from '../core/glob.ts';
import type { Severity } from '../core/report.ts';
import { nearest } from '../core/text.ts';
import { findRule, type Rule, rules } from '../tables/catalog.ts';
import { layouts } from '../tables/layouts.ts';

export interface Selection {
  /** Whether a rule is to be reported at all. */
  readonly rule: (rule: Rule) => boolean;
  /** Whether findings about a role are to be reported. */
  readonly role: (role: string | undefined) => boolean;
  readonly severity: (rule: Rule) => Severity;
  /** Whether checks that pass are listed. */
  readonly passes: boolean;
}

/** The names of the roles of all layouts, in the order of the tables. */
const roleNames: readonly string[] = [...new Set(layouts.flatMap(({ roles }) => roles))];

const ruleIds = rules.map(({ id }) => id);

/**
 * Returns the selection of grades and words.
 *
 * @param grades severities by rule id; `off` switches a rule off
 * @param only rule ids, globs over rule ids (`cert/*`), or role names; empty selects everything
 * @param passes whether checks that pass are listed
 * @throws UserError for a word that selects nothing
 */
export function select(
  grades: Readonly<Record<string, 'off' | Severity>>,
  only: readonly string[],
  passes = false,
): Selection {
  const graded = new Map<string, 'off' | Severity>();
  for (const [id, grade] of Object.entries(grades)) {
    if (!findRule(id)) throw unknown('rule', id, ruleIds);
    graded.set(id, grade);
  }
  const roles = new Set(only.filter((word) => roleNames.includes(word)));
  const patterns = only.filter((word) => !roles.has(word)).map(pattern);
  return {
    passes,
    rule: (rule) => graded.get(rule.id) !== 'off' && (patterns.length === 0 || patterns.some((one) => one(rule))),
    role: (role) => roles.size === 0 || (role !== undefined && roles.has(role)),
    severity: (rule) => {
      const grade = graded.get(rule.id);
      return grade === undefined || grade === 'off' ? rule.severity : grade;
    },
  };
}

function pattern(word: string): (rule: Rule) => boolean {
  const isMatch = glob(word);
  const matches = (rule: Rule) => isMatch(rule.id);
  if (!rules.some(matches)) throw unknown('rule, glob or role', word, [...ruleIds, ...roleNames]);
  return matches;
}

function unknown(what: string, word: string, candidates: readonly string[]): UserError {
  const near = nearest(word, candidates);
  return new UserError(
    `unknown ${what} "${word}"`,
    near === undefined ? 'pki-lint rules lists all rules' : `did you mean ${near}?`,
  );
}
