/** The rule catalogue, in the form of the documentation. */

import type { RuleDoc } from '../core/rule-doc.ts';
import { citations, type Issuing, type RemedyKind, type Rule, rules } from '../tables/catalog.ts';
import { layouts } from '../tables/layouts.ts';
import { rowLines } from '../tables/steps.ts';

/** The text of `fix` for rules whose command depends on the role. */
const remedies: Readonly<Record<RemedyKind, string>> = {
  missing: 'pki-lint issue --write --only ROLE, or kubeadm. Each finding prints the commands for its role and node',
  wrong:
    'pki-lint issue --write --only ROLE --replace ROLE, or kubeadm. Each finding prints the commands for its role and node',
  names:
    'pki-lint issue --write --only ROLE --replace ROLE, or kubeadm with the missing names. Each finding prints the commands for its role and node',
  expired:
    'pki-lint issue --write --only ROLE --renew, or kubeadm. Each finding prints the commands for its role and node',
};

/** The same for CAs. A CA that has issued certificates is never recreated. */
const ofAuthorities: Readonly<Record<RemedyKind, string>> = {
  missing: 'restore it. If it has not signed anything yet, pki-lint issue --write --only ROLE creates one',
  wrong: 'restore the one that signed the certificates. Each finding prints what to do for its role',
  names: 'restore the one that signed the certificates. Each finding prints what to do for its role',
  expired: 'rotate it manually. Each finding prints what to do for its role',
};

const issuing: Readonly<Record<Issuing, string>> = {
  fill: 'pki-lint issue --write --only ROLE, if the missing CA has not signed anything, or:',
  replace: 'pki-lint issue --write --only ROLE --replace ROLE, if the key of its CA is on the node, or:',
  renew: 'pki-lint issue --write --only ROLE --renew, if the key of its CA is on the node, or:',
  'keep-key': 'pki-lint issue --write --only CA --replace CA --keep-key, if its key is on the node, or:',
};

function remedyOf({ over, remedy }: Rule): readonly string[] {
  if (remedy === null) return [];
  return [over === 'authority' ? ofAuthorities[remedy] : remedies[remedy]];
}

/** All rules, in the order of the catalogue. */
export const ruleDocs: readonly RuleDoc[] = rules.map((rule) => ({
  id: rule.id,
  over: rule.over,
  severity: rule.severity,
  impact: rule.impact,
  title: rule.title,
  message: rule.message,
  why: rule.why,
  fails: rule.fails,
  explains: rule.explains,
  fix: [
    ...remedyOf(rule),
    ...(rule.issue === undefined ? [] : [issuing[rule.issue]]),
    ...rule.fix.flatMap((row) => rowLines(row, layouts[0].remedies)),
    ...(Object.keys(rule.fixes).length > 0 ? ['if the cause is known, the finding has a fix for it'] : []),
  ].join('\n'),
  cite: rule.cite.flatMap((key) => citations[key] ?? []).map(({ title, url }) => ({ title, url })),
  cis: rule.cis,
}));
