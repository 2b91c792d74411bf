/**
 * Which alternatives of a fix can be done although something is broken: one that needs what is broken is not offered.
 */

import type { Pki } from '../../model/roles/pki.ts';
import type { Fix, FixStep } from '../../results/finding.ts';

/**
 * Returns the alternatives that do not need what a finding says is broken, or that repair it first; all of them if
 * there is no such alternative.
 *
 * @param broken roles
 */
export function usable(fix: readonly Fix[], broken: ReadonlySet<string>, pki: Pki): readonly Fix[] {
  const needs = pki.layout.remedies.uses.filter(({ role }) => broken.has(role));
  if (needs.length === 0) return fix;
  const paths = pki.roles.filter(({ id }) => broken.has(id)).map(({ path }) => path);
  const isBroken = ({ kind, text }: FixStep) =>
    kind === 'command' &&
    needs.some(({ words }) => text.includes(words)) &&
    (!text.includes(' --kubeconfig ') || paths.some((path) => text.includes(` --kubeconfig ${path} `)));
  const isRepair = ({ kind, class: own }: FixStep) =>
    kind === 'command' && (own === 're-issues' || own === 'changes-trust');
  const canBeDone = (steps: Fix) => {
    const end = steps.findIndex(isRepair);
    return !steps.slice(0, end < 0 ? steps.length : end).some(isBroken);
  };
  const possible = fix.filter(canBeDone);
  return possible.some((steps) => steps.length > 0) ? possible : fix;
}
