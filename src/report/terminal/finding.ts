/** Formats one finding: its headline with the rule, effect, place, and fix. */
import { groupBy } from '../../core/collections.ts';
import { asRanges, firstSentence, printable } from '../../core/text.ts';
import type { Fault, Finding, Related } from '../../results/finding.ts';
import { placeInDump } from '../../results/read/objects.ts';
import { wordingOfRelated } from '../../results/read/wording.ts';
import { effectText, saying, unsaid } from '../message/index.ts';
import { countsNodes, headlineText, type Shown } from '../message/shown.ts';
import { type Field, type FieldLayout, fields } from '../text/fields.ts';
import { mark, type Paint, type Style } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { textWidth, wrap } from '../text/width.ts';
import { fixText } from './fixes.ts';

const indent = 12;
const maxLines = 3;
/** Twelve certificates of a control plane have room. */
const maxMemberLines = 4;
const maxHeadings = 8;

const severityStyles: Readonly<Record<Finding['severity'], Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

/** What a text says about findings, besides the options of its reporter. */
export interface FindingOptions extends ReporterOptions {
  /** Whether headlines begin with the names of nodes. */
  readonly namesNodes: boolean;
}

/** Returns the block of a finding. Every line but commands and addresses fits the width. */
export function findingBlock(shown: Shown, options: FindingOptions, paint: Paint): string {
  const { finding } = shown;
  const { width, verbose } = options;
  const all: readonly Field[] = [
    ['nodes', nodesOf(shown, options)],
    ['effect', verbose ? allEffects(finding) : effects(finding, width)],
    ['which', which(finding, options)],
    ['at', places(finding, verbose)],
    ['expected', unsaid(finding, 'expected')],
    ['found', unsaid(finding, 'found')],
    ['why', verbose ? [finding.why] : []],
    ['excused', excused(finding)],
  ];
  return [
    ...headline(shown, options, paint),
    ...findingFields(all, { width, paint }),
    ...fixText(shown, { width, paint, verbose }),
    ...findingFields([['docs', [finding.cite[0]?.url ?? `pki-lint explain ${finding.rule}`]]], { width, paint }, true),
  ].join('\n');
}

/** Returns fields in the layout of a finding, wrapped unless they are `whole`. */
export function findingFields(
  all: readonly Field[],
  layout: Pick<FieldLayout, 'width' | 'paint'>,
  whole = false,
): string[] {
  return all.flatMap(([label, texts]) =>
    fields([[label, texts]], { ...layout, indent, hang: texts.length > 1 ? 2 : 0, whole: () => whole }),
  );
}

/** Returns the headlines of findings, one or two lines each: the first ones, with `verbose` all. */
export function headlines(all: readonly Shown[], options: FindingOptions, paint: Paint): string {
  const shown = options.verbose ? all : all.slice(0, maxHeadings);
  const lines = shown.flatMap((one) => headline(one, options, paint));
  if (all.length > shown.length) lines.push(`  and ${all.length - shown.length} more (--verbose)`);
  return lines.join('\n');
}

/** Mark, message, and the rule at the right end of the last line, or on its own line if there is no room for it. */
function headline(shown: Shown, { width, namesNodes }: FindingOptions, paint: Paint): string[] {
  const { finding } = shown;
  const rule = printable(finding.rule);
  const lines = wrap(printable(headlineText(shown, namesNodes)), width - 2);
  const room = width - 2 - textWidth(lines.at(-1) ?? '') - textWidth(rule);
  const bold = lines.map((line) => (finding.severity === 'info' ? line : paint('bold', line)));
  const end = paint('dim', rule);
  const body =
    room >= 2
      ? [...bold.slice(0, -1), `${bold.at(-1)}${' '.repeat(room)}${end}`]
      : [...bold, ' '.repeat(Math.max(0, width - 2 - textWidth(rule))) + end];
  const start = paint(severityStyles[finding.severity], mark(finding.severity, paint));
  return body.map((line, index) => `${index === 0 ? start : ' '} ${line}`);
}

