/** The pages of the rules: docs/rules.md, which lists them, and docs/rules/GROUP/RULE.md about each. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';

/** What the rules of a group are about, by the first part of their ids. */
const groups = {
  'api-service': 'extension API servers, in a dump of objects',
  argument: 'flags of the components',
  authority: 'CAs',
  binding: 'who is bound to the roles that the certificates of the nodes need, in a dump of objects',
  cert: 'certificates and their keys',
  cluster: 'several nodes compared',
  configuration: 'configuration files that flags name',
  connection: 'connections between components, if no other rule explains why one fails',
  csr: 'requests for certificates, in a dump of objects',
  etcd: 'settings of etcd',
  fact: 'what is known about a node',
  file: 'files: owners, modes, contents',
  key: 'who can read private keys',
  kubeconfig: 'kubeconfigs',
  kubelet: "the kubelet's settings and certificates",
  manifest: 'manifests of static pods',
  node: 'a node as a whole',
  object: 'what a cluster publishes about itself, in a dump of objects',
  policy: 'exceptions of `pki-lint.config.yaml`, and comments that excuse findings',
  process: 'what runs on a node, compared with its files',
  san: 'names and addresses in server certificates',
  secret: 'certificates in Secrets, in a dump of objects',
  'service-account': 'the keys that sign and verify tokens',
  unit: 'systemd units that start components',
  upgrade: 'what an upgrade changes (with `--target-version`)',
  webhook: 'admission and conversion webhooks, in a dump of objects',
};

const list = 'docs/rules.md';
const folder = 'docs/rules';

/** Escapes text so that `<hostname>` appears literally. */
const plain = (text) => text.replaceAll('<', '&lt;');

const groupOf = (id) => id.split('/')[0];

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

const bullets = (lines) => lines.map((line) => `- ${line}`).join('\n');

/** A heading and what is below it; nothing if there is nothing. */
const section = (title, ...parts) => (parts.length === 0 ? [] : [`## ${title}`, ...parts]);

const optionText = ({ option, type, default: usual, help }) =>
  `\`${option}\` (${type === 'bits' ? 'number of bits' : 'length of time'}, default ${usual === null ? 'none' : `\`${usual}\``}): ${help}`;

/** Whether what `explains` of a rule names contains a rule: an id, or the beginning of ids. */
const names = (pattern, id) => (pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern);

/** Whether the name of a rule continues that of the other: cert/usage and cert/usage-documented. */
const continues = (one, other) => one.startsWith(`${other}-`) || other.startsWith(`${one}-`);

function relatedRules({ id, explains }, rules) {
  const link = (one) => `[${one.id}](../${one.id}.md): ${plain(one.title)}`;
  const explained = (pattern) => rules.find((one) => one.id === pattern);
  const all = (pattern) => `[\`${pattern}\`](../../rules.md#${groupOf(pattern)})`;
  const causes = rules.filter((one) => one.explains.some((pattern) => names(pattern, id)));
  const similar = rules.filter((one) => continues(one.id, id));
  return [
    [
      'Findings of these rules become part of a finding of this one if they have the same cause. It is as severe as the worst of them:',
      explains.map((pattern) => (pattern.endsWith('*') ? all(pattern) : link(explained(pattern)))),
    ],
    ['What this rule finds becomes part of a finding of these rules if it has the same cause:', causes.map(link)],
    ['Similar rules:', similar.map(link)],
  ].flatMap(([intro, links]) => (links.length === 0 ? [] : [intro, bullets(links)]));
}

/** The documents, without the page itself. */
function documentsOf({ id, cite: all, cis }) {
  const cite = all.filter(({ url }) => !url.endsWith(`/${folder}/${id}.md`));
  const links = [
    ...cite.map(({ title, url }) => `[${title}](${url})`),
    ...cis.map((id) => `CIS Kubernetes Benchmark ${id}`),
  ];
  return links.length === 0 ? "This rule is pki-lint's own: no document has it." : bullets(links);
}

