/** The rules and roles that the user or a policy selected, and their severities. Applied after the run. */
import { UserError } from '../../core/errors.ts';
import { glob } from '../../core/glob.ts';
import { nearest } from '../../core/text.ts';
import { levelOf } from '../../model/facts/limits.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Severity } from '../../results/finding.ts';
import type { Level } from '../../settings/policy.ts';
import { findRule, type Rule, rules } from '../../tables/catalog.ts';
import { layouts } from '../../tables/layouts/index.ts';
import type { Layout } from '../../tables/layouts/layout.ts';
import { roleOfId } from '../../tables/role-ids.ts';

/** A node, as far as it decides on severities. */
type Judged = Pick<Pki, 'judging'>;

export interface Selection {
  /** Whether a rule is to be reported at all about a node. */
  readonly rule: (rule: Rule, pki: Judged) => boolean;
  /** Whether findings about a role are to be reported. */
  readonly role: (role: string | undefined) => boolean;
  readonly severity: (rule: Rule, pki: Judged) => Severity;
  /** Whether a rule is switched off for a node. */
  readonly isOff: (rule: Rule, pki: Judged) => boolean;
  /** Whether checks that pass are listed. */
  readonly passes: boolean;
}

const ruleIds = rules.map(({ id }) => id);

/**
 * Returns the selection of grades and words. The grades outweigh those of a policy.
 *
 * @param grades severities by rule id; `off` switches a rule off
 * @param only rule ids, globs over rule ids (`cert/*`), or role names; empty selects everything
 * @param passes whether checks that pass are listed
 * @param known the layouts whose roles can be named
 * @throws UserError for a word that selects nothing
 */
export function select(
  grades: Readonly<Record<string, Level>>,
  only: readonly string[],
  passes = false,
  known: readonly Layout[] = layouts,
): Selection {
  const graded = new Map<string, Level>();
  for (const [id, grade] of Object.entries(grades)) {
    if (!findRule(id)) throw unknown('rule', id, ruleIds);
    graded.set(id, grade);
  }
  const roleNames: readonly string[] = only.length === 0 ? [] : [...new Set(known.flatMap(({ roles }) => roles))];
  const roles = new Set(only.filter((word) => roleNames.includes(word)));
  const patterns = only.filter((word) => !roles.has(word)).map((word) => pattern(word, roleNames));
  const gradeOf = (rule: Rule, { judging }: Judged): Level | undefined =>
    graded.get(rule.id) ?? levelOf(judging, rule.id);
  const isOff = (rule: Rule, pki: Judged) => gradeOf(rule, pki) === 'off';
  return {
    passes,
    isOff,
    rule: (rule, pki) => !isOff(rule, pki) && (patterns.length === 0 || patterns.some((one) => one(rule))),
    role: (role) => roles.size === 0 || (role !== undefined && roles.has(roleOfId(role))),
    severity: (rule, pki) => {
      const grade = gradeOf(rule, pki);
      return grade === undefined || grade === 'off' ? rule.severity : grade;
    },
  };
}

/** Every rule with the severity of the catalogue, whatever a policy says: what `issue` decides by. */
export const everything: Selection = {
  passes: false,
  isOff: () => false,
  rule: () => true,
  role: () => true,
  severity: (rule) => rule.severity,
};

function pattern(word: string, roleNames: readonly string[]): (rule: Rule) => boolean {
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
