/** What a policy says about one node: facts, severities and options for nodes of its name, and files to ignore. */
import { glob } from '../../core/glob.ts';
import type { NodeOverride } from '../../settings/policy.ts';
import type { Facts, GivenFacts } from '../facts/facts.ts';
import { type Contradiction, contradictionsOf } from './contradictions.ts';
import type { Judging } from './pki.ts';

/** The facts of a node, and how it is judged. */
interface Settlement {
  readonly facts: Facts;
  readonly judging: Judging;
  readonly contradictions: readonly Contradiction[];
}

/**
 * Returns the facts and settings of a node. Facts of overrides are those for the name that it has without them;
 * severities and options are those for its name in the report. Of several overrides the last one outweighs the others.
 *
 * @param given facts that outweigh those of the policy
 * @param label its name if that is unknown
 */
export function settle(
  gather: (given: GivenFacts) => Facts,
  given: GivenFacts,
  judging: Judging,
  label: string,
): Settlement {
  const { policy, settings = [] } = judging;
  if (policy === undefined) return { facts: gather(given), judging, contradictions: [] };
  const all = policy.overrides.map((one, index) => ({ ...one, index }));
  const matching = (facts: Facts) => all.filter(overrides(facts.nodeName?.value ?? label));
  const shared = gather({ ...policy.facts, ...given });
  const ofNode = matching(shared);
  const own: GivenFacts = Object.assign({}, policy.facts, ...ofNode.map((one) => one.facts), given);
  const hasFacts = all.some((one) => one.facts);
  const facts = hasFacts ? gather(own) : shared;
  const rules = matching(facts).flatMap((one) => (one.rules === undefined ? [] : [one.rules]));
  const isSilent = policy.facts === undefined && !hasFacts;
  return {
    facts,
    judging: { ...judging, settings: [...settings, ...rules.toReversed(), policy.rules] },
    contradictions: isSilent ? [] : contradictionsOf(policy, ofNode, gather(given), given),
  };
}

/** Returns how what is on no node is judged: overrides are for nodes. */
export function judgedOffNode(judging: Judging): Judging {
  const { policy, settings = [] } = judging;
  return policy === undefined ? judging : { ...judging, settings: [...settings, policy.rules] };
}

const overrides =
  (name: string) =>
  ({ nodes }: NodeOverride): boolean =>
    nodes.some((pattern) => glob(pattern)(name));
