/** The text of docs/rules.md. */

/** What the rules of a family are about, by the first part of their ids. */
const families = {
  argument: 'flags of the components',
  authority: 'CAs',
  cert: 'certificates and their keys',
  cluster: 'several nodes compared',
  configuration: 'configuration files that flags name',
  connection: 'connections between components, if no other rule explains why one fails',
  etcd: 'settings of etcd',
  fact: 'what is known about a node',
  file: 'files: owners, modes, contents',
  key: 'who can read private keys',
  kubeconfig: 'kubeconfigs',
  kubelet: "the kubelet's settings and certificates",
  manifest: 'manifests of static pods',
  node: 'a node as a whole',
  policy: 'exceptions of `pki-lint.config.yaml`, and comments that excuse findings',
  process: 'what runs on a node, compared with its files',
  san: 'names and addresses in server certificates',
  'service-account': 'the keys that sign and verify tokens',
  unit: 'systemd units that start components',
  upgrade: 'what an upgrade changes (with `--target-version`)',
};

/** The anchor that GitHub generates for a heading: `cert/issuer` → `certissuer`. */
const anchor = (id) => id.replace(/[^a-z0-9-]/g, '');

/** Escapes text so that `<hostname>` appears literally. */
const plain = (text) => text.replaceAll('<', '&lt;');

const familyOf = ({ id }) => id.split('/')[0];

/** A fix of several lines is a list. */
function fixText(fix) {
  const lines = fix.split('\n').map(plain);
  return lines.length === 1 ? `Fix: ${lines[0]}` : `Fix:\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

const optionText = ({ option, type, default: usual, help }) =>
  `- \`${option}\` (${type === 'bits' ? 'number of bits' : 'length of time'}, default ${usual === null ? 'none' : `\`${usual}\``}): ${help}`;

const section = (examples, templatesOf) => (rule) => {
  const { id, severity, impact, title, why, explains, fix, cite, cis, options } = rule;
  const { says, fails } = templatesOf(rule);
  return [
    `### ${id}`,
    `**${plain(title)}** · ${severity} · ${impact}`,
    plain(why),
    ...(says === null ? [] : [`Says: \`${says}\``]),
    ...(fails === null ? [] : [`What fails: \`${fails}\``]),
    ...(explains.length === 0
      ? []
      : [`Explains: ${explains.map((id) => `\`${id}\``).join(', ')}. It is as severe as the worst of them.`]),
    ...(examples.has(id) ? [`\`\`\`text\n${examples.get(id)}\n\`\`\``] : []),
    fixText(fix),
    ...(options.length === 0 ? [] : [`Options in a policy:\n\n${options.map(optionText).join('\n')}`]),
    ...(cite.length === 0 ? [] : [`Source: ${cite.map((source) => `[${source.title}](${source.url})`).join(', ')}`]),
    ...(cis.length === 0 ? [] : [`CIS: ${cis.join(', ')}`]),
  ].join('\n\n');
};

const row = ({ id, severity, title }) => `| [${id}](#${anchor(id)}) | ${severity} | ${plain(title)} |`;

const contents = ([family, rules]) =>
  [
    `**[\`${family}\`](#${family})**: ${families[family]}`,
    ['| rule | severity | title |', '|---|---|---|', ...rules.map(row)].join('\n'),
  ].join('\n\n');

const legend = (title, words) =>
  [`| ${title} | meaning |`, '|---|---|', ...Object.entries(words).map(([name, text]) => `| ${name} | ${text} |`)].join(
    '\n',
  );

/** Returns the examples that a page contains, by rule. */
export function examplesIn(page) {
  const sections = page.matchAll(/^### (\S+)\n(?:(?!### ).*\n)*?```text\n([\s\S]*?)\n```$/gm);
  return new Map([...sections].map(([, id, text]) => [id, text]));
}

/**
 * Returns the page.
 * @param {readonly import('../src/index.ts').RuleDoc[]} ruleDocs
 * @param {typeof import('../src/report/text/words.ts')} words
 * @param {ReadonlyMap<string, string>} examples output of the program, by rule
 * @returns {string}
 * @throws Error if a family has no title
 */
export function rulesPage(ruleDocs, { severityWords, impactWords, templatesOf }, examples) {
  const rules = ruleDocs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const byFamily = [...new Set(rules.map(familyOf))].map((family) => [
    family,
    rules.filter((rule) => familyOf(rule) === family),
  ]);
  const unnamed = byFamily.map(([family]) => family).filter((family) => families[family] === undefined);
  if (unnamed.length > 0) throw new Error(`scripts/rules-page.mjs has no title for the family ${unnamed.join(', ')}`);
  const parts = [
    '# Rules',
    'Generated from `rules/catalog/` and `test/cases/` by `npm run docs`; do not edit by hand. Each rule has an example: what the terminal shows for a case of the tests, at 80 columns. An info is a single line there. The nodes, names, dates and fingerprints are made up.',
    legend('severity', severityWords),
    legend('impact', impactWords),
    '## Contents',
    ...byFamily.map(contents),
    ...byFamily.flatMap(([family, rules]) => [
      `## \`${family}\``,
      `${families[family][0].toUpperCase()}${families[family].slice(1)}.`,
      ...rules.map(section(examples, templatesOf)),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}
