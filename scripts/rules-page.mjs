/** The anchor that GitHub generates for a heading: `cert/issuer` → `certissuer`. */
const anchor = (id) => id.replace(/[^a-z0-9-]/g, '');

/** Escapes text so that `<hostname>` and `{wanted}` appear literally. */
const plain = (text) => text.replaceAll('<', '&lt;');

function section({ id, severity, impact, title, message, why, fails, explains, fix, cite, cis }) {
  return [
    `## ${id}`,
    `**${plain(title)}** · ${severity} · ${impact}`,
    plain(why),
    ...(fails === null ? [] : [`What fails: \`${fails}\``]),
    `Says: \`${message}\``,
    ...(explains.length === 0
      ? []
      : [`Explains: ${explains.map((id) => `\`${id}\``).join(', ')}. It is as severe as the worst of them.`]),
    `Fix: ${plain(fix)}`,
    ...(cite.length === 0 ? [] : [`Source: ${cite.map((source) => `[${source.title}](${source.url})`).join(', ')}`]),
    ...(cis.length === 0 ? [] : [`CIS: ${cis.join(', ')}`]),
  ].join('\n\n');
}

const row = ({ id, severity, impact, title }) =>
  `| [${id}](#${anchor(id)}) | ${severity} | ${impact} | ${plain(title)} |`;

/**
 * The text of docs/rules.md.
 * @param {readonly import('../src/index.ts').RuleDoc[]} ruleDocs
 * @returns {string}
 */
export function rulesPage(ruleDocs) {
  const rules = ruleDocs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const parts = [
    '# Rules',
    'Generated from `rules/catalog/` by `npm run docs`; do not edit by hand.',
    ['| rule | severity | impact | says |', '|---|---|---|---|', ...rules.map(row)].join('\n'),
    ...rules.map(section),
  ];
  return `${parts.join('\n\n')}\n`;
}
