/** Markdown for a comment of a merge request, or the summary of a job: the verdict, the findings, what expires next. */
import { besidesLeftOut, leftOutText } from '../../artifact/left-out.ts';
import { asRanges, compareText, copyable, count, handful, printable } from '../../core/text.ts';
import type { Fix, Related, Severity } from '../../results/finding.ts';
import { chainLines, type FixLine, fixBlocks, fixLabel, shellLine, stepLine } from '../../results/fix.ts';
import { dependencies } from '../../results/next-expiry.ts';
import { copiesText } from '../../results/read/copies.ts';
import { excusedUntil } from '../../results/read/excused.ts';
import { joinedPaths } from '../../results/read/failed-paths.ts';
import { allClear, judgedCertificates, notCompared, notLookedAt } from '../../results/read/ground.ts';
import { layoutWords } from '../../results/read/layout-words.ts';
import { isAboutSomething, objectLines, placeInDump } from '../../results/read/objects.ts';
import { mostlyUnread } from '../../results/read/unread.ts';
import { isIncomplete } from '../../results/read/verdict.ts';
import type { Report } from '../../results/report.ts';
import { policyText } from '../../results/reported-policy.ts';
import { effectText } from '../message/index.ts';
import { placeOf } from '../message/place.ts';
import { countsNodes, headlineText, type Shown, shownFindings } from '../message/shown.ts';
import { cisSection } from './cis-section.ts';
import { type FormatOptions, pathForPrograms } from './format.ts';
import { markdownCode, markdownLink, markdownTable, markdownText } from './markdown-text.ts';

/** A comment has at most 65,536 characters on GitHub. They are counted as bytes, of which there are never fewer. */
const defaultBytes = 65_000;
/** What the notes on what is left out need. */
const reserve = 300;

/** Of several in a list; the text says how many more there are. */
const mostListed = 5;
/** Characters of a name, and of a path. */
const [nameLength, pathLength] = [80, 240];

const marks: Readonly<Record<Severity, string>> = { error: '❌ error', warning: '⚠️ warning', info: 'ℹ️ note' };

/** Returns the report, without the least severe findings if it would be too long. */
export function markdown(report: Report, options: FormatOptions): string {
  const { markdownBytes: most = defaultBytes } = options;
  const findings = shownFindings(report, { showSuppressed: options.showSuppressed === true });
  const countOf = (shown: readonly Shown[]) => shown.reduce((sum, { fingerprints }) => sum + fingerprints.length, 0);
  const [head, end] = [
    [heading(report), about(report), ...dumps(report), ...unlooked(report), ...failures(report)],
    [...unchecked(report), ...cisSection(report, most), ...expiries(report)],
  ];
  const room = most - reserve - bytesOf(joined([...head, ...end]));
  const rows = findings.map((finding) => row(finding, report, options));
  const shownRows = firstThatFit(rows, room / 2, (cells) => cells.join(' | '));
  const blocks = firstThatFit(
    findings.map((finding) => () => details(finding, report)),
    room - bytesOf(joined(table(shownRows, report))),
    (block) => block(),
  );
  const text = joined([
    ...head,
    ...table(shownRows, report),
    ...left(countOf(findings.slice(shownRows.length)), 'not in this table'),
    ...blocks.map((block) => block()),
    ...left(countOf(findings.slice(blocks.length, shownRows.length)), 'shown without details'),
    ...end,
  ]);
  if (bytesOf(text) <= most) return text;
  const short = joined([heading(report), ...left(countOf(findings), 'left out')]);
  return bytesOf(short) <= most ? short : '';
}

const joined = (parts: readonly string[]): string => `${parts.filter((part) => part !== '').join('\n\n')}\n`;

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Returns the first items that have room together. */
function firstThatFit<Item>(items: readonly Item[], room: number, textOf: (item: Item) => string): readonly Item[] {
  let used = 0;
  for (const [index, item] of items.entries()) {
    used += bytesOf(textOf(item)) + 6;
    if (used > room) return items.slice(0, index);
  }
  return items;
}

const left = (number: number, where: string): string[] =>
  number === 0
    ? []
    : [`_${count(number, 'finding')} ${number === 1 ? 'is' : 'are'} ${where}: there is no room for more._`];

