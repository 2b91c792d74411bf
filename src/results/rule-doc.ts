/** A rule, in the form of the documentation. */
import type { Impact, Severity } from './finding.ts';

export interface RuleDoc {
  readonly id: string;
  readonly over: string;
  readonly severity: Severity;
  readonly impact: Impact;
  readonly title: string;
  /** As all texts of a rule, with placeholders such as `<name>`. */
  readonly message: string;
  readonly why: string;
  /** What fails in a component, with its error message; null if nothing does. */
  readonly fails: string | null;
  /** Rules, or globs over rules, of which failures with the same cause are members of its finding. */
  readonly explains: readonly string[];
  readonly fix: string;
  readonly cite: readonly { readonly title: string; readonly url: string }[];
  readonly cis: readonly string[];
  /** What a policy can set for it, next to its severity. */
  readonly options: readonly RuleOptionDoc[];
}

/** An option of a rule. */
export interface RuleOptionDoc {
  readonly option: string;
  readonly type: 'duration' | 'bits';
  /** null: there is no limit until a policy sets one. */
  readonly default: string | number | null;
  readonly help: string;
}
