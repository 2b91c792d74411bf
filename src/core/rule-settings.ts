/** What the `rules` of a policy say about one rule. */
import type { Duration, Level, RuleSetting, RuleSettings } from './policy.ts';

/** The settings of one rule. Options of a group are among them even if the rule does not have them. */
export interface EffectiveSetting {
  /** undefined: that of the catalogue. */
  readonly severity?: Level;
  readonly options: Readonly<Record<string, Duration | number>>;
}

/**
 * Returns the severity and the options of a rule. Each is that of the exact id, else that of its group (`cert/*`), else that
 * of `*`, in whatever order they are written.
 */
export function settingOf(rules: RuleSettings, id: string): EffectiveSetting {
  const patterns = ['*', id.replace(/\/.*/s, '/*'), id].filter((pattern) => Object.hasOwn(rules, pattern));
  const merged = Object.assign({}, ...patterns.map((pattern) => partsOf(rules[pattern])));
  const { severity, ...options } = merged;
  return severity === undefined ? { options } : { severity, options };
}

const partsOf = (setting: RuleSetting | undefined) => (typeof setting === 'string' ? { severity: setting } : setting);
