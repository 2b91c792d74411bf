/** The policy of a gate: `pki-lint.config.yaml`. Most runs have none: the build bundles this room as a separate file. */
import { baselineOf, effectiveSettings, type PolicySettings } from './effective.ts';
import type { Choice } from './policy-file.ts';
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
 * @param file relative to `cwd`, or absolute: so messages name it
 * @throws UserError with everything that is wrong
 */
export function loadPolicy(file: string, cwd: string, choice: Choice): LoadedPolicy {
  const policy = readPolicy(file, cwd, choice);
  // What is printed may be read from a different folder.
  const tree = withText(policy.tree, 'baseline', baselineOf(policy, cwd));
  return {
    ...effectiveSettings(policy, cwd),
    file,
    warnings: policy.warnings,
    print: { yaml: () => policyYaml(tree), json: () => policyJson(file, tree) },
  };
}
