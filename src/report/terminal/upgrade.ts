/** Formats the steps of an upgrade: `upgrade  v1.32 → v1.33 ready · v1.33 → v1.34 not ready: 2 findings`. */

import { count } from '../../core/text.ts';
import type { Report } from '../../results/report.ts';
import type { UpgradeStep } from '../../results/upgrade.ts';
import { fields } from '../text/fields.ts';
import type { Paint } from '../text/paint.ts';

/** Returns the steps of a node to the target release, labelled; '' without one. */
export function upgradeLine(report: Report, name: string, width: number, paint: Paint): string {
  const text = upgradeText(report, name);
  return text === ''
    ? ''
    : fields([['upgrade', [report.nodes.length > 1 ? `${name}: ${text}` : text]]], { indent: 12, width, paint }).join(
        '\n',
      );
}

/** Returns the steps of a node to the target release; '' without one. */
function upgradeText({ upgrades, findings }: Report, name: string): string {
  const upgrade = upgrades.find(({ node }) => node === name);
  if (upgrade === undefined) return '';
  const excused = new Set(findings.flatMap((one) => (one.suppressed === null ? [] : [one.fingerprint])));
  const steps = upgrade.steps.map((step) => {
    const open = step.findings.filter((fingerprint) => !excused.has(fingerprint)).length;
    return `${stepReleases(step)} ${open === 0 ? 'ready' : `not ready: ${count(open, 'finding')}`}`;
  });
  return steps.length === 0 ? noSteps(findings, name) : steps.join(' · ');
}

/** Returns the two releases of a step; without their patch releases, if the minor releases differ. */
export function stepReleases({ from, to }: UpgradeStep): string {
  const minor = (release: string) => release.split('.').slice(0, 2).join('.');
  return minor(from) === minor(to) ? `${from} → ${to}` : `${minor(from)} → ${minor(to)}`;
}

/** Returns why a node has no steps; '' if a finding says that the target is older. */
export function noSteps(findings: Report['findings'], name: string): string {
  const isOlder = findings.some(({ rule, node }) => rule === 'upgrade/downgrade' && node === name);
  return isOlder ? '' : 'the release of this node is unknown: set it with --kubernetes-version';
}