/** The page of a rule, with the sections that ESLint's pages of rules have. */
function rulePage(rule, rules, { severityWords, impactWords, templatesOf }, example) {
  const { id, severity, impact, title, why, fix, options } = rule;
  const { says, fails } = templatesOf(rule);
  const parts = [
    `<!-- Generated from rules/catalog/${groupOf(id)}.json and test/cases/ by npm run docs; do not edit by hand. -->`,
    `# ${id}`,
    `${plain(title)}.`,
    bullets([
      `Severity: **${severity}** (${severityWords[severity]})`,
      `Impact: **${impact}** (${impactWords[impact]})`,
    ]),
    ...section(
      'Rule details',
      plain(why),
      ...(says === null ? [] : [`What it says: \`${says}\``]),
      ...(fails === null ? [] : [`What fails: \`${fails}\``]),
    ),
    ...(example === undefined
      ? []
      : section(
          'Example',
          'What the terminal shows for a node that breaks this rule:',
          `\`\`\`text\n${example}\n\`\`\``,
        )),
    ...section('How to fix it', bullets(fix.split('\n').map(plain))),
    ...section(
      'Options',
      ...(options.length === 0 ? [] : [bullets(options.map(optionText))]),
      `A policy sets ${options.length === 0 ? 'the severity' : 'these and the severity'}, or turns the rule off: [severities and limits](../../policy.md#severities-and-limits). A single finding is excused by an [exception](../../policy.md#exceptions).`,
    ),
    ...section('Related rules', ...relatedRules(rule, rules)),
    ...section('Sources', documentsOf(rule)),
    '[All rules](../../rules.md)',
  ];
  return `${parts.join('\n\n')}\n`;
}

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const row = ({ id, severity, title }) => [`[${id}](rules/${id}.md)`, severity, plain(title)];

function listOf(byGroup, { severityWords, impactWords }) {
  const parts = [
    '# Rules',
    'Generated from `rules/catalog/` and `test/cases/` by `npm run docs`; do not edit by hand. Each rule has a page with an example: what the terminal shows for a case of the tests, at 80 columns. An info is a single line there. The nodes, names, dates and fingerprints are made up. `pki-lint explain RULE` shows what such a page says about the rule.',
    table(['severity', 'meaning'], Object.entries(severityWords)),
    table(['impact', 'meaning'], Object.entries(impactWords)),
    `Groups: ${byGroup.map(([group]) => `[\`${group}\`](#${group})`).join(' · ')}`,
    ...byGroup.flatMap(([group, rules]) => [
      `## \`${group}\``,
      sentence(groups[group]),
      table(['rule', 'severity', 'title'], rules.map(row)),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/**
 * Returns the pages by path.
 * @param {readonly import('../src/index.ts').RuleDoc[]} ruleDocs
 * @param {typeof import('../src/report/text/words.ts')} words
 * @param {ReadonlyMap<string, string>} examples output of the program, by rule
 * @returns {Record<string, string>}
 * @throws Error if a group has no words
 */
export function rulePages(ruleDocs, words, examples) {
  const rules = ruleDocs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const byGroup = [...new Set(rules.map(({ id }) => groupOf(id)))].map((group) => [
    group,
    rules.filter(({ id }) => groupOf(id) === group),
  ]);
  const unnamed = byGroup.map(([group]) => group).filter((group) => groups[group] === undefined);
  if (unnamed.length > 0) throw new Error(`scripts/rule-pages.mjs has no words for the group ${unnamed.join(', ')}`);
  return Object.fromEntries([
    [list, listOf(byGroup, words)],
    ...rules.map((rule) => [`${folder}/${rule.id}.md`, rulePage(rule, rules, words, examples.get(rule.id))]),
  ]);
}

/**
 * Returns the examples that pages contain, by rule.
 * @param {Record<string, string>} pages
 * @returns {Map<string, string>}
 */
export function examplesIn(pages) {
  const found = Object.values(pages).flatMap((page) => {
    const [, id, text] = /^# (\S+)\n[\s\S]*?^```text\n([\s\S]*?)\n```$/m.exec(page) ?? [];
    return id === undefined ? [] : [[id, text]];
  });
  return new Map(found);
}

/**
 * Reads the pages that are below a folder.
 * @param {string} root
 * @returns {Record<string, string>}
 */
export function readRulePages(root) {
  const below = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return Object.fromEntries([list, ...below].map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/**
 * Writes pages below a folder, and removes those of rules that do not exist any more.
 * @param {string} root
 * @param {Record<string, string>} pages
 */
export function writeRulePages(root, pages) {
  rmSync(join(root, folder), { recursive: true, force: true });
  for (const [path, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
