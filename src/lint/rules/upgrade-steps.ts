/** The steps of a node to the target release, each with the findings that must be fixed before it. */

import type { Pki } from '../../model/roles/pki.ts';
import type { Finding } from '../../results/finding.ts';
import type { Upgrade } from '../../results/upgrade.ts';
import { upgradePath } from '../../tables/go-releases.ts';
import type { Failure } from './failure.ts';

/** A failure, and the finding that reports it. */
interface Reported {
  readonly failure: Failure;
  readonly finding: Finding;
}

/** Returns the steps of an upgrade; undefined without a target release. */
export function upgradeSteps({ name, facts, judging }: Pki, reported: readonly Reported[]): Upgrade | undefined {
  const { target } = judging;
  if (target === undefined) return undefined;
  const release = facts.kubernetesVersion?.value;
  const path = release === undefined ? [] : upgradePath(release, target.release);
  const steps = path.map((to, index) => {
    const concerned = reported.filter((one) => (isOfToday(one) ? index === 0 : one.failure.preview?.step === to));
    const findings = concerned
      .filter(({ finding }) => finding.severity !== 'info')
      .map((one) => one.finding.fingerprint);
    return { from: `v${path[index - 1] ?? release}`, to: `v${to}`, findings: [...new Set(findings)] };
  });
  return { node: name, steps };
}

/** What fails today stops the first step if it is an error, or if it is about upgrades: kubeadm cannot sign, say. */
function isOfToday({ failure, finding }: Reported): boolean {
  return failure.preview === undefined && (finding.severity === 'error' || finding.impact === 'upgrade');
}