/** The verdict. It is red if and only if the exit code is not 0. */
function heading(report: Report): string {
  const { exitCode, summary, nodes } = report;
  const { errors, warnings, infos } = summary;
  if (!isAboutSomething(report))
    return exitCode === 0 ? '## ℹ️ pki-lint: nothing to check' : '## ❌ pki-lint: nothing was checked';
  const isWhole = exitCode < 2 && mostlyUnread(nodes).length === 0 && !isIncomplete(report);
  const isFine = errors + warnings === 0;
  const { text, isGrounded } = allClear(report);
  const mark = exitCode !== 0 ? '❌' : !isFine || !isWhole ? '⚠️' : isGrounded ? '✅' : '❔';
  const problems = isFine
    ? markdownText(`${text.charAt(0).toLowerCase()}${text.slice(1)}`)
    : `${count(errors + warnings, 'problem')} (${count(errors, 'error')}, ${count(warnings, 'warning')})`;
  const known = report.baseline?.known ?? 0;
  const others = [
    infos > 0 ? count(infos, 'note') : '',
    excusedUntil(report),
    known > 0 ? `${known} known by the baseline` : '',
  ].filter((text) => text !== '');
  return `## ${mark} pki-lint: ${isWhole ? '' : 'incomplete, '}${[problems, ...others].join('; ')}`;
}

/** The nodes, their release, and the time of judging. */
function about(report: Report): string {
  const { nodes, at, targetVersion, summary } = report;
  const names = nodes.map((node) => {
    const release = node.kubernetesVersion === null ? [] : [markdownText(node.kubernetesVersion, nameLength)];
    const more = [...release, ...layoutWords([node])].join(', ');
    return `${markdownText(node.name, nameLength)}${more === '' ? '' : ` (${more})`}`;
  });
  const target = targetVersion === null ? '' : `, before an upgrade to ${markdownText(targetVersion, nameLength)}`;
  const read = `${count(summary.files, 'file')}, ${judgedCertificates(report)} and ${count(summary.connections, 'connection')} checked`;
  const who = names.length === 0 ? '' : `${names.length === 1 ? 'Node' : 'Nodes'} ${listed(names)}: ${read}, `;
  const policy = report.policy === undefined ? '' : ` ${markdownText(policyText(report), pathLength)}.`;
  return `${who}as of ${at.slice(0, 10)}${target}.${policy.replace(' policy', ' Policy')}`;
}

/** What was read of each dump of objects, as sentences. */
const dumps = (report: Report): string[] => objectLines(report).map((line) => `${markdownText(line, 2 * pathLength)}.`);

/** What was not looked at, as sentences. */
function unlooked(report: Report): string[] {
  const texts = [notLookedAt(report), notCompared(report)].filter((text) => text !== '');
  return texts.map((text) => `${markdownText(`${text.charAt(0).toUpperCase()}${text.slice(1)}`, 2 * pathLength)}.`);
}

const listed = (items: readonly string[], separator = ', '): string => {
  const more = items.length - mostListed;
  return `${items.slice(0, mostListed).join(separator)}${more > 0 ? ` and ${more} more` : ''}`;
};

function failures({ failures }: Report): string[] {
  const lines = joinedPaths(failures).map(
    ({ path, message }) => `- Not checked: ${markdownText(path, pathLength)}: ${markdownText(message, pathLength)}`,
  );
  if (lines.length <= mostListed) return lines.length === 0 ? [] : [lines.join('\n')];
  return [[...lines.slice(0, mostListed), `- and ${lines.length - mostListed} more`].join('\n')];
}

const namesNodes = ({ nodes }: Report): boolean => nodes.length > 1;

/** A finding that several nodes have is one row, with its path on each of them. */
function row(shown: Shown, report: Report, options: FormatOptions): readonly string[] {
  const { finding, nodes, isExample } = shown;
  const { severity, rule, line, message, cite, suppressed } = finding;
  const place =
    nodes.length === 1
      ? `${printable(pathForPrograms(finding, report, options), pathLength)}:${line}`
      : printable(finding.path, pathLength);
  const object = placeInDump(finding);
  return [
    `${marks[severity]}${suppressed === null ? '' : ' (excused)'}`,
    markdownLink(rule, cite[0]?.url),
    ...(namesNodes(report) ? [listedNodes(nodes)] : []),
    [place, object].flatMap((text) => (text === '' ? [] : [markdownText(text, pathLength)])).join('<br>'),
    markdownText(isExample ? headlineText(shown, true) : message),
  ];
}

const listedNodes = (nodes: readonly string[]): string =>
  listed(asRanges(nodes).map((name) => markdownText(name, nameLength)));

function table(rows: readonly (readonly string[])[], report: Report): string[] {
  const head = ['Severity', 'Rule', ...(namesNodes(report) ? ['Node'] : []), 'Where', 'Finding'];
  return rows.length === 0 ? [] : [markdownTable(head, rows)];
}

