/**
 * What the page says about a finding: its effects, the words of the component, where it is, and which things it stands
 * for.
 */
import { groupBy } from '../../core/collections.ts';
import { asRanges, handful, hasWords } from '../../core/text.ts';
import type { Connection } from '../../results/connection.ts';
import type { Fault, Finding } from '../../results/finding.ts';
import { plainText } from '../../results/message.ts';
import { effectOnCluster, placeInDump } from '../../results/read/objects.ts';
import { serverWithoutNode, wordingOfFault } from '../../results/read/wording.ts';
import { effectText, mostNamed, saying, unsaid, withValues } from '../message/index.ts';
import { countsNodes, type Shown } from '../message/shown.ts';
import { el, fragment, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { bullets, pathOf } from './parts.ts';

/**
 * Effects, and members with different values, that are listed before the rest is folded; a single one is not folded.
 */
const mostLines = 12;

/** Places of the members of a finding that are named. */
const mostPlaces = 6;

/** Returns what a finding says, as a list of labels and values. */
export function fieldsOf(shown: Shown, page: Page): Markup {
  const { finding } = shown;
  const { suppressed } = finding;
  const effects = effectLines(shown, page);
  const having = page.nodesOf(shown);
  const nodes = having.length > mostNamed || (countsNodes(shown) && having.length > 1) ? asRanges(having) : [];
  const rows: readonly (readonly [label: string, values: readonly Piece[]])[] = [
    ['Nodes', nodes.length === 0 ? [] : [namesToCopy(nodes, having)]],
    ['Effect', effects.length === 0 ? [] : [folded(effects)]],
    ['Error', errorsOf(finding)],
    ['Where', placesOf(finding)],
    ['Expected', unsaid(finding, 'expected')],
    ['Found', unsaid(finding, 'found')],
    ['Which', membersOf(finding)],
    ['Excused', suppressed === null ? [] : [`${suppressed.reason} (${suppressed.by})`]],
  ];
  return el(
    'dl',
    { class: 'fields' },
    ...rows
      .filter(([, values]) => values.some((value) => value !== ''))
      .map(([label, values]) =>
        fragment(
          el('dt', {}, label),
          values.map((value) => el('dd', {}, value)),
        ),
      ),
  );
}

/** Names as short as they can be; unfolded, they are a list that is copied as words of a command. */
function namesToCopy(short: readonly string[], all: readonly string[]): Markup {
  const list = el('div', { class: 'commands words' }, el('pre', { tabindex: 0 }, all.join(' ')));
  return el('details', {}, el('summary', {}, short.join(', ')), list);
}

/**
 * What stops, and further consequences, without the words of components. A connection of several nodes names that of
 * its client; a finding about a connection has no consequences of its own.
 */
function effectLines(shown: Shown, page: Page): readonly string[] {
  const { related } = shown.finding;
  const namesNodes = page.report.nodes.length > 1;
  const broken = page.brokenBy(shown.fingerprints);
  const isCounted = broken.length > 0 && (namesNodes || related.length === 0);
  const known = new Set(isCounted ? broken.map(({ without }) => without) : []);
  const others = related.filter(
    ({ connection, message }) => (connection === undefined || !isCounted) && !known.has(message),
  );
  const having = page.nodesOf(shown);
  const each = broken.map(({ node, client, server, address, without }) => {
    return `${namesNodes ? `${node}: ` : ''}${client} → ${address ?? server}: ${without}`;
  });
  const byClient = effectsByClient(broken, namesNodes ? having : undefined);
  const isShorter = broken.length > mostLines || (having.length > 1 && 2 * byClient.length <= broken.length);
  const stopped = isShorter ? byClient : each;
  const all = [
    ...(isCounted ? stopped : []),
    ...others.map(effectText),
    ...(isCounted ? [] : [effectOnCluster(shown.finding)]),
  ];
  return [...new Set(all.filter((text) => text !== ''))];
}

/**
 * Many effects, and those of several nodes with one problem, are said once for each client, with its nodes: not those
 * that have the problem, and not in a report of one node (`having` is undefined).
 */
function effectsByClient(broken: readonly Connection[], having: readonly string[] | undefined): readonly string[] {
  const groups = groupBy(broken, (one) => `${one.client} → ${serverWithoutNode(one)}: ${one.without}`);
  return [...groups].map(([text, same]) => {
    const nodes = asRanges([...new Set(same.map(({ node }) => node))]);
    const isKnown = having === undefined || nodes.join() === asRanges(having).join();
    return isKnown ? text : `${text} (${handful(nodes, mostPlaces)})`;
  });
}

/**
 * The words of the components, each once: some put more in front of those of others. Several, and those of several
 * servers, name who said it.
 */
function errorsOf(finding: Finding): readonly string[] {
  const isSaid = saying(finding);
  const all = finding.related.filter(({ error }, index, related) => {
    if (!error || isSaid(error)) return false;
    const others = related.flatMap((one) => one.error ?? []);
    return (
      related.findIndex((one) => one.error === error) === index &&
      !others.some((one) => one !== error && hasWords(error, one))
    );
  });
  const names = all.length > 1 || finding.rule.startsWith('connection/');
  return all.map(({ subject, error }) => `${names ? `${subject}: ` : ''}${error}`);
}

/** `path:line` and the line; of a group, where its members are: it has no place of its own. */
function placesOf(finding: Finding): readonly Piece[] {
  const { path, line, source, members = [] } = finding;
  const object = placeInDump(finding);
  if (object !== '') return [pathOf(`${path}:${line}`), object];
  if (members.length === 0) {
    const place = line === 1 && source === null ? path : `${path}:${line}`;
    return [pathOf(place), source === null ? '' : el('code', {}, source.trim())];
  }
  const folders = [...new Set(members.map((one) => one.path.replace(/(?<=.)\/[^/]*$/, '')))];
  return [pathOf(handful(folders, mostPlaces))];
}

/** The members of a group. What all of them have is said once. */
function membersOf({ members = [], merged = 0 }: Finding): readonly Piece[] {
  if (members.length === 0) return [];
  const hidden = Math.max(0, merged - members.length);
  const groups = [...groupBy(members, foundText)];
  const more = hidden > 0 ? `and ${hidden} more that are not listed` : '';
  if (groups.length > 1 && groups.length === members.length) {
    return [folded(groups.flatMap(([value, same]) => same.map(({ subject }) => `${subject}: ${value}`))), more];
  }
  return [...groups.flatMap(([value, same]) => [`${groups.length === 1 ? 'all ' : ''}${value}:`, names(same)]), more];
}

const names = (members: readonly Fault[]): Markup =>
  bullets(
    members.map(({ subject }) => subject),
    { class: 'names' },
  );

/** What was found of a member, or else what is wrong, with times to the minute. */
function foundText(fault: Fault): string {
  const { message, found } = wordingOfFault(fault);
  const text = fault.found === '' ? message : found;
  const [, first = ''] = /^\{(\w+)\}/.exec(text.template) ?? [];
  const said = plainText(
    withValues(text, (value) => value.replace(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ/g, '$1 $2 UTC')),
  );
  return /^\d{4}-/.test(text.data[first] ?? '') ? `on ${said}` : said;
}

/** A list, of which the end is folded. */
function folded(lines: readonly string[]): Piece {
  const end = lines.length === mostLines + 1 ? lines.length : mostLines;
  const left = lines.slice(end);
  return [
    bullets(lines.slice(0, end)),
    left.length === 0 ? '' : el('details', {}, el('summary', {}, `${left.length} more`), bullets(left)),
  ];
}
