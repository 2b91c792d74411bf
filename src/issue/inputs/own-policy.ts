/**
 * The policy of `issue` has to be about its node: certificates with the names of a different cluster break this one.
 */
import { UserError } from '../../core/errors.ts';
import { factOptions } from '../../model/facts/fact-options.ts';
import { contradictionText } from '../../model/roles/contradictions.ts';
import type { Pki } from '../../model/roles/pki.ts';

/**
 * Checks that the flags of a node do not contradict the facts of the policy. A new control-plane endpoint may be in the
 * policy first.
 *
 * @throws UserError if they do
 */
export function requireOwnPolicy({ contradictions = [], judging }: Pki): void {
  const found = contradictions.find(({ name }) => name !== 'controlPlaneEndpoint');
  if (found === undefined) return;
  const file = judging.policy?.file ?? '';
  throw new UserError(`${file} contradicts this node: ${contradictionText(found, file)}`, [
    'if it is the policy of a different cluster: --no-config, or --config FILE',
    `to issue with a value all the same, give it as an option: ${factOptions[found.name].option}`,
  ]);
}
