/**
 * The policy of a gate: `pki-lint.config.yaml`. Most runs have none: the build bundles this room as a separate file.
 */
import { baselineOf, effectiveSettings, type PolicySettings } from './effective.ts';
import type { Chosen } from './policy-file.ts';
import { policyJson, policyYaml, withText } from './print.ts';
import { readPolicy } from './read.ts';

/** A policy that was read. */
export interface LoadedPolicy extends PolicySettings {
  /** The file as it is shown. */
  readonly file: string;
  readonly warnings: readonly string[];
  /** Prints what is in force, with the origin of each value. */
  readonly print: { readonly yaml: () => string; readonly json: () => string };
}

/**
 * Reads a policy, with all that it extends.
 *
 * @throws UserError with everything that is wrong
 */
export function loadPolicy(config: Chosen, cwd: string): LoadedPolicy {
  const policy = readPolicy(config, cwd);
  // What is printed may be read from a different folder.
  const tree = withText(policy.tree, 'baseline', baselineOf(policy, cwd));
  return {
    ...effectiveSettings(policy, cwd),
    file: policy.file,
    warnings: policy.warnings,
    print: { yaml: () => policyYaml(tree), json: () => policyJson(policy.file, tree) },
  };
}
