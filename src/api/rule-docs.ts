/** The rule catalogue, in the form of the documentation. */

import { defaultLayout } from '../artifact/layout.ts';
import { once } from '../core/collections.ts';
import type { RuleDoc } from '../results/rule-doc.ts';
import { type Issuing, type RemedyKind, type Rule, rules } from '../tables/catalog.ts';
import { layouts } from '../tables/layouts/index.ts';
import { ruleIn } from '../tables/layouts/rules.ts';
import { rowLine } from '../tables/layouts/steps.ts';
import { ruleOptionRows } from '../tables/rule-options.ts';
import { ruleSources } from '../tables/sources.ts';
import { withPlaceholders } from './placeholders.ts';

/** The text of `fix` for rules whose command depends on the certificate. */
const remedies: Readonly<Record<RemedyKind, string>> = {
  missing: 'pki-lint issue --write --only <name>, or kubeadm: the finding has the commands',
  wrong: 'pki-lint issue --write --only <name> --replace <name>, or kubeadm: the finding has the commands',
  names:
    'pki-lint issue --write --only <name> --replace <name>, or kubeadm with the missing names: the finding has the commands',
  expired: 'pki-lint issue --write --only <name> --renew, or kubeadm: the finding has the commands',
};

/** The same for CAs. A CA that has issued certificates is never recreated. */
const ofAuthorities: Readonly<Record<RemedyKind, string>> = {
  missing: 'restore it. If it has not signed anything yet, pki-lint issue --write --only <name> creates one',
  wrong: 'restore the CA that signed the certificates, from another control-plane node or from a backup',
  names: 'restore the CA that signed the certificates, from another control-plane node or from a backup',
  expired: 'rotate it by hand: the finding has the steps',
};

const issuing: Readonly<Record<Issuing, string>> = {
  fill: 'pki-lint issue --write --only <name>, if the missing CA has not signed anything, or:',
  replace: 'pki-lint issue --write --only <name> --replace <name>, if the key of its CA is on the node, or:',
  renew: 'pki-lint issue --write --only <name> --renew, if the key of its CA is on the node, or:',
  'keep-key':
    'pki-lint issue --write --only <name> --replace <name> --keep-key, if the key of the CA is on the node, or:',
};

function remedyOf({ over, remedy }: Rule): readonly string[] {
  if (remedy === null) return [];
  return [over === 'authority' ? ofAuthorities[remedy] : remedies[remedy]];
}

function fixOf(rule: Rule): string {
  const lines = [
    ...(rule.issue === undefined ? [] : [issuing[rule.issue]]),
    ...remedyOf(rule),
    ...rule.fix.flatMap((row) =>
      row === '{fix}' ? [] : withPlaceholders(rowLine(row, defaultLayout(layouts).remedies)),
    ),
    ...(Object.keys(rule.fixes).length > 0 ? ['if the cause is known, the finding has a fix for it'] : []),
  ];
  return lines.length === 0 ? 'the finding says what to do' : lines.join('\n');
}

/** Returns all rules, in the order of the catalogue, in the words of the usual layout. */
export const documentedRules = once((): readonly RuleDoc[] =>
  rules.map((one) => documentationOf(ruleIn(one, defaultLayout(layouts)))),
);

function documentationOf(rule: Rule): RuleDoc {
  return {
    id: rule.id,
    over: rule.over,
    severity: rule.severity,
    impact: rule.impact,
    title: rule.title,
    message: withPlaceholders(rule.message),
    why: withPlaceholders(rule.why),
    fails: rule.fails === null ? null : withPlaceholders(rule.fails),
    explains: rule.explains,
    fix: fixOf(rule),
    cite: ruleSources(rule.id, rule.cite),
    cis: rule.cis,
    options: ruleOptionRows
      .filter((row) => row.rule === rule.id)
      .map(({ option, type, help, default: usual = null }) => ({ option, type, default: usual, help })),
  };
}