/** What GitHub and GitLab show on a click. */
function details(shown: Shown, report: Report): string {
  const { finding, nodes } = shown;
  const { severity, expected, found, why, related, members = [], suppressed, cis } = finding;
  const [mark] = marks[severity].split(' ');
  const fields = [
    ['Nodes', countsNodes(shown) ? listedNodes(nodes) : ''],
    ['Effect', effects(related)],
    ['Which', listed([...new Set(members.map(({ subject }) => subject))].map((one) => markdownText(one, pathLength)))],
    ['Expected', markdownText(expected)],
    ['Found', markdownText(found)],
    ['Why', markdownText(why)],
    ['Benchmark', markdownText(handful(cis, mostListed))],
    [
      'Excused',
      suppressed === null ? '' : markdownText(`${suppressed.reason}, until ${suppressed.until ?? 'further notice'}`),
    ],
  ];
  return [
    `<details>\n<summary>${mark} ${markdownText(headlineText(shown, namesNodes(report)))}</summary>`,
    fields.flatMap(([name, text]) => (text === '' ? [] : [`- **${name}**: ${text}`])).join('\n'),
    ...markdownFixes(shown),
    '</details>',
  ].join('\n\n');
}

function effects(related: readonly Related[]): string {
  const texts = related.map((one) => markdownText(one.error ? `${effectText(one)}: ${one.error}` : effectText(one)));
  return listed([...new Set(texts)], '; ');
}

function unchecked(report: Report): string[] {
  const [notChecked, skipped] = [besidesLeftOut(report.notChecked), besidesLeftOut(report.skipped)];
  const secret = leftOutText(report.nodes);
  const what = [
    ...(secret === '' ? [] : [markdownText(secret, pathLength)]),
    ...(notChecked.length > 0 ? [count(notChecked.length, 'file')] : []),
    ...(skipped.length > 0 ? [count(skipped.length, 'check')] : []),
  ];
  const copies = copiesText(report.nodes);
  return [
    ...(what.length === 0 ? [] : [`Not checked: ${what.join(' and ')}.`]),
    ...(copies === '' ? [] : [`${markdownText(copies)}.`]),
  ];
}

/** The certificates that expire first, of those that have not expired. */
function expiries(report: Report): string[] {
  const now = Date.parse(report.at);
  const later = dependencies(report)
    .filter(({ expires }) => Date.parse(expires) >= now)
    .toSorted((one, other) => Date.parse(one.expires) - Date.parse(other.expires) || compareText(one.node, other.node));
  const rows = later
    .slice(0, mostListed)
    .map(({ expires, name, node, path }) => [
      expires.slice(0, 10),
      count(Math.floor((Date.parse(expires) - now) / 86_400_000), 'day'),
      markdownText(name, nameLength),
      ...(namesNodes(report) ? [markdownText(node, nameLength)] : []),
      markdownText(path, pathLength),
    ]);
  if (rows.length === 0) return [];
  const head = ['Expires', 'In', 'Certificate', ...(namesNodes(report) ? ['Node'] : []), 'Path'];
  return ['### Certificates that expire next', markdownTable(head, rows)];
}

/** Returns the ways to fix a finding, each with its commands, and the source of the rule. */
function markdownFixes({ finding: { fix, node, cite }, nodes }: Shown): readonly string[] {
  const [source] = cite;
  const alternatives = fix.filter((steps) => steps.length > 0);
  const blocks = alternatives.flatMap((steps, index) => [
    `${nameOf(index, alternatives)}${fixLabel(steps, true)}${placeOnSeveral(steps, node, nodes)}:`,
    ...fixBlocks(steps).flatMap(({ on, start, lines }, block) => {
      const place = block === 0 && on !== node ? `On ${on}` : start;
      return [...(place === '' ? [] : [`${markdownText(place)}:`]), codeOf(lines)];
    }),
  ]);
  const footnotes = fix.flat().filter((step) => step.footnote);
  const each = [...new Map(footnotes.map((step) => [stepLine(step), step])).values()];
  const notes = each.length === 0 ? [] : ['Notes on the fixes:', codeOf(each.flatMap((step) => chainLines([step])))];
  return [...blocks, ...notes, ...(source === undefined ? [] : [`Source: ${markdownLink(source.title, source.url)}`])];
}

const nameOf = (index: number, { length }: readonly Fix[]): string =>
  `**${length === 1 ? 'Fix' : `Fix ${String.fromCharCode(65 + index)}`}**`;

/** Where commands are run that several nodes need: they have the name of the first. */
function placeOnSeveral(steps: Fix, node: string, nodes: readonly string[]): string {
  const place = nodes.length === 1 ? '' : placeOf(steps, node, nodes);
  return place === '' ? '' : `, ${markdownText(place)}`;
}

const codeOf = (lines: readonly FixLine[]): string =>
  markdownCode(lines.map((line) => shellLine({ ...line, text: copyable(line.text) })));
