/** Rules in the words of a layout: its own commands, and what its installer does. */
import { findRule, type Rule } from '../catalog.ts';

/** The layout of a node, as far as it decides on rules. */
interface RulesOfLayout {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly installer?: string;
  readonly supervisor?: unknown;
}

/**
 * What a layout says instead of the catalogue, and how severe it is where its installer does that itself. Of `fixes`,
 * those that it does not name stay.
 */
export type RuleChange = Partial<Pick<Rule, 'severity' | 'message' | 'expected' | 'why' | 'fix' | 'fixes'>>;

/**
 * Returns the rules that a layout changes, by id.
 *
 * @throws Error for a rule that does not exist
 */
export function changedRules(changes: Readonly<Record<string, RuleChange>>): ReadonlyMap<string, Rule> {
  const changed = Object.entries(changes).map(([id, change]) => {
    const rule = findRule(id);
    if (rule === undefined) throw new Error(`no rule ${id} in the catalogue`);
    return [id, { ...rule, ...change, fixes: { ...rule.fixes, ...change.fixes } }] as const;
  });
  return new Map(changed);
}

/** Returns a rule of the catalogue in the words of a layout. */
export const ruleIn = (rule: Rule, { rules }: Pick<RulesOfLayout, 'rules'>): Rule => rules.get(rule.id) ?? rule;

/**
 * Whether a rule is for nodes of a layout: some are about what one installer does, or about what few layouts have. Asks
 * a layout, which reads its parts when they are asked for, only for what decides.
 */
export const isFor = ({ installers, needs }: Rule, layout: Pick<RulesOfLayout, 'installer' | 'supervisor'>): boolean =>
  installers?.includes(layout.installer ?? '') !== false && (needs !== 'supervisor' || layout.supervisor !== undefined);
