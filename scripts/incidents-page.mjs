/** The text of docs/incidents.md. */

/** Makes a Markdown code span of any text. */
const code = (text) => {
  if (!text.includes('`')) return `\`${text}\``;
  const space = /^`|`$/.test(text) ? ' ' : '';
  return `\`\`${space}${text}${space}\`\``;
};

/** Escapes what Markdown or HTML would read in plain text. */
const plain = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_');

/** For example `kubernetes/kubeadm#2054`; the repository or host of other pages. */
function sourceName(url) {
  const { host, pathname } = new URL(url);
  if (host !== 'github.com') return host;
  const [, owner, repository, kind, number] = pathname.split('/');
  return `${owner}/${repository}${kind === 'issues' || kind === 'pull' ? `#${number}` : ''}`;
}

const sourceLink = (url) => `[${sourceName(url)}](${url})`;

const findingLine = (severalNodes) => (finding) => {
  const where = severalNodes ? ` on ${finding.node}` : '';
  return `- ${finding.severity} [${finding.rule}](rules/${finding.rule}.md)${where}: ${code(finding.message)}`;
};

/** A step: a command as code, a note as text. */
function stepLine({ kind, text, intro, comment }) {
  const step = kind === 'command' ? code(text) : plain(text);
  return `1. ${intro === null ? '' : `${plain(intro)}: `}${step}${comment === null ? '' : ` (${plain(comment)})`}`;
}

/** Shows at most this many findings of one rule. */
const shown = 3;

/** The lines of findings; those of a rule beyond the first few are counted. */
function findingLines({ findings, severalNodes }) {
  const counts = new Map();
  const lines = [];
  for (const finding of findings) {
    const count = (counts.get(finding.rule) ?? 0) + 1;
    counts.set(finding.rule, count);
    if (count <= shown) lines.push(findingLine(severalNodes)(finding));
  }
  const more = [...counts]
    .filter(([, count]) => count > shown)
    .map(([rule, count]) => `- and ${count - shown} more of ${rule}`);
  return [...lines, ...more];
}

function incidentSection(one) {
  const parts = [`### ${plain(one.title)}`, `${plain(one.happened)} (${sourceLink(one.source)})`];
  if (one.findings.length > 0) parts.push(findingLines(one).join('\n'));
  if (one.fix.length > 0) parts.push(`Fix:\n\n${one.fix.map(stepLine).join('\n')}`);
  return parts.join('\n\n');
}

const unreachable = ({ title, source, happened, why }) =>
  `- **${plain(title)}** (${sourceLink(source)}). ${plain(happened)} _${plain(why)}_`;

const healthyLine = ({ runs, source, infos }) => {
  const allowed = Object.entries(infos).map(([name, reason]) => `  - info ${code(name)}: ${plain(reason)}`);
  return [`- ${plain(runs)} (${sourceLink(source)})`, ...allowed].join('\n');
};

/**
 * Returns the page.
 * @param {import('../test/incidents/page.ts').IncidentPage} page
 * @returns {string}
 */
export function incidentsPage({ families, outOfReach, healthy }) {
  const all = families.flatMap(({ incidents }) => incidents);
  const parts = [
    '# Incidents',
    'Generated from `test/incidents/` by `npm run docs`; do not edit by hand.',
    `${all.length} incidents that really happened, each with its source, and what pki-lint says about a node on which the same thing is wrong. The first finding is the cause; the fix is the first one that its finding lists. The nodes, names and dates are made up: the tests change a healthy node of kubeadm until it has the fault.`,
    ...families.map(({ title, incidents }) => [`## ${title}`, ...incidents.map(incidentSection)].join('\n\n')),
    '## Out of reach',
    'What no file of a node shows:',
    outOfReach.map(unreachable).join('\n'),
    '## Healthy nodes',
    `${healthy.length} nodes as people really run them. pki-lint has no error and no warning about them, and only the infos that are listed.`,
    healthy.map(healthyLine).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}
