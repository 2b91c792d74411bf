/** Options of rules: `rules/tables/rule-options.json`, typed. They are set by a policy. */
import table from '../../rules/tables/rule-options.json' with { type: 'json' };
import type { NonEmptyString, Ordinal } from '../core/formats.ts';
import type { Duration } from '../settings/policy.ts';

/** An option of a rule. */
export interface RuleOptionRow {
  /**
   * The id of the rule.
   *
   * @pattern ^[a-z-]+/[a-z0-9-]+$
   */
  readonly rule: string;
  /** @pattern ^[a-z]+$ */
  readonly option: string;
  /** A length of time, or a number of bits. */
  readonly type: 'duration' | 'bits';
  /** Without it, the rule has no such limit until a policy sets one. */
  readonly default?: Duration | Ordinal;
  readonly help: NonEmptyString;
}

export const ruleOptionRows = table.rows as readonly RuleOptionRow[];
