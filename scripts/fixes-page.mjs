/** The text of docs/fixes.md. */

/** The names of each reason, in the order of the reasons. */
function byReason(list) {
  const groups = new Map();
  for (const [name, reason] of Object.entries(list)) groups.set(reason, [...(groups.get(reason) ?? []), name]);
  return [...groups];
}

const ruleLink = (rule) => `[${rule}](rules/${rule}.md)`;

const caseLine = (name) => `  - \`${name}\``;

const reasonWithCases = ([reason, names]) => [`- ${reason}:`, ...names.map(caseLine)].join('\n');

/**
 * Returns the page.
 * @param {{ onlyNotes: Record<string, string>, unfinished: Record<string, string>, notHealed: Record<string, string> }}
 *   lists
 * @returns {string}
 */
export function fixesPage({ onlyNotes, unfinished, notHealed }) {
  const parts = [
    '# Fixes that a person decides or finishes',
    'Generated from `test/oracles/support/` by `npm run docs`; do not edit by hand.',
    'The tests paste the first fix of every finding into a shell on a copy of the node, with stand-ins of kubeadm, the API server and the kubelet, then the first fix of what is left, and so on. Afterwards the connections work, certificates have the names, usages and signers that they had, kubeconfigs dial what they dialled, flags are those of before, and nothing is lost. Below is what cannot be followed in this way, or ends differently, and why. A test fails if an entry is no longer true.',
    '## Rules whose first fix may have no command that changes anything',
    byReason(onlyNotes)
      .map(([reason, rules]) => `- ${reason}: ${rules.map(ruleLink).join(', ')}`)
      .join('\n'),
    '## Fixes that leave something to a person',
    'Each is a rule and a case of the tests.',
    byReason(unfinished).map(reasonWithCases).join('\n'),
    '## Nodes that are different afterwards',
    'Each is a case of the tests, or an incident.',
    byReason(notHealed).map(reasonWithCases).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}