/** What stops working, in at most three lines: the first effects, and the first error message of a component. */
function effects(finding: Finding, width: number): readonly string[] {
  const { related, why } = finding;
  const room = width - indent - 2;
  const isSaid = saying(finding);
  const said = [...new Set(effectsOf(related))].filter((text) => !isSaid(text));
  const all = said.length === 0 ? [firstSentence(why)] : said;
  // What a peer of a component that does not run sees is no message of a component.
  const { error } = related.find((one) => one.error && !isSaid(one.error) && !wordingOfRelated(one).isStop) ?? {};
  if (!error) return [firstThatFit(all, '; ', room, maxLines)];
  return [firstThatFit(all, '; ', room, maxLines - 1), clipped(error, room, 1)];
}

/** Joins the first items that fit on some lines of `room` columns, and counts the others. There may be thousands. */
function firstThatFit(items: readonly string[], separator: string, room: number, lines: number): string {
  const and = separator === ', ' ? ' and' : `${separator}and`;
  const withRest = (text: string, shown: number) =>
    shown === items.length ? text : `${text}${and} ${items.length - shown} more`;
  let text = clipped(items[0] ?? '', room, lines);
  let fitting = withRest(text, 1);
  for (const [index, item] of items.slice(1).entries()) {
    text += `${separator}${item}`;
    if (wrap(printable(text), room).length > lines) break;
    const whole = withRest(text, index + 2);
    if (wrap(printable(whole), room).length <= lines) fitting = whole;
  }
  return fitting;
}

/** Shortens a text to some lines of `room` columns. */
export function clipped(text: string, room: number, lines: number): string {
  const all = wrap(printable(text), room - 2);
  return all.length <= lines || wrap(printable(text), room).length <= lines
    ? text
    : `${all.slice(0, lines).join(' ')} …`;
}

/**
 * What broken connections cause; of other consequences what is affected as well, once for all with the same message.
 */
function effectsOf(related: readonly Related[]): readonly string[] {
  const groups = groupBy(related, ({ connection, message, error }) =>
    connection === undefined && message !== '' && error !== undefined ? message : {},
  );
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || (first.message === '' && first.error !== undefined)) return [];
    if (same.length === 1) return [effectOf(first)];
    return [`${first.message}: ${same.map(({ subject }) => subject).join(', ')}`];
  });
}

const effectOf = (one: Related): string => (one.connection === undefined ? effectText(one) : one.message);

/** Returns every consequence of a finding, with the error message of the component. */
function allEffects({ related }: Finding): readonly string[] {
  return related.map((one) => (one.error ? `${effectText(one)} (${one.error})` : effectText(one)));
}

/** The nodes that the headline does not name, on few lines; with `verbose` all. */
function nodesOf(shown: Shown, { namesNodes, verbose, width }: FindingOptions): readonly string[] {
  if (!namesNodes || !countsNodes(shown)) return [];
  const all = asRanges(shown.nodes).join(', ');
  const room = width - indent;
  const fits = verbose || wrap(printable(all), room).length <= maxMemberLines;
  return [fits ? all : firstThatFit(shown.nodes, ', ', room, maxMemberLines)];
}

/** The members of a group, on few lines; with `verbose` each with what was found. */
function which({ members = [] }: Finding, { verbose, width }: FindingOptions): readonly string[] {
  if (members.length === 0 || verbose) return members.map(memberLine);
  const names = [...new Set(members.map(({ subject }) => subject))];
  return [firstThatFit(names, ', ', width - indent, maxMemberLines)];
}

/** Returns a member of a group as a line: its subject and what was found. */
function memberLine({ subject, found, message }: Fault): string {
  return `${subject}: ${found === '' ? message : found}`;
}

/** `path:line` on the node, its line if that is the argument at fault, and with `verbose` the file that was read. */
function places(finding: Finding, verbose: boolean): readonly string[] {
  const { path, file, line, subject, source, members } = finding;
  const object = placeInDump(finding);
  const suffix = line === 1 && source === null ? '' : `:${line}`;
  const read = verbose && file !== path ? [`read from ${file}${suffix}`] : [];
  // A group has no place of its own, and what is about a file has named it.
  const isSaid = suffix === '' && read.length === 0 && (members !== undefined || subject === path);
  if (object !== '') return [`${path}:${line}`, object];
  return isSaid ? [] : [`${path}${suffix}`, ...(source === null ? [] : [source.trim()]), ...read];
}

function excused({ suppressed }: Finding): string[] {
  if (suppressed === null) return [];
  const until = suppressed.until === null ? '' : `, until ${suppressed.until}`;
  return [`by ${suppressed.by}${until}: ${suppressed.reason}`];
}
