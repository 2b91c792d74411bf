/** What the `rules` of a policy say about one rule. */
import { remember } from '../core/collections.ts';
import { glob } from '../core/glob.ts';
import { compareText } from '../core/text.ts';
import type { Duration, Level, RuleSetting, RuleSettings } from './policy.ts';

/** The settings of one rule. Options of a pattern are among them even if the rule does not have them. */
export interface EffectiveSetting {
  /** undefined: that of the catalogue. */
  readonly severity?: Level;
  readonly options: Readonly<Record<string, Duration | number>>;
}

/**
 * Returns the severity and the options of a rule. Each is that of the exact id, else that of the pattern with the most
 * letters that matches it: `key/mode*` before `key/*` before `*`, in whatever order they are written.
 */
export function settingOf(rules: RuleSettings, id: string): EffectiveSetting {
  const matching = patternsOf(rules).flatMap(({ pattern, matches }) => (matches(id) ? [pattern] : []));
  const exact = Object.hasOwn(rules, id) ? [id] : [];
  const merged = Object.assign({}, ...[...matching, ...exact].map((pattern) => partsOf(rules[pattern])));
  const { severity, ...options } = merged;
  return severity === undefined ? { options } : { severity, options };
}

/** The patterns of settings, the one with the fewest letters first. They are asked for each subject of a rule. */
const patternsOf = remember((rules: RuleSettings) =>
  Object.keys(rules)
    .filter((key) => key.includes('*'))
    .sort((one, other) => letters(one) - letters(other) || compareText(one, other))
    .map((pattern) => ({ pattern, matches: glob(pattern) })),
);

const letters = (pattern: string): number => pattern.replaceAll('*', '').length;

const partsOf = (setting: RuleSetting | undefined) => (typeof setting === 'string' ? { severity: setting } : setting);
